//! Policy variables: `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`.

use super::Report;
use super::policy::{Place, Policy};
use super::registry::{Check, Example, Kind, error};
use crate::iam::actions::Database;

use Example::{Statement, Whole};

macro_rules! on {
    ($name:literal) => {
        Statement(concat!(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/"#, $name, r#""}"#))
    };
}

const OK: Example = on!("${aws:username}/*");

static EMPTY_VARIABLE: Check = error("EMPTY_VARIABLE", Kind::Identity, "a policy variable has no name", on!("${}/*"), OK);
static MISSING_BRACE_IN_VARIABLE: Check =
    error("MISSING_BRACE_IN_VARIABLE", Kind::Identity, "a policy variable has no closing brace", on!("${aws:username/*"), OK);
static MISSING_QUOTE_IN_VARIABLE: Check = error(
    "MISSING_QUOTE_IN_VARIABLE",
    Kind::Identity,
    "the default of a policy variable does not stand in single quotes",
    on!("${aws:PrincipalTag/team, 'none}/*"),
    on!("${aws:PrincipalTag/team, 'none'}/*"),
);
static UNSUPPORTED_SPACE_IN_VARIABLE: Check =
    error("UNSUPPORTED_SPACE_IN_VARIABLE", Kind::Identity, "the name of a policy variable has a space", on!("${ aws:username }/*"), OK);
static VARIABLE_UNSUPPORTED_IN_ELEMENT: Check = error(
    "VARIABLE_UNSUPPORTED_IN_ELEMENT",
    Kind::Identity,
    "variables have a meaning in resources and conditions only",
    Statement(r#"{"Effect":"Allow","Action":"s3:${aws:username}","Resource":"arn:aws:s3:::example/*"}"#),
    OK,
);
static VARIABLE_UNSUPPORTED_IN_VERSION: Check = error(
    "VARIABLE_UNSUPPORTED_IN_VERSION",
    Kind::Identity,
    "a policy without Version 2012-10-17 has no variables, and takes this as plain text",
    Whole(
        r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/${aws:username}"}]}"#,
    ),
    OK,
);

pub(super) static CHECKS: &[&Check] = &[
    &EMPTY_VARIABLE,
    &MISSING_BRACE_IN_VARIABLE,
    &MISSING_QUOTE_IN_VARIABLE,
    &UNSUPPORTED_SPACE_IN_VARIABLE,
    &VARIABLE_UNSUPPORTED_IN_ELEMENT,
    &VARIABLE_UNSUPPORTED_IN_VERSION,
];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    for statement in &policy.statements {
        for resource in statement.all_resources() {
            judge(policy.has_variables, resource.text, &resource.place, report);
        }
        let principals = statement.all_principals().flat_map(|principals| &principals.listed).map(|(_, text)| text);
        for text in statement.all_actions().chain(&statement.sid).chain(principals) {
            if let Some((_, rest)) = text.text.split_once("${") {
                let name = rest.split_once('}').map_or(rest, |(name, _)| name);
                report.add(&VARIABLE_UNSUPPORTED_IN_ELEMENT, &text.place, format!("a variable such as {name} has no meaning here"));
            }
        }
        for value in statement.conditions.iter().flat_map(|condition| &condition.values) {
            judge(policy.has_variables, &value.text, &value.place, report);
        }
    }
}

fn judge(has_variables: bool, text: &str, place: &Place, report: &mut Report) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((inside, behind)) = after.split_once('}') else {
            report.add(&MISSING_BRACE_IN_VARIABLE, place, "a } is missing");
            return;
        };
        rest = behind;
        if matches!(inside, "*" | "?" | "$") {
            continue;
        }
        let (name, default) = inside.split_once(',').map_or((inside, None), |(name, default)| (name, Some(default.trim())));
        if name.trim().is_empty() {
            report.add(&EMPTY_VARIABLE, place, "name the variable");
            continue;
        }
        if name.contains(' ') {
            report.add(&UNSUPPORTED_SPACE_IN_VARIABLE, place, format!("write {name:?} without spaces"));
        }
        let quoted = |text: &str| text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
        if default.is_some_and(|default| !quoted(default)) {
            report.add(&MISSING_QUOTE_IN_VARIABLE, place, "write the default in single quotes");
        }
        if !has_variables {
            report.add(&VARIABLE_UNSUPPORTED_IN_VERSION, place, "add \"Version\": \"2012-10-17\"");
        }
    }
}
