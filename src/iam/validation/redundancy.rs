//! What another part of the policy says already.

use super::Report;
use super::policy::{Policy, Statement, Text, Texts};
use super::registry::{Check, Example, Kind, suggestion};
use super::tree::{Json, Node};
use crate::iam::actions::Database;
use crate::iam::glob::{self, Case};
use std::collections::{HashMap, HashSet};

use Example::{Statement as One, Whole};

static REDUNDANT_ACTION: Check = suggestion(
    "REDUNDANT_ACTION",
    Kind::Identity,
    "an action is covered by another of the same list",
    One(r#"{"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:GetCredentialReport"],"Resource":"*"}"#),
    One(r#"{"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:*CredentialReport"],"Resource":"*"}"#),
);
static REDUNDANT_RESOURCE: Check = suggestion(
    "REDUNDANT_RESOURCE",
    Kind::Identity,
    "a resource is covered by another of the same list",
    One(
        r#"{"Effect":"Allow","Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/jane-admin","arn:aws:iam::111122223333:role/jane*"]}"#,
    ),
    One(
        r#"{"Effect":"Allow","Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/joe-admin","arn:aws:iam::111122223333:role/jane*"]}"#,
    ),
);
static REDUNDANT_STATEMENT: Check = suggestion(
    "REDUNDANT_STATEMENT",
    Kind::Identity,
    "a statement says what an earlier one says",
    Whole(
        r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"A","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::example/*"},
        {"Sid":"B","Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":["arn:aws:s3:::example/*"]}]}"#,
    ),
    Whole(
        r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"A","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::example/*"},
        {"Sid":"B","Effect":"Allow","Action":"s3:DeleteObject","Resource":["arn:aws:s3:::example/*"]}]}"#,
    ),
);

pub(super) static CHECKS: &[&Check] = &[&REDUNDANT_ACTION, &REDUNDANT_RESOURCE, &REDUNDANT_STATEMENT];

/// How many comparisons one policy is worth: a fraction of a second. What is beyond is not looked at, and a suggestion is missed.
const MOST: usize = 1_000_000;

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    let mut budget = MOST;
    let mut seen: HashMap<String, &str> = HashMap::new();
    for statement in &policy.statements {
        for texts in statement.action.iter().chain(&statement.not_action) {
            covered(texts, &mut budget, covers_action, str::to_ascii_lowercase, |text, by| {
                report.add(&REDUNDANT_ACTION, &text.place, format!("{} is covered by {by}", text.text));
            });
        }
        for texts in statement.resource.iter().chain(&statement.not_resource) {
            covered(texts, &mut budget, covers_resource, str::to_owned, |text, by| {
                report.add(&REDUNDANT_RESOURCE, &text.place, format!("{} is covered by {by}", text.text));
            });
        }
        if statement.effect.is_some() {
            if let Some(first) = seen.get(meaning(statement).as_str()) {
                report.add(&REDUNDANT_STATEMENT, &statement.place, format!("{first} says the same"));
            } else {
                seen.insert(meaning(statement), &statement.place.path);
            }
        }
    }
}

/// Tells each text of a list that another covers.
fn covered<'t>(
    texts: &'t Texts<'_>,
    budget: &mut usize,
    covers: impl Fn(&str, &str) -> bool,
    normal: impl Fn(&str) -> String,
    mut tell: impl FnMut(&'t Text<'_>, &str),
) {
    if texts.items.len() < 2 {
        return;
    }
    let open: Vec<(usize, &Text<'_>)> = texts.items.iter().enumerate().filter(|(_, text)| text.text.contains(['*', '?'])).collect();
    let mut seen = HashSet::new();
    for (at, text) in texts.items.iter().enumerate() {
        if !seen.insert(normal(text.text)) {
            tell(text, text.text);
            continue;
        }
        *budget = budget.saturating_sub(open.len());
        if *budget == 0 {
            return;
        }
        // Of two that cover each other the first stays.
        let by = open.iter().find(|(other, pattern)| {
            *other != at
                && covers(pattern.text, text.text)
                && normal(pattern.text) != normal(text.text)
                && (*other < at || !covers(text.text, pattern.text))
        });
        if let Some((_, pattern)) = by {
            tell(text, pattern.text);
        }
    }
}

/// Whether all that one pattern matches another matches too. Its own wildcards stand for more than one character, so that a `?` of the
/// other says nothing about them.
fn covers(pattern: &str, text: &str, case: Case) -> bool {
    !(text.contains('*') && pattern.contains('?')) && glob::matches(pattern, text, case)
}

fn covers_action(pattern: &str, text: &str) -> bool {
    covers(pattern, text, Case::Insensitive)
}

/// Part by part, since it is disputed whether a star reaches over a colon.
fn covers_resource(pattern: &str, text: &str) -> bool {
    pattern == "*"
        || (pattern.splitn(6, ':').count() == text.splitn(6, ':').count()
            && pattern.splitn(6, ':').zip(text.splitn(6, ':')).all(|(pattern, text)| covers(pattern, text, Case::Sensitive)))
}

/// A text that is the same for two statements exactly where they mean the same: without Sid, order and the difference of one from a
/// list of one.
fn meaning(statement: &Statement<'_>) -> String {
    let mut members: Vec<String> = Vec::new();
    for member in statement.node.members().unwrap_or_default() {
        let name = member.key.to_ascii_lowercase();
        let value = match name.as_str() {
            "sid" => continue,
            "action" | "notaction" => normal(&member.value, &str::to_ascii_lowercase),
            "principal" if matches!(&member.value.json, Json::Text(text) if **text == *"*") => r#"{"aws"=["*"]}"#.to_owned(),
            _ => normal(&member.value, &str::to_owned),
        };
        members.push(format!("{name}={value}"));
    }
    members.sort_unstable();
    members.join("\u{0}")
}

fn normal(node: &Node, text: &dyn Fn(&str) -> String) -> String {
    match &node.json {
        Json::Object(members) => {
            // Operators and keys are the same in any case.
            let mut members: Vec<String> =
                members.iter().map(|member| format!("{:?}={}", member.key.to_ascii_lowercase(), normal(&member.value, text))).collect();
            members.sort_unstable();
            format!("{{{}}}", members.join(","))
        }
        _ => {
            let mut items: Vec<String> = node.items().iter().map(|item| scalar(item, text)).collect();
            items.sort_unstable();
            items.dedup();
            format!("[{}]", items.join(","))
        }
    }
}

fn scalar(node: &Node, text: &dyn Fn(&str) -> String) -> String {
    match &node.json {
        Json::Text(value) => format!("{:?}", text(value)),
        Json::Number(value) => format!("{value:?}"),
        Json::Bool(value) => format!("{:?}", value.to_string()),
        Json::Null | Json::List(_) | Json::Object(_) => normal(node, text),
    }
}
