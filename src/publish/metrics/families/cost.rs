//! Money: what AWS charged, what was expected, what could be saved. All amounts are USD; the ledger holds no others.

use super::super::family::{Family, FoldedValue, Kind, Sample, open, words};
use super::dollars;
use crate::model::anomaly::AnomalyState;
use crate::model::ledger::{Basis, CostRow};
use crate::model::snapshot::Snapshot;
use crate::model::{AccountId, Money};
use arcstr::{ArcStr, literal};
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ledgerline_cost_anomalies",
        help: "Days in a row that cost too much, by whether they reach into the last settled days.",
        kind: Kind::Gauge,
        labels: &[words("state")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            // Where no costs are read, nothing is known of anomalies: that is no zero.
            let count = |state: AnomalyState| snapshot.anomalies.iter().filter(|one| one.state == state).count() as u64;
            let states = AnomalyState::ALL.iter().filter(|_| !snapshot.costs.is_empty());
            states.map(|state| Sample::new([&ArcStr::from(state.as_str())], super::count(count(*state)))).collect()
        },
    },
    Family {
        name: "ledgerline_cost_currency_info",
        help: "The currency of the cost figures; always 1.",
        kind: Kind::Gauge,
        labels: &[words("currency")],
        folded: FoldedValue::Sum,
        read: |snapshot| if snapshot.costs.is_empty() { Vec::new() } else { vec![Sample::new([&literal!("USD")], 1.0)] },
    },
    Family {
        name: "ledgerline_cost_daily_usd",
        help: "Cost of the last day that AWS has figures for; an estimate until AWS closes the month.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("aws_service"), words("basis")],
        folded: FoldedValue::Sum,
        read: daily,
    },
    Family {
        name: "ledgerline_cost_data_day_timestamp_seconds",
        help: "Begin of the last day that AWS has cost figures for, UTC, in seconds since 1970.",
        kind: Kind::Gauge,
        labels: &[open("account_id")],
        folded: FoldedValue::Least,
        read: |snapshot| {
            let days = last_days(snapshot).into_iter();
            days.map(|(account, day)| Sample::new([account.shared()], super::seconds(day.and_time(chrono::NaiveTime::MIN).and_utc())))
                .collect()
        },
    },
    Family {
        name: "ledgerline_cost_estimate_usd",
        help: "What the operator expects a month to cost.",
        kind: Kind::Gauge,
        labels: &[open("component"), words("bound")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.estimates.iter();
            rows.flat_map(|(component, low, high)| {
                [Sample::new([component, &literal!("low")], dollars(*low)), Sample::new([component, &literal!("high")], dollars(*high))]
            })
            .collect()
        },
    },
    Family {
        name: "ledgerline_cost_month_to_date_usd",
        help: "Cost of the current month so far.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("aws_service"), words("basis")],
        folded: FoldedValue::Sum,
        read: |snapshot| by_service(snapshot, |_| true),
    },
    Family {
        name: "ledgerline_cost_projected_usd",
        help: "What the current month will have cost when it ends, of what the operator estimates.",
        kind: Kind::Gauge,
        labels: &[open("component")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let known = snapshot.months.iter().filter_map(|month| Some((&month.component, month.projected?)));
            known.map(|(component, amount)| Sample::new([component], dollars(amount))).collect()
        },
    },
    Family {
        name: "ledgerline_savings_opportunity_usd",
        help: "What mending all findings would save a month.",
        kind: Kind::Gauge,
        labels: &[open("kind")],
        folded: FoldedValue::Sum,
        read: |snapshot| snapshot.savings.iter().map(|(kind, amount)| Sample::new([kind], dollars(*amount))).collect(),
    },
];

fn daily(snapshot: &Snapshot) -> Vec<Sample> {
    let days = last_days(snapshot);
    by_service(snapshot, |row| days.get(&row.account) == Some(&row.day))
}

fn last_days(snapshot: &Snapshot) -> BTreeMap<&AccountId, NaiveDate> {
    let mut days: BTreeMap<&AccountId, NaiveDate> = BTreeMap::new();
    for row in &snapshot.costs {
        let last = days.entry(&row.account).or_insert(row.day);
        *last = row.day.max(*last);
    }
    days
}

/// Sums by account, service and basis. A service that has figures this month, but none among the chosen rows, is zero.
fn by_service(snapshot: &Snapshot, chosen: impl Fn(&CostRow) -> bool) -> Vec<Sample> {
    let mut sums: BTreeMap<(&AccountId, &ArcStr, Basis), Option<Money>> = BTreeMap::new();
    for row in &snapshot.costs {
        let sum = sums.entry((&row.account, &row.service, row.basis)).or_insert(Some(Money::ZERO));
        if chosen(row) {
            // A sum that 28 digits cannot hold is unknown, not wrong.
            *sum = sum.and_then(|sum| sum.plus(row.amount).ok());
        }
    }
    let known = sums.into_iter().filter_map(|(key, sum)| sum.map(|sum| (key, sum)));
    known
        .map(|((account, service, basis), sum)| Sample::new([account.shared(), service, &ArcStr::from(basis.as_str())], dollars(sum)))
        .collect()
}
