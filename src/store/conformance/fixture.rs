//! Findings, passes and costs to tell the story with.

use crate::model::finding::{Change, ChangeKind, Finding, FindingStatus};
use crate::model::ledger::{Basis, CostRow, Month};
use crate::model::rule::{Pillar, Severity};
use crate::model::run::{PassScope, Requests, RunRecord, RunStatus};
use crate::model::sight::Sight;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverScope};
use crate::model::{Money, RunId};
use crate::store::{FinishedRun, PaidWant, Store};
use std::sync::Arc;

/// Hours after the first of November.
pub fn at(hours: i64) -> Time {
    "2026-11-01T00:00:00Z".parse::<Time>().unwrap() + chrono::TimeDelta::hours(hours)
}

pub fn day(day: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

pub fn money(text: &str) -> Money {
    Money::new(rust_decimal::Decimal::from_str_exact(text).unwrap())
}

pub fn finding(number: u32) -> Finding {
    Finding {
        fingerprint: format!("f{number:031}").into(),
        rule: "rule-a".into(),
        title: "Things are as they should be".into(),
        pillar: Pillar::Security,
        severity: Severity::High,
        status: FindingStatus::Open,
        resource: format!("arn:aws:dynamodb:us-east-2:111111111111:table/t{number:05}").into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        resource_name: arcstr::format!("t{number:05}"),
        account: "111111111111".into(),
        region: "us-east-2".into(),
        sub_key: None,
        message: arcstr::format!("table t{number:05} is not as it should be"),
        owner: None,
        first_seen: at(0),
        last_seen: at(0),
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: None,
        details: serde_json::json!({ "evidence": [number] }),
    }
}

pub fn run_id(number: u32) -> RunId {
    format!("0193-{number:04}").into()
}

pub fn record(number: u32, status: RunStatus) -> RunRecord {
    RunRecord {
        id: run_id(number),
        status,
        trigger: "schedule".into(),
        asked_by: None,
        scope: PassScope { regions: Some(["us-east-2".into()].into()), ..PassScope::default() },
        started_at: at(i64::from(number)),
        finished_at: None,
        version: "0.1.0".into(),
        rules_digest: "abc".into(),
        error: None,
        coverage: serde_json::json!({ "complete": true }),
        summary: serde_json::Value::Null,
        requests: serde_json::Value::Null,
    }
}

pub fn change(run: u32, kind: ChangeKind, finding: Finding) -> Change {
    Change { run: run_id(run), kind, finding }
}

/// Finishes a pass that made seven paid requests for a cent.
pub async fn finish(store: &Arc<dyn Store>, number: u32, changes: Vec<Change>) -> Snapshot {
    end(store, number, &changes, Sight::default()).await
}

/// Finishes a pass that saw these resources.
pub async fn finish_seeing(store: &Arc<dyn Store>, number: u32, sight: Sight<'_>) {
    end(store, number, &[], sight).await;
}

async fn end(store: &Arc<dyn Store>, number: u32, changes: &[Change], sight: Sight<'_>) -> Snapshot {
    let requests = Requests {
        total: 7,
        by_action: [("ce:GetCostAndUsage".into(), 7)].into(),
        throttled: 0,
        retried: 0,
        paid_usd: money("0.01"),
        outcomes: [("ce:GetCostAndUsage".into(), [("ok".into(), 6), ("throttled".into(), 1)].into())].into(),
    };
    let snapshot = Snapshot {
        rule_findings: vec![("rule-a".into(), Severity::High, 99), ("rule-without".into(), Severity::Low, 99)],
        ..Snapshot::default()
    };
    let generation = store.known().await.unwrap().generation;
    let record = record(number, RunStatus::Complete);
    let finished = FinishedRun { record: &record, generation, changes, sight, requests: &requests, snapshot: &snapshot, tell: &[] };
    store.finish_run(finished).await.unwrap()
}

pub fn cost(service: &str, of_day: u32, amount: &str) -> CostRow {
    CostRow {
        account: "111111111111".into(),
        service: service.into(),
        day: day(of_day),
        basis: Basis::Billed,
        amount: money(amount),
        estimated: of_day > 1,
        observed_at: at(1),
    }
}

/// Money for a request of a kind of its own.
pub fn want(month: Month, amount: Money, cap: Money) -> PaidWant {
    let at = month.first_day().and_time(chrono::NaiveTime::MIN).and_utc();
    PaidWant { account: "111111111111".into(), what: String::new(), at, requests: 1, amount, cap, most_a_day: None }
}

/// A waiver with everything that strangers may write.
pub fn waiver(id: &str) -> Waiver {
    Waiver {
        id: id.into(),
        scope: WaiverScope {
            rules: vec!["rule-*".into()],
            resources: vec!["arn:*'\"; DROP TABLE waivers".into()],
            accounts: vec!["111111111111".into()],
            regions: vec!["global".into()],
            tags: [("Ключ".into(), vec!["a\u{202e}b".into()])].into(),
            ..WaiverScope::default()
        },
        owner: "team-a".into(),
        reason: "because\nof two lines".into(),
        ticket: Some("T-1".into()),
        approver: None,
        created: Some(at(0)),
        expires: at(1000),
        origin: WaiverOrigin::Store,
    }
}
