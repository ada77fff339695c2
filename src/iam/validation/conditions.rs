//! Operators of conditions, and whether the values are what the operator compares.

use super::Report;
use super::operator::Compares;
use super::policy::{Condition, Policy, Value};
use super::registry::{Check, Example, Kind, error, suggestion, warning};
use super::tree::Json;
use crate::iam::actions::Database;

use Example::Condition as When;

static INVALID_CONDITION_OPERATOR: Check = error(
    "INVALID_CONDITION_OPERATOR",
    Kind::Identity,
    "there is no such condition operator",
    When(r#"{"StringMatches":{"aws:PrincipalTag/team":"a"}}"#),
    When(r#"{"StringLike":{"aws:PrincipalTag/team":"a*"}}"#),
);
static NULL_WITH_IF_EXISTS: Check = error(
    "NULL_WITH_IF_EXISTS",
    Kind::Identity,
    "Null asks whether a key is there, and takes no IfExists",
    When(r#"{"NullIfExists":{"aws:PrincipalTag/team":"true"}}"#),
    When(r#"{"Null":{"aws:PrincipalTag/team":"true"}}"#),
);
static NULL_WITH_QUALIFIER: Check = suggestion(
    "NULL_WITH_QUALIFIER",
    Kind::Identity,
    "Null with ForAllValues always holds, and with ForAnyValue never",
    When(r#"{"ForAllValues:Null":{"aws:TagKeys":"true"}}"#),
    When(r#"{"Null":{"aws:TagKeys":"true"}}"#),
);
static INVALID_CONDITION_DATA_TYPE: Check = error(
    "INVALID_CONDITION_DATA_TYPE",
    Kind::Identity,
    "the values of one key are of different JSON types",
    When(r#"{"StringEquals":{"aws:PrincipalTag/level":["one",2]}}"#),
    When(r#"{"StringEquals":{"aws:PrincipalTag/level":["one","2"]}}"#),
);
static INVALID_CONDITION_MULTIPLE_BOOLEAN: Check = error(
    "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    Kind::Identity,
    "a boolean is compared with more than one value",
    When(r#"{"Bool":{"aws:SecureTransport":["true","false"]}}"#),
    When(r#"{"Bool":{"aws:SecureTransport":"true"}}"#),
);
static INVALID_VARIABLE_FOR_OPERATOR: Check = error(
    "INVALID_VARIABLE_FOR_OPERATOR",
    Kind::Identity,
    "policy variables have a meaning in comparisons of strings and of ARNs only",
    When(r#"{"NumericLessThan":{"s3:max-keys":"${aws:PrincipalTag/limit}"}}"#),
    When(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}"#),
);
static WILDCARD_WITHOUT_LIKE_OPERATOR: Check = warning(
    "WILDCARD_WITHOUT_LIKE_OPERATOR",
    Kind::Identity,
    "a value has * or ?, which this operator takes as plain text",
    When(r#"{"StringEquals":{"aws:PrincipalTag/team":"admin-*"}}"#),
    When(r#"{"StringLike":{"aws:PrincipalTag/team":"admin-*"}}"#),
);
static TYPE_MISMATCH_BOOLEAN: Check = warning(
    "TYPE_MISMATCH_BOOLEAN",
    Kind::Identity,
    "a boolean is neither true nor false",
    When(r#"{"Bool":{"aws:SecureTransport":"yes"}}"#),
    When(r#"{"Bool":{"aws:SecureTransport":true}}"#),
);
static TYPE_MISMATCH_NUMBER: Check = warning(
    "TYPE_MISMATCH_NUMBER",
    Kind::Identity,
    "a value is no number",
    When(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"one hour"}}"#),
    When(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":3600}}"#),
);
static TYPE_MISMATCH_DATE: Check = warning(
    "TYPE_MISMATCH_DATE",
    Kind::Identity,
    "a value is no date of ISO 8601",
    When(r#"{"DateLessThan":{"aws:CurrentTime":"1 May 2027"}}"#),
    When(r#"{"DateLessThan":{"aws:CurrentTime":"2027-05-01T00:00:00Z"}}"#),
);
static INVALID_DATE_VALUE: Check = warning(
    "INVALID_DATE_VALUE",
    Kind::Identity,
    "a date is written as seconds since 1970, which is easily misread",
    When(r#"{"DateLessThan":{"aws:CurrentTime":"1809129600"}}"#),
    When(r#"{"DateLessThan":{"aws:CurrentTime":"2027-05-01"}}"#),
);
static TYPE_MISMATCH_STRING: Check = warning(
    "TYPE_MISMATCH_STRING",
    Kind::Identity,
    "a binary value is no base64",
    When(r#"{"BinaryEquals":{"login.example.com:key":"not base64!"}}"#),
    When(r#"{"BinaryEquals":{"login.example.com:key":"QmluYXJ5"}}"#),
);
static REDUNDANT_CONDITION_VALUE_NUM: Check = suggestion(
    "REDUNDANT_CONDITION_VALUE_NUM",
    Kind::Identity,
    "of several bounds in one direction only the widest counts",
    When(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":["2700","3600"]}}"#),
    When(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}"#),
);

pub(super) static CHECKS: &[&Check] = &[
    &INVALID_CONDITION_DATA_TYPE,
    &INVALID_CONDITION_MULTIPLE_BOOLEAN,
    &INVALID_CONDITION_OPERATOR,
    &INVALID_DATE_VALUE,
    &INVALID_VARIABLE_FOR_OPERATOR,
    &NULL_WITH_IF_EXISTS,
    &NULL_WITH_QUALIFIER,
    &REDUNDANT_CONDITION_VALUE_NUM,
    &TYPE_MISMATCH_BOOLEAN,
    &TYPE_MISMATCH_DATE,
    &TYPE_MISMATCH_NUMBER,
    &TYPE_MISMATCH_STRING,
    &WILDCARD_WITHOUT_LIKE_OPERATOR,
];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    for (_, condition) in policy.conditions() {
        let Some(form) = condition.form else {
            let message = format!("there is no operator {:?}", condition.written);
            report.add(&INVALID_CONDITION_OPERATOR, &condition.place, message);
            continue;
        };
        if form.compares == Compares::Presence {
            if condition.operator.if_exists {
                report.add(&NULL_WITH_IF_EXISTS, &condition.place, "use Null without IfExists");
            }
            if condition.operator.quantifier.is_some() {
                report.add(&NULL_WITH_QUALIFIER, &condition.place, "use Null without a quantifier");
            }
        }
        let first = condition.values.first().map(|value| value.node.json.type_name());
        if condition.values.iter().any(|value| Some(value.node.json.type_name()) != first) {
            report.add(&INVALID_CONDITION_DATA_TYPE, &condition.place, format!("write all values of {} alike", condition.key));
        }
        if matches!(form.compares, Compares::Booleans | Compares::Presence) && condition.values.len() > 1 {
            report.add(&INVALID_CONDITION_MULTIPLE_BOOLEAN, &condition.place, format!("give {} one value", condition.key));
        }
        redundant(condition, form.compares, report);
        for value in &condition.values {
            judge(condition, form.compares, value, report);
        }
    }
}

/// Of bounds that are joined by "or", all but one are needless.
fn redundant(condition: &Condition<'_>, compares: Compares, report: &mut Report) {
    let lower = condition.operator.name.to_ascii_lowercase();
    let wins = match (compares, lower.contains("less"), lower.contains("greater")) {
        (Compares::Numbers, true, _) => "greatest",
        (Compares::Numbers, _, true) => "least",
        _ => return,
    };
    if condition.values.len() > 1 {
        let message = format!("only the {wins} value of {} counts", condition.key);
        report.add(&REDUNDANT_CONDITION_VALUE_NUM, &condition.place, message);
    }
}

fn judge(condition: &Condition<'_>, compares: Compares, value: &Value<'_>, report: &mut Report) {
    let text = &*value.text;
    if text.contains("${") {
        if !matches!(compares, Compares::Strings | Compares::Arns) {
            let message = format!("{} takes no variables", condition.written);
            report.add(&INVALID_VARIABLE_FOR_OPERATOR, &value.place, message);
        }
        if compares != Compares::Strings {
            return;
        }
    }
    let (check, message) = match compares {
        Compares::Strings if !condition.form.is_some_and(|form| form.wildcards) && has_wildcard(text) => (
            &WILDCARD_WITHOUT_LIKE_OPERATOR,
            format!("{} takes {text:?} as it stands; with a wildcard use a Like operator", condition.written),
        ),
        Compares::Booleans | Compares::Presence if !matches!(value.node.json, Json::Bool(_)) && !is_bool(text) => {
            (&TYPE_MISMATCH_BOOLEAN, format!("{text:?} is neither true nor false"))
        }
        Compares::Numbers if text.trim().parse::<f64>().is_err() => (&TYPE_MISMATCH_NUMBER, format!("{text:?} is no number")),
        Compares::Dates if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 4 => {
            (&INVALID_DATE_VALUE, format!("write {text} as YYYY-MM-DD"))
        }
        Compares::Dates if !is_date(text) => (&TYPE_MISMATCH_DATE, format!("{text:?} is no date; write YYYY-MM-DD")),
        Compares::Bytes if !is_base64(text) => (&TYPE_MISMATCH_STRING, format!("{text:?} is no base64")),
        _ => return,
    };
    report.add(check, &value.place, message);
}

/// Whether a text has a wildcard outside of variables.
fn has_wildcard(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if before.contains(['*', '?']) {
            return true;
        }
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    rest.contains(['*', '?'])
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_base64(text: &str) -> bool {
    let stem = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - stem.len() <= 2
        && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// The forms of the W3C's note on dates: a year, with a month, with a day, with a time of hours and minutes and perhaps more and a zone.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    let parts: Vec<&str> = date.split('-').collect();
    let number = |text: &str, digits: usize, most: u32| {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok_and(|number| number <= most)
    };
    let dated = match parts.as_slice() {
        [year] => number(year, 4, 9999) && time.is_none(),
        [year, month] => number(year, 4, 9999) && number(month, 2, 12) && time.is_none(),
        [year, month, day] => number(year, 4, 9999) && number(month, 2, 12) && number(day, 2, 31),
        _ => false,
    };
    dated
        && time.is_none_or(|time| {
            let (clock, zoned) = match (time.strip_suffix(['Z', 'z']), time.rsplit_once(['+', '-'])) {
                (Some(clock), _) => (clock, true),
                (None, Some((clock, zone))) => {
                    let plain: String = zone.chars().filter(|c| *c != ':').collect();
                    (clock, number(&plain, 4, 2359))
                }
                (None, None) => (time, true),
            };
            let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
            let parts: Vec<&str> = clock.split(':').collect();
            let timed = match parts.as_slice() {
                [hour, minute] => number(hour, 2, 24) && number(minute, 2, 59),
                [hour, minute, second] => number(hour, 2, 24) && number(minute, 2, 59) && number(second, 2, 60),
                _ => false,
            };
            timed && zoned
        })
}
