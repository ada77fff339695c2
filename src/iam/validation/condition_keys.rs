//! Condition keys: is there such a key, does it go with the operator and with its quantifier?

use super::Report;
use super::actions::nearest;
use super::arns::INVALID_SERVICE;
use super::keys;
use super::operator::Compares;
use super::policy::{Condition, Policy};
use super::registry::{Check, Example, Kind, error, security, suggestion, warning};
use crate::iam::actions::{Database, KeyType};
use crate::iam::document::Quantifier;

use Example::{Condition as When, Statement};

static INVALID_CONDITION_KEY_FORMAT: Check = error(
    "INVALID_CONDITION_KEY_FORMAT",
    Kind::Identity,
    "a condition key has no prefix of a service",
    When(r#"{"StringEquals":{"SourceVpc":"vpc-12345678"}}"#),
    When(r#"{"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
);
static INVALID_GLOBAL_CONDITION_KEY: Check = error(
    "INVALID_GLOBAL_CONDITION_KEY",
    Kind::Identity,
    "there is no such global condition key",
    When(r#"{"StringEquals":{"aws:SourceVpcs":"vpc-12345678"}}"#),
    When(r#"{"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
);
static INVALID_SERVICE_CONDITION_KEY: Check = error(
    "INVALID_SERVICE_CONDITION_KEY",
    Kind::Identity,
    "the service has no such condition key",
    When(r#"{"StringEquals":{"s3:versionnumber":"1"}}"#),
    Statement(
        r#"{"Effect":"Allow","Action":"s3:GetObjectVersion","Resource":"arn:aws:s3:::example/*","Condition":{"StringEquals":{"s3:VersionId":"1"}}}"#,
    ),
);
static MISSING_TAG_KEY_IN_CONDITION: Check = error(
    "MISSING_TAG_KEY_IN_CONDITION",
    Kind::Identity,
    "a condition key for tags does not say which tag",
    When(r#"{"StringEquals":{"aws:PrincipalTag":"a"}}"#),
    When(r#"{"StringEquals":{"aws:PrincipalTag/team":"a"}}"#),
);
static UNSUPPORTED_GLOBAL_CONDITION_KEY: Check = error(
    "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    Kind::Resource,
    "aws:ARN is not supported; aws:PrincipalArn and aws:SourceArn are",
    When(r#"{"ArnEquals":{"aws:ARN":"arn:aws:iam::111122223333:role/app"}}"#),
    When(r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app"}}"#),
);
static DEPRECATED_GLOBAL_CONDITION_KEY: Check = warning(
    "DEPRECATED_GLOBAL_CONDITION_KEY",
    Kind::Identity,
    "aws:ARN is an old name of aws:PrincipalArn",
    When(r#"{"ArnEquals":{"aws:ARN":"arn:aws:iam::111122223333:role/app"}}"#),
    When(r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app"}}"#),
);
static MISSING_QUALIFIER: Check = error(
    "MISSING_QUALIFIER",
    Kind::Identity,
    "requests carry many values of the key, and only ForAllValues and ForAnyValue compare those",
    When(r#"{"StringEquals":{"aws:TagKeys":["team"]}}"#),
    When(r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["team"]}}"#),
);
static FORALLVALUES_WITH_SINGLE_VALUED_KEY: Check = security(
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    Kind::Identity,
    "ForAllValues also holds where the key is absent, and this key has one value at most",
    When(r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#),
    When(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#),
);
static TYPE_MISMATCH: Check = warning(
    "TYPE_MISMATCH",
    Kind::Identity,
    "the operator compares another type than the key has",
    When(r#"{"StringEquals":{"aws:SourceIp":"203.0.113.7"}}"#),
    When(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}"#),
);
static STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS: Check = security(
    "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
    Kind::Identity,
    "a wildcard of StringLike also matches the colons of an ARN; ArnLike matches part by part",
    When(r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app-*"}}"#),
    When(r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app-*"}}"#),
);
static UNTRUSTWORTHY_CONDITION_KEY: Check = security(
    "UNTRUSTWORTHY_CONDITION_KEY",
    Kind::Identity,
    "the caller writes this key itself, so that it keeps nobody out",
    When(r#"{"StringEquals":{"aws:UserAgent":"our-app"}}"#),
    When(r#"{"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
);
static FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE: Check = security(
    "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    Kind::Trust,
    "the audience of this provider's tokens is one value, and takes no ForAnyValue",
    Statement(
        r#"{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"ForAnyValue:StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:12345678-dc0c-4c0d-9f0e-123456789012"}}}"#,
    ),
    Statement(
        r#"{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:12345678-dc0c-4c0d-9f0e-123456789012"}}}"#,
    ),
);
static CONFIRM_AUDIENCE_CLAIM_TYPE: Check = suggestion(
    "CONFIRM_AUDIENCE_CLAIM_TYPE",
    Kind::Trust,
    "an audience is mostly one value; a quantifier is right only where the provider sends many",
    Statement(
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/login.example.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"ForAnyValue:StringEquals":{"login.example.com:aud":"app"}}}"#,
    ),
    Statement(
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/login.example.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"login.example.com:aud":"app"}}}"#,
    ),
);

pub(super) static CHECKS: &[&Check] = &[
    &CONFIRM_AUDIENCE_CLAIM_TYPE,
    &DEPRECATED_GLOBAL_CONDITION_KEY,
    &FORALLVALUES_WITH_SINGLE_VALUED_KEY,
    &FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE,
    &INVALID_CONDITION_KEY_FORMAT,
    &INVALID_GLOBAL_CONDITION_KEY,
    &INVALID_SERVICE_CONDITION_KEY,
    &MISSING_QUALIFIER,
    &MISSING_TAG_KEY_IN_CONDITION,
    &STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS,
    &TYPE_MISMATCH,
    &UNSUPPORTED_GLOBAL_CONDITION_KEY,
    &UNTRUSTWORTHY_CONDITION_KEY,
];

pub(super) fn run(policy: &Policy<'_>, database: &Database, report: &mut Report) {
    let mut suggested = 0;
    for (_, condition) in policy.conditions() {
        if matches!(condition.lower.as_str(), "aws:referer" | "aws:useragent") {
            let message = format!("callers choose {} themselves", condition.key);
            report.add(&UNTRUSTWORTHY_CONDITION_KEY, &condition.place, message);
        }
        match condition.facts {
            Some(facts) => fits(condition, facts, report),
            None => {
                suggested += 1;
                unknown(condition, policy.kind, database, suggested <= 100, report);
            }
        }
        audience(condition, report);
    }
}

/// Tells a key that nobody lists.
fn unknown(condition: &Condition<'_>, kind: Kind, database: &Database, suggest: bool, report: &mut Report) {
    let place = &condition.place;
    let lower = condition.lower.as_str();
    let Some((prefix, name)) = lower.split_once(':') else {
        report.add(&INVALID_CONDITION_KEY_FORMAT, place, format!("write {} as service:key", condition.key));
        return;
    };
    // A key of an identity provider begins with its host, and may have claims of its own.
    if prefix.contains(['.', '/']) {
        return;
    }
    let tagged = ["resourcetag", "requesttag", "principaltag"].contains(&name.trim_end_matches('/'))
        || keys::facts(&format!("{}/x", lower.trim_end_matches('/')), database).is_some();
    if tagged {
        let stem = condition.key.trim_end_matches('/');
        report.add(&MISSING_TAG_KEY_IN_CONDITION, place, format!("say which tag: {stem}/tag-key"));
    } else if lower == "aws:arn" {
        let (check, instead) = match kind {
            Kind::Identity | Kind::ServiceControl => (&DEPRECATED_GLOBAL_CONDITION_KEY, "aws:PrincipalArn"),
            Kind::Resource | Kind::Trust | Kind::ResourceControl => {
                (&UNSUPPORTED_GLOBAL_CONDITION_KEY, "aws:PrincipalArn or aws:SourceArn")
            }
        };
        report.add(check, place, format!("use {instead} in place of {}", condition.key));
    } else if prefix == "aws" {
        let names: Vec<String> = if suggest { keys::global_names().collect() } else { Vec::new() };
        let meant = hint(nearest(lower, names.iter().map(String::as_str)));
        report.add(&INVALID_GLOBAL_CONDITION_KEY, place, format!("there is no global key {}{meant}", condition.key));
    } else if database.has_service(prefix) || database.condition_keys_of(prefix).next().is_some() {
        let near = if suggest { nearest(lower, database.condition_keys_of(prefix)) } else { None };
        let message = format!("{} is no key that AWS listed on {}{}", condition.key, database.date(), hint(near));
        report.add(&INVALID_SERVICE_CONDITION_KEY, place, message);
    } else {
        report.add(&INVALID_SERVICE, place, format!("there was no service {prefix:?} on {}", database.date()));
    }
}

fn hint(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"))
}

/// Whether operator and quantifier go with a key.
fn fits(condition: &Condition<'_>, facts: keys::KeyFacts, report: &mut Report) {
    let Some(form) = condition.form else { return };
    let place = &condition.place;
    let key = condition.key;
    if form.compares == Compares::Presence {
        return;
    }
    match (facts.many, condition.operator.quantifier) {
        (true, None) => {
            report.add(&MISSING_QUALIFIER, place, format!("requests carry many values of {key}; add ForAllValues: or ForAnyValue:"));
        }
        (false, Some(Quantifier::ForAllValues)) => {
            let message = format!("{key} has one value; ForAllValues lets a request without it pass");
            report.add(&FORALLVALUES_WITH_SINGLE_VALUED_KEY, place, message);
        }
        (true, Some(_)) | (false, Some(Quantifier::ForAnyValue) | None) => {}
    }
    // Some keys that hold ARNs are listed as text, and AWS's examples compare them as ARNs.
    let holds_arn = facts.ty == KeyType::Arn || (facts.ty == KeyType::String && condition.lower.contains("arn"));
    let allowed = match facts.ty {
        KeyType::String => form.compares == Compares::Strings || (holds_arn && form.compares == Compares::Arns),
        KeyType::Arn => matches!(form.compares, Compares::Arns | Compares::Strings),
        KeyType::Bool => form.compares == Compares::Booleans,
        KeyType::Numeric => form.compares == Compares::Numbers,
        KeyType::Date => form.compares == Compares::Dates || (condition.lower == "aws:epochtime" && form.compares == Compares::Numbers),
        KeyType::IpAddress => form.compares == Compares::Addresses,
        KeyType::Binary => form.compares == Compares::Bytes,
    };
    if !allowed {
        let wanted = match facts.ty {
            KeyType::String => Compares::Strings,
            KeyType::Arn => Compares::Arns,
            KeyType::Bool => Compares::Booleans,
            KeyType::Numeric => Compares::Numbers,
            KeyType::Date => Compares::Dates,
            KeyType::IpAddress => Compares::Addresses,
            KeyType::Binary => Compares::Bytes,
        };
        let message = format!("compare {key} with a {} operator, not with {}", wanted.as_str(), condition.written);
        report.add(&TYPE_MISMATCH, place, message);
    } else if facts.ty == KeyType::Arn && form.compares == Compares::Strings && form.wildcards {
        let message = format!("compare {key} with ArnLike, not with {}", condition.written);
        report.add(&STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS, place, message);
    }
}

/// Quantifiers on the audience of a token.
fn audience(condition: &Condition<'_>, report: &mut Report) {
    let Some(provider) = condition.lower.strip_suffix(":aud").filter(|provider| provider.contains('.')) else { return };
    let Some(quantifier) = condition.operator.quantifier else { return };
    if condition.facts.is_none() {
        let message = format!("does {provider} send many audiences? If not, remove the quantifier");
        report.add(&CONFIRM_AUDIENCE_CLAIM_TYPE, &condition.place, message);
    } else if quantifier == Quantifier::ForAnyValue {
        let message = format!("{} has one value; remove ForAnyValue:", condition.key);
        report.add(&FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE, &condition.place, message);
    }
}
