//! Whom a resource policy or trust policy lets in: everybody, other accounts, services without a named source.

use super::{argument, document, finding, texts, undecidable};
use crate::iam::document::{Document, Principal, Selection, Statement, account_of};
use crate::model::{Gap, Value};

/// Condition keys that name an account whose principals or resources may call.
const ACCOUNT_KEYS: [&str; 4] = ["aws:PrincipalAccount", "aws:SourceAccount", "aws:SourceOwner", "kms:CallerAccount"];
/// Condition keys whose values are ARNs of who or what may call; most ARNs name their account.
const ARN_KEYS: [&str; 2] = ["aws:PrincipalArn", "aws:SourceArn"];
/// Condition keys that tell for whom a service acts.
const SOURCE_KEYS: [&str; 4] = ["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"];

/// Statements that allow everybody, or everybody but some. `restricted` says that a condition names where requests may
/// come from.
pub(crate) fn trusts_anyone(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let found = document.allows().filter_map(|statement| {
        let principal = match statement.principals.as_ref()? {
            Selection::Only(listed) if listed.contains(&Principal::Anyone) => "*".to_owned(),
            Selection::Only(_) => return None,
            Selection::AllBut(listed) if listed.contains(&Principal::Anyone) => return None,
            Selection::AllBut(listed) => {
                format!("all but {}", listed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            }
        };
        let own = [
            ("principal", Value::str(principal)),
            ("restricted", Value::Bool(statement.conditions.iter().any(|condition| condition.names_origin()))),
            ("keys", texts(statement.conditions.iter().map(|condition| &condition.key))),
        ];
        Some(finding(statement, own))
    });
    Ok(Value::List(found.collect()))
}

/// Accounts other than the given one that statements let in, by principal or, where everybody is let in, by a condition
/// that names accounts. `external_id` says that a condition demands one. Canonical users of S3 hide their account: where
/// nothing else is found, they make the answer a gap.
pub(crate) fn external_accounts(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let own = argument(arguments, 1)?;
    let own = own.as_str().ok_or_else(|| undecidable("the account to compare with is no text"))?;
    let mut found = thin_vec::ThinVec::new();
    let mut hidden = false;
    for statement in document.allows() {
        let Some(Selection::Only(principals)) = &statement.principals else { continue };
        let external_id = statement.conditions.iter().any(|condition| {
            condition.demands("sts:ExternalId").is_some_and(|values| values.iter().all(|value| !value.starts_with(['*', '?'])))
        });
        let mut push = |account: &str, principal: String| {
            if account != own {
                let own =
                    [("account", Value::str(account)), ("principal", Value::str(principal)), ("external_id", Value::Bool(external_id))];
                found.push(finding(statement, own));
            }
        };
        for principal in principals {
            match principal {
                Principal::Anyone => {
                    for account in named_accounts(statement) {
                        push(account, "*".to_owned());
                    }
                }
                Principal::CanonicalUser(_) => hidden = true,
                Principal::Account(_) | Principal::Arn(_) | Principal::Federated(_) => {
                    if let Some(account) = principal.account() {
                        push(account, principal.to_string());
                    }
                }
                Principal::Deleted(_) | Principal::Service(_) => {}
            }
        }
    }
    if found.is_empty() && hidden {
        return Err(undecidable("a canonical user does not tell its account"));
    }
    Ok(Value::List(found))
}

/// The accounts that the conditions name, by id or in an ARN. ARNs of buckets and open ones name none.
fn named_accounts(statement: &Statement) -> impl Iterator<Item = &str> {
    let demanded = |keys: &'static [&str]| {
        statement.conditions.iter().flat_map(move |condition| keys.iter().filter_map(|key| condition.demands(key))).flatten()
    };
    demanded(&ACCOUNT_KEYS).map(|value| value.as_str()).chain(demanded(&ARN_KEYS).filter_map(|value| account_of(value)))
}

/// Statements that let an AWS service in without naming the resource, account or organisation that it must act for: any
/// customer of the service can then make it call ("confused deputy").
pub(crate) fn unguarded_service_grants(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let guarded = |statement: &Statement| {
        statement
            .conditions
            .iter()
            .any(|condition| SOURCE_KEYS.contains(&condition.key.to_ascii_lowercase().as_str()) && condition.names_origin())
    };
    let mut found = thin_vec::ThinVec::new();
    for (statement, principal) in of_kind(&document, |principal| matches!(principal, Principal::Service(_))) {
        if !guarded(statement) {
            found.push(finding(statement, [("service", Value::str(principal.to_string()))]));
        }
    }
    Ok(Value::List(found))
}

/// Statements that let AWS services in, guarded or not: who calls.
pub(crate) fn service_grants(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let services = of_kind(&document, |principal| matches!(principal, Principal::Service(_)));
    let found = services.into_iter().map(|(statement, principal)| finding(statement, [("service", Value::str(principal.to_string()))]));
    Ok(Value::List(found.collect()))
}

/// Statements that trust an OIDC provider without saying whose tokens: no condition on the token's subject (`<host>:sub`),
/// or an open one. Any user of the provider can then take the role. SAML providers belong to one company and are left out;
/// `cognito-identity.amazonaws.com` names its pool in `aud` instead.
pub(crate) fn federated_without_subject(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let mut found = thin_vec::ThinVec::new();
    for (statement, principal) in of_kind(&document, |principal| matches!(principal, Principal::Federated(_))) {
        let provider = principal.to_string();
        if provider.contains(":saml-provider/") {
            continue;
        }
        let told = statement.conditions.iter().any(|condition| {
            let key = condition.key.to_ascii_lowercase();
            let asks = key.ends_with(":sub") || (provider == "cognito-identity.amazonaws.com" && key.ends_with(":aud"));
            asks && condition
                .demands(&condition.key)
                .is_some_and(|values| !values.is_empty() && !values.iter().any(|value| is_open_subject(value)))
        });
        if !told {
            found.push(finding(statement, [("provider", Value::str(provider))]));
        }
    }
    Ok(Value::List(found))
}

/// Whether a subject leaves open whose token it is. A subject begins with the word for its kind and its owner
/// (`repo:example/app`, `project_path:example/app`, `organization:example:project:app`), each closed by a separator. A
/// wildcard before the owner's end takes other owners too: `repo:*` and `rep*` everybody, `repo:example*` whoever registers
/// a name that begins so.
fn is_open_subject(subject: &str) -> bool {
    let Some((before, _)) = subject.find(['*', '?']).and_then(|at| subject.split_at_checked(at)) else { return false };
    let closed: Vec<&str> = before.split([':', '/', '|']).collect();
    // What stands behind the last separator is not closed.
    closed.len() < 3 || closed.iter().take(2).any(|part| part.is_empty())
}

fn of_kind(document: &Document, kind: fn(&Principal) -> bool) -> impl Iterator<Item = (&Statement, &Principal)> {
    document.allows().flat_map(move |statement| {
        let listed = match &statement.principals {
            Some(Selection::Only(listed)) => listed.as_slice(),
            Some(Selection::AllBut(_)) | None => &[],
        };
        listed.iter().filter(move |principal| kind(principal)).map(move |principal| (statement, principal))
    })
}
