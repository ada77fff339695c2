//! Money: what AWS charged, what was expected, what could be saved. All amounts are USD; the ledger holds no others.

use super::super::family::{Family, FoldedValue, Kind, Sample, open, words};
use super::dollars;
use crate::model::anomaly::AnomalyState;
use crate::model::ledger::{Basis, CostRow};
use crate::model::plane::{Forecast, PlaneState, Untagged};
use crate::model::snapshot::Snapshot;
use crate::model::{AccountId, Money};
use arcstr::{ArcStr, literal};
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ledgerline_cost_adjustments_usd",
        help: "What the bills of the current month hold besides usage so far: credits and refunds (negative), taxes, fees.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("kind")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.ledger.adjustments.iter();
            rows.map(|(account, kind, amount)| Sample::new([account.shared(), kind], dollars(*amount))).collect()
        },
    },
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
        help: "The currency of the cost figures; always 1. Where it is not USD, figures in dollars are absent.",
        kind: Kind::Gauge,
        labels: &[words("currency")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let mut currencies = snapshot.ledger.currencies.clone();
            if currencies.is_empty() && !snapshot.costs.is_empty() {
                currencies.push(literal!("USD"));
            }
            currencies.iter().map(|currency| Sample::new([currency], 1.0)).collect()
        },
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
        name: "ledgerline_cost_forecast_month_end_usd",
        help: "Where AWS expects the current month to end, with its 80 % interval.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), words("bound")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let bounds = |one: &Forecast| [(literal!("low"), one.low), (literal!("mean"), one.mean), (literal!("high"), one.high)];
            let rows = snapshot.ledger.forecasts.iter();
            rows.flat_map(|one| bounds(one).map(|(bound, amount)| Sample::new([one.payer.shared(), &bound], dollars(amount)))).collect()
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
        name: "ledgerline_cost_plane_timestamp_seconds",
        help: "When each plane of the ledger was read last, in seconds since 1970; planes take turns within the requests of a day.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), words("plane"), open("tag_key")],
        folded: FoldedValue::Least,
        read: |snapshot| {
            let rows = snapshot.ledger.planes.iter();
            let labels = |one: &PlaneState| {
                Sample::new([one.payer.shared(), &ArcStr::from(one.plane.as_str()), &one.tag], super::seconds(one.observed_at))
            };
            rows.map(labels).collect()
        },
    },
    Family {
        name: "ledgerline_cost_restated_usd",
        help: "By how much AWS changed a billing month after its days were settled, all times together.",
        kind: Kind::Gauge,
        labels: &[open("billing_month")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.ledger.restated.iter();
            rows.map(|(month, amount)| Sample::new([&ArcStr::from(month.to_string())], dollars(*amount))).collect()
        },
    },
    Family {
        name: "ledgerline_cost_tag_active",
        help: "Whether a tag key is activated for cost allocation: 1 or 0. No bill has a value of one that is not.",
        kind: Kind::Gauge,
        labels: &[open("tag_key")],
        folded: FoldedValue::Least,
        read: |snapshot| {
            let rows = snapshot.ledger.tags_active.iter();
            rows.map(|(key, active)| Sample::new([key], f64::from(u8::from(*active)))).collect()
        },
    },
    Family {
        name: "ledgerline_cost_taggable_usd",
        help: "What was used in the current month of services that can be tagged, amortised.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("tag_key")],
        folded: FoldedValue::Sum,
        read: |snapshot| by_tag(snapshot, |row| row.taggable),
    },
    Family {
        name: "ledgerline_cost_untagged_usd",
        help: "The part of ledgerline_cost_taggable_usd that has no value of the tag key.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("tag_key")],
        folded: FoldedValue::Sum,
        read: |snapshot| by_tag(snapshot, |row| row.untagged),
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

/// All services together; of a key that is not active nothing is known, and least of all that all is untagged.
fn by_tag(snapshot: &Snapshot, amount: fn(&Untagged) -> Money) -> Vec<Sample> {
    let rows = snapshot.ledger.untagged.iter().filter(|row| row.service.is_none() && row.active != Some(false));
    rows.map(|row| Sample::new([row.account.shared(), &row.tag_key], dollars(amount(row)))).collect()
}

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
