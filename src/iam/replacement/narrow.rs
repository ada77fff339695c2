//! The policy without what was not used, statement by statement, and the policy that it must still cover.

use super::Depth;
use super::evidence::{Evidence, Verdict};
use crate::iam::actions::{Database, reduce};
use crate::iam::document::{ActionPattern, Document, Effect, Selection, Statement};
use crate::iam::glob;
use std::collections::BTreeSet;

/// A policy and what it lost.
pub struct Narrowed {
    /// The policy.
    pub document: Document,
}

/// A statement that allows on everything what could be allowed on some things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The statement's label.
    pub statement: String,
    /// Patterns of its actions that could be limited.
    pub actions: Vec<String>,
    /// The ARNs that the database knows for them.
    pub arns: Vec<String>,
}

/// The policy without what was not used. Statements that deny stay as they are, and so do conditions and resources.
pub fn narrow(current: &Document, evidence: &Evidence, depth: Depth, database: &Database) -> Narrowed {
    let unused = |verdict: Verdict| match verdict {
        Verdict::ServiceUnused => true,
        Verdict::Unused => depth >= Depth::Actions,
        Verdict::Untracked | Verdict::TooNew | Verdict::Used(_) => false,
    };
    let mut statements = Vec::new();
    for statement in &current.statements {
        let mut kept = statement.clone();
        if statement.effect == Effect::Allow {
            kept.actions = match &statement.actions {
                Selection::Only(listed) => Selection::Only(only(listed, evidence, database, unused)),
                Selection::AllBut(listed) => Selection::AllBut(all_but(listed, evidence, database, unused)),
            };
            if matches!(&kept.actions, Selection::Only(listed) if listed.is_empty()) {
                continue;
            }
        }
        kept.index = statements.len();
        statements.push(kept);
    }
    Narrowed { document: Document { version: current.version, id: current.id.clone(), statements } }
}

/// The patterns without what is unused: one that loses nothing stays as it is written, the others give way to patterns that match
/// exactly what they keep.
fn only(listed: &[ActionPattern], evidence: &Evidence, database: &Database, unused: impl Fn(Verdict) -> bool) -> Vec<ActionPattern> {
    let (mut whole, mut parts): (Vec<ActionPattern>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    for pattern in listed {
        let actions: Vec<_> = database.expand(&pattern.0).collect();
        if actions.is_empty() {
            let (service, name) = pattern.0.split_once(':').unwrap_or((&pattern.0, ""));
            if !unused(evidence.verdict(service, name)) {
                whole.push(pattern.clone());
            }
            continue;
        }
        let kept: Vec<String> =
            actions.iter().filter(|action| !unused(evidence.verdict(action.service(), action.name()))).map(ToString::to_string).collect();
        if kept.len() == actions.len() {
            whole.push(pattern.clone());
        } else {
            parts.extend(kept);
            parts.extend(evidence.used_unlisted(database).into_iter().filter(|name| pattern.matches(name)));
        }
    }
    parts.retain(|name| !whole.iter().any(|pattern| pattern.matches(name)));
    whole.extend(reduce(database, parts.iter().map(String::as_str)).into_iter().map(|pattern| ActionPattern(pattern.into())));
    whole
}

/// The exceptions with what is unused among them.
fn all_but(listed: &[ActionPattern], evidence: &Evidence, database: &Database, unused: impl Fn(Verdict) -> bool) -> Vec<ActionPattern> {
    let is_excepted = |name: &str| listed.iter().any(|pattern| pattern.matches(name));
    let more: Vec<String> = database
        .expand("*")
        .filter(|action| unused(evidence.verdict(action.service(), action.name())))
        .map(|action| action.to_string())
        .filter(|name| !is_excepted(name))
        .collect();
    let more = reduce(database, more.iter().map(String::as_str)).into_iter().map(|pattern| ActionPattern(pattern.into()));
    listed.iter().cloned().chain(more).collect()
}

/// What a replacement must grant: what was used, and what is granted and of which nobody records the use. Written as plain names, so
/// that a proof against it does not rest on the patterns that it is to check.
pub fn needed(current: &Document, evidence: &Evidence, database: &Database) -> Document {
    let unused = |verdict: Verdict| matches!(verdict, Verdict::ServiceUnused | Verdict::Unused);
    let unlisted = evidence.used_unlisted(database);
    let mut statements = Vec::new();
    for statement in &current.statements {
        let mut needed = statement.clone();
        if statement.effect == Effect::Allow {
            let granted: Vec<_> = covered(statement, database);
            let loses = granted.iter().any(|action| unused(evidence.verdict(action.service(), action.name())));
            let futures = statement.actions.listed().iter().filter(|pattern| database.expand(&pattern.0).next().is_none());
            let futures: Vec<_> = futures
                .filter(|pattern| {
                    let (service, name) = pattern.0.split_once(':').unwrap_or((&pattern.0, ""));
                    !unused(evidence.verdict(service, name))
                })
                .cloned()
                .collect();
            let listed = matches!(&statement.actions, Selection::Only(_));
            let all_futures = statement.actions.listed().iter().filter(|pattern| database.expand(&pattern.0).next().is_none()).count();
            if loses || (listed && all_futures > futures.len()) {
                let kept = granted.iter().filter(|action| !unused(evidence.verdict(action.service(), action.name())));
                let names = kept.map(ToString::to_string).chain(unlisted.iter().filter(|name| statement.covers_action(name)).cloned());
                let mut names: Vec<ActionPattern> = names.map(|name| ActionPattern(name.into())).collect();
                if listed {
                    names.extend(futures);
                }
                needed.actions = Selection::Only(names);
            }
        }
        statements.push(needed);
    }
    Document { version: current.version, id: None, statements }
}

fn covered<'a>(statement: &Statement, database: &'a Database) -> Vec<crate::iam::actions::Action<'a>> {
    match &statement.actions {
        Selection::Only(listed) => {
            let mut seen = BTreeSet::new();
            listed
                .iter()
                .flat_map(|pattern| database.expand(&pattern.0).collect::<Vec<_>>())
                .filter(|action| seen.insert((action.service(), action.name())))
                .collect()
        }
        Selection::AllBut(_) => database.expand("*").filter(|action| statement.covers_action(&action.to_string())).collect(),
    }
}

/// The listed actions that a document's statements allow somewhere.
fn allowed(document: &Document, database: &Database) -> BTreeSet<String> {
    document.allows().flat_map(|statement| covered(statement, database)).map(|action| action.to_string()).collect()
}

/// Patterns of the listed actions that one document allows somewhere and the other nowhere, and of those that are not listed.
pub fn removed(current: &Document, narrower: &Document, database: &Database) -> Vec<String> {
    let left = allowed(narrower, database);
    let gone: Vec<String> = allowed(current, database).into_iter().filter(|name| !left.contains(name)).collect();
    reduce(database, gone.iter().map(String::as_str))
}

/// Patterns of the actions that a document allows and of which nobody records the use.
pub fn untracked(document: &Document, evidence: &Evidence, database: &Database) -> Vec<String> {
    let names = allowed(document, database)
        .into_iter()
        .filter(|name| name.split_once(':').is_some_and(|(service, name)| evidence.verdict(service, name) == Verdict::Untracked));
    let names: Vec<String> = names.collect();
    reduce(database, names.iter().map(String::as_str))
}

/// What is still allowed on everything although a policy could name the resources.
pub fn open(document: &Document, database: &Database) -> Vec<Open> {
    let is_open = |statement: &&Statement| match &statement.resources {
        Some(Selection::Only(listed)) => listed.iter().any(|resource| glob::is_everything(&resource.0)),
        Some(Selection::AllBut(_)) | None => false,
    };
    let mut found = Vec::new();
    for statement in document.allows().filter(is_open) {
        let limited: Vec<_> = covered(statement, database).into_iter().filter(|action| action.takes_resources()).collect();
        let arns: BTreeSet<String> =
            limited.iter().flat_map(|action| action.resource_types().map(|ty| ty.arn.to_owned())).filter(|arn| !arn.is_empty()).collect();
        if !limited.is_empty() {
            let names: Vec<String> = limited.iter().map(ToString::to_string).collect();
            found.push(Open {
                statement: statement.label().to_string(),
                actions: reduce(database, names.iter().map(String::as_str)),
                arns: arns.into_iter().collect(),
            });
        }
    }
    found
}
