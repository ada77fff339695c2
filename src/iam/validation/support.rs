//! Actions and condition keys that do not go together: the service does not send the key with that action.
//!
//! A condition on a key that is never sent never holds, so that what it should narrow is not granted, and what it should deny is not
//! denied. Actions with wildcards are not judged: some of what they match may know the key.

use super::Report;
use super::operator::Compares;
use super::policy::{Condition, Policy, Statement};
use super::registry::{Check, Example, Kind, error, security, suggestion, warning};
use super::{arns, keys};
use crate::iam::actions::Database;
use crate::iam::glob::{self, Case};
use std::collections::{BTreeSet, HashMap};

use Example::Statement as One;

static UNSUPPORTED_ACTION_FOR_CONDITION_KEY: Check = error(
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
    Kind::Identity,
    "the service sends no such key with some of the actions",
    One(r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":"*","Condition":{"StringLike":{"s3:prefix":"home/*"}}}"#),
    One(r#"{"Effect":"Allow","Action":["s3:ListBucket"],"Resource":"*","Condition":{"StringLike":{"s3:prefix":"home/*"}}}"#),
);
static MISSING_ACTION_FOR_CONDITION_KEY: Check = error(
    "MISSING_ACTION_FOR_CONDITION_KEY",
    Kind::Identity,
    "setting what the key is about takes an action that is not allowed beside it",
    One(
        r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::example/*","Condition":{"StringEquals":{"s3:RequestObjectTag/team":"a"}}}"#,
    ),
    One(
        r#"{"Effect":"Allow","Action":["s3:PutObject","s3:PutObjectTagging"],"Resource":"arn:aws:s3:::example/*","Condition":{"StringEquals":{"s3:RequestObjectTag/team":"a"}}}"#,
    ),
);
static USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES: Check = warning(
    "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
    Kind::Identity,
    "only some services send this key, and the statement speaks of others too",
    One(r#"{"Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"StringNotEquals":{"aws:VpceAccount":"111122223333"}}}"#),
    One(r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:VpceAccount":"111122223333"}}}"#),
);
static DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Check = security(
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    Kind::Identity,
    "actions that know no tags of resources are not denied by a condition on them",
    One(r#"{"Effect":"Deny","Action":"iam:GetAccountSummary","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
    One(r#"{"Effect":"Deny","Action":"iam:DeleteRole","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
);
static DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Check = security(
    "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    Kind::Identity,
    "NotAction also speaks of actions that know no tags of resources, which are not denied",
    One(r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
    One(r#"{"Effect":"Deny","Action":"iam:DeleteRole","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
);
static ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Check = suggestion(
    "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    Kind::Identity,
    "actions that know no tags of resources are not allowed by a condition on them",
    One(r#"{"Effect":"Allow","Action":"iam:GetAccountSummary","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
    One(r#"{"Effect":"Allow","Action":"iam:DeleteRole","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
);
static ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Check = suggestion(
    "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    Kind::Identity,
    "NotAction also speaks of actions that know no tags of resources, which are not allowed",
    One(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
    One(r#"{"Effect":"Allow","Action":"iam:DeleteRole","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#),
);
static UNSUPPORTED_ACTION_IN_POLICY: Check = error(
    "UNSUPPORTED_ACTION_IN_POLICY",
    Kind::Trust,
    "the resource that the policy is attached to takes no such action",
    One(r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"s3:GetObject"}"#),
    One(r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"sts:AssumeRole"}"#),
);
static UNSUPPORTED_RESOURCE_ARN_IN_POLICY: Check = error(
    "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
    Kind::Resource,
    "the policy of one service's resource names a resource of another",
    One(
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:sqs:us-east-1:111122223333:jobs"}"#,
    ),
    One(r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
);
static IRRELEVANT_CONDITION_KEY_IN_POLICY: Check = suggestion(
    "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    Kind::Resource,
    "the key says what the policy's own resource is, which is known",
    One(
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*","Condition":{"StringEquals":{"s3:ResourceAccount":"111122223333"}}}"#,
    ),
    One(r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
);

pub(super) static CHECKS: &[&Check] = &[
    &ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
    &ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
    &DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
    &DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
    &IRRELEVANT_CONDITION_KEY_IN_POLICY,
    &MISSING_ACTION_FOR_CONDITION_KEY,
    &UNSUPPORTED_ACTION_FOR_CONDITION_KEY,
    &UNSUPPORTED_ACTION_IN_POLICY,
    &UNSUPPORTED_RESOURCE_ARN_IN_POLICY,
    &USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES,
];

/// Services that send `aws:VpceAccount`, `aws:VpceOrgID` and `aws:VpceOrgPaths`: the union of the three lists of "AWS global condition
/// context keys" (October 2026).
const WITH_ENDPOINT_OWNER: [&str; 59] = [
    "acm-pca",
    "applicationinsights",
    "apprunner",
    "athena",
    "b2bi",
    "cassandra",
    "cloudformation",
    "cognito-identity",
    "comprehendmedical",
    "compute-optimizer",
    "datasync",
    "discovery",
    "dms",
    "ds-data",
    "dynamodb",
    "ebs",
    "ecr",
    "ecs",
    "firehose",
    "gamelift",
    "healthlake",
    "iam",
    "identitystore",
    "iotfleetwise",
    "iottwinmaker",
    "iotwireless",
    "kinesisanalytics",
    "kms",
    "lambda",
    "medical-imaging",
    "network-firewall",
    "omics",
    "payment-cryptography",
    "polly",
    "pricing",
    "rbin",
    "rekognition",
    "route53",
    "s3",
    "scheduler",
    "servicediscovery",
    "servicequotas",
    "ses",
    "shield",
    "sms-voice",
    "sqs",
    "ssm-contacts",
    "storagegateway",
    "textract",
    "transcribe",
    "transfer",
    "workmail",
    // Their actions are those of services above under another prefix.
    "s3express",
    "s3-object-lambda",
    "s3-outposts",
    "dax",
    "route53resolver",
    "ses-v2",
    "sts",
];

/// What has to be allowed so that a key has something to say, by the lower-cased beginning of the key.
const NEEDED: [(&str, &str); 8] = [
    ("s3:requestobjecttag/", "s3:PutObjectTagging"),
    ("s3:requestobjecttagkeys", "s3:PutObjectTagging"),
    ("s3:object-lock-legal-hold", "s3:PutObjectLegalHold"),
    ("s3:object-lock-mode", "s3:PutObjectRetention"),
    ("s3:object-lock-re", "s3:PutObjectRetention"),
    ("sts:sourceidentity", "sts:SetSourceIdentity"),
    ("sts:transitivetagkeys", "sts:TagSession"),
    ("ec2:createaction", "ec2:CreateTags"),
];

/// What an action may be in a role trust policy.
const ASSUMING: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

pub(super) fn run(policy: &Policy<'_>, database: &Database, report: &mut Report) {
    let mut knows: HashMap<(&str, &str), bool> = HashMap::new();
    for (statement, condition) in policy.conditions() {
        if condition.lower.starts_with("aws:resourcetag/") {
            tags(statement, condition, database, report);
        } else if condition.lower.starts_with("aws:vpceaccount") || condition.lower.starts_with("aws:vpceorg") {
            endpoints(statement, condition, report);
        } else if condition.facts.is_some() && !condition.operator.if_exists {
            actions(statement, condition, database, &mut knows, report);
        }
        needed(statement, condition, report);
    }
    in_policy(policy, database, report);
}

/// The actions that are named in full and do not know the key.
fn actions<'a>(
    statement: &Statement<'a>,
    condition: &'a Condition<'a>,
    database: &Database,
    knows: &mut HashMap<(&'a str, &'a str), bool>,
    report: &mut Report,
) {
    let key = condition.lower.as_str();
    let Some((prefix, _)) = key.split_once(':') else { return };
    if prefix == "aws" || keys::is_cross_service(key) || !database.has_service(prefix) {
        return;
    }
    // What rides on a call that assumes a role is asked for in the same request, and sees the same keys.
    let rides = |action: &str| prefix == "sts" && ASSUMING.iter().any(|known| action.eq_ignore_ascii_case(known));
    let named = statement.action.iter().flat_map(|actions| &actions.items).filter(|action| !rides(action.text));
    let unknown: Vec<&str> = named
        .filter(|action| {
            !*knows.entry((action.text, key)).or_insert_with(|| {
                let listed = action.text.split_once(':').and_then(|(service, name)| database.find(service, name));
                listed.is_none_or(|action| action.knows(key))
            })
        })
        .map(|action| action.text)
        .collect();
    if !unknown.is_empty() {
        let message = format!("{} never comes with {}; move them to a statement of their own", condition.key, unknown.join(", "));
        report.add(&UNSUPPORTED_ACTION_FOR_CONDITION_KEY, &condition.place, message);
    }
}

fn needed(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report) {
    let Some((_, action)) = NEEDED.iter().find(|(key, _)| condition.lower.starts_with(key)) else { return };
    let Some(actions) = statement.action.as_ref().filter(|_| statement.allows()) else { return };
    if !actions.items.iter().any(|pattern| glob::matches(pattern.text, action, Case::Insensitive)) {
        let message = format!("{} says nothing unless {action} is allowed beside it", condition.key);
        report.add(&MISSING_ACTION_FOR_CONDITION_KEY, &condition.place, message);
    }
}

fn endpoints(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report) {
    let outside = |pattern: &str| {
        let service = pattern.split_once(':').map_or(pattern, |(service, _)| service).to_ascii_lowercase();
        !WITH_ENDPOINT_OWNER.contains(&service.as_str()) || pattern.eq_ignore_ascii_case("iam:PassRole")
    };
    let Some(actions) = &statement.action else {
        report.add(&USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES, &condition.place, "name the services with Action");
        return;
    };
    let outside: Vec<&str> = actions.items.iter().map(|action| action.text).filter(|action| outside(action)).collect();
    if !outside.is_empty() {
        let message = format!("{} does not come with {}", condition.key, outside.join(", "));
        report.add(&USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES, &condition.place, message);
    }
}

/// Conditions on tags of resources that some of the actions have no resources for.
fn tags(statement: &Statement<'_>, condition: &Condition<'_>, database: &Database, report: &mut Report) {
    let compares_presence = condition.form.is_none_or(|form| form.compares == Compares::Presence);
    if compares_presence || condition.holds_if_absent() || statement.effect.is_none() {
        return;
    }
    let key = condition.key;
    if statement.not_action.is_some() {
        let check = if statement.denies() {
            &DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
        } else {
            &ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
        };
        report.add(check, &condition.place, format!("not every action knows {key}; use Action"));
        return;
    }
    let mut services = BTreeSet::new();
    for action in statement.action.iter().flat_map(|actions| &actions.items) {
        let Some((service, name)) = action.text.split_once(':') else { continue };
        if service.contains(['*', '?']) {
            continue;
        }
        let unknown = if name.contains(['*', '?']) {
            let mut listed = database.expand(action.text).peekable();
            listed.peek().is_some() && !listed.any(|action| action.knows(&condition.lower))
        } else {
            database.find(service, name).is_some_and(|action| !action.knows(&condition.lower))
        };
        if unknown {
            services.insert(service.to_ascii_lowercase());
        }
    }
    if !services.is_empty() {
        let (check, effect) = if statement.denies() {
            (&DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE, "denied")
        } else {
            (&ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE, "allowed")
        };
        let services: Vec<String> = services.into_iter().collect();
        let message = format!("actions of {} that do not know {key} are not {effect}", services.join(", "));
        report.add(check, &condition.place, message);
    }
}

/// Actions, resources and keys that the policy's own resource has nothing to do with.
fn in_policy(policy: &Policy<'_>, database: &Database, report: &mut Report) {
    let all_actions = || policy.statements.iter().flat_map(|statement| statement.action.iter().flat_map(|actions| &actions.items));
    if policy.kind == Kind::Trust {
        for action in all_actions().filter(|action| !ASSUMING.iter().any(|known| glob::matches(action.text, known, Case::Insensitive))) {
            let message = format!("{} has no place in a role trust policy", action.text);
            report.add(&UNSUPPORTED_ACTION_IN_POLICY, &action.place, message);
        }
    }
    if policy.kind != Kind::Resource {
        return;
    }
    // What the policy is attached to is told by its resources, and failing that by its actions; for two services Access Analyzer asks.
    for service in ["s3", "dynamodb"] {
        let of_service = |text: &str| text.split_once(':').is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(service));
        if arns::services(policy).is_some_and(|services| services.len() == 1 && services.contains(service)) {
            let foreign = |action: &str| match action.split_once(':') {
                Some((prefix, _)) if prefix.contains(['*', '?']) => false,
                Some((prefix, name)) if prefix.eq_ignore_ascii_case(service) => {
                    database.find(prefix, name).is_some_and(|action| !action.takes_resources())
                }
                Some((prefix, _)) => database.has_service(prefix),
                None => false,
            };
            for action in all_actions().filter(|action| foreign(action.text)) {
                let message = format!("{} is no action on a resource of {service}", action.text);
                report.add(&UNSUPPORTED_ACTION_IN_POLICY, &action.place, message);
            }
            for (_, condition) in policy.conditions().filter(|(_, condition)| condition.lower == "s3:resourceaccount") {
                let message = format!("{} belongs into identity policies", condition.key);
                report.add(&IRRELEVANT_CONDITION_KEY_IN_POLICY, &condition.place, message);
            }
        } else if all_actions().next().is_some() && all_actions().all(|action| of_service(action.text)) {
            for resource in policy.statements.iter().flat_map(|statement| statement.all_resources()) {
                let named = resource.text.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(1));
                if named.is_some_and(|named| named != service && database.has_service(named)) {
                    let message = format!("{} is no resource of {service}", resource.text);
                    report.add(&UNSUPPORTED_RESOURCE_ARN_IN_POLICY, &resource.place, message);
                }
            }
        }
    }
}
