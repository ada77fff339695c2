//! `Principal`: whom a policy of a resource speaks of, in forms that AWS takes.

use super::Report;
use super::policy::{Policy, Principals, Text};
use super::registry::{Check, Example, Kind, error, security, warning};
use super::tree::Json;
use crate::iam::actions::Database;

use Example::Statement;

macro_rules! named {
    ($principal:literal) => {
        Statement(concat!(
            r#"{"Effect":"Allow","Principal":"#,
            $principal,
            r#","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#
        ))
    };
}

const OK: Example = named!(r#"{"AWS":"arn:aws:iam::111122223333:role/app"}"#);

static INVALID_PRINCIPAL_FORMAT: Check = error(
    "INVALID_PRINCIPAL_FORMAT",
    Kind::Resource,
    "Principal is neither * nor an object with the kind of principal as key",
    named!(r#""arn:aws:iam::111122223333:role/app""#),
    OK,
);
static INVALID_PRINCIPAL_KEY: Check = error(
    "INVALID_PRINCIPAL_KEY",
    Kind::Resource,
    "the kind of principal is none of AWS, CanonicalUser, Federated and Service",
    named!(r#"{"Role":"arn:aws:iam::111122223333:role/app"}"#),
    OK,
);
static UNSUPPORTED_WILDCARD_IN_PRINCIPAL: Check = error(
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    Kind::Resource,
    "principals have no wildcards, but for the whole *",
    named!(r#"{"AWS":"arn:aws:iam::111122223333:role/*"}"#),
    OK,
);
static MALFORMED_PRINCIPAL: Check =
    error("MALFORMED_PRINCIPAL", Kind::Resource, "a principal of AWS is an account, an ARN or *", named!(r#"{"AWS":"app"}"#), OK).ours();
static INVALID_ROLE_REFERENCE: Check = warning(
    "INVALID_ROLE_REFERENCE",
    Kind::Resource,
    "a role is named by its id, which no role made anew under its name will have",
    named!(r#"{"AWS":"AROAEXAMPLEEXAMPLE123"}"#),
    OK,
);
static INVALID_USER_REFERENCE: Check = warning(
    "INVALID_USER_REFERENCE",
    Kind::Resource,
    "a user is named by its id, which no user made anew under its name will have",
    named!(r#"{"AWS":"AIDAEXAMPLEEXAMPLE123"}"#),
    OK,
);
static FEDERATED_PRINCIPAL_NOT_SUPPORTED: Check = error(
    "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
    Kind::Resource,
    "only role trust policies name identity providers",
    named!(r#"{"Federated":"accounts.google.com"}"#),
    OK,
);
static ALLOW_WITH_NOT_PRINCIPAL: Check = security(
    "ALLOW_WITH_NOT_PRINCIPAL",
    Kind::Resource,
    "everybody but a few is allowed, strangers included",
    Statement(r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
    Statement(r#"{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
);

pub(super) static CHECKS: &[&Check] = &[
    &ALLOW_WITH_NOT_PRINCIPAL,
    &FEDERATED_PRINCIPAL_NOT_SUPPORTED,
    &INVALID_PRINCIPAL_FORMAT,
    &INVALID_PRINCIPAL_KEY,
    &INVALID_ROLE_REFERENCE,
    &INVALID_USER_REFERENCE,
    &MALFORMED_PRINCIPAL,
    &UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    if matches!(policy.kind, Kind::Identity | Kind::ServiceControl | Kind::ResourceControl) {
        return;
    }
    for statement in &policy.statements {
        if let (true, Some(principals), Kind::Resource) = (statement.allows(), &statement.not_principal, policy.kind) {
            report.add(&ALLOW_WITH_NOT_PRINCIPAL, &principals.place, "name those who are allowed with Principal");
        }
        for principals in statement.all_principals() {
            forms(principals, report);
            for (key, text) in &principals.listed {
                match *key {
                    "AWS" => of_aws(text, report),
                    "Service" | "CanonicalUser" => wild(key, text, report),
                    "Federated" => {
                        wild(key, text, report);
                        if policy.kind == Kind::Resource {
                            let message = "only role trust policies name identity providers";
                            report.add(&FEDERATED_PRINCIPAL_NOT_SUPPORTED, &text.place, message);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

fn forms(principals: &Principals<'_>, report: &mut Report) {
    match &principals.node.json {
        Json::Text(text) if **text != *"*" => {
            report.add(&INVALID_PRINCIPAL_FORMAT, &principals.place, "write {\"AWS\": …}, {\"Service\": …} or \"*\"");
        }
        Json::List(items) if !items.is_empty() => {
            report.add(&INVALID_PRINCIPAL_FORMAT, &principals.place, "write the list under a key such as \"AWS\"");
        }
        Json::Object(members) => {
            for member in members.iter().filter(|member| !["AWS", "CanonicalUser", "Federated", "Service"].contains(&&*member.key)) {
                let mut place = principals.place.clone();
                place.path = super::policy::member_path(&place.path, &member.key);
                place.span = member.key_span.clone();
                let message = format!("{} is none of AWS, CanonicalUser, Federated and Service", member.key);
                report.add(&INVALID_PRINCIPAL_KEY, &place, message);
            }
        }
        Json::Text(_) | Json::List(_) | Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn wild(key: &str, text: &Text<'_>, report: &mut Report) {
    if text.text.contains(['*', '?']) {
        let message = format!("{key} takes no wildcards; name the principals that are meant");
        report.add(&UNSUPPORTED_WILDCARD_IN_PRINCIPAL, &text.place, message);
    }
}

fn of_aws(text: &Text<'_>, report: &mut Report) {
    let place = &text.place;
    let text = text.text;
    let is_id = |prefix: &str| text.starts_with(prefix) && text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if text == "*" {
    } else if text.contains(['*', '?']) {
        report.add(&UNSUPPORTED_WILDCARD_IN_PRINCIPAL, place, format!("{text:?} matches nobody; name the principals that are meant"));
    } else if is_id("AROA") {
        report.add(&INVALID_ROLE_REFERENCE, place, format!("name the role of {text} by its ARN"));
    } else if is_id("AIDA") {
        report.add(&INVALID_USER_REFERENCE, place, format!("name the user of {text} by its ARN"));
    } else if !(text.starts_with("arn:") || (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())) || text.contains("${")) {
        report.add(&MALFORMED_PRINCIPAL, place, format!("{text:?} is neither an account nor an ARN"));
    }
}
