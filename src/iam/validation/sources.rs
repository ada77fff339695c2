//! Services as principals: on whose behalf do they come? And conditions that narrow less than they seem to.

use super::Report;
use super::operator::Compares;
use super::policy::{Policy, Statement};
use super::registry::{Check, Example, Kind, error, security, suggestion};
use crate::iam::actions::Database;
use crate::iam::glob::{self, Case};

use Example::Statement as One;

macro_rules! service {
    ($condition:literal) => {
        One(concat!(
            r#"{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::example/*","Condition":"#,
            $condition,
            "}"
        ))
    };
}

static RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL: Check = security(
    "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    Kind::Resource,
    "a service may act here on anybody's behalf: the confused deputy",
    service!(r#"{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}"#),
    service!(r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#),
);
static RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL: Check = suggestion(
    "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    Kind::Resource,
    "an older key says on whose behalf a service comes",
    service!(r#"{"StringEquals":{"aws:Referer":"111122223333"}}"#),
    service!(r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#),
);
static UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL: Check = error(
    "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    Kind::Resource,
    "services are in no account and no organisation, so that this condition never holds for them",
    service!(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#),
    service!(r#"{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}"#),
);
static MISSING_PAIRED_CONDITION_KEYS: Check = security(
    "MISSING_PAIRED_CONDITION_KEYS",
    Kind::Identity,
    "a private address says little without the VPC that it is in",
    Example::Condition(r#"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"}}"#),
    Example::Condition(r#"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"},"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
);
static S3_PREFIX_IN_NEGATIVE_CONTEXT: Check = security(
    "S3_PREFIX_IN_NEGATIVE_CONTEXT",
    Kind::Identity,
    "a shorter prefix lists the same objects and does not match the condition",
    One(
        r#"{"Effect":"Deny","Action":"s3:ListBucket","Resource":"arn:aws:s3:::example","Condition":{"StringLike":{"s3:prefix":"private/*"}}}"#,
    ),
    One(
        r#"{"Effect":"Deny","Action":"s3:ListBucket","Resource":"arn:aws:s3:::example","Condition":{"StringNotLike":{"s3:prefix":"public/*"}}}"#,
    ),
);
static DYNAMODB_ATTRIBUTES_WITHOUT_SELECT: Check = security(
    "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
    Kind::Identity,
    "a read that names no attributes returns them all, and the condition does not see it",
    One(
        r#"{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:Attributes":["id"]}}}"#,
    ),
    One(
        r#"{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:Attributes":["id"]},"StringEquals":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}}}"#,
    ),
);

pub(super) static CHECKS: &[&Check] = &[
    &DYNAMODB_ATTRIBUTES_WITHOUT_SELECT,
    &MISSING_PAIRED_CONDITION_KEYS,
    &RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,
    &RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL,
    &S3_PREFIX_IN_NEGATIVE_CONTEXT,
    &UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,
];

/// Keys that say on whose behalf a service comes.
const SOURCE: [&str; 4] = ["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"];
/// What services took for that before.
const OLDER: [&str; 2] = ["aws:referer", "aws:sourceowner"];
/// What requests of services lack.
const OF_PEOPLE: [&str; 6] =
    ["aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype", "aws:username"];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    for statement in &policy.statements {
        if statement.allows() && matches!(policy.kind, Kind::Resource | Kind::Trust) {
            services(statement, policy.kind, report);
        }
        if !statement.has_key(&["aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"]) {
            for condition in statement.conditions.iter().filter(|condition| condition.lower == "aws:vpcsourceip") {
                let message = format!("add aws:SourceVpc beside {}", condition.key);
                report.add(&MISSING_PAIRED_CONDITION_KEYS, &condition.place, message);
            }
        }
        prefixes(statement, report);
        attributes(statement, report);
    }
}

fn services(statement: &Statement<'_>, kind: Kind, report: &mut Report) {
    let Some(first) = statement.principals_of("Service").next() else { return };
    let alone = statement.principal.iter().flat_map(|principals| &principals.listed).all(|(key, _)| *key == "Service");
    if alone {
        let of_people = |key: &str| OF_PEOPLE.contains(&key) || key.starts_with("aws:principaltag/");
        for condition in statement.conditions.iter().filter(|condition| of_people(&condition.lower)) {
            let message = format!("requests of {} have no {}", first.text, condition.key);
            report.add(&UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL, &condition.place, message);
        }
    }
    // The trust of a role in a service is narrowed by who may pass the role.
    if kind == Kind::Trust || statement.has_key(&SOURCE) {
        return;
    }
    if let Some(older) = statement.conditions.iter().find(|condition| OLDER.contains(&condition.lower.as_str())) {
        let message = format!("use aws:SourceArn, aws:SourceAccount or aws:SourceOrgID in place of {}", older.key);
        report.add(&RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL, &older.place, message);
    } else {
        let message = format!("say on whose behalf {} may come: aws:SourceArn, aws:SourceAccount or aws:SourceOrgID", first.text);
        report.add(&RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL, &first.place, message);
    }
}

fn prefixes(statement: &Statement<'_>, report: &mut Report) {
    for condition in statement.conditions.iter().filter(|condition| condition.lower == "s3:prefix") {
        let negated = match condition.form {
            Some(form) if form.compares == Compares::Strings => form.negated,
            _ => continue,
        };
        if (statement.denies() && !negated) || (statement.allows() && negated) {
            let message = "allow with StringLike, or deny with StringNotLike, the prefixes that may be listed";
            report.add(&S3_PREFIX_IN_NEGATIVE_CONTEXT, &condition.place, message);
        }
    }
}

fn attributes(statement: &Statement<'_>, report: &mut Report) {
    if !statement.allows() || statement.has_key(&["dynamodb:select"]) {
        return;
    }
    let reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"];
    let covers = |pattern: &str| reads.iter().any(|action| glob::matches(pattern, action, Case::Insensitive));
    let reading = statement.action.as_ref().is_none_or(|actions| actions.items.iter().any(|action| covers(action.text)));
    for condition in statement.conditions.iter().filter(|condition| reading && condition.lower == "dynamodb:attributes") {
        let message = "also demand dynamodb:Select to be SPECIFIC_ATTRIBUTES";
        report.add(&DYNAMODB_ATTRIBUTES_WITHOUT_SELECT, &condition.place, message);
    }
}
