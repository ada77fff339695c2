//! What a month will have cost when it ends, from the days so far.
//!
//! Cost Explorer is about a day late: yesterday is partial, the day before is whole. So only *settled* days count, those
//! up to two days before today. The month's end is what the settled days did cost, plus the mean of the last seven settled
//! days for each day that is left. Seven days hold one of each weekday, and reach back into the month before: a charge
//! booked whole on the first of a month (a hosted zone, a support fee) is in that mean for a week, not for the month.
//! The mean over the whole month would carry it to the end.
//!
//! AWS's own forecast has intervals, but each asking costs a cent; this costs nothing.

use crate::model::ledger::{Basis, CostRow, Month, SETTLED_DAYS};
use crate::model::money::Overflow;
use crate::model::{AccountId, Money};
use arcstr::ArcStr;
use chrono::{Days, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

/// Days that a projection is made from, at most.
const WINDOW: u64 = 7;
/// Digits behind the point of a projection, as many as Cost Explorer writes of an amount. Rounded half away from zero.
const DIGITS: u32 = 10;

/// The days that rows speak of. A service without a row on one of them cost nothing on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day that was asked for.
    pub from: NaiveDate,
    /// The day of asking; nothing is known of it yet.
    pub today: NaiveDate,
}

/// One line of the ledger, by month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The account whose bill it is.
    pub account: AccountId,
    /// The service as Cost Explorer writes it.
    pub service: ArcStr,
    /// Which cost.
    pub basis: Basis,
}

/// The current month of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Projection {
    /// All that is known of the month, partial days included.
    pub month_to_date: Money,
    /// What the month will have cost; none where no settled day is known.
    pub month_end: Option<Money>,
    /// How many settled days the projection is made from, 0 to 7.
    pub days: u32,
}

/// Projects the month that `span.today` lies in, for every line that occurs in the rows.
///
/// # Errors
/// [`Overflow`] where 28 digits do not hold a sum.
pub fn month_end(rows: &[CostRow], span: Span) -> Result<BTreeMap<Line, Projection>, Overflow> {
    let mut lines: BTreeMap<Line, Vec<&CostRow>> = BTreeMap::new();
    for row in rows {
        let line = Line { account: row.account.clone(), service: row.service.clone(), basis: row.basis };
        lines.entry(line).or_default().push(row);
    }
    lines.into_iter().map(|(line, rows)| Ok((line, project(&rows, span)?))).collect()
}

fn project(rows: &[&CostRow], span: Span) -> Result<Projection, Overflow> {
    let month = Month::of(span.today);
    let first = month.first_day();
    let sum = |holds: &dyn Fn(NaiveDate) -> bool| Money::sum(rows.iter().filter(|row| holds(row.day)).map(|row| row.amount));

    let month_to_date = sum(&|day| first <= day && day <= span.today)?;
    // The first day that is not settled.
    let open = back(span.today, SETTLED_DAYS - 1);
    let start = back(open, WINDOW).max(span.from);
    let days = open.signed_duration_since(start).num_days();
    let Some(days) = u32::try_from(days).ok().filter(|days| *days > 0) else {
        return Ok(Projection { month_to_date, month_end: None, days: 0 });
    };
    if span.from > first {
        // A part of the month was never asked for: its sum is not known, nor is its end.
        return Ok(Projection { month_to_date, month_end: None, days });
    }
    let settled = sum(&|day| first <= day && day < open)?;
    let window = sum(&|day| start <= day && day < open)?;
    let left = month.next().first_day().signed_duration_since(open.max(first)).num_days();
    let rest = window.times(u64::try_from(left).unwrap_or(0))?.amount();
    // Multiplied first, divided last: one rounding, at the end.
    let rest = rest.checked_div(Decimal::from(days)).ok_or(Overflow)?;
    let rest = rest.round_dp_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero);
    Ok(Projection { month_to_date, month_end: Some(settled.plus(Money::new(rest.normalize()))?), days })
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}
