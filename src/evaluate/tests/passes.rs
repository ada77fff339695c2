//! Rules over resources: the four verdicts, parameters, parts, threads.

use super::*;
use crate::evaluate::{Pass, run, run_on};
use crate::model::run::PassScope;
use crate::model::verdict::{Evaluation, Status};
use arcstr::ArcStr;
use std::num::NonZeroUsize;
use std::sync::Arc;

fn evaluate(rules: &RuleSet, inventory: &Inventory, evidence: &[Status]) -> Vec<Evaluation> {
    let (catalogue, scope) = (catalogue(), PassScope::default());
    let verdicts = run(rules, inventory, &Pass { now: chrono::DateTime::UNIX_EPOCH, catalogue: &catalogue, scope: &scope, evidence });
    // Quiet ones are written out and put where they belong, so that a test sees all.
    let quiet = verdicts.quiet.iter().filter_map(|quiet| verdicts.written_out(quiet, inventory));
    let mut all: Vec<Evaluation> = verdicts.told.iter().cloned().chain(quiet).collect();
    all.sort_by_key(|one| (one.resource.unwrap_or(usize::MAX), verdicts.rules.iter().position(|rule| rule.id == one.rule.id)));
    all
}

fn only(rule: &str) -> RuleSet {
    rules().select(&[rule]).unwrap()
}

fn table(name: &str, mode: Option<&str>, gaps: &[&str]) -> (Resource, Known<ArcStr>) {
    let indexes = json!([{ "IndexName": "a-index" }]);
    let properties = mode.map_or(json!({}), |mode| json!({ "BillingMode": mode, "GlobalSecondaryIndexes": indexes }));
    (resource("AWS::DynamoDB::Table", name, json!({ "properties": properties, "state": { "ItemCount": 3 } }), gaps), Known::None)
}

fn group(name: &str, days: i64, environment: Known<ArcStr>) -> (Resource, Known<ArcStr>) {
    (resource("AWS::Logs::LogGroup", name, json!({ "properties": { "RetentionInDays": days } }), &[]), environment)
}

#[test]
fn a_rule_passes_fails_is_unknown_or_does_not_apply() {
    let options = settings("default: { dynamodb-table-provisioned: { allow_provisioned: [kept] } }");
    let rules = good(&options).unwrap().select(&["dynamodb-table-provisioned"]).unwrap();
    let tables = vec![
        table("a", Some("PAY_PER_REQUEST"), &[]),
        table("b", Some("PROVISIONED"), &[]),
        table("c", None, &["properties.BillingMode", "state.ItemCount"]),
        table("kept", Some("PROVISIONED"), &[]),
    ];
    let said: Vec<String> = evaluate(&rules, &inventory(tables, &[]), &[])
        .iter()
        .map(|evaluation| {
            format!("{} {} {:?}", evaluation.status, evaluation.message, evaluation.monthly_savings.map(|usd| usd.to_string()))
        })
        .collect();
    assert_eq!(
        said,
        [
            "pass  None",
            "fail table b is billed PROVISIONED Some(\"3\")",
            "unknown c: properties.BillingMode could not be read: AWS denied dynamodb:DescribeTable; grant dynamodb:DescribeTable None",
            "not_applicable  None",
        ]
    );
}

#[test]
fn what_was_denied_never_passes_or_fails() {
    let set = rules();
    for place in ["properties", "properties.BillingMode", "tags", "state"] {
        let (table, environment) = table("t", Some("PROVISIONED"), &[place]);
        for evaluation in evaluate(&set, &inventory(vec![(table, environment)], &[]), &[]) {
            let reads = evaluation.rule.reads.iter().any(|(_, path)| path.is_within(&place.parse().unwrap()));
            // The savings read the state; the verdict does not depend on them.
            let decides = reads && place != "state";
            assert_eq!(evaluation.status == Status::Unknown, decides, "{} with {place} denied", evaluation.rule.id);
            assert!(place != "state" || evaluation.monthly_savings.is_none());
        }
    }
}

#[test]
fn evidence_is_built_for_the_statuses_that_are_asked_for() {
    let tables = || inventory(vec![table("a", Some("PAY_PER_REQUEST"), &[]), table("b", Some("PROVISIONED"), &[])], &[]);
    let rules = only("dynamodb-table-provisioned");
    let found = evaluate(&rules, &tables(), &[Status::Fail]);
    assert!(found[0].evidence.is_empty() && found[0].message.is_empty());
    let [billing, items] = found[1].evidence.as_slice() else { panic!("{:?}", found[1].evidence) };
    assert_eq!((billing.path.to_string(), items.path.to_string()), ("properties.BillingMode".into(), "state.ItemCount".into()));
    assert_eq!(billing.observed.to_text(), "PROVISIONED");
    assert_eq!(billing.expected.as_ref().unwrap().to_text(), "PAY_PER_REQUEST");
    assert_eq!(billing.call.as_ref().unwrap().as_str(), "dynamodb:DescribeTable");
    let all = evaluate(&rules, &tables(), Status::ALL);
    assert_eq!(all[0].message, "a: Table uses on-demand capacity");
    assert!(!all[0].evidence.is_empty());
}

#[test]
fn evidence_of_a_part_begins_with_the_part_and_counts_what_it_leaves_out() {
    let many: Vec<String> = (0..11).map(|number| format!("attribute-{number:02}")).collect();
    let indexes = json!([{ "IndexName": "a-index", "Projection": { "ProjectionType": "ALL", "NonKeyAttributes": many } }]);
    let table = resource("AWS::DynamoDB::Table", "a", json!({ "properties": { "GlobalSecondaryIndexes": indexes } }), &[]);
    let all = evaluate(&only("dynamodb-index-misnamed"), &inventory(vec![(table, Known::None)], &[]), Status::ALL);
    let part = all[0].evidence[0].observed.to_json();
    assert_eq!((all[0].evidence[0].path.to_string().as_str(), &part["IndexName"]), ("index", &json!("a-index")));
    let kept = part["Projection"]["NonKeyAttributes"].as_array().unwrap();
    assert_eq!((kept.len(), &kept[7], &kept[8]), (9, &json!("attribute-07"), &json!("and 3 more")));
}

#[test]
fn parameters_follow_the_environment_of_the_resource() {
    let options = settings(
        "default: { logs-group-retention-short: { min_days: 60 } }\ndev: { logs-group-retention-short: { min_days: 7 } }\nprod: { logs-group-retention-short: {} }",
    );
    let rules = good(&options).unwrap();
    let gap = Known::Gap(Arc::new(denied("tag:GetResources")));
    let groups = vec![
        group("a", 7, Known::Is("dev".into())),
        group("b", 7, Known::Is("prod".into())),
        group("c", 59, Known::None),
        group("d", 60, Known::None),
        group("e", 7, gap),
    ];
    let found = evaluate(&rules, &inventory(groups, &[]), &[]);
    let statuses: Vec<Status> = found.iter().map(|evaluation| evaluation.status).collect();
    assert_eq!(statuses, [Status::Pass, Status::Fail, Status::Fail, Status::Pass, Status::Unknown]);
    assert_eq!(found[4].message, "e: environment could not be read: AWS denied tag:GetResources; grant tag:GetResources");
}

#[test]
fn an_unknown_environment_matters_only_where_an_environment_changes_something() {
    let gap = || Known::Gap(Arc::new(denied("tag:GetResources")));
    let statuses = |options: &LoadOptions| {
        let found = evaluate(&good(options).unwrap(), &inventory(vec![group("a", 7, gap())], &[]), &[]);
        found.iter().map(|evaluation| evaluation.status).collect::<Vec<_>>()
    };
    assert_eq!(statuses(&LoadOptions::default()), [Status::Fail]);
    assert_eq!(statuses(&settings("default: { logs-group-retention-short: { min_days: 7 } }")), [Status::Pass]);
    assert_eq!(statuses(&settings("dev: { logs-group-retention-short: { min_days: 7 } }")), [Status::Unknown]);
}

#[test]
fn a_failed_listing_is_one_unknown_a_rule_besides_what_was_seen() {
    let inventory = inventory(vec![table("a", Some("PAY_PER_REQUEST"), &[])], &[("AWS::DynamoDB::Table", "dynamodb:ListTables")]);
    let found = evaluate(&only("dynamodb-*"), &inventory, &[]);
    let unlisted: Vec<String> = found
        .iter()
        .filter(|evaluation| evaluation.resource.is_none())
        .map(|evaluation| format!("{} {}", evaluation.status, evaluation.message))
        .collect();
    let message = "unknown the list of AWS::DynamoDB::Table of 111122223333 in us-east-2 could not be read: AWS denied dynamodb:ListTables; grant dynamodb:ListTables";
    assert_eq!(unlisted, [message, message, message]);
    assert_eq!(found.iter().filter(|evaluation| evaluation.resource.is_some()).count(), 3);
}

#[test]
fn a_rule_that_looks_for_others_is_unknown_where_their_listing_failed() {
    let groups = || vec![group("/aws/lambda/f", 1, Known::None)];
    let status = |failed: &[(&str, &str)]| evaluate(&only("logs-group-orphaned"), &inventory(groups(), failed), &[])[0].status;
    assert_eq!(status(&[]), Status::Fail);
    assert_eq!(status(&[("AWS::Lambda::Function", "lambda:ListFunctions")]), Status::Unknown);
}

#[test]
fn parts_of_a_resource_are_judged_on_their_own() {
    let of = |indexes: serde_json::Value| {
        let table = resource("AWS::DynamoDB::Table", "t", json!({ "properties": { "GlobalSecondaryIndexes": indexes } }), &[]);
        let found = evaluate(&only("dynamodb-index-misnamed"), &inventory(vec![(table, Known::None)], &[]), &[]);
        found.iter().map(|part| format!("{:?} {} {}", part.sub_key.as_deref(), part.status, part.message)).collect::<Vec<_>>()
    };
    assert_eq!(
        of(json!([{ "IndexName": "a-index" }, { "IndexName": "b" }, { "IndexName": "b" }, {}])),
        [
            "Some(\"a-index\") pass ",
            "Some(\"b\") fail index b of table t has a name that says nothing",
            "Some(\"b#2\") fail index b of table t has a name that says nothing",
            "Some(\"[3]\") unknown t: absent property: index.IndexName",
        ]
    );
    assert_eq!(of(json!([])), ["None not_applicable "]);
}

#[test]
fn a_narrower_scope_leaves_out_what_it_does_not_look_at() {
    let catalogue = catalogue();
    let inventory = inventory(vec![table("a", Some("PROVISIONED"), &[])], &[("AWS::Logs::LogGroup", "logs:DescribeLogGroups")]);
    let count = |scope: &PassScope| {
        let pass = Pass { now: chrono::DateTime::UNIX_EPOCH, catalogue: &catalogue, scope, evidence: &[] };
        run(&rules(), &inventory, &pass).len()
    };
    assert_eq!(count(&PassScope::default()), 5);
    assert_eq!(count(&PassScope { regions: Some(["eu-west-1".into()].into()), ..PassScope::default() }), 0);
    assert_eq!(count(&PassScope { rules: Some(["logs-group-orphaned".into()].into()), ..PassScope::default() }), 1);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let tables = (0..2000).map(|n| table(&format!("t{n:04}"), Some(["PROVISIONED", "PAY_PER_REQUEST"][n % 2]), &[])).collect();
    let (inventory, rules, catalogue, scope) = (inventory(tables, &[]), rules(), catalogue(), PassScope::default());
    let pass = Pass { now: chrono::DateTime::UNIX_EPOCH, catalogue: &catalogue, scope: &scope, evidence: Status::ALL };
    let on = |threads: usize| {
        let found = run_on(NonZeroUsize::new(threads).unwrap(), &rules, &inventory, &pass);
        assert_eq!(found.len(), 6000);
        found.told.iter().map(|evaluation| format!("{evaluation:?}")).collect::<Vec<_>>()
    };
    let one = on(1);
    assert!(one == on(2) && one == on(7));
}

#[test]
fn required_tag_keys_are_counted_and_unread_tags_are_not_compliant() {
    let tagged = |name: &str, tags: serde_json::Value, gaps: &[&str]| {
        (resource("AWS::DynamoDB::Table", name, json!({ "tags": tags }), gaps), Known::None)
    };
    let tables = vec![
        tagged("good", json!({ "Owner": "a" }), &[]),
        tagged("empty", json!({ "Owner": " " }), &[]),
        tagged("none", json!({}), &[]),
        tagged("denied", json!({}), &["tags"]),
    ];
    let (catalogue, scope) = (catalogue(), PassScope::default());
    let pass = Pass { now: chrono::DateTime::UNIX_EPOCH, catalogue: &catalogue, scope: &scope, evidence: &[] };
    let counts = |threads: usize| run_on(NonZeroUsize::new(threads).unwrap(), &rules(), &inventory(tables.clone(), &[]), &pass).tags;
    let counted: Vec<_> = counts(1).into_iter().map(|((_, key), count)| (key, count.required, count.compliant)).collect();
    assert_eq!(counted, [("Owner".into(), 4, 1)]);
    assert_eq!(counts(1), counts(3));
}
