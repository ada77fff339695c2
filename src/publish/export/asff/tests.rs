//! Findings as Security Hub takes them: the verdicts told apart, every text within its limit, one id over all passes.

use super::super::tests::{report, row};
use super::super::{find_format, write as write_report};
use super::*;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverScope};
use crate::model::{Money, ResourceId};
use serde_json::json;
use std::sync::Arc;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

const NOW: &str = "2026-11-23T08:00:00Z";

fn told(status: Status) -> SecurityFinding {
    of_row(&row("dynamodb-table-provisioned", status, RuleSeverity::High, "users"), time(NOW), time(NOW))
}

/// What the store keeps of the row.
fn remembered() -> Finding {
    let row = row("dynamodb-table-provisioned", Status::Fail, RuleSeverity::High, "users");
    Finding {
        fingerprint: row.fingerprint.clone(),
        rule: row.rule.clone(),
        title: row.title.clone(),
        pillar: row.pillar,
        severity: row.severity,
        status: FindingStatus::Open,
        resource: row.resource.id.clone().unwrap(),
        resource_type: row.resource.resource_type.clone(),
        resource_name: row.resource.name.clone().unwrap(),
        account: row.resource.account.clone(),
        region: row.resource.region.clone(),
        sub_key: None,
        message: row.message.clone(),
        owner: row.resource.owner.clone(),
        first_seen: time("2026-11-01T00:00:00Z"),
        last_seen: time(NOW),
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: row.monthly_savings_usd,
        details: result_row(&row),
    }
}

#[test]
fn each_verdict_is_told_apart_and_only_a_pass_is_passed() {
    let verdicts = Status::ALL.iter().map(|status| {
        let finding = told(*status);
        (finding.compliance.status, finding.severity.label, finding.workflow.status, finding.compliance.status_reasons.len())
    });
    assert_eq!(
        verdicts.collect::<Vec<_>>(),
        [
            ("PASSED", "INFORMATIONAL", "NEW", 0),
            ("FAILED", "HIGH", "NEW", 0),
            ("FAILED", "HIGH", "SUPPRESSED", 0),
            ("WARNING", "HIGH", "NEW", 1),
            ("NOT_AVAILABLE", "INFORMATIONAL", "NEW", 1),
        ]
    );
}

#[test]
fn a_finding_has_what_security_hub_asks_for() {
    let finding = serde_json::to_value(told(Status::Fail)).unwrap();
    assert_eq!(finding["SchemaVersion"], "2018-10-08");
    assert_eq!(finding["Id"], "ledgerline/00ff");
    assert_eq!(finding["ProductArn"], "arn:aws:securityhub:us-east-2:111122223333:product/111122223333/default");
    assert_eq!((&finding["GeneratorId"], &finding["AwsAccountId"]), (&json!("dynamodb-table-provisioned"), &json!("111122223333")));
    assert_eq!(finding["CreatedAt"], "2026-11-23T08:00:00.000Z");
    assert_eq!(finding["Severity"], json!({"Label": "HIGH", "Original": "high"}));
    assert_eq!(finding["Remediation"]["Recommendation"]["Text"], "switch it");
    assert_eq!(finding["Compliance"], json!({"Status": "FAILED", "RelatedRequirements": ["security-hub DynamoDB.1"]}));
    let resource = &finding["Resources"][0];
    assert_eq!(
        (&resource["Type"], &resource["Partition"], &resource["Region"]),
        (&json!("AwsDynamoDbTable"), &json!("aws"), &json!("us-east-2"))
    );
    assert_eq!(resource["Details"]["Other"], json!({"properties.BillingMode": "\"PROVISIONED\", expected \"PAY_PER_REQUEST\""}));
    assert_eq!(finding["ProductFields"]["ledgerline/MonthlySavingsUsd"], "12.30");
    assert_eq!(finding.get("Note"), None);
}

#[test]
fn what_the_store_remembers_is_the_same_finding_with_its_history() {
    let (live, known) = (told(Status::Fail), of_finding(&remembered(), &"eu-west-1".into()));
    assert_eq!((&live.id, &live.resources, &live.compliance), (&known.id, &known.resources, &known.compliance));
    assert_eq!(known.created_at, "2026-11-01T00:00:00.000Z");
    assert_eq!(known.product_arn, "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default");
    assert_eq!(known.record_state, "ACTIVE");
    let gone = Finding {
        status: FindingStatus::Resolved,
        resolution: Some(Resolution::Gone),
        resolved_at: Some(time("2026-11-24T00:00:00Z")),
        ..remembered()
    };
    let gone = of_finding(&gone, &"eu-west-1".into());
    assert_eq!((gone.record_state, gone.compliance.status, gone.workflow.status), ("ARCHIVED", "NOT_AVAILABLE", "RESOLVED"));
    assert_eq!(gone.updated_at, "2026-11-24T00:00:00.000Z");
    let fixed = Finding { status: FindingStatus::Resolved, resolution: Some(Resolution::Fixed), ..remembered() };
    assert_eq!(of_finding(&fixed, &"eu-west-1".into()).compliance.status, "PASSED");
    let stale = Finding { status: FindingStatus::Stale, stale_since: Some(time("2026-11-24T00:00:00Z")), ..remembered() };
    let stale = of_finding(&stale, &"eu-west-1".into());
    assert_eq!((stale.record_state, stale.compliance.status), ("ACTIVE", "WARNING"), "not seen is not gone");
    assert!(stale.compliance.status_reasons[0].description.starts_with("not known since 2026-11-24"));
}

#[test]
fn details_that_are_not_there_leave_out_what_they_would_have_told() {
    let bare = of_finding(&Finding { details: Value::Null, ..remembered() }, &Region::global());
    assert_eq!((bare.remediation, bare.resources[0].tags.clone(), bare.resources[0].details.clone()), (None, None, None));
    assert!(bare.product_arn.starts_with("arn:aws:securityhub:us-east-1:"));
}

#[test]
fn a_waived_failure_says_who_and_until_when() {
    let mut row = row("r", Status::Waived, RuleSeverity::Low, "x");
    row.waiver = Some(Arc::new(Waiver {
        id: "accepted".into(),
        scope: WaiverScope::default(),
        owner: "team".into(),
        reason: "because".into(),
        ticket: None,
        approver: None,
        created: None,
        expires: time("2026-12-31T23:59:59Z"),
        origin: WaiverOrigin::Store,
    }));
    let note = of_row(&row, time(NOW), time(NOW)).note.unwrap();
    assert_eq!((note.text.as_str(), note.updated_by.as_str()), ("waived (accepted) until 2026-12-31: because", "team"));
}

#[test]
fn a_failed_listing_is_about_the_account() {
    let finding = told_without_resource();
    let resource = &finding.resources[0];
    assert_eq!((resource.resource_type, resource.id.as_str(), &resource.tags), ("AwsAccount", "AWS::::Account:111122223333", &None));
    assert_eq!(finding.product_fields["ledgerline/ResourceType"], "AWS::DynamoDB::Table");
}

fn told_without_resource() -> SecurityFinding {
    let mut row = row("r", Status::Unknown, RuleSeverity::High, "x");
    row.resource.id = None;
    row.resource.tags = Value::Null.into();
    of_row(&row, time(NOW), time(NOW))
}

#[test]
fn every_text_is_cut_to_what_security_hub_takes() {
    let mut row = row("r", Status::Fail, RuleSeverity::High, "x");
    let long = "ü".repeat(5_000);
    row.message = long.as_str().into();
    row.title = long.as_str().into();
    row.remedy.text = long.as_str().into();
    row.resource.id = Some(ResourceId::from(long.as_str()));
    row.resource.owner = Some(long.as_str().into());
    let mut tags: serde_json::Map<String, Value> = (0..80).map(|at| (format!("key-{at}"), json!(long))).collect();
    tags.insert("aws:cloudformation:stack-name".to_owned(), json!("x"));
    row.resource.tags = Value::Object(tags).into();
    row.controls = Arc::new([("f".into(), (0..99).map(|at| format!("{at}").into()).collect())].into());
    row.monthly_cost_usd = Some(Money::ZERO);
    let finding = of_row(&row, time(NOW), time(NOW));
    let most = |text: &str, most: usize| assert!(text.len() <= most && text.len() > most - 4 && text.ends_with('…'), "{}", text.len());
    most(&finding.title, 256);
    most(&finding.description, 1024);
    most(&finding.remediation.unwrap().recommendation.text, 512);
    most(&finding.resources[0].id, 512);
    most(&finding.product_fields["ledgerline/Owner"], 2048);
    let tags = finding.resources[0].tags.as_ref().unwrap();
    assert_eq!((tags.len(), finding.compliance.related_requirements.len()), (50, 32));
    assert!(tags.iter().all(|(key, value)| !key.starts_with("aws:") && value.len() <= 256));
}

#[test]
fn texts_are_cut_between_characters() {
    assert_eq!(fitted("abcdef", 6), "abcdef");
    assert_eq!(fitted("abcdefg", 6), "abc…");
    assert_eq!(fitted("üüüü", 7), "üü…");
    assert_eq!(fitted("\u{202e}x", 99), "\\u{202e}x");
}

#[test]
fn accounts_regions_and_types_are_what_security_hub_calls_them() {
    assert_eq!(kinds::account("template"), "000000000000");
    assert_eq!(kinds::partition(Some("arn:aws-cn:s3:::b"), "us-east-1"), "aws-cn");
    assert_eq!((kinds::partition(None, "us-gov-east-1"), kinds::partition(None, "global")), ("aws-us-gov", "aws"));
    assert_eq!((kinds::home("aws-cn"), kinds::home("aws")), ("cn-north-1", "us-east-1"));
    assert!(kinds::TYPES.is_sorted());
    assert_eq!((kinds::resource_type("AWS::SNS::Topic"), kinds::resource_type("AWS::Logs::LogGroup")), ("AwsSnsTopic", "Other"));
}

#[test]
fn a_report_is_an_array_and_a_finding_that_is_known_keeps_its_first_day() {
    let mut report = report();
    report.changes = vec![crate::model::finding::Change {
        run: "run-1".into(),
        kind: crate::model::finding::ChangeKind::Seen,
        finding: Finding { fingerprint: report.results[0].fingerprint.clone(), ..remembered() },
    }];
    let mut out = Vec::new();
    write_report(find_format("asff").unwrap(), &report, Look::default(), &mut out).unwrap();
    let findings: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(findings.as_array().unwrap().len(), 3);
    assert_eq!(findings[0]["FirstObservedAt"], "2026-11-01T00:00:00.000Z");
    assert_eq!(findings[0]["UpdatedAt"], "2026-11-23T08:00:00.000Z");
}
