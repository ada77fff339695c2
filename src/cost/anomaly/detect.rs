//! Which of the last settled days cost too much.

use super::baseline::{LEAST, Row, is_edge};
use super::{Series, Settings, dollars, micros, settled_until};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

/// Days in a row that cost too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spike {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    /// What they should have cost together, in USD.
    pub expected: Decimal,
    /// What they cost.
    pub actual: Decimal,
}

/// The days among the last settled ones that cost too much, days in a row as one; nothing where amounts do not fit.
pub fn detect(series: &Series, today: NaiveDate, settings: &Settings) -> Vec<Spike> {
    let end = settled_until(today);
    let Some(amounts) = filled(series, end) else { return Vec::new() };
    let Some(first) = series.days.keys().next() else { return Vec::new() };
    let row = Row { first: *first, amounts: &amounts };
    let (Some(floor), Some(new_floor)) = (micros(settings.floor), micros(settings.new_floor)) else { return Vec::new() };
    let judged = amounts.len().saturating_sub(usize::try_from(settings.judged_days).unwrap_or(usize::MAX));
    let mut spikes: Vec<Spike> = Vec::new();
    for (position, amount) in amounts.iter().enumerate().skip(judged) {
        let Some(expected) = too_much(&row, position, *amount, (floor, new_floor, settings.tenths)) else { continue };
        let day = row.day(position);
        let (expected, actual) = (dollars(expected), dollars(*amount));
        match spikes.last_mut().filter(|last| last.to.checked_add_days(Days::new(1)) == Some(day)) {
            Some(last) => {
                last.to = day;
                last.expected += expected;
                last.actual += actual;
            }
            None => spikes.push(Spike { from: day, to: day, expected, actual }),
        }
    }
    spikes
}

/// What the day should have cost, where it cost too much.
fn too_much(row: &Row<'_>, position: usize, amount: i64, (floor, new_floor, tenths): (i64, i64, i64)) -> Option<i64> {
    let before = row.amounts.get(..position)?;
    if before.len() < LEAST {
        // A service is new: it has no week to compare with, and only much is worth a word. Its first day is no jump.
        return (amount > new_floor && before.iter().all(|earlier| *earlier < amount / 2) && !before.is_empty()).then_some(0);
    }
    let expected = row_until(row, position).expected(position)?;
    let day = row.day(position);
    let on_top = match expected.monthly {
        Some(monthly) => monthly.max(0),
        // No month is known that would show what its first or last day brings.
        None if is_edge(day) => return None,
        None => 0,
    };
    let expectation = expected.amount.saturating_add(on_top);
    let threshold = (expected.sigma.saturating_mul(tenths) / 10).max(floor);
    (amount.saturating_sub(expectation) > threshold).then_some(expectation.max(0))
}

/// Only what was known before the day.
fn row_until<'a>(row: &Row<'a>, position: usize) -> Row<'a> {
    Row { first: row.first, amounts: row.amounts.get(..position).unwrap_or_default() }
}

/// Every day from the first to the end, those without a row as nothing.
pub(super) fn filled(series: &Series, end: NaiveDate) -> Option<Vec<i64>> {
    let first = *series.days.keys().next()?;
    first.iter_days().take_while(|day| *day <= end).map(|day| micros(series.days.get(&day).copied().unwrap_or_default())).collect()
}
