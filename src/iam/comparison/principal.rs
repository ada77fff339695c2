//! Whose requests are tried when policies of resources are compared: everybody that either policy names, and somebody whom neither does.
//! Between two callers whom no statement tells apart nothing changes, so that one of each is enough.

use super::literal::{Id, Literals, Strange};
use crate::iam::document::{Condition, Document, Operator, Principal, Selection, Statement, Version, account_of};
use crate::iam::evaluation::{Caller, Context, Request, Truth, principal_means};
use arcstr::ArcStr;
use std::collections::BTreeSet;

/// An account that no policy names: AWS gives out none of only zeros.
const NOBODYS: &str = "000000000000";

/// Keys that only requests of an account's principals have. From "AWS global condition context keys" in the IAM user guide.
const OF_PRINCIPALS: [&str; 5] = ["aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:userid"];

/// One caller of each kind that the documents tell apart, in a fixed order: named ones, accounts, services, strangers.
pub fn candidates(documents: [&Document; 2]) -> Vec<Caller> {
    let (mut arns, mut accounts, mut named) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for statement in documents.into_iter().flat_map(|document| &document.statements) {
        for principal in statement.principals.iter().flat_map(Selection::listed) {
            match principal {
                Principal::Arn(arn) | Principal::Federated(arn) if arn.starts_with("arn:") => {
                    arns.insert(arn.clone());
                    accounts.extend(account_of(arn).map(ArcStr::from));
                }
                Principal::Account(account) => _ = accounts.insert(account.clone()),
                Principal::Service(name) | Principal::Federated(name) => _ = named.insert(name.clone()),
                Principal::Anyone | Principal::Arn(_) | Principal::Deleted(_) | Principal::CanonicalUser(_) => {}
            }
        }
        for condition in &statement.conditions {
            for value in &condition.values {
                let account = if value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()) {
                    Some(value.as_str())
                } else {
                    account_of(value)
                };
                accounts.extend(account.filter(|_| condition.key.to_ascii_lowercase().starts_with("aws:principal")).map(ArcStr::from));
            }
        }
    }
    accounts.insert(NOBODYS.into());
    let users = accounts.iter().map(|account| Caller::Arn(arcstr::format!("arn:aws:iam::{account}:user/anyone")));
    let strangers = [Caller::Named("anything.amazonaws.com".into()), Caller::Anonymous];
    arns.into_iter().map(Caller::Arn).chain(users).chain(named.into_iter().map(Caller::Named)).chain(strangers).collect()
}

/// Whether a statement means a caller.
pub fn means(statement: &Statement, caller: &Caller) -> Truth {
    let request = Request {
        caller: caller.clone(),
        action: ArcStr::new(),
        resource: ArcStr::new(),
        resource_account: None,
        context: Context::default(),
    };
    principal_means(statement, &request)
}

/// What a caller's requests hold for certain, of the keys that the policies ask for.
pub fn facts(caller: &Caller, literals: &mut Literals) -> Result<Vec<Id>, Strange> {
    let mut facts = Vec::new();
    let asked: Vec<String> = literals.keys.clone();
    let condition = |operator: &str, key: &str, value: String| Condition {
        operator: Operator { quantifier: None, name: operator.into(), if_exists: false },
        key: key.into(),
        values: vec![value.into()],
    };
    for key in asked {
        let fact = match (caller, key.as_str(), caller.account()) {
            (Caller::Arn(_), "aws:principalaccount", Some(account)) => condition("StringEquals", &key, account.to_owned()),
            (Caller::Arn(arn), "aws:principalarn", Some(account)) => {
                // The user who stands for an account may be any of its principals.
                let arn = if arn.ends_with(":user/anyone") { format!("arn:aws:*::{account}:*") } else { arn.to_string() };
                condition("ArnLike", &key, arn)
            }
            (Caller::Anonymous | Caller::Named(_), key, _) if OF_PRINCIPALS.contains(&key) || key.starts_with("aws:principaltag/") => {
                condition("Null", key, "true".to_owned())
            }
            (Caller::Arn(_) | Caller::Anonymous | Caller::Named(_), _, _) => continue,
        };
        facts.push(literals.condition(&fact, Version::V2008)?);
    }
    Ok(facts)
}
