//! The typed mode: only requests that there can be count, as far as the action database knows.
//!
//! Each listed action that a statement allows is a case of its own, with what it takes: the ARN of one of its resource types (`*` where
//! it takes none, or could do without), and the absence of every condition key that it does not know. Actions that both policies mean
//! alike, that take the same type and know the same keys, are one case. What is not listed stays as it is in the untyped mode: it is
//! asked again and again, with the listed actions that it found taken out, until it finds one that is not listed, or nothing.
//!
//! A part of an ARN that AWS's template leaves open may be any text, and may hold a slash or a colon unless its name is one of those
//! that are known to hold none ([`PLAIN`]). So more requests are looked at than there can be: "no new access" stays proven.

#[cfg(test)]
#[path = "typed_tests.rs"]
mod tests;

use super::automaton::{Set, Token};
use super::literal::{Id, Literals, Says, Strange, Var, literal};
use super::{Case, Comparison, Inquiry};
use crate::iam::actions::{Action, Database, ResourceType};
use crate::iam::document::{Condition, Document, Operator, Selection, Statement, Version};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};

/// How often what is not listed is asked for.
const ROUNDS: usize = 40;

/// Names of parts of ARNs that hold neither slash nor colon, from the naming rules of S3, DynamoDB, Lambda, SQS, SNS, KMS and EC2.
const PLAIN: [&str; 16] = [
    "BucketName",
    "TableName",
    "IndexName",
    "FunctionName",
    "Alias",
    "Version",
    "QueueName",
    "TopicName",
    "KeyId",
    "InstanceId",
    "VolumeId",
    "SecurityGroupId",
    "SubnetId",
    "VpcId",
    "SnapshotId",
    "StreamLabel",
];

/// Keys that depend on the action although their names begin as those of every request do.
const BY_ACTION: [&str; 3] = ["aws:requesttag/", "aws:resourcetag/", "aws:tagkeys"];

/// The answer in the typed mode.
pub(super) fn compare(inquiry: &Inquiry<'_>) -> Comparison {
    let Some(database) = inquiry.database else { return compare_untyped(inquiry) };
    // A pattern that means "everything" and is not written `*` grants nothing to actions without resources.
    let strange = |document: &Document| {
        let resources = document.statements.iter().filter_map(|statement| statement.resources.as_ref()).flat_map(Selection::listed);
        resources.into_iter().any(|one| one.0.contains('?') && crate::iam::glob::is_everything(&one.0))
    };
    if strange(inquiry.existing) || strange(inquiry.new) {
        return Comparison::Unknown(
            "a resource of question marks and stars is not the star that grants actions without resources".to_owned(),
        );
    }
    // Where any request whatever has no new access, none that there can be has.
    if compare_untyped(inquiry) == Comparison::NoNewAccess {
        return Comparison::NoNewAccess;
    }
    let listed = inquiry.search(|statement, literals| cases(statement, [inquiry.existing, inquiry.new], database, literals));
    if let Comparison::NewAccess { .. } = listed {
        return listed;
    }
    match (unlisted(inquiry, database), listed) {
        (found @ Comparison::NewAccess { .. }, _) | (found @ Comparison::Unknown(_), Comparison::NoNewAccess) => found,
        (_, listed) => listed,
    }
}

fn compare_untyped(inquiry: &Inquiry<'_>) -> Comparison {
    super::compare(inquiry.existing, inquiry.new, inquiry.kind)
}

/// Over the actions that the database does not list.
fn unlisted(inquiry: &Inquiry<'_>, database: &Database) -> Comparison {
    let mut listed: BTreeSet<ArcStr> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let found = inquiry.search(|_, literals| {
            let patterns = listed.iter().map(|name| literal(name)).collect();
            let set = Says::In(Set { patterns, fold: false }, false);
            let but = literals.intern(format!("unlisted {listed:?}"), Var::Action, set);
            Ok(vec![Case { demands: vec![but], named: None }])
        });
        match &found {
            Comparison::NewAccess { witness, .. } => {
                if !is_listed(&witness.action, database) {
                    return found;
                }
                listed.insert(witness.action.to_lowercase().into());
            }
            Comparison::NoNewAccess | Comparison::Unknown(_) => return found,
        }
    }
    Comparison::Unknown("more listed actions match than are set apart from those that are not".to_owned())
}

/// Whether the database lists an action.
pub(super) fn is_listed(action: &str, database: &Database) -> bool {
    action.split_once(':').is_some_and(|(service, name)| database.find(service, name).is_some())
}

/// The listed actions of a statement, one case for all that nothing tells apart.
fn cases(statement: &Statement, documents: [&Document; 2], database: &Database, literals: &mut Literals) -> Result<Vec<Case>, Strange> {
    let mut actions: BTreeMap<String, Action<'_>> = BTreeMap::new();
    match &statement.actions {
        Selection::Only(listed) => {
            for pattern in listed {
                actions.extend(database.expand(&pattern.0).map(|action| (action.to_string(), action)));
            }
        }
        Selection::AllBut(_) => {
            let all = database.expand("*").map(|action| (action.to_string(), action));
            actions.extend(all.filter(|(name, _)| statement.covers_action(name)));
        }
    }
    let keys = literals.keys.clone();
    let all: Vec<&Statement> = documents.into_iter().flat_map(|document| &document.statements).collect();
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for (name, action) in actions {
        let meant: Vec<bool> = all.iter().map(|one| one.covers_action(&name)).collect();
        for resource in resources(action) {
            let missing: Vec<&str> = keys.iter().map(String::as_str).filter(|key| !knows(action, resource, key)).collect();
            let arn = resource.map(|ty| ty.arn.to_owned());
            if !seen.insert((meant.clone(), arn, missing.iter().map(ToString::to_string).collect::<Vec<_>>())) {
                continue;
            }
            let lower = name.to_lowercase();
            let set = Says::In(Set { patterns: vec![literal(&lower)], fold: false }, true);
            let mut demands = vec![literals.intern(format!("typed {lower}"), Var::Action, set)];
            demands.extend(of_type(resource, literals));
            for key in missing {
                let operator = Operator { quantifier: None, name: "Null".into(), if_exists: false };
                let absent = Condition { operator, key: key.into(), values: vec!["true".into()] };
                demands.push(literals.condition(&absent, Version::V2008)?);
            }
            cases.push(Case { demands, named: Some(name.as_str().into()) });
        }
    }
    Ok(cases)
}

/// The types that an action can be asked for, none standing for a request that names no resource.
fn resources(action: Action<'_>) -> Vec<Option<ResourceType<'_>>> {
    let types: Vec<ResourceType<'_>> = action.resource_types().collect();
    let without = types.iter().all(|ty| !ty.required);
    types.into_iter().map(Some).chain(without.then_some(None)).collect()
}

/// Whether a request can carry a key.
fn knows(action: Action<'_>, resource: Option<ResourceType<'_>>, key: &str) -> bool {
    let global = key.starts_with("aws:") && !BY_ACTION.iter().any(|start| key.starts_with(start));
    global || action.knows(key) || resource.is_some_and(|ty| ty.condition_keys().any(|known| known.eq_ignore_ascii_case(key)))
}

/// What is demanded of the resource.
fn of_type(resource: Option<ResourceType<'_>>, literals: &mut Literals) -> Vec<Id> {
    let Some(ty) = resource else {
        let set = Says::In(Set { patterns: vec![literal("*")], fold: false }, true);
        return vec![literals.intern("typed no resource".to_owned(), Var::Resource, set)];
    };
    if ty.arn.is_empty() {
        return Vec::new();
    }
    let (parts, plain) = parts(ty.arn);
    let set = Says::In(Set { patterns: vec![tokens(&parts, None)], fold: false }, true);
    let mut demands = vec![literals.intern(format!("typed {}", ty.arn), Var::Resource, set)];
    let odd: Vec<Vec<Token>> = plain.iter().flat_map(|at| ["/", ":"].map(|sign| tokens(&parts, Some((*at, sign))))).collect();
    if !odd.is_empty() {
        literals.complements = true;
        let set = Says::In(Set { patterns: odd, fold: false }, false);
        demands.push(literals.intern(format!("typed plain {}", ty.arn), Var::Resource, set));
    }
    demands
}

/// A part of a template of an ARN.
enum Part<'a> {
    Text(&'a str),
    Open,
}

/// The parts of a template, and the places of those that hold neither slash nor colon.
fn parts(template: &str) -> (Vec<Part<'_>>, Vec<usize>) {
    let (mut parts, mut plain) = (Vec::new(), Vec::new());
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("${") {
        parts.push(Part::Text(text));
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if PLAIN.contains(&name) {
            plain.push(parts.len());
        }
        parts.push(Part::Open);
        rest = after;
    }
    parts.push(Part::Text(rest));
    (parts, plain)
}

/// The pattern of a template. With `holding`, the open part at that place holds a sign.
fn tokens(parts: &[Part<'_>], holding: Option<(usize, &str)>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut colons = 0;
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => {
                colons += text.matches(':').count();
                // A few templates have stars of their own.
                for piece in text.split_inclusive('*') {
                    tokens.extend(literal(piece.trim_end_matches('*')));
                    if piece.ends_with('*') {
                        tokens.push(Token::Any(colons >= 5));
                    }
                }
            }
            Part::Open => match holding {
                Some((place, sign)) if place == at => {
                    tokens.push(Token::Any(true));
                    tokens.extend(literal(sign));
                    tokens.push(Token::Any(true));
                }
                // Region and account of an ARN may be empty, names may not.
                Some(_) | None if colons >= 5 => tokens.extend([Token::One(true), Token::Any(true)]),
                Some(_) | None => tokens.push(Token::Any(false)),
            },
        }
    }
    tokens
}
