//! On what the calls of a way can be made, beside principals: a new function of any name, a project whose name nobody knows.
//!
//! The action database says which kinds of resources a call needs. Of each kind one ARN must do for every call of the way: a function
//! that may be made but not invoked is of no use. Names are made up, or taken from the patterns that the caller's policies write.

use super::ask::{Act, Asker, Who};
use super::context::{Facts, Verdict};
use super::table::parts_of;
use crate::iam::actions::{Database, ResourceType};
use crate::iam::evaluation::Decider;
use crate::iam::glob::{self, Case};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// The most ARNs that are tried for a kind of resource.
const MOST: usize = 24;
/// The region of what is made up; a condition on the region is met apart.
const REGION: &str = "us-east-1";

/// A call that can be made.
#[derive(Clone, Debug)]
pub struct Call {
    /// The action.
    pub action: &'static str,
    /// On what.
    pub resource: ArcStr,
    /// The statements that allow it.
    pub by: Vec<Decider>,
}

/// What is fixed about the resources.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The kind whose ARN is known, and the ARN.
    pub host: Option<(&'static str, &'a str)>,
    /// Whether they are new, so that they have no tags yet.
    pub new: bool,
}

/// The calls, one an action; why not, where they cannot be made.
pub fn calls(asker: &Asker, who: &Who<'_>, actions: &[&'static str], given: Given<'_>) -> Result<Vec<Call>, Verdict> {
    let facts = Facts { keys: &[], tags: if given.new { Some(&[]) } else { None } };
    let mut by_kind: BTreeMap<&str, (&str, Vec<&'static str>)> = BTreeMap::new();
    let mut calls: BTreeMap<&'static str, Call> = BTreeMap::new();
    let mut doubt = None;
    for &action in actions {
        let kinds = kinds(action);
        if kinds.is_empty() {
            match asker.may(who, Act { action, resource: "*", facts, guard: None }) {
                Verdict::Yes(by) => drop(calls.insert(action, Call { action, resource: "*".into(), by })),
                Verdict::No => return Err(Verdict::No),
                unsure @ Verdict::Unsure(_) => doubt = Some(unsure),
            }
        }
        for kind in kinds {
            by_kind.entry(kind.name).or_insert((kind.arn, Vec::new())).1.push(action);
        }
    }
    for (kind, (template, actions)) in by_kind {
        let candidates = match given.host {
            Some((known, arn)) if known == kind => vec![ArcStr::from(arn)],
            _ => candidates(asker, who, template, &actions),
        };
        let mut found = None;
        for candidate in candidates {
            match all(asker, who, &actions, &candidate, facts) {
                Ok(made) => {
                    found = Some(made);
                    break;
                }
                Err(Verdict::Unsure(why)) => doubt = Some(Verdict::Unsure(why)),
                Err(_) => {}
            }
        }
        match found {
            Some(made) => {
                for call in made {
                    calls.entry(call.action).or_insert(call);
                }
            }
            None => return Err(doubt.unwrap_or(Verdict::No)),
        }
    }
    match doubt {
        Some(doubt) if actions.iter().any(|action| !calls.contains_key(action)) => Err(doubt),
        _ => Ok(actions.iter().filter_map(|action| calls.remove(action)).collect()),
    }
}

/// Every call on one ARN.
fn all(asker: &Asker, who: &Who<'_>, actions: &[&'static str], arn: &ArcStr, facts: Facts<'_>) -> Result<Vec<Call>, Verdict> {
    let mut made = Vec::new();
    let mut doubt = None;
    for &action in actions {
        match asker.may(who, Act { action, resource: arn, facts, guard: None }) {
            Verdict::Yes(by) => made.push(Call { action, resource: arn.clone(), by }),
            Verdict::No => return Err(Verdict::No),
            unsure @ Verdict::Unsure(_) => doubt = Some(unsure),
        }
    }
    doubt.map_or(Ok(made), Err)
}

/// The kinds of resources that a call needs.
fn kinds(action: &str) -> Vec<ResourceType<'static>> {
    let Some(listed) = action.split_once(':').and_then(|(service, name)| Database::embedded().find(service, name)) else {
        return Vec::new();
    };
    match parts_of(action) {
        Some(parts) => listed.resource_types().filter(|kind| parts.contains(&kind.name)).collect(),
        None => listed.resource_types().filter(|kind| kind.required).collect(),
    }
}

/// ARNs of a kind: one that is made up, and those that the caller's policies come close to naming.
fn candidates(asker: &Asker, who: &Who<'_>, template: &str, actions: &[&'static str]) -> Vec<ArcStr> {
    let account = &who.principal.account;
    let mut found = vec![ArcStr::from(filled(template, account, "x"))];
    let shape = filled(template, account, "*");
    for pattern in actions.iter().flat_map(|action| asker.patterns(who, action)) {
        let Some(arn) = realised(&pattern, &shape) else { continue };
        let arn = ArcStr::from(arn);
        if found.len() < MOST && !found.contains(&arn) {
            found.push(arn);
        }
    }
    found
}

/// A template with its variables filled in.
fn filled(template: &str, account: &str, name: &str) -> String {
    let mut text = template.replace("${Partition}", "aws").replace("${Region}", REGION).replace("${Account}", account);
    while let Some((from, to)) = text.find("${").and_then(|from| Some((from, from + text.get(from..)?.find('}')?))) {
        text.replace_range(from..=to, name);
    }
    text
}

/// An ARN that a pattern matches and that has the shape, if one can be made by filling in its wildcards.
fn realised(pattern: &str, shape: &str) -> Option<String> {
    let (wanted, shape): (Vec<&str>, Vec<&str>) = (pattern.splitn(6, ':').collect(), shape.splitn(6, ':').collect());
    let ([.., tail], [.., shape_tail]) = (wanted.as_slice(), shape.as_slice()) else { return None };
    if wanted.len() != 6 || shape.len() != 6 || pattern.contains("${") {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    for (place, (wanted, shape)) in wanted.iter().zip(&shape).take(5).enumerate() {
        match (wanted.contains(['*', '?']), place) {
            (true, _) => parts.push((*shape).to_owned()),
            // The region is free; things of AWS itself have no account.
            (false, 3) => parts.push((*wanted).to_owned()),
            (false, 4) if wanted.is_empty() || *wanted == "aws" => parts.push((*wanted).to_owned()),
            (false, _) if wanted == shape => parts.push((*wanted).to_owned()),
            (false, _) => return None,
        }
    }
    let tail = tail.replace(['*', '?'], "x");
    if !glob::matches(shape_tail, &tail, Case::Sensitive) {
        return None;
    }
    parts.push(tail);
    Some(parts.join(":"))
}
