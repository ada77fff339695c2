//! Wildcards and variables in condition values that take the sense out of the condition.
//!
//! For keys that name an account, an organisation or a network there is no good wildcard at all ("Sensitive condition keys" of the IAM
//! user guide). A lone `*` asks only whether the key is there, which Null says plainly; with IfExists it asks nothing.

use super::Report;
use super::operator::Compares;
use super::policy::{Condition, Policy};
use super::registry::{Check, Example, Kind, error, suggestion};
use crate::iam::actions::Database;
use crate::iam::document::Quantifier;

use Example::Condition as When;

static WILDCARD_USAGE_TOO_PERMISSIVE: Check = error(
    "WILDCARD_USAGE_TOO_PERMISSIVE",
    Kind::Identity,
    "a wildcard lets this key match what it must not",
    When(r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#),
    When(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#),
);
static VARIABLE_USAGE_TOO_PERMISSIVE: Check = error(
    "VARIABLE_USAGE_TOO_PERMISSIVE",
    Kind::Identity,
    "a variable lets this key match what it must not, since its value may hold anything",
    When(r#"{"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/vpc}"}}"#),
    When(r#"{"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
);
static EQUIVALENT_TO_NULL_FALSE: Check = suggestion(
    "EQUIVALENT_TO_NULL_FALSE",
    Kind::Identity,
    "the condition asks only whether the key is there",
    When(r#"{"StringLike":{"aws:PrincipalTag/team":"*"}}"#),
    When(r#"{"Null":{"aws:PrincipalTag/team":"false"}}"#),
);
static EQUIVALENT_TO_NULL_TRUE: Check = suggestion(
    "EQUIVALENT_TO_NULL_TRUE",
    Kind::Identity,
    "the condition asks only whether the key is absent",
    When(r#"{"StringNotLike":{"aws:PrincipalTag/team":"*"}}"#),
    When(r#"{"Null":{"aws:PrincipalTag/team":"true"}}"#),
);
static REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION: Check = suggestion(
    "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    Kind::Identity,
    "the condition holds whatever the key is",
    When(r#"{"StringLikeIfExists":{"aws:PrincipalTag/team":"*"}}"#),
    When(r#"{"StringLikeIfExists":{"aws:PrincipalTag/team":"a*"}}"#),
);
static REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION: Check = suggestion(
    "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
    Kind::Identity,
    "the condition never holds",
    When(r#"{"ForAnyValue:StringNotLike":{"aws:TagKeys":"*"}}"#),
    When(r#"{"ForAnyValue:StringNotLike":{"aws:TagKeys":"team*"}}"#),
);

pub(super) static CHECKS: &[&Check] = &[
    &EQUIVALENT_TO_NULL_FALSE,
    &EQUIVALENT_TO_NULL_TRUE,
    &REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION,
    &REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION,
    &VARIABLE_USAGE_TOO_PERMISSIVE,
    &WILDCARD_USAGE_TOO_PERMISSIVE,
];

const SENSITIVE: [&str; 10] = [
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
];

/// Keys whose wildcards need something definite before them: six characters, as in `o-a1b2c3d4e5/`.
const GUARDED: [&str; 4] = ["aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    for (_, condition) in policy.conditions() {
        let Some(form) = condition.form else { continue };
        if !matches!(form.compares, Compares::Strings | Compares::Arns) {
            continue;
        }
        if form.wildcards && condition.values.iter().any(|value| is_star(&value.text)) {
            lone_star(condition, form.negated, report);
        }
        for value in &condition.values {
            let variable = value.text.find("${").filter(|_| !value.text.contains("${*}") && !value.text.contains("${?}"));
            let wildcard = if form.wildcards { value.text.find(['*', '?']) } else { None };
            for (check, at, what) in
                [(&VARIABLE_USAGE_TOO_PERMISSIVE, variable, "variable"), (&WILDCARD_USAGE_TOO_PERMISSIVE, wildcard, "wildcard")]
            {
                if let Some(message) = at.and_then(|at| too_open(condition, &value.text, at, what)) {
                    report.add(check, &value.place, message);
                }
            }
        }
    }
}

/// Why something open at a place of a value is too much, if so.
fn too_open(condition: &Condition<'_>, text: &str, at: usize, what: &str) -> Option<String> {
    let key = condition.lower.as_str();
    if SENSITIVE.contains(&key) {
        return Some(format!("{} takes no {what}: write the values that are meant", condition.key));
    }
    if GUARDED.contains(&key) && at < 6 {
        return Some(format!("write six characters at least before the {what} in {}", condition.key));
    }
    // `AIDAEXAMPLE:*` leaves the session open and `*:name` the principal; a wildcard inside the id leaves both.
    if key == "aws:userid" {
        let left = text.split_once(':').map_or(text, |(left, _)| left);
        let whole = if what == "wildcard" { left == "*" } else { left.starts_with("${") && left.ends_with('}') };
        if at < left.len() && !(whole && text.contains(':')) {
            return Some(format!("write the {what} in aws:userid after the colon, or alone before it"));
        }
    }
    None
}

fn is_star(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// What a condition with a lone `*` among its values comes to.
fn lone_star(condition: &Condition<'_>, negated: bool, report: &mut Report) {
    let key = condition.key;
    let operator = condition.written;
    let if_exists = condition.operator.if_exists;
    let (check, message) = match (condition.operator.quantifier, negated) {
        (None | Some(Quantifier::ForAnyValue), false) if !if_exists => {
            (&EQUIVALENT_TO_NULL_FALSE, format!("write \"Null\": {{\"{key}\": \"false\"}} in place of {operator}"))
        }
        (_, false) => (&REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION, format!("{operator} holds whatever {key} is")),
        (Some(Quantifier::ForAnyValue), true) if !if_exists => {
            (&REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION, format!("{operator} holds for no value of {key}"))
        }
        (_, true) => (&EQUIVALENT_TO_NULL_TRUE, format!("write \"Null\": {{\"{key}\": \"true\"}} in place of {operator}")),
    };
    report.add(check, &condition.place, message);
}
