//! The parts of a SARIF document that hosts and editors read.

use super::super::tests::{report, row};
use super::super::{Look, find_format};
use super::*;
use crate::model::report::Report;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverScope};
use std::sync::Arc;

fn document(report: &Report) -> Value {
    let mut out = Vec::new();
    super::super::write(find_format("sarif").unwrap(), report, Look::default(), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn planned(file: &str, line: Option<u32>) -> Report {
    let mut report = report();
    report.results.truncate(1);
    report.results[0].resource.origin = Some(Arc::new(Origin { file: file.into(), address: "Users".into(), line }));
    report
}

#[test]
fn a_document_names_its_version_tool_and_rules() {
    let document = document(&report());
    assert_eq!((&document["version"], &document["$schema"]), (&json!("2.1.0"), &json!(SCHEMA)));
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "Ledgerline");
    assert_eq!(run["tool"]["driver"]["semanticVersion"], "0.1.0");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 2);
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let rule = &rules[1];
    assert_eq!(rule["id"], "dynamodb-table-provisioned");
    assert_eq!(rule["name"], "DynamodbTableProvisioned");
    assert_eq!(rule["shortDescription"]["text"], "Table uses on-demand capacity");
    assert_eq!(rule["help"]["text"], "switch it\n\nAWS CLI:\naws dynamodb update-table");
    assert_eq!(rule["help"]["markdown"], "switch it\n\nAWS CLI:\n\n```\naws dynamodb update-table\n```");
    assert_eq!(rule["properties"]["security-severity"], "5.5");
    assert_eq!(rule["properties"]["tags"], json!(["cost", "security-hub/DynamoDB.1"]));
}

#[test]
fn a_verdict_is_what_the_standard_calls_it() {
    let mut report = report();
    for status in [Status::Pass, Status::NotApplicable, Status::Waived] {
        report.results.push(row("r", status, Severity::Low, "x"));
    }
    report.results[5].waiver = Some(Arc::new(Waiver {
        id: "accepted".into(),
        scope: WaiverScope::default(),
        owner: "team".into(),
        reason: "because".into(),
        ticket: None,
        approver: None,
        created: None,
        expires: "2026-12-31T23:59:59Z".parse().unwrap(),
        origin: WaiverOrigin::Store,
    }));
    let document = document(&report);
    let told: Vec<(&str, &str)> = document["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (result["kind"].as_str().unwrap(), result["level"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("fail", "warning"), ("fail", "error"), ("open", "none"), ("pass", "none"), ("notApplicable", "none"), ("fail", "note")]
    );
    let results = &document["runs"][0]["results"];
    assert_eq!(results[5]["suppressions"][0]["kind"], "external");
    assert!(results[5]["suppressions"][0]["justification"].as_str().unwrap().contains("because"));
    assert!(results[0].get("suppressions").is_none(), "an empty list would say that it was looked at");
    assert_eq!(results[0]["partialFingerprints"][FINGERPRINT], "00ff");
}

#[test]
fn what_could_not_be_read_is_a_notification_of_the_run() {
    let invocation = &document(&report())["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications.len(), 1, "what was complete is none");
    assert_eq!(notifications[0]["level"], "error");
    assert_eq!(notifications[0]["descriptor"]["id"], "dynamodb:DescribeContinuousBackups");
    assert!(notifications[0]["message"]["text"].as_str().unwrap().ends_with("grant dynamodb:DescribeContinuousBackups"));
}

#[test]
fn a_planned_resource_stands_at_its_file_and_a_live_one_at_its_arn() {
    let location = |report: &Report| document(report)["runs"][0]["results"][0]["locations"][0].clone();
    let planned_at = location(&planned("./deploy/my template.yaml", Some(12)));
    assert_eq!(
        planned_at["physicalLocation"],
        json!({"artifactLocation": {"uri": "deploy/my%20template.yaml"}, "region": {"startLine": 12}})
    );
    assert_eq!(planned_at["logicalLocations"][0]["fullyQualifiedName"], "Users");
    assert_eq!(location(&planned("/plan.json", None))["physicalLocation"], json!({"artifactLocation": {"uri": "file:///plan.json"}}));
    let live = location(&report());
    assert!(live.get("physicalLocation").is_none());
    assert_eq!(live["logicalLocations"][0]["fullyQualifiedName"], "arn:aws:dynamodb:us-east-2:111122223333:table/=1+1");
}
