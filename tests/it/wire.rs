//! Requests on the wire are those that the catalogue predicts for the loaded rules, type by type: a listing's pages, and one
//! for each resource and call that a rule reads. With every pack loaded, no type asks more of a resource than its ceiling.

use crate::support::deployed::{Deployed, text};
use ledgerline::collect::aws::catalogue;
use ledgerline::model::CallId;
use ledgerline::model::catalogue::{CallSpec, Each, TypeSpec};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most calls that one resource may cost beyond listings, with all packs loaded. None for all types that are not named.
const CEILINGS: &[(&str, usize)] = &[
    ("AWS::ApiGateway::RestApi", 4),
    ("AWS::CertificateManager::Certificate", 1),
    ("AWS::Cognito::UserPool", 5),
    ("AWS::DynamoDB::Table", 5),
    ("AWS::KMS::Key", 3),
    ("AWS::Lambda::Function", 6),
    ("AWS::SNS::Topic", 1),
];

/// Types that may cost no call beyond their listings: there are too many of them.
const LISTED_ONLY: &[&str] = &[
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::EC2::SecurityGroup",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
    "AWS::SNS::Subscription",
];

/// Calls that are made more often than their type tells, and why.
const MORE_OFTEN: &[(&str, u64, &str)] = &[
    (
        "cloudwatch:GetMetricData",
        10,
        "five metrics of a fortnight's minutes fill an answer; the tables and their indexes have fifty at most",
    ),
    ("account:GetAlternateContact", 3, "once a kind of contact"),
    ("apigateway:GetDomainNames", 2, "by both versions of the API, each under this name"),
    ("application-autoscaling:DescribeScalableTargets", 2, "once a namespace: tables and functions"),
    ("application-autoscaling:DescribeScalingPolicies", 2, "once a namespace: tables and functions"),
    ("budgets:DescribeSubscribersForNotification", 3, "once a notification of the budget"),
];

/// Calls that are made only where something gives reason to, and nothing here does: no domain of an HTTP API, no prefix list in
/// a group, no peered network, no report that is not there yet.
const WITH_REASON: &[&str] = &[
    "apigateway:GetApiMappings",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeStaleSecurityGroups",
    "ec2:GetManagedPrefixListEntries",
    "iam:GenerateCredentialReport",
];

/// A call of a type that was wanted in a place.
struct Wanted {
    spec: TypeSpec,
    call: CallSpec,
    region: String,
    resources: u64,
}

/// What an audit wanted, from its rows of coverage. The account's own type and the bill are asked in other ways.
fn wanted(report: &Value) -> Vec<Wanted> {
    let catalogue = catalogue();
    let rows = report["coverage"]["scopes"].as_array().expect("scopes");
    rows.iter()
        .filter_map(|row| {
            let spec = catalogue.find(&text(&row["type"]).as_str().into())?.clone();
            let call = spec.find_call(&CallId::from(text(&row["call"]).as_str()))?.clone();
            Some(Wanted { spec, call, region: text(&row["region"]), resources: row["resources"].as_u64().unwrap_or(0) })
        })
        .collect()
}

#[test]
fn requests_are_those_that_the_catalogue_predicts() {
    let deployed = Deployed::new();
    let report = deployed.audit().json();
    let counts = deployed.stand_in.counts();
    let wanted = wanted(&report);
    let listed = |call: &CallId| {
        let listing = wanted.iter().find(|one| one.call.call == *call && one.spec.listing.as_ref() == Some(call));
        listing.map_or(0, |one| one.resources)
    };
    let (mut expected, mut shared) = (BTreeMap::<String, u64>::new(), BTreeSet::new());
    for one in &wanted {
        let often = match one.call.each {
            // Nothing here has a second page, and types that share a listing share its pages.
            Each::Page | Each::Account => u64::from(shared.insert((&one.call.call, &one.region))),
            Each::Resource => one.resources,
            Each::Parent => one.call.after.first().map_or(0, listed),
        };
        *expected.entry(one.call.call.to_string()).or_default() += often;
    }
    for (name, often, _) in MORE_OFTEN {
        expected.entry((*name).to_owned()).and_modify(|expected| *expected = *often);
    }
    expected.retain(|name, _| !WITH_REASON.contains(&name.as_str()));
    assert!(expected.len() > 20, "{expected:?}");
    let differ: Vec<String> = expected
        .iter()
        .filter(|(name, times)| {
            !name.starts_with("ce:") && **name != "tag:GetResources" && counts.get(*name).copied().unwrap_or(0) != **times
        })
        .map(|(name, times)| format!("{name}: {times} were predicted, {:?} sent", counts.get(name)))
        .collect();
    assert_eq!(differ.len(), 0, "{}", differ.join("\n"));
    let unasked: Vec<&String> = counts.keys().filter(|name| !expected.contains_key(*name) && !name.starts_with("sts:")).collect();
    assert_eq!(unasked.len(), 0, "nobody wanted {unasked:?}");
    assert_eq!(report["requests"]["total"], counts.values().sum::<u64>());
}

#[test]
fn no_type_asks_more_of_a_resource_than_its_ceiling() {
    let report = Deployed::new().audit().json();
    let mut calls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in wanted(&report) {
        if one.call.each == Each::Resource {
            calls.entry(one.spec.resource_type.to_string()).or_default().insert(one.call.call.to_string());
        }
    }
    for (resource_type, ceiling) in CEILINGS {
        let asked = calls.get(*resource_type).map_or(0, BTreeSet::len);
        assert!(asked <= *ceiling, "{resource_type} asks {asked} calls a resource: {:?}", calls.get(*resource_type));
    }
    for resource_type in LISTED_ONLY {
        assert_eq!(calls.get(*resource_type), None, "{resource_type} asks each resource");
    }
}
