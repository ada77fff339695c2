//! Values of particular condition keys: regions, VPCs and their endpoints, services, keys of KMS, addresses.

use super::Report;
use super::addresses::{self, Range};
use super::operator::Compares;
use super::policy::{Condition, Policy, Value};
use super::regions;
use super::registry::{Check, Example, Kind, error, suggestion};
use crate::iam::actions::Database;

use Example::{Condition as When, Statement};

static INVALID_REGION: Check = error(
    "INVALID_REGION",
    Kind::Identity,
    "a condition names no region of AWS",
    When(r#"{"StringEquals":{"aws:RequestedRegion":"us-east-9"}}"#),
    When(r#"{"StringEquals":{"aws:RequestedRegion":"us-east-2"}}"#),
);
static INVALID_VPC_FORMAT: Check = error(
    "INVALID_VPC_FORMAT",
    Kind::Identity,
    "a VPC is vpc- and 8 or 17 letters and digits",
    When(r#"{"StringEquals":{"aws:SourceVpc":"vpc-123"}}"#),
    When(r#"{"StringEquals":{"aws:SourceVpc":"vpc-12345678"}}"#),
);
static INVALID_VPCE_FORMAT: Check = error(
    "INVALID_VPCE_FORMAT",
    Kind::Identity,
    "a VPC endpoint is vpce- and 8 or 17 letters and digits",
    When(r#"{"StringEquals":{"aws:SourceVpce":"vpc-12345678"}}"#),
    When(r#"{"StringEquals":{"aws:SourceVpce":"vpce-12345678"}}"#),
);
static INVALID_SERVICE_PRINCIPAL_FORMAT: Check = error(
    "INVALID_SERVICE_PRINCIPAL_FORMAT",
    Kind::Identity,
    "a service principal is the service's name and .amazonaws.com, in small letters",
    Statement(
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/app","Condition":{"StringEquals":{"iam:PassedToService":"lambda"}}}"#,
    ),
    Statement(
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/app","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}}"#,
    ),
);
static INVALID_KMS_KEY_VALUE: Check = error(
    "INVALID_KMS_KEY_VALUE",
    Kind::Identity,
    "the value is no ARN of a KMS key",
    Statement(
        r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::example/*","Condition":{"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"alias/app"}}}"#,
    ),
    Statement(
        r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::example/*","Condition":{"ArnEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}}"#,
    ),
);
static TYPE_MISMATCH_IP_RANGE: Check = error(
    "TYPE_MISMATCH_IP_RANGE",
    Kind::Identity,
    "a value is neither an address nor a range in CIDR form",
    When(r#"{"IpAddress":{"aws:SourceIp":"203.0.113"}}"#),
    When(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
);
static IMPROVE_IP_RANGE: Check = suggestion(
    "IMPROVE_IP_RANGE",
    Kind::Identity,
    "a range has bits after those that count",
    When(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.7/24"}}"#),
    When(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
);
static PRIVATE_IP_ADDRESS: Check = error(
    "PRIVATE_IP_ADDRESS",
    Kind::Identity,
    "aws:SourceIp is a public address, and the values are all private: the condition never holds",
    When(r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#),
    When(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
);
static PRIVATE_NOT_IP_ADDRESS: Check = error(
    "PRIVATE_NOT_IP_ADDRESS",
    Kind::Identity,
    "aws:SourceIp is a public address, and the values are all private: the condition always holds",
    When(r#"{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#),
    When(r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
);
static PRIVATE_IP_ADDRESS_SUBSET: Check = suggestion(
    "PRIVATE_IP_ADDRESS_SUBSET",
    Kind::Identity,
    "aws:SourceIp is a public address; the private ones among the values never match",
    When(r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}"#),
    When(r#"{"IpAddress":{"aws:SourceIp":["198.51.100.0/24","203.0.113.0/24"]}}"#),
);
static PRIVATE_NOT_IP_ADDRESS_SUBSET: Check = suggestion(
    "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    Kind::Identity,
    "aws:SourceIp is a public address; the private ones among the values have no effect",
    When(r#"{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}"#),
    When(r#"{"NotIpAddress":{"aws:SourceIp":["198.51.100.0/24","203.0.113.0/24"]}}"#),
);

pub(super) static CHECKS: &[&Check] = &[
    &IMPROVE_IP_RANGE,
    &INVALID_KMS_KEY_VALUE,
    &INVALID_REGION,
    &INVALID_SERVICE_PRINCIPAL_FORMAT,
    &INVALID_VPCE_FORMAT,
    &INVALID_VPC_FORMAT,
    &PRIVATE_IP_ADDRESS,
    &PRIVATE_IP_ADDRESS_SUBSET,
    &PRIVATE_NOT_IP_ADDRESS,
    &PRIVATE_NOT_IP_ADDRESS_SUBSET,
    &TYPE_MISMATCH_IP_RANGE,
];

/// Keys whose values are service principals.
const SERVICE_KEYS: [&str; 7] = [
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "iam:awsservicename",
    "iam:passedtoservice",
];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    for (_, condition) in policy.conditions() {
        let Some(form) = condition.form else { continue };
        match form.compares {
            Compares::Addresses => ranges(condition, form.negated, report),
            Compares::Presence => {}
            _ => condition.values.iter().for_each(|value| text(condition, value, report)),
        }
    }
    for statement in &policy.statements {
        for service in statement.all_principals().flat_map(|principals| &principals.listed).filter(|(key, _)| *key == "Service") {
            if !service.1.text.contains(['*', '?']) && !is_service_principal(service.1.text, false) {
                let message = format!("{:?} is no service principal; they end in .amazonaws.com", service.1.text);
                report.add(&INVALID_SERVICE_PRINCIPAL_FORMAT, &service.1.place, message);
            }
        }
    }
}

fn text(condition: &Condition<'_>, value: &Value<'_>, report: &mut Report) {
    let text = &*value.text;
    if text.contains("${") {
        return;
    }
    let wild = condition.form.is_some_and(|form| form.wildcards) && text.contains(['*', '?']);
    let (check, message) = match condition.lower.as_str() {
        "aws:requestedregion" | "ec2:region" if !regions::is_region(if wild { text } else { plain(text) }) => {
            (&INVALID_REGION, format!("there is no region {text:?}"))
        }
        "aws:sourcevpc" if !wild && !is_id(text, "vpc-") => {
            (&INVALID_VPC_FORMAT, format!("{text:?} is no VPC; those are vpc- and 8 or 17 letters and digits"))
        }
        "aws:sourcevpce" if !wild && !is_id(text, "vpce-") => {
            (&INVALID_VPCE_FORMAT, format!("{text:?} is no VPC endpoint; those are vpce- and 8 or 17 letters and digits"))
        }
        "s3:x-amz-server-side-encryption-aws-kms-key-id" if !wild && !is_kms_key(text) => {
            (&INVALID_KMS_KEY_VALUE, format!("{text:?} is no ARN of a KMS key"))
        }
        "kms:viaservice" if !wild && !is_service_principal(text, true) => {
            (&INVALID_SERVICE_PRINCIPAL_FORMAT, format!("write {text:?} as service.region.amazonaws.com"))
        }
        key if SERVICE_KEYS.contains(&key) && !wild && !is_service_principal(text, false) => {
            (&INVALID_SERVICE_PRINCIPAL_FORMAT, format!("write {text:?} as service.amazonaws.com"))
        }
        _ => return,
    };
    report.add(check, &value.place, message);
}

/// What an operator without wildcards compares: no region has a star, so that one in the text is no pattern.
fn plain(text: &str) -> &str {
    if text.contains(['*', '?']) { "" } else { text }
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|id| matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_kms_key(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, "kms", region, account, name]
        if regions::is_partition(partition) && !region.is_empty() && !account.is_empty() && name.strip_prefix("key/").is_some_and(|id| !id.is_empty()))
}

/// `lambda.amazonaws.com`, or where a region is demanded `lambda.us-east-1.amazonaws.com`.
fn is_service_principal(text: &str, with_region: bool) -> bool {
    let domains =
        [".amazonaws.com", ".amazonaws.com.cn", ".aws.internal", ".aws.com", ".api.aws", ".amazonaws.eu", ".amazonaws-us-gov.com"];
    let Some(name) = domains.iter().find_map(|domain| text.strip_suffix(domain)) else { return false };
    let labels: Vec<&str> = name.split('.').collect();
    let formed = labels.iter().all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_')
    });
    formed && (!with_region || matches!(labels.as_slice(), [.., _, region] if regions::is_region(region)))
}

fn ranges(condition: &Condition<'_>, negated: bool, report: &mut Report) {
    let (mut private, mut public) = (0, 0);
    for value in &condition.values {
        if value.text.contains("${") {
            public += 1;
            continue;
        }
        match addresses::read(&value.text) {
            None => {
                let message = format!("{:?} is neither an address nor a range such as 203.0.113.0/24", value.text);
                report.add(&TYPE_MISMATCH_IP_RANGE, &value.place, message);
            }
            Some(Range { private: is_private, improved }) => {
                private += usize::from(is_private);
                public += usize::from(!is_private);
                if let Some(improved) = improved {
                    report.add(&IMPROVE_IP_RANGE, &value.place, format!("write {} as {improved}", value.text));
                }
            }
        }
    }
    if condition.lower != "aws:sourceip" || private == 0 {
        return;
    }
    let (check, message) = match (public, negated) {
        (0, false) => (&PRIVATE_IP_ADDRESS, "no request has a private address in aws:SourceIp; use aws:VpcSourceIp"),
        (0, true) => (&PRIVATE_NOT_IP_ADDRESS, "every request has another address in aws:SourceIp; use aws:VpcSourceIp"),
        (_, false) => (&PRIVATE_IP_ADDRESS_SUBSET, "the private addresses never match aws:SourceIp; use aws:VpcSourceIp for them"),
        (_, true) => (&PRIVATE_NOT_IP_ADDRESS_SUBSET, "the private addresses never match aws:SourceIp; use aws:VpcSourceIp for them"),
    };
    report.add(check, &condition.place, message);
}
