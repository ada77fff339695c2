//! Policy documents compared by what they say: the order of statements and of actions, one text or a list of one, and how
//! grants are put together in statements mean nothing.
//!
//! A document is taken apart into grants: effect, principal and conditions with one action and one resource. Two documents
//! are alike when they have the same grants. That is stricter than "decide alike" (`dynamodb:*` and a list of all its actions are
//! two documents), on purpose: what somebody wrote down was changed.

use crate::iam::glob::{self, Case};
use crate::model::Value;
use std::collections::BTreeSet;

/// What one document grants and denies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(BTreeSet<Grant>);

/// One action on one resource, with all that goes with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    /// Effect, principals and conditions, written one way.
    frame: String,
    /// The action in small letters: case means nothing to IAM. `not …` for `NotAction`.
    action: String,
    /// The resource; empty in trust policies. `not …` for `NotResource`.
    resource: String,
    denies: bool,
}

/// How a document differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distance {
    /// What it grants or denies beyond.
    pub more: Vec<String>,
    /// What it lacks.
    pub less: Vec<String>,
}

impl Distance {
    /// The difference in a few words; none where there is none.
    pub fn describe(&self) -> Option<String> {
        let side = |word: &str, list: &[String]| match list {
            [] => None,
            [one] => Some(format!("{word} {one}")),
            [one, rest @ ..] => Some(format!("{word} {one} and {} more", rest.len())),
        };
        let sides: Vec<String> = [side("has", &self.more), side("lacks", &self.less)].into_iter().flatten().collect();
        (!sides.is_empty()).then(|| sides.join("; "))
    }
}

impl Grants {
    /// Takes a document apart; none where it is no policy document.
    pub fn of(document: &Value) -> Option<Self> {
        let statements = document.get("Statement")?;
        let statements: Vec<&Value> = statements.as_list().map_or_else(|| vec![statements], |list| list.iter().collect());
        let mut grants = BTreeSet::new();
        for statement in statements {
            let effect = statement.get("Effect")?.as_str()?;
            let frame = ["Principal", "NotPrincipal", "Condition"].map(|key| statement.get(key).map(one_way).unwrap_or_default()).join("|");
            let frame = format!("{effect}|{frame}");
            for action in words(statement, "Action")? {
                for resource in words(statement, "Resource")? {
                    let grant = Grant { frame: frame.clone(), action: action.to_ascii_lowercase(), resource, denies: effect == "Deny" };
                    grants.insert(grant);
                }
            }
        }
        Some(Self(grants))
    }

    /// How this, as observed, differs from what is expected to be just the same.
    pub fn distance(&self, expected: &Self) -> Distance {
        let told = |grants: std::collections::btree_set::Difference<'_, Grant>| grants.map(Grant::describe).collect();
        Distance { more: told(self.0.difference(&expected.0)), less: told(expected.0.difference(&self.0)) }
    }

    /// What of these is not denied here.
    pub fn lacks_denies(&self, wanted: &Self) -> Vec<String> {
        wanted.0.iter().filter(|grant| grant.denies && !self.covers(grant)).map(Grant::describe).collect()
    }

    fn covers(&self, grant: &Grant) -> bool {
        self.0.contains(grant)
            || self.0.iter().any(|wide| {
                wide.frame == grant.frame
                    && glob::matches(&wide.action, &grant.action, Case::Sensitive)
                    && glob::matches(&wide.resource, &grant.resource, Case::Sensitive)
            })
    }
}

impl Grant {
    fn describe(&self) -> String {
        let verb = if self.denies { "deny " } else { "" };
        if self.resource.is_empty() { format!("{verb}{}", self.action) } else { format!("{verb}{} on {}", self.action, self.resource) }
    }
}

/// What stands under `Action` or `NotAction`, one text an entry; one empty text where there is neither.
fn words(statement: &Value, key: &str) -> Option<Vec<String>> {
    let not = format!("Not{key}");
    match (statement.get(key), statement.get(&not)) {
        (Some(value), _) => texts(value),
        (None, Some(value)) => {
            let mut all = texts(value)?;
            all.sort();
            Some(vec![format!("not {}", all.join(", "))])
        }
        (None, None) => Some(vec![String::new()]),
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Str(text) => Some(vec![text.to_string()]),
        Value::List(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// The value written so that what means the same looks the same: lists sorted, one text for a list of one, an account for its root.
fn one_way(value: &Value) -> String {
    match value {
        Value::Map(map) => {
            format!("{{{}}}", map.iter().map(|(key, value)| format!("{key}:{}", one_way(value))).collect::<Vec<_>>().join(","))
        }
        Value::List(items) => {
            let mut items: Vec<String> = items.iter().map(one_way).collect();
            items.sort();
            items.join(",")
        }
        Value::Str(text) if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) => format!("arn:aws:iam::{text}:root"),
        other => other.to_text(),
    }
}
