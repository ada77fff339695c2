//! Resources: are they ARNs, and ARNs of something that there is?
//!
//! A service's resource types come from the database as templates (`arn:${Partition}:s3:::${BucketName}`). A pattern of a policy is
//! compared with the templates whose last part could name the same thing; what all of those lack (a region, an account) the pattern
//! must not have, and what all of them have it must.

use super::Report;
use super::actions::WILDCARD_IN_SERVICE_NAME;
use super::policy::{Policy, Text};
use super::regions;
use super::registry::{Check, Example, Kind, error};
use crate::iam::actions::Database;
use crate::iam::glob;
use std::collections::{HashMap, HashSet};

use Example::Statement;

macro_rules! of_resource {
    ($action:literal, $resource:literal) => {
        Statement(concat!(r#"{"Effect":"Allow","Action":""#, $action, r#"","Resource":""#, $resource, r#""}"#))
    };
}

const OK: Example = of_resource!("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:jobs");

static INVALID_ARN_PREFIX: Check = error(
    "INVALID_ARN_PREFIX",
    Kind::Identity,
    "a resource is neither * nor an ARN",
    of_resource!("sqs:SendMessage", "aws:sqs:us-east-1:111122223333:jobs"),
    OK,
);
static MISSING_ARN_FIELD: Check = error(
    "MISSING_ARN_FIELD",
    Kind::Identity,
    "an ARN has fewer than six parts",
    of_resource!("sqs:SendMessage", "arn:aws:sqs:us-east-1:jobs"),
    OK,
);
static INVALID_PARTITION: Check = error(
    "INVALID_PARTITION",
    Kind::Identity,
    "an ARN names no partition of AWS",
    of_resource!("sqs:SendMessage", "arn:amazon:sqs:us-east-1:111122223333:jobs"),
    OK,
);
pub(super) static INVALID_SERVICE: Check = error(
    "INVALID_SERVICE",
    Kind::Identity,
    "an ARN or a condition key names no service",
    of_resource!("sqs:SendMessage", "arn:aws:sqss:us-east-1:111122223333:jobs"),
    OK,
);
static INVALID_ARN_SERVICE_CASE: Check = error(
    "INVALID_ARN_SERVICE_CASE",
    Kind::Identity,
    "the service in an ARN is not written in small letters, and matches nothing",
    of_resource!("sqs:SendMessage", "arn:aws:SQS:us-east-1:111122223333:jobs"),
    OK,
);
static INVALID_ARN_REGION: Check = error(
    "INVALID_ARN_REGION",
    Kind::Identity,
    "an ARN names no region of AWS",
    of_resource!("sqs:SendMessage", "arn:aws:sqs:us-east-9:111122223333:jobs"),
    OK,
);
static INVALID_ARN_ACCOUNT: Check = error(
    "INVALID_ARN_ACCOUNT",
    Kind::Identity,
    "the account in an ARN has not twelve digits",
    of_resource!("sqs:SendMessage", "arn:aws:sqs:us-east-1:1111:jobs"),
    OK,
);
static INVALID_ARN_RESOURCE: Check = error(
    "INVALID_ARN_RESOURCE",
    Kind::Identity,
    "the last part of an ARN is of no type of resource that the service has",
    of_resource!("iam:GetRole", "arn:aws:iam::111122223333:bucket/example"),
    OK,
);
static ARN_REGION_NOT_ALLOWED: Check = error(
    "ARN_REGION_NOT_ALLOWED",
    Kind::Identity,
    "resources of this type have no region in their ARN",
    of_resource!("iam:GetRole", "arn:aws:iam:us-east-1:111122223333:role/app"),
    OK,
);
static ARN_ACCOUNT_NOT_ALLOWED: Check = error(
    "ARN_ACCOUNT_NOT_ALLOWED",
    Kind::Identity,
    "resources of this type have no account in their ARN",
    of_resource!("s3:GetObject", "arn:aws:s3::111122223333:example/*"),
    OK,
);
static MISSING_ARN_REGION: Check = error(
    "MISSING_ARN_REGION",
    Kind::Identity,
    "resources of this type have a region in their ARN",
    of_resource!("sqs:SendMessage", "arn:aws:sqs::111122223333:jobs"),
    OK,
);
static MISSING_ARN_ACCOUNT: Check = error(
    "MISSING_ARN_ACCOUNT",
    Kind::Identity,
    "resources of this type have an account in their ARN",
    of_resource!("sqs:SendMessage", "arn:aws:sqs:us-east-1::jobs"),
    OK,
);

pub(super) static CHECKS: &[&Check] = &[
    &ARN_ACCOUNT_NOT_ALLOWED,
    &ARN_REGION_NOT_ALLOWED,
    &INVALID_ARN_ACCOUNT,
    &INVALID_ARN_PREFIX,
    &INVALID_ARN_REGION,
    &INVALID_ARN_RESOURCE,
    &INVALID_ARN_SERVICE_CASE,
    &INVALID_PARTITION,
    &INVALID_SERVICE,
    &MISSING_ARN_ACCOUNT,
    &MISSING_ARN_FIELD,
    &MISSING_ARN_REGION,
];

/// The longest ARN that AWS takes; longer text is not compared with templates.
const LONGEST: usize = 2048;

/// How many pairs of characters are compared for one policy. What is beyond is judged by its first five parts alone.
const MOST: usize = 10_000_000;

/// The ARN of a resource type.
struct Template {
    region: bool,
    account: bool,
    /// The last part, what varies as `?*`.
    name: String,
}

pub(super) fn run(policy: &Policy<'_>, database: &Database, report: &mut Report) {
    let resources = || policy.statements.iter().flat_map(|statement| statement.all_resources());
    if resources().all(|resource| resource.text == "*") {
        return;
    }
    let templates = templates(database);
    let mut budget = MOST;
    // Ten thousand statements seldom name ten thousand resources: each is judged once.
    let mut known: HashMap<&str, Vec<(&'static Check, String)>> = HashMap::new();
    for resource in resources() {
        let verdicts = known.entry(resource.text).or_insert_with(|| judge(resource, &templates, database, &mut budget));
        for (check, message) in verdicts {
            report.add(check, &resource.place, message.clone());
        }
    }
}

/// The templates by the service in the ARN, which is not always the prefix of the actions.
fn templates(database: &Database) -> HashMap<&str, Vec<Template>> {
    let mut templates: HashMap<&str, Vec<Template>> = HashMap::new();
    for ty in database.all_resource_types() {
        let mut parts = ty.arn.splitn(6, ':').skip(2);
        if let (Some(service), Some(region), Some(account), Some(name)) = (parts.next(), parts.next(), parts.next(), parts.next()) {
            let template = Template { region: !region.is_empty(), account: !account.is_empty(), name: open(name) };
            templates.entry(service).or_default().push(template);
        }
    }
    templates
}

/// A text with its variables as `*`, or in a template as `?*`: one character at least.
fn opened(text: &str, hole: &str) -> String {
    let mut opened = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        opened.push_str(before);
        opened.push_str(hole);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    opened.push_str(rest);
    opened
}

fn open(template: &str) -> String {
    opened(template, "?*")
}

fn judge(
    resource: &Text<'_>,
    templates: &HashMap<&str, Vec<Template>>,
    database: &Database,
    budget: &mut usize,
) -> Vec<(&'static Check, String)> {
    let text = resource.text;
    let mut verdicts: Vec<(&'static Check, String)> = Vec::new();
    if glob::is_everything(text) || text.starts_with("${") {
        return verdicts;
    }
    if !text.starts_with("arn:") {
        return vec![(&INVALID_ARN_PREFIX, format!("{text:?} is neither * nor an ARN, which begins with arn:"))];
    }
    let text = opened(text, "*");
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let &[_, partition, service, region, account, name] = parts.as_slice() else {
        let missing = "an ARN has six parts: arn:partition:service:region:account:resource".to_owned();
        return vec![(&MISSING_ARN_FIELD, missing)];
    };
    if !regions::is_partition(partition) {
        verdicts.push((&INVALID_PARTITION, format!("there is no partition {partition:?}; most accounts are in aws")));
    }
    if !region.is_empty() && !regions::is_region(region) {
        verdicts.push((&INVALID_ARN_REGION, format!("there is no region {region:?}")));
    } else if !region.is_empty() && regions::is_partition(partition) && !regions::is_region_of(partition, region) {
        verdicts.push((&INVALID_ARN_REGION, format!("{region} is no region of the partition {partition}")));
    }
    if !is_account(account) {
        verdicts.push((&INVALID_ARN_ACCOUNT, format!("{account:?} is no account; an account has twelve digits")));
    }
    if service.contains(['*', '?']) {
        verdicts.push((&WILDCARD_IN_SERVICE_NAME, "name the service that is meant".to_owned()));
        return verdicts;
    }
    let Some(of_service) = templates.get(service) else {
        let lower = service.to_ascii_lowercase();
        if templates.contains_key(lower.as_str()) || (lower != service && database.has_service(&lower)) {
            verdicts.push((&INVALID_ARN_SERVICE_CASE, format!("write {lower} in place of {service}")));
        } else if !database.has_service(service) {
            verdicts.push((&INVALID_SERVICE, format!("there was no service {service:?} on {}", database.date())));
        }
        return verdicts;
    };
    if text.len() > LONGEST {
        return verdicts;
    }
    let near = || of_service.iter().filter(|template| !glob::differ_at_ends(name, &template.name));
    *budget = budget.saturating_sub(near().map(|template| template.name.len() * name.len()).sum());
    if *budget == 0 {
        return verdicts;
    }
    let possible: Vec<&Template> = near().filter(|template| glob::overlap(name, &template.name)).collect();
    if possible.is_empty() {
        verdicts.push((&INVALID_ARN_RESOURCE, format!("{service} has no type of resource whose ARN ends like {name:?}")));
        return verdicts;
    }
    // `*` matches the empty part too; `arn:aws:s3:*:*:bucket` is odd and works.
    let bare = |part: &str| part.bytes().all(|byte| byte == b'*');
    if !bare(region) && possible.iter().all(|template| !template.region) {
        verdicts.push((&ARN_REGION_NOT_ALLOWED, format!("ARNs of {service} for {name} have no region; leave {region} out")));
    }
    if !bare(account) && possible.iter().all(|template| !template.account) {
        verdicts.push((&ARN_ACCOUNT_NOT_ALLOWED, format!("ARNs of {service} for {name} have no account; leave {account} out")));
    }
    if region.is_empty() && possible.iter().all(|template| template.region) {
        verdicts.push((&MISSING_ARN_REGION, format!("ARNs of {service} for {name} have a region")));
    }
    // What Amazon shares in Systems Manager stands in no account: arn:aws:ssm:us-east-1::document/AWS-RunShellScript.
    let shared =
        service == "ssm" && ["document/AWS", "parameter/aws/", "automation-definition/AWS"].iter().any(|head| name.starts_with(head));
    if account.is_empty() && !shared && possible.iter().all(|template| template.account) {
        verdicts.push((&MISSING_ARN_ACCOUNT, format!("ARNs of {service} for {name} have an account")));
    }
    verdicts
}

/// Whether twelve digits match, or nothing is written, or AWS itself is.
fn is_account(account: &str) -> bool {
    if account.is_empty() || account == "aws" || account == "aws-managed" || account == "amazon" {
        return true;
    }
    let fixed = account.bytes().filter(|byte| *byte != b'*').count();
    account.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*' || byte == b'?')
        && (fixed == 12 || (fixed < 12 && account.contains('*')))
}

/// The services whose resources a policy names, where all are named plainly.
pub(super) fn services<'a>(policy: &Policy<'a>) -> Option<HashSet<&'a str>> {
    let mut services = HashSet::new();
    for resource in policy.statements.iter().flat_map(|statement| statement.all_resources()) {
        let service = resource.text.strip_prefix("arn:")?.split(':').nth(1)?;
        if service.contains(['*', '?', '$']) {
            return None;
        }
        services.insert(service);
    }
    Some(services)
}
