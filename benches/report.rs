//! How long the report of 10,000 findings takes, and how large it is: the targets are a second for HTML, CSV and JSON, ten for the
//! PDF, and 2 MiB of HTML.
//!
//! `cargo bench --bench report`. Not criterion: each figure is seconds or a tenth of one, and one round tells it.

use anyhow::Context as _;
use ledgerline::model::coverage::Outcome;
use ledgerline::model::finding::{ChangeKind, Finding, FindingStatus, HistoryEntry};
use ledgerline::model::rule::{Pillar, Severity};
use ledgerline::model::run::{PassScope, RunRecord, RunStatus};
use ledgerline::model::value::Time;
use ledgerline::publish::report::{FORMATS, Material, Question, assemble};
use serde_json::json;
use std::time::Instant;

const FINDINGS: u32 = 10_000;

fn main() -> anyhow::Result<()> {
    let now: Time = "2026-11-23T07:00:00Z".parse()?;
    let material = Material { findings: (0..FINDINGS).map(|number| finding(number, now)).collect(), ..material(now) };
    let due_days = [(Severity::High, 7)].into();
    let begun = Instant::now();
    let data = assemble(&material, &Question { as_of: now, due_days, version: "bench" }).context("there is an audit")?;
    println!("assembling {FINDINGS} findings: {:?}", begun.elapsed());
    for format in FORMATS {
        let begun = Instant::now();
        let bytes = (format.render)(&data)?;
        println!("{}: {:?}, {} bytes", format.name, begun.elapsed(), bytes.len());
    }
    Ok(())
}

fn material(now: Time) -> Material {
    let scope = json!({ "account": "111111111111", "region": "us-east-2", "type": "AWS::DynamoDB::Table", "call": "dynamodb:ListTables",
        "outcome": Outcome::Complete, "resources": FINDINGS, "reason": null, "permission": null });
    let run = |weeks: i64| RunRecord {
        id: format!("run {weeks}").into(),
        status: RunStatus::Complete,
        trigger: "schedule".into(),
        asked_by: None,
        scope: PassScope::default(),
        started_at: now - chrono::TimeDelta::weeks(weeks) - chrono::TimeDelta::hours(2),
        finished_at: Some(now - chrono::TimeDelta::weeks(weeks) - chrono::TimeDelta::hours(1)),
        version: "bench".into(),
        rules_digest: "same".into(),
        error: None,
        coverage: json!({ "scopes": [scope] }),
        summary: serde_json::Value::Null,
        requests: serde_json::Value::Null,
    };
    let history = (0..FINDINGS).map(|number| {
        let opened = HistoryEntry {
            run: "run 5".into(),
            at: now - chrono::TimeDelta::weeks(5),
            kind: ChangeKind::Opened,
            status: FindingStatus::Open,
            resolution: None,
            message: "table is billed PROVISIONED".into(),
        };
        (format!("{number:032}").into(), opened)
    });
    Material { runs: (0..14).map(run).collect(), history: history.collect(), ..Material::default() }
}

fn finding(number: u32, now: Time) -> Finding {
    let severities = Severity::ALL;
    Finding {
        fingerprint: format!("{number:032}").into(),
        rule: format!("dynamodb-table-fault-{}", number % 230).into(),
        title: "Tables are as they should be".into(),
        pillar: Pillar::Cost,
        severity: severities.get(number as usize % severities.len()).copied().unwrap_or(Severity::High),
        status: FindingStatus::Open,
        resource: format!("arn:aws:dynamodb:us-east-2:111111111111:table/aws-devops-dev-orders-{number:05}").into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        resource_name: arcstr::format!("aws-devops-dev-orders-{number:05}"),
        account: "111111111111".into(),
        region: "us-east-2".into(),
        sub_key: None,
        message: arcstr::format!(
            "table aws-devops-dev-orders-{number:05} is billed PROVISIONED, 5 read and 2 write units around the clock"
        ),
        owner: Some(arcstr::format!("team-{}", number % 40)),
        first_seen: now - chrono::TimeDelta::weeks(5),
        last_seen: now - chrono::TimeDelta::hours(2),
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: None,
        details: json!({
            "evidence": [{ "path": "properties.BillingMode", "observed": "PROVISIONED", "expected": "PAY_PER_REQUEST", "call": "dynamodb:DescribeTable" },
                { "path": "properties.ProvisionedThroughput.ReadCapacityUnits", "observed": 5, "expected": null, "call": "dynamodb:DescribeTable" }],
            "remedy": { "text": "Switch the table to on-demand capacity.", "cli": "aws dynamodb update-table --table-name <table>", "terraform": null },
            "controls": { "soc2": ["A1.1"] }, "waiver": null,
        }),
    }
}
