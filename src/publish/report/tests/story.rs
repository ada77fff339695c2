//! Several weeks of an account, as the store would hand them over: audits every Monday and Friday, findings that come and go.

use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::finding::{ChangeKind, Finding, FindingStatus, HistoryEntry, Resolution};
use crate::model::judged::{JudgedRule, VerdictCounts};
use crate::model::ledger::{Basis, CostRow};
use crate::model::rule::{Pillar, Severity};
use crate::model::run::{PassScope, RunRecord, RunStatus};
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverScope};
use crate::model::{Fingerprint, Money, RunId};
use crate::publish::report::{Data, FrameworkInfo, KnownWaiver, Material, Question, assemble};
use serde_json::json;
use std::sync::Arc;

pub const ACCOUNT: &str = "111111111111";

/// Monday the 23rd of November 2026, seven in the morning, and so many days and hours before or after it.
pub fn at(days: i64, hours: i64) -> Time {
    "2026-11-23T07:00:00Z".parse::<Time>().unwrap() + chrono::TimeDelta::days(days) + chrono::TimeDelta::hours(hours)
}

pub fn money(text: &str) -> Money {
    Money::new(rust_decimal::Decimal::from_str_exact(text).unwrap())
}

pub fn question() -> Question {
    let due_days = [(Severity::Critical, 2), (Severity::High, 7), (Severity::Medium, 30), (Severity::Low, 90)].into();
    Question { as_of: at(0, 0), due_days, version: "0.1.0" }
}

/// An audit that began some days before the report, an hour and forty minutes before seven, and took four minutes.
pub fn run(days: i64) -> RunRecord {
    let begins = at(days, 0) - chrono::TimeDelta::minutes(100);
    let row = |call: &str, outcome: Outcome| ScopeRow {
        account: ACCOUNT.into(),
        region: "us-east-2".into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        call: call.into(),
        outcome,
        resources: 3,
        reason: outcome.is_fault().then(|| "AccessDenied".into()),
        permission: outcome.is_fault().then(|| call.into()),
    };
    let scopes = [
        row("dynamodb:ListTables", Outcome::Complete),
        row("dynamodb:DescribeTable", Outcome::Complete),
        row("dynamodb:DescribeTimeToLive", Outcome::Denied),
        row("dynamodb:Scan", Outcome::Skipped),
    ];
    RunRecord {
        id: run_id(days),
        status: RunStatus::Incomplete,
        trigger: "schedule".into(),
        asked_by: None,
        scope: PassScope::default(),
        started_at: begins,
        finished_at: Some(begins + chrono::TimeDelta::minutes(4)),
        version: "0.1.0".into(),
        rules_digest: "6d1f0a5cb2e94d7d8a55".into(),
        error: None,
        coverage: json!({ "complete": false, "ratio": 0.5, "scopes": scopes }),
        summary: serde_json::Value::Null,
        requests: serde_json::Value::Null,
    }
}

pub fn run_id(days: i64) -> RunId {
    format!("run {}", at(days, 0).format("%m-%d")).into()
}

pub fn print(number: u32) -> Fingerprint {
    format!("{number:032}").into()
}

/// An open finding that was first seen by the audit of that day.
pub fn finding(number: u32, severity: Severity, first_seen: i64) -> Finding {
    Finding {
        fingerprint: print(number),
        rule: format!("dynamodb-table-fault-{}", number % 7).into(),
        title: arcstr::format!("Tables are in order {}", number % 7),
        pillar: Pillar::Security,
        severity,
        status: FindingStatus::Open,
        resource: format!("arn:aws:dynamodb:us-east-2:{ACCOUNT}:table/orders-{number}").into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        resource_name: arcstr::format!("orders-{number}"),
        account: ACCOUNT.into(),
        region: "us-east-2".into(),
        sub_key: None,
        message: arcstr::format!("table orders-{number} is billed PROVISIONED, 5 read and 2 write units around the clock"),
        owner: Some("team-orders".into()),
        first_seen: run(first_seen).started_at,
        last_seen: run(0).started_at,
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: None,
        details: json!({
            "evidence": [{ "path": "properties.BillingMode", "observed": "PROVISIONED", "expected": "PAY_PER_REQUEST", "call": "dynamodb:DescribeTable" }],
            "remedy": { "text": "Switch the table to on-demand capacity.", "cli": "aws dynamodb update-table --table-name <table> \\\n  --billing-mode PAY_PER_REQUEST", "terraform": null },
            "controls": { "soc2": ["A1.1"], "nist-800-53-r5": ["CP-10"] },
            "waiver": null,
        }),
    }
}

/// A line of history that the audit of that day wrote.
pub fn line(days: i64, kind: ChangeKind, status: FindingStatus) -> HistoryEntry {
    let resolution = (status == FindingStatus::Resolved).then_some(Resolution::Fixed);
    HistoryEntry { run: run_id(days), at: run(days).started_at, kind, status, resolution, message: "as it was then".into() }
}

pub fn waiver(id: &str, expires: Time) -> Waiver {
    Waiver {
        id: id.into(),
        scope: WaiverScope { rules: vec!["dynamodb-*".into()], resources: vec!["orders-5".into()], ..WaiverScope::default() },
        owner: "team-orders".into(),
        reason: "Moves to another account in January.".into(),
        ticket: Some("ORD-12".into()),
        approver: Some("security@example.com".into()),
        created: None,
        expires,
        origin: WaiverOrigin::File { file: "ledgerline.yaml".into(), line: 12 },
    }
}

pub fn judged(rule: &str, control: &str, verdicts: VerdictCounts) -> JudgedRule {
    JudgedRule {
        rule: rule.into(),
        title: "Tables are in order".into(),
        pillar: Pillar::Security,
        severity: Severity::High,
        controls: [("soc2".into(), vec![control.into()])].into(),
        verdicts,
    }
}

/// The weeks.
pub fn material() -> Material {
    use ChangeKind::{BecameStale, Opened, Reopened, Resolved as Over, Waived as Covered};
    use FindingStatus::{Open, Resolved, Stale, Waived};
    let mut material = Material::default();
    let mut tell = |mut finding: Finding, lines: &[(i64, ChangeKind, FindingStatus)]| {
        for (days, kind, status) in lines {
            material.history.push((finding.fingerprint.clone(), line(*days, *kind, *status)));
            finding.status = *status;
            if *status == Resolved {
                (finding.resolved_at, finding.resolution) = (Some(run(*days).started_at), Some(Resolution::Fixed));
            }
        }
        material.findings.push(finding);
    };
    tell(finding(1, Severity::Critical, -35), &[(-35, Opened, Open)]);
    tell(finding(2, Severity::High, -3), &[(-3, Opened, Open)]);
    tell(finding(3, Severity::High, -70), &[(-70, Opened, Open), (-3, Over, Resolved)]);
    let back = Finding { reopened: 1, ..finding(4, Severity::Medium, -70) };
    tell(back, &[(-70, Opened, Open), (-28, Over, Resolved), (-3, Reopened, Open)]);
    let waived = Finding { waiver: Some("orders-move".into()), ..finding(5, Severity::Medium, -14) };
    tell(waived, &[(-14, Opened, Open), (-3, Covered, Waived)]);
    let idle = Finding { owner: None, monthly_savings_usd: Some(money("12.3400")), ..finding(6, Severity::Low, -91) };
    tell(idle, &[(-91, Opened, Open)]);
    tell(finding(7, Severity::Info, -14), &[(-14, Opened, Open), (0, BecameStale, Stale)]);
    tell(finding(8, Severity::High, -70), &[(-70, Opened, Open), (-35, Over, Resolved)]);
    tell(finding(9, Severity::Low, -3), &[(-3, Opened, Open), (0, Over, Resolved)]);
    tell(finding(10, Severity::Critical, 4), &[(4, Opened, Open)]);
    tell(finding(11, Severity::High, -14), &[(-14, Opened, Open), (4, Over, Resolved)]);

    material.runs = vec![run(4)];
    material.runs.extend((0..14).flat_map(|week| [run(-7 * week), run(-7 * week - 3)]).filter(|run| run.started_at > at(-92, 0)));
    let counts = |pass, fail, waived, unknown| VerdictCounts { pass, fail, waived, unknown, not_applicable: 2 };
    material.snapshot = Some(Snapshot {
        resources: vec![(ACCOUNT.into(), "us-east-2".into(), "AWS::DynamoDB::Table".into(), 11)],
        estimates: vec![("dynamodb".into(), money("2"), money("5"))],
        judged: vec![
            judged("fails", "A1.1", counts(3, 4, 0, 0)),
            judged("unknown-too", "A1.2", counts(3, 0, 0, 1)),
            judged("waived", "C1.1", counts(3, 0, 1, 0)),
            judged("nothing", "C1.2", counts(0, 0, 0, 0)),
            judged("passes", "CC1.1", counts(5, 0, 0, 0)),
        ],
        ..Snapshot::default()
    });
    material.waivers = vec![
        KnownWaiver { waiver: Arc::new(waiver("orders-move", at(39, 0))), added_at: None, revoked_at: None },
        KnownWaiver {
            waiver: Arc::new(Waiver { approver: None, ..waiver("unused", at(5, 0)) }),
            added_at: Some(at(-9, 0)),
            revoked_at: None,
        },
        KnownWaiver { waiver: Arc::new(waiver("taken-back", at(90, 0))), added_at: Some(at(-9, 0)), revoked_at: Some(at(-1, 0)) },
    ];
    let cost = |days: i64, service: &str, amount: &str| CostRow {
        account: ACCOUNT.into(),
        service: service.into(),
        day: at(days, 0).date_naive(),
        basis: Basis::Billed,
        amount: money(amount),
        estimated: days > -2,
        observed_at: at(0, 0),
    };
    material.costs = (-60..0).flat_map(|day| [cost(day, "Amazon DynamoDB", "0.0712"), cost(day, "AWS Lambda", "0.01")]).collect();
    material.paid = money("0.04");
    let control = |id: &str, title: &str| (id.into(), title.into());
    material.frameworks = vec![FrameworkInfo {
        id: "soc2".into(),
        title: "SOC 2, Trust Services Criteria".into(),
        controls: [control("A1.1", "Capacity is watched and managed"), control("CC9.9", "Nobody speaks for this one")].into(),
    }];
    material
}

pub fn data() -> Data {
    assemble(&material(), &question()).unwrap()
}
