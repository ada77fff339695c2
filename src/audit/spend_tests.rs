//! Which rows a trend is made of.

use super::*;
use crate::model::Money;
use crate::model::anomaly::{AnomalySource, AnomalyState};
use crate::model::coverage::ScopeRow;
use crate::model::ledger::Basis;

fn row(service: &str, day: &str, amount: i64) -> CostRow {
    CostRow {
        account: "111111111111".into(),
        service: service.into(),
        day: day.parse().unwrap(),
        basis: Basis::Billed,
        amount: Money::new(amount.into()),
        estimated: false,
        observed_at: chrono::DateTime::UNIX_EPOCH,
    }
}

#[test]
fn what_was_just_read_replaces_all_of_its_days() {
    let known = vec![row("A", "2026-11-01", 1), row("B", "2026-11-03", 1), row("A", "2026-11-05", 1)];
    let read = [row("A", "2026-11-02", 2), row("A", "2026-11-04", 2)];
    let days: Vec<String> = over(known, &read).iter().map(|row| format!("{} {}", row.service, row.day)).collect();
    assert_eq!(days, ["A 2026-11-01", "A 2026-11-05", "A 2026-11-02", "A 2026-11-04"], "B of the third was restated to nothing");
}

#[test]
fn five_months_hold_a_quarter_of_history() {
    let months: Vec<String> = months("2026-02-15T00:00:00Z".parse().unwrap()).iter().map(Month::to_string).collect();
    assert_eq!(months, ["2026-02", "2026-01", "2025-12", "2025-11", "2025-10"]);
}

#[test]
fn what_aws_told_is_kept_until_it_can_be_asked_again() {
    let told = |account: &str, to: &str, sources: &[AnomalySource]| Anomaly {
        account: account.into(),
        service: "Amazon DynamoDB".into(),
        from: "2026-10-01".parse().unwrap(),
        to: to.parse().unwrap(),
        expected: None,
        actual: Money::new(9.into()),
        impact: Money::new(8.into()),
        sources: sources.to_vec(),
        state: AnomalyState::Open,
        drivers: Vec::new(),
        aws_id: None,
    };
    let row = |account: &str, outcome| ScopeRow {
        account: account.into(),
        region: Region::global(),
        resource_type: trend::AWS_ANOMALY.into(),
        call: "ce:GetAnomalies".into(),
        outcome,
        resources: 0,
        reason: None,
        permission: None,
    };
    let mut coverage = Coverage::default();
    for (account, outcome) in [("asked", Outcome::Complete), ("denied", Outcome::Denied), ("dear", Outcome::Skipped)] {
        coverage.add(row(account, outcome));
    }
    let both = [AnomalySource::Ledger, AnomalySource::Aws];
    let before = vec![
        told("asked", "2026-11-20", &both[1..]),
        told("denied", "2026-11-20", &both),
        told("dear", "2026-11-10", &both[1..]),
        told("unasked", "2026-11-20", &both[1..]),
        told("denied", "2026-10-10", &both[1..]),
        told("denied", "2026-11-20", &both[..1]),
    ];
    let kept = not_asked_again(before, &coverage, "2026-11-22T00:00:00Z".parse().unwrap());
    let kept: Vec<_> = kept.iter().map(|one| (one.account.as_str(), one.state, one.sources.as_slice())).collect();
    let aws = &both[1..];
    assert_eq!(kept, [("denied", AnomalyState::Open, aws), ("dear", AnomalyState::Over, aws), ("unasked", AnomalyState::Open, aws)]);
}
