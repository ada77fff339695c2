//! Service control policies and resource control policies: what Organizations takes of the language.

use super::Report;
use super::policy::{Policy, Principals, Statement};
use super::registry::{Check, Example, Kind, error, warning};
use super::tree::Json;
use crate::iam::actions::Database;

use Example::{Condition as When, Statement as One};

const OK_SCP: Example = One(r#"{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}"#);
const OK_RCP: Example = One(
    r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}"#,
);
const OK_DEPUTY: Example = When(
    r#"{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Null":{"aws:SourceAccount":"false"},"Bool":{"aws:PrincipalIsAWSService":"true"}}"#,
);

static SCP_SYNTAX_ERROR_ACTION_WILDCARD: Check = error(
    "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
    Kind::ServiceControl,
    "an action of a service control policy has a wildcard elsewhere than at its end",
    One(r#"{"Effect":"Deny","Action":"iam:*AccessKey","Resource":"*"}"#),
    OK_SCP,
);
static SCP_SYNTAX_ERROR_PRINCIPAL: Check = error(
    "SCP_SYNTAX_ERROR_PRINCIPAL",
    Kind::ServiceControl,
    "service control policies name no principals; aws:PrincipalArn in a condition does",
    One(r#"{"Effect":"Deny","Principal":"*","Action":"organizations:LeaveOrganization","Resource":"*"}"#),
    OK_SCP,
);
static RCP_SYNTAX_ERROR_PRINCIPAL: Check = error(
    "RCP_SYNTAX_ERROR_PRINCIPAL",
    Kind::ResourceControl,
    "Principal of a resource control policy is *",
    One(r#"{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}"#),
    OK_RCP,
);
static RCP_SYNTAX_ERROR_ALLOW: Check = error(
    "RCP_SYNTAX_ERROR_ALLOW",
    Kind::ResourceControl,
    "a resource control policy allows everything to everybody, or denies",
    One(r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::example/*"}"#),
    One(r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#),
);
static RCP_SYNTAX_ERROR_NOTACTION: Check = error(
    "RCP_SYNTAX_ERROR_NOTACTION",
    Kind::ResourceControl,
    "resource control policies have no NotAction",
    One(r#"{"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"*"}"#),
    OK_RCP,
);
static RCP_SYNTAX_ERROR_ACTION: Check = error(
    "RCP_SYNTAX_ERROR_ACTION",
    Kind::ResourceControl,
    "resource control policies reach some services only, and this is none of them",
    One(r#"{"Effect":"Deny","Principal":"*","Action":"ec2:*","Resource":"*"}"#),
    OK_RCP,
);
static RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY: Check = warning(
    "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
    Kind::ResourceControl,
    "a condition on the principal also meets services that act for you, unless aws:PrincipalIsAWSService is false",
    When(r#"{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#),
    OK_RCP,
);
static RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY: Check = warning(
    "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
    Kind::ResourceControl,
    "a condition on the source also meets users and roles, unless aws:PrincipalIsAWSService is true",
    When(r#"{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Null":{"aws:SourceAccount":"false"}}"#),
    OK_DEPUTY,
);
static RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK: Check = warning(
    "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
    Kind::ResourceControl,
    "some services send no source; without a Null check on aws:SourceAccount or aws:SourceArn they are denied",
    When(r#"{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Bool":{"aws:PrincipalIsAWSService":"true"}}"#),
    OK_DEPUTY,
);

pub(super) static CHECKS: &[&Check] = &[
    &RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY,
    &RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY,
    &RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK,
    &RCP_SYNTAX_ERROR_ACTION,
    &RCP_SYNTAX_ERROR_ALLOW,
    &RCP_SYNTAX_ERROR_NOTACTION,
    &RCP_SYNTAX_ERROR_PRINCIPAL,
    &SCP_SYNTAX_ERROR_ACTION_WILDCARD,
    &SCP_SYNTAX_ERROR_PRINCIPAL,
];

pub(super) fn run(policy: &Policy<'_>, database: &Database, report: &mut Report) {
    match policy.kind {
        Kind::ServiceControl => policy.statements.iter().for_each(|statement| service_control(statement, report)),
        Kind::ResourceControl => policy.statements.iter().for_each(|statement| resource_control(statement, database, report)),
        Kind::Identity | Kind::Resource | Kind::Trust => {}
    }
}

fn service_control(statement: &Statement<'_>, report: &mut Report) {
    for principals in statement.all_principals() {
        report.add(&SCP_SYNTAX_ERROR_PRINCIPAL, &principals.place, "remove it; aws:PrincipalArn in a condition names principals");
    }
    for action in statement.all_actions() {
        let name = action.text.split_once(':').map_or(action.text, |(_, name)| name);
        if name.trim_end_matches(['*', '?']).contains(['*', '?']) || (name.starts_with(['*', '?']) && name.len() > 1) {
            let message = format!("write {} with the wildcard at its end, or list the actions", action.text);
            report.add(&SCP_SYNTAX_ERROR_ACTION_WILDCARD, &action.place, message);
        }
    }
}

/// Whether a principal is everybody, in one of its two spellings.
fn is_everybody(principals: &Principals<'_>) -> bool {
    match &principals.node.json {
        Json::Text(text) => **text == *"*",
        _ => matches!(principals.listed.as_slice(), [("AWS", text)] if text.text == "*"),
    }
}

fn resource_control(statement: &Statement<'_>, database: &Database, report: &mut Report) {
    if let Some(principals) = statement.all_principals().find(|principals| !is_everybody(principals)).or(statement.not_principal.as_ref()) {
        report.add(&RCP_SYNTAX_ERROR_PRINCIPAL, &principals.place, "write \"Principal\": \"*\"; a condition names those that are meant");
    }
    if let Some(actions) = &statement.not_action {
        report.add(&RCP_SYNTAX_ERROR_NOTACTION, &actions.place, "list the actions with Action");
    }
    if statement.allows() {
        let all_resources =
            statement.resource.as_ref().is_some_and(|resources| resources.items.iter().all(|resource| resource.text == "*"));
        let everybody = statement.principal.as_ref().is_some_and(is_everybody);
        if !all_resources || !everybody || !statement.conditions.is_empty() {
            report.add(&RCP_SYNTAX_ERROR_ALLOW, &statement.place, "allow everything to everybody without condition, or deny");
        }
        return;
    }
    for action in statement.action.iter().flat_map(|actions| &actions.items) {
        let service = action.text.split_once(':').map_or(action.text, |(service, _)| service);
        if !database.supports_resource_control(service) {
            let message = format!("resource control policies did not reach {service} on {}", database.date());
            report.add(&RCP_SYNTAX_ERROR_ACTION, &action.place, message);
        }
    }
    sources(statement, report);
}

/// Conditions that meet more callers than are meant.
fn sources(statement: &Statement<'_>, report: &mut Report) {
    let is_service = |wanted: &str| {
        let mut keyed = statement.conditions.iter().filter(|condition| condition.lower == "aws:principalisawsservice");
        keyed.any(|condition| condition.values.iter().any(|value| value.text.eq_ignore_ascii_case(wanted)))
    };
    let null_checked = statement.conditions.iter().any(|condition| {
        condition.operator.name.eq_ignore_ascii_case("Null") && matches!(condition.lower.as_str(), "aws:sourceaccount" | "aws:sourcearn")
    });
    for condition in statement.conditions.iter().filter(|condition| !condition.operator.name.eq_ignore_ascii_case("Null")) {
        let key = condition.lower.as_str();
        if key.starts_with("aws:principal")
            && !key.starts_with("aws:principalis")
            && !key.starts_with("aws:principalservice")
            && !is_service("false")
        {
            let message = format!("add \"BoolIfExists\": {{\"aws:PrincipalIsAWSService\": \"false\"}} beside {}", condition.key);
            report.add(&RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY, &condition.place, message);
        }
        if matches!(key, "aws:sourceaccount" | "aws:sourcearn" | "aws:sourceorgid" | "aws:sourceorgpaths") {
            if !is_service("true") {
                let message = format!("add \"BoolIfExists\": {{\"aws:PrincipalIsAWSService\": \"true\"}} beside {}", condition.key);
                report.add(&RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY, &condition.place, message);
            }
            if !null_checked {
                let message = format!("add \"Null\": {{\"aws:SourceAccount\": \"false\"}} beside {}", condition.key);
                report.add(&RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK, &condition.place, message);
            }
        }
    }
}
