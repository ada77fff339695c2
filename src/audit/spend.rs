//! How costs move, added to what a pass collected: the store's rows of the last months with those that this pass read over them.
//!
//! It stands here and not in a collector: a trend needs what earlier passes read, and only the store has that. So it costs nothing to
//! ask again, and a pass that may not pay judges the days that are known.

use super::Plan;
use crate::cost::anomaly::Settings;
use crate::cost::trend::{self, MONTHS_BACK, Trend};
use crate::model::anomaly::Anomaly;
use crate::model::coverage::{Coverage, Outcome};
use crate::model::inventory::Collected;
use crate::model::ledger::{CostRow, Month};
use crate::model::value::Time;
use crate::model::{AccountId, Interner, Region, Resource};
use crate::store::{Store, StoreError};
use chrono::Days;
use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
#[path = "spend_tests.rs"]
mod tests;

/// Adds a resource for each account and service of which rows are known, and tells the days that cost too much.
///
/// # Errors
/// Where the store fails.
pub(super) async fn add(
    plan: &Plan<'_>,
    store: Option<&dyn Store>,
    collected: &mut Collected,
    interner: &Interner,
    now: Time,
) -> Result<Vec<Anomaly>, StoreError> {
    let (mut rows, mut first, mut told) = (Vec::new(), Vec::new(), told_by_aws(collected, now));
    if let Some(store) = store {
        let before = store.snapshot().await?.map(|snapshot| snapshot.anomalies).unwrap_or_default();
        told.extend(not_asked_again(before, &collected.coverage, now));
        for month in months(now) {
            rows.extend(store.costs(month).await?);
            first.extend(store.costs_first_told(month).await?);
        }
    }
    let rows = over(rows, &collected.costs);
    let mut trends = trend::trends(&rows, &first, told, now.date_naive(), &Settings::default());
    trends.retain(|one| plan.scope.looks_at(&one.account, &Region::global()));
    collected.resources.extend(trends.iter().map(|one| Resource::from_record(&one.record(), plan.catalogue, interner)));
    Ok(trends.into_iter().flat_map(|Trend { anomalies, .. }| anomalies).collect())
}

/// What AWS Cost Anomaly Detection told, where it was asked.
fn told_by_aws(collected: &Collected, now: Time) -> Vec<Anomaly> {
    let told = collected.resources.iter().filter(|one| one.resource_type.as_str() == trend::AWS_ANOMALY);
    told.filter_map(|one| trend::told(one, now.date_naive())).collect()
}

/// What AWS told before of accounts that this pass has no whole answer of: not seen is not gone.
fn not_asked_again(before: Vec<Anomaly>, coverage: &Coverage, now: Time) -> Vec<Anomaly> {
    let listed = |account: &AccountId| {
        let mut rows = coverage.rows().filter(|row| row.account == *account && row.resource_type.as_str() == trend::AWS_ANOMALY);
        rows.any(|row| row.outcome == Outcome::Complete)
    };
    let kept = before.into_iter().filter(|one| !listed(&one.account));
    kept.filter_map(|one| trend::told_before(one, now.date_naive())).collect()
}

/// The months that are looked at, this one first.
fn months(now: Time) -> Vec<Month> {
    let mut months = vec![Month::at(now)];
    for _ in 0..MONTHS_BACK {
        let before = months.last().and_then(|month| month.first_day().checked_sub_days(Days::new(1))).map(Month::of);
        months.extend(before);
    }
    months
}

/// The rows that are known, with those that were just read in the place of all of their account, basis and days.
fn over(mut known: Vec<CostRow>, read: &[CostRow]) -> Vec<CostRow> {
    let mut days: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for row in read {
        days.entry((row.account.clone(), row.basis)).or_default().insert(row.day);
    }
    known.retain(|row| {
        let span = days.get(&(row.account.clone(), row.basis)).and_then(|days| Some((*days.first()?, *days.last()?)));
        span.is_none_or(|(first, last)| row.day < first || row.day > last)
    });
    known.extend(read.iter().cloned());
    known
}
