//! Passing roles and creating service-linked roles, on more roles than were thought of.
//!
//! Who may pass any role to any service has the rights of every role that some service accepts. Both questions have the same shape: does
//! a statement that allows cover the action, by name, by a wildcard or by omission, on roles that nobody listed?

use super::Report;
use super::operator::Compares;
use super::policy::{Place, Policy, Statement, Text};
use super::registry::{Check, Example, Kind, security, warning};
use crate::iam::actions::Database;
use crate::iam::glob::{self, Case};

use Example::Statement as One;

const OK: Example = One(
    r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/app","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}}"#,
);
const OK_LINKED: Example = One(
    r#"{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"arn:aws:iam::*:role/aws-service-role/autoscaling.amazonaws.com/*"}"#,
);

macro_rules! on {
    ($elements:literal) => {
        One(concat!(r#"{"Effect":"Allow","#, $elements, "}"))
    };
}

static PASS_ROLE_WITH_STAR_IN_RESOURCE: Check = security(
    "PASS_ROLE_WITH_STAR_IN_RESOURCE",
    Kind::Identity,
    "iam:PassRole is allowed on roles by a wildcard",
    on!(r#""Action":"iam:PassRole","Resource":"*""#),
    OK,
);
static PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE: Check = security(
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
    Kind::Identity,
    "a wildcard in the action covers iam:PassRole, on roles by a wildcard",
    on!(r#""Action":"iam:*","Resource":"*""#),
    OK,
);
static PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION: Check = security(
    "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    Kind::Identity,
    "NotAction leaves iam:PassRole in, on roles by a wildcard",
    on!(r#""NotAction":"s3:*","Resource":"*""#),
    OK,
);
static PASS_ROLE_WITH_NOT_RESOURCE: Check = security(
    "PASS_ROLE_WITH_NOT_RESOURCE",
    Kind::Identity,
    "iam:PassRole is allowed on all roles but those of NotResource",
    on!(r#""Action":"iam:PassRole","NotResource":"arn:aws:iam::111122223333:role/admin""#),
    OK,
);
static PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE: Check = security(
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    Kind::Identity,
    "a wildcard in the action covers iam:PassRole, on all roles but those of NotResource",
    on!(r#""Action":"iam:*","NotResource":"arn:aws:iam::111122223333:role/admin""#),
    OK,
);
static PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE: Check = security(
    "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    Kind::Identity,
    "NotAction leaves iam:PassRole in, on all roles but those of NotResource",
    on!(r#""NotAction":"s3:*","NotResource":"arn:aws:iam::111122223333:role/admin""#),
    OK,
);
static CREATE_SLR_WITH_STAR_IN_RESOURCE: Check = warning(
    "CREATE_SLR_WITH_STAR_IN_RESOURCE",
    Kind::Identity,
    "iam:CreateServiceLinkedRole is allowed for every service",
    on!(r#""Action":"iam:CreateServiceLinkedRole","Resource":"*""#),
    OK_LINKED,
);
static CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE: Check = warning(
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
    Kind::Identity,
    "a wildcard in the action covers iam:CreateServiceLinkedRole, for every service",
    on!(r#""Action":"iam:Create*","Resource":"*""#),
    OK_LINKED,
);
static CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION: Check = warning(
    "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    Kind::Identity,
    "NotAction leaves iam:CreateServiceLinkedRole in, for every service",
    on!(r#""NotAction":"s3:*","Resource":"*""#),
    OK_LINKED,
);
static CREATE_SLR_WITH_NOT_RESOURCE: Check = warning(
    "CREATE_SLR_WITH_NOT_RESOURCE",
    Kind::Identity,
    "iam:CreateServiceLinkedRole is allowed on all but what NotResource lists",
    on!(r#""Action":"iam:CreateServiceLinkedRole","NotResource":"arn:aws:iam::111122223333:role/admin""#),
    OK_LINKED,
);
static CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE: Check = warning(
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    Kind::Identity,
    "a wildcard in the action covers iam:CreateServiceLinkedRole, on all but what NotResource lists",
    on!(r#""Action":"iam:Create*","NotResource":"arn:aws:iam::111122223333:role/admin""#),
    OK_LINKED,
);
static CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE: Check = warning(
    "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    Kind::Identity,
    "NotAction leaves iam:CreateServiceLinkedRole in, on all but what NotResource lists",
    on!(r#""NotAction":"s3:*","NotResource":"arn:aws:iam::111122223333:role/admin""#),
    OK_LINKED,
);

pub(super) static CHECKS: &[&Check] = &[
    &CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE,
    &CREATE_SLR_WITH_NOT_RESOURCE,
    &CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
    &CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE,
    &CREATE_SLR_WITH_STAR_IN_RESOURCE,
    &CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION,
    &PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE,
    &PASS_ROLE_WITH_NOT_RESOURCE,
    &PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
    &PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE,
    &PASS_ROLE_WITH_STAR_IN_RESOURCE,
    &PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION,
];

/// One of the two questions.
struct Subject {
    action: &'static str,
    /// The key that says for which service; naming one narrows the statement enough.
    narrowed_by: &'static str,
    is_open: fn(&str, &Database) -> bool,
    /// By [`Cover`]: with a wildcard in the resource, with NotResource.
    checks: [[&'static Check; 2]; 3],
}

/// How a statement covers the action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cover {
    Name,
    Wildcard,
    Omission,
}

static SUBJECTS: [Subject; 2] = [
    Subject {
        action: "iam:PassRole",
        narrowed_by: "iam:passedtoservice",
        is_open: is_open_role,
        checks: [
            [&PASS_ROLE_WITH_STAR_IN_RESOURCE, &PASS_ROLE_WITH_NOT_RESOURCE],
            [&PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE, &PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE],
            [&PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION, &PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE],
        ],
    },
    Subject {
        action: "iam:CreateServiceLinkedRole",
        narrowed_by: "iam:awsservicename",
        is_open: is_open_linked_role,
        checks: [
            [&CREATE_SLR_WITH_STAR_IN_RESOURCE, &CREATE_SLR_WITH_NOT_RESOURCE],
            [&CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE, &CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE],
            [&CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION, &CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE],
        ],
    },
];

pub(super) fn run(policy: &Policy<'_>, database: &Database, report: &mut Report) {
    // Only identity policies grant these: the others bound what they grant, or are about one resource.
    if policy.kind != Kind::Identity {
        return;
    }
    for statement in policy.statements.iter().filter(|statement| statement.allows()) {
        for subject in &SUBJECTS {
            judge(subject, statement, database, report);
        }
    }
}

fn judge(subject: &Subject, statement: &Statement<'_>, database: &Database, report: &mut Report) {
    let Some(cover) = cover(subject.action, statement) else { return };
    if is_narrowed(subject, statement) {
        return;
    }
    let row = match cover {
        Cover::Name => &subject.checks[0],
        Cover::Wildcard => &subject.checks[1],
        Cover::Omission => &subject.checks[2],
    };
    let mut tell = |check: &'static Check, place: &Place, what: &str| {
        report.add(check, place, format!("{} is allowed on {what}; list the roles that are meant", subject.action));
    };
    let open = statement.resource.iter().flat_map(|resources| &resources.items).find(|resource| (subject.is_open)(resource.text, database));
    if let Some(Text { place, text }) = open {
        tell(row[0], place, text);
    }
    if let Some(resources) = &statement.not_resource
        && !resources.items.iter().any(|resource| resource.text == "*")
    {
        tell(row[1], &resources.place, "all that NotResource does not list");
    }
}

fn cover(action: &str, statement: &Statement<'_>) -> Option<Cover> {
    let matching = |texts: &super::policy::Texts<'_>| {
        let mut found = None;
        for pattern in texts.items.iter().filter(|pattern| glob::matches(pattern.text, action, Case::Insensitive)) {
            if !pattern.text.contains(['*', '?']) {
                return Some(Cover::Name);
            }
            found = Some(Cover::Wildcard);
        }
        found
    };
    match (&statement.action, &statement.not_action) {
        (Some(actions), _) => matching(actions),
        (None, Some(actions)) => matching(actions).is_none().then_some(Cover::Omission),
        (None, None) => None,
    }
}

/// Whether a condition names the services that may receive the role. These requests always carry the key, so that IfExists takes
/// nothing away; a wildcard at the beginning of a name does.
fn is_narrowed(subject: &Subject, statement: &Statement<'_>) -> bool {
    statement.conditions.iter().any(|condition| {
        condition.lower == subject.narrowed_by
            && condition.form.is_some_and(|form| form.compares == Compares::Strings && !form.negated)
            && condition.values.iter().all(|value| !value.text.starts_with(['*', '?']))
    })
}

/// The last part of a pattern that could name something of IAM, or `*` where all of it is open.
fn name_of(pattern: &str) -> Option<&str> {
    if glob::is_everything(pattern) {
        return Some("*");
    }
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let service_fits = parts.get(2).is_none_or(|service| glob::matches(service, "iam", Case::Sensitive));
    match parts.as_slice() {
        ["arn", .., last] if parts.len() < 6 && service_fits => last.ends_with('*').then_some("*"),
        ["arn", _, _, _, _, name] if service_fits => Some(name),
        _ => None,
    }
}

/// Whether a pattern has a wildcard where a role's name stands. Roles whose name tells their service (`role/AWSGlue*`) are what
/// services' own policies pass.
fn is_open_role(pattern: &str, database: &Database) -> bool {
    let Some(name) = name_of(pattern) else { return false };
    let Some(at) = name.find(['*', '?']) else { return false };
    if !glob::overlap(name, "role/?*") {
        return false;
    }
    let stem = name.get(..at).unwrap_or_default().to_ascii_lowercase();
    let role = stem.strip_prefix("role/").unwrap_or_default();
    let words = role.split(|c: char| !c.is_ascii_alphanumeric());
    !words.map(|word| word.trim_start_matches("aws").trim_start_matches("amazon")).any(|word| word.len() > 2 && database.has_service(word))
}

/// Whether a pattern has a wildcard where the service of a service-linked role stands.
fn is_open_linked_role(pattern: &str, _: &Database) -> bool {
    let Some(name) = name_of(pattern) else { return false };
    let Some(at) = name.find(['*', '?']) else { return false };
    let stem = name.get(..at).unwrap_or_default();
    let names_service = stem.strip_prefix("role/aws-service-role/").is_some_and(|rest| rest.contains(".amazonaws.com"));
    glob::overlap(name, "role/aws-service-role/?*") && !names_service
}
