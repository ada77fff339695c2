//! Events of the class Compliance Finding; the published schema judges them in `tests/it/exports.rs`.

use super::super::tests::{report, row};
use super::super::{find_format, write as write_report};
use super::*;

fn events(report: &Report) -> Vec<Value> {
    let mut out = Vec::new();
    write_report(find_format("ocsf").unwrap(), report, Look::default(), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn an_event_says_what_was_judged_by_which_rule() {
    let events = events(&report());
    assert_eq!(events.len(), 3);
    let event = &events[0];
    assert_eq!((&event["class_uid"], &event["type_uid"], &event["activity_name"]), (&json!(2003), &json!(200_301), &json!("Create")));
    assert_eq!(event["time"], 1_795_420_800_000_i64);
    assert_eq!(event["finding_info"]["uid"], "00ff");
    assert_eq!(event["compliance"]["standards"], json!(["security-hub"]));
    assert_eq!(event["compliance"]["requirements"], json!(["security-hub DynamoDB.1"]));
    assert_eq!(event["resources"][0]["owner"]["name"], "@team");
    assert_eq!(event["evidences"][0]["data"]["expected"], "PAY_PER_REQUEST");
    assert_eq!(event["evidences"][0]["api"], json!({"operation": "dynamodb:DescribeTable"}));
    assert_eq!(event["remediation"]["desc"], "switch it\n\nAWS CLI:\naws dynamodb update-table");
    assert_eq!(event["unmapped"]["ledgerline"]["monthly_savings_usd"], "12.30");
}

#[test]
fn each_verdict_is_told_apart_and_only_a_pass_is_a_pass() {
    let mut report = report();
    report.results = Status::ALL.iter().map(|status| row("r", *status, Severity::High, "x")).collect();
    let told = events(&report).into_iter().map(|event| {
        let number = |pointer: &str| event.pointer(pointer).and_then(Value::as_i64).unwrap();
        (number("/compliance/status_id"), number("/severity_id"), number("/status_id"))
    });
    assert_eq!(told.collect::<Vec<_>>(), [(1, 1, 99), (3, 4, 1), (3, 4, 3), (2, 4, 1), (99, 1, 99)]);
}

#[test]
fn a_failed_listing_has_no_resource_and_says_which_call_failed() {
    let unknown = &events(&report())[2];
    assert_eq!(unknown.get("resources"), None);
    assert_eq!(unknown["unmapped"]["ledgerline"]["failed_call"], "dynamodb:DescribeContinuousBackups");
    assert_eq!(unknown["compliance"]["status_details"], json!(["dynamodb:DescribeContinuousBackups was denied"]));
}
