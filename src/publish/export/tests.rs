//! Exports of one report that has everything strangers may write: formulas, quotes, line ends, escapes, reversed text.

use super::{Colour, FORMATS, Look, find_format, json, printable};
use crate::model::coverage::ScopeRow;
use crate::model::report::{Report, ResourceRef, ResultRow, Summary};
use crate::model::rule::{Controls, Pillar, Remedy, Severity};
use crate::model::run::{PassScope, Requests, RunHead};
use crate::model::verdict::{Evidence, Status};
use crate::model::{Coverage, Gap, GapKind, Money, Outcome, Path, Value};
use serde_json::json;
use std::sync::Arc;

const ESCAPE: &str = "\u{1b}[31mred\u{7}\u{9b}2J";

pub(super) fn row(rule: &str, status: Status, severity: Severity, name: &str) -> ResultRow {
    ResultRow {
        rule: rule.into(),
        title: "Table uses on-demand capacity".into(),
        pillar: Pillar::Cost,
        severity,
        status,
        fingerprint: "00ff".into(),
        message: format!("table {name} is billed PROVISIONED").into(),
        sub_key: None,
        resource: ResourceRef {
            id: Some(format!("arn:aws:dynamodb:us-east-2:111122223333:table/{name}").as_str().into()),
            resource_type: "AWS::DynamoDB::Table".into(),
            name: Some(name.into()),
            account: "111122223333".into(),
            region: "us-east-2".into(),
            tags: json!({"Owner": "=HYPERLINK(\"http://x\")", "note": "a,\"b\"\r\nc", "esc": ESCAPE, "rtl": "\u{202e}evil"}).into(),
            owner: Some("@team".into()),
            origin: None,
        },
        evidence: vec![Evidence {
            path: "properties.BillingMode".parse::<Path>().unwrap(),
            observed: Value::Str("PROVISIONED".into()),
            expected: Some(Value::Str("PAY_PER_REQUEST".into())),
            call: Some("dynamodb:DescribeTable".into()),
        }],
        gap: None,
        monthly_cost_usd: None,
        monthly_savings_usd: Some("12.30".parse::<rust_decimal::Decimal>().map(Money::new).unwrap()),
        replacement: None,
        waiver: None,
        remedy: Remedy { text: "switch it".into(), cli: Some("aws dynamodb update-table".into()), terraform: None },
        controls: Controls::from([("security-hub".into(), vec!["DynamoDB.1".into()])]).into(),
    }
}

pub(super) fn report() -> Report {
    let mut coverage = Coverage::default();
    for (call, outcome, permission) in [
        ("dynamodb:ListTables", Outcome::Complete, None),
        ("dynamodb:DescribeContinuousBackups", Outcome::Denied, Some("dynamodb:DescribeContinuousBackups".into())),
    ] {
        coverage.add(ScopeRow {
            account: "111122223333".into(),
            region: "us-east-2".into(),
            resource_type: "AWS::DynamoDB::Table".into(),
            call: call.into(),
            outcome,
            resources: 2,
            reason: outcome.is_fault().then(|| format!("not authorized {ESCAPE}").into()),
            permission,
        });
    }
    let mut unknown = row("dynamodb-table-pitr-off", Status::Unknown, Severity::High, "x");
    unknown.resource.id = None;
    unknown.resource.name = None;
    unknown.resource.tags = serde_json::Value::Null.into();
    unknown.resource.owner = None;
    unknown.monthly_savings_usd = None;
    unknown.evidence = Vec::new();
    unknown.message = "dynamodb:DescribeContinuousBackups was denied".into();
    unknown.gap = Some(Arc::new(Gap {
        kind: GapKind::Denied,
        call: Some("dynamodb:DescribeContinuousBackups".into()),
        permission: Some("dynamodb:DescribeContinuousBackups".into()),
        detail: "not authorized".into(),
    }));
    Report {
        run: RunHead {
            id: "run-1".into(),
            started_at: "2026-11-23T08:00:00Z".parse().unwrap(),
            finished_at: "2026-11-23T08:00:01.5Z".parse().unwrap(),
            version: "0.1.0".into(),
            rules_digest: "abc".into(),
        },
        judged_at: "2026-11-23T08:00:00Z".parse().unwrap(),
        scope: PassScope::default(),
        coverage,
        summary: Summary { pass: 4, fail: 2, waived: 0, unknown: 1, not_applicable: 3, monthly_savings_usd: None },
        requests: Requests {
            total: 3,
            by_action: [("dynamodb:ListTables".into(), 1)].into(),
            throttled: 0,
            retried: 1,
            paid_usd: Money::ZERO,
            outcomes: Default::default(),
        },
        results: vec![
            row("dynamodb-table-provisioned", Status::Fail, Severity::Medium, "=1+1"),
            row("dynamodb-table-provisioned", Status::Fail, Severity::Critical, &format!("evil{ESCAPE}\n\u{202e}")),
            unknown,
        ],
        waivers: Vec::new(),
        changes: Vec::new(),
    }
}

fn text(format: &str, look: Look) -> String {
    let mut out = Vec::new();
    super::write(find_format(format).unwrap(), &report(), look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn formats_are_sorted_and_every_file_of_the_folder_is_one() {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert!(names.is_sorted());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/publish/export");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| !["mod", "tests"].contains(&name.as_str()))
        .collect();
    files.sort();
    assert_eq!(names, files);
}

#[test]
fn no_format_writes_a_character_that_a_terminal_obeys() {
    for format in FORMATS {
        let text = text(format.name, Look::default());
        let found = text.chars().find(|c| super::is_hidden(*c) && !"\r\n".contains(*c));
        assert_eq!(found, None, "{}: {text:?}", format.name);
    }
}

#[test]
fn json_has_every_key_and_null_where_nothing_is_known() {
    let document: serde_json::Value = serde_json::from_str(&text("json", Look::default())).unwrap();
    assert_eq!(document["schema"], "ledgerline.audit/1");
    assert_eq!(
        document["run"],
        json!({"id": "run-1", "started_at": "2026-11-23T08:00:00Z", "finished_at": "2026-11-23T08:00:01.500Z",
               "version": "0.1.0", "rules_digest": "abc"})
    );
    assert_eq!(document["coverage"]["complete"], false);
    assert_eq!(document["coverage"]["ratio"], 0.5);
    assert_eq!(
        document["coverage"]["scopes"][1],
        json!({"account": "111122223333", "region": "us-east-2", "type": "AWS::DynamoDB::Table", "call": "dynamodb:ListTables",
               "outcome": "complete", "resources": 2, "reason": null, "permission": null})
    );
    assert_eq!(
        document["summary"],
        json!({"pass": 4, "fail": 2, "waived": 0, "unknown": 1, "not_applicable": 3, "monthly_savings_usd": null})
    );
    assert_eq!(
        document["requests"],
        json!({"total": 3, "by_action": {"dynamodb:ListTables": 1}, "throttled": 0, "retried": 1, "paid_usd": "0"})
    );
    assert_eq!(
        document["results"][0],
        json!({
            "rule": "dynamodb-table-provisioned", "title": "Table uses on-demand capacity", "pillar": "cost", "severity": "medium",
            "status": "fail", "fingerprint": "00ff", "message": "table =1+1 is billed PROVISIONED", "sub_key": null,
            "resource": {"id": "arn:aws:dynamodb:us-east-2:111122223333:table/=1+1", "type": "AWS::DynamoDB::Table", "name": "=1+1",
                "account": "111122223333", "region": "us-east-2", "owner": "@team",
                "tags": {"Owner": "=HYPERLINK(\"http://x\")", "note": "a,\"b\"\r\nc", "esc": ESCAPE, "rtl": "\u{202e}evil"}},
            "evidence": [{"path": "properties.BillingMode", "observed": "PROVISIONED", "expected": "PAY_PER_REQUEST",
                "call": "dynamodb:DescribeTable"}],
            "monthly_cost_usd": null, "monthly_savings_usd": "12.30", "replacement": null, "waiver": null,
            "remedy": {"text": "switch it", "cli": "aws dynamodb update-table", "terraform": null},
            "controls": {"security-hub": ["DynamoDB.1"]},
        })
    );
    let unknown = &document["results"][2];
    assert_eq!(unknown["resource"]["id"], serde_json::Value::Null);
    assert_eq!(unknown["resource"]["tags"], serde_json::Value::Null);
    assert_eq!(document["results"][1], json::result_row(&report().results[1]), "the store keeps the same row");
}

#[test]
fn ndjson_has_one_result_a_line_with_its_run() {
    let text = text("ndjson", Look::default());
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line["schema"] == "ledgerline.result/1" && line["run"] == "run-1"));
    assert_eq!(lines[2]["status"], "unknown");
}

#[test]
fn csv_reads_back_and_runs_no_formula() {
    let text = text("csv", Look::default());
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let records: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 3);
    let cell = |record: usize, column: &str| records[record].get(columns.iter().position(|name| name == column).unwrap()).unwrap();
    assert_eq!(cell(0, "name"), "'=1+1");
    assert_eq!(cell(0, "owner"), "'@team");
    assert_eq!(cell(0, "monthly_savings_usd"), "12.30");
    assert_eq!(cell(0, "controls"), "security-hub:DynamoDB.1");
    let tags: serde_json::Value = serde_json::from_str(cell(0, "tags")).unwrap();
    assert_eq!(tags["note"], "a,\"b\"\r\nc");
    assert_eq!(cell(1, "name"), "evil\\u{1b}[31mred\\u{7}\\u{9b}2J\n\\u{202e}");
    assert_eq!(cell(2, "tags"), "");
    assert_eq!(cell(2, "call"), "dynamodb:DescribeContinuousBackups");
    for record in &records {
        for cell in record {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
    }
    assert!(text.lines().next().unwrap().starts_with("run,account,region,type,"));
    assert!(text.contains("\r\n"));
}

#[test]
fn table_groups_by_status_and_names_the_missing_permission() {
    insta::assert_snapshot!(text("table", Look::default()), @r"
    Failing (2)
      critical  dynamodb-table-provisioned  DynamoDB::Table evil\u{1b}[31mred\u{7}\u{9b}2J\n\u{202e}  table evil\u{1b}[31mred\u{7}\u{9b}2J\n\u{202e} is billed PROVISIONED (saves 12.30 USD a month)
      medium    dynamodb-table-provisioned  DynamoDB::Table =1+1                                      table =1+1 is billed PROVISIONED (saves 12.30 USD a month)

    Unknown (1)
      high  dynamodb-table-pitr-off  DynamoDB::Table (not listed)  dynamodb:DescribeContinuousBackups was denied

    Summary   2 failing (1 critical, 1 medium), 0 waived, 1 unknown, 4 passing, 3 not applicable
    Coverage  INCOMPLETE: 1 of 2 calls over 1 account and 1 region were answered in full
              denied dynamodb:DescribeContinuousBackups in 111122223333 (us-east-2); grant dynamodb:DescribeContinuousBackups: not authorized \u{1b}[31mred\u{7}\u{9b}2J
    Requests  3 to AWS, 0 throttled, 1 sent again, 0 USD charged by AWS
    ");
}

#[test]
fn table_fits_the_terminal_and_colours_only_the_severity() {
    let text = text("table", Look { colour: Colour::Ansi, width: Some(80) });
    insta::assert_snapshot!(text.replace('\u{1b}', "␛"), @r"
    ␛[1mFailing␛[0m (2)
      ␛[1m␛[91mcritical␛[0m  dynamodb-table-provis  DynamoDB::Table evil\  table evil\u{1b}[31mr
                ioned                  u{1b}[31mred\u{7}\u{9  ed\u{7}\u{9b}2J\n\u{2
                                       b}2J\n\u{202e}         02e} is billed
                                                              PROVISIONED (saves
                                                              12.30 USD a month)
      ␛[33mmedium␛[0m    dynamodb-table-provis  DynamoDB::Table =1+1   table =1+1 is billed
                ioned                                         PROVISIONED (saves
                                                              12.30 USD a month)

    ␛[1mUnknown␛[0m (1)
      ␛[31mhigh␛[0m  dynamodb-table-pitr-off  DynamoDB::Table (not    dynamodb:DescribeConti
                                     listed)                 nuousBackups was
                                                             denied

    ␛[1mSummary ␛[0m  2 failing (1 critical, 1 medium), 0 waived, 1 unknown, 4 passing, 3 not applicable
    ␛[1mCoverage␛[0m  INCOMPLETE: 1 of 2 calls over 1 account and 1 region were answered in full
              denied dynamodb:DescribeContinuousBackups in 111122223333 (us-east-2); grant dynamodb:DescribeContinuousBackups: not authorized \u{1b}[31mred\u{7}\u{9b}2J
    ␛[1mRequests␛[0m  3 to AWS, 0 throttled, 1 sent again, 0 USD charged by AWS
    ");
}

#[test]
fn hidden_characters_are_shown_by_number_and_others_are_left_alone() {
    assert_eq!(printable("naïve – 日本 🎉"), "naïve – 日本 🎉");
    assert_eq!(printable("a\u{1b}[0m\n\t\u{9b}\u{202e}\u{200b}b"), "a\\u{1b}[0m\\n\\t\\u{9b}\\u{202e}\\u{200b}b");
}
