//! Where the month will end, with an interval: the settled days, and for each day that is left what is expected of its weekday.
//!
//! The interval holds four of five ends if days stray as they did: days stray on their own, and the level is known only as well as four
//! weeks tell it.

use super::baseline::Row;
use super::detect::filled;
use super::{Series, dollars, settled_until};
use crate::model::ledger::Month;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// 1.2816 deviations to each side hold 80 %, in thousandths.
const EIGHTY: i128 = 1_282;
/// The variance of the level in that of a day: 1.57 / 28, in thousandths.
const LEVEL_VARIANCE: i128 = 56;

/// Where the month will end, in USD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// One in ten ends lies below.
    pub low: Decimal,
    /// What is expected.
    pub mean: Decimal,
    /// One in ten ends lies above.
    pub high: Decimal,
}

/// Forecasts the month that `today` lies in; none without two weeks of history, or where the month's begin is not among it.
pub fn month_end(series: &Series, today: NaiveDate) -> Option<Forecast> {
    let month = Month::of(today);
    let amounts = filled(series, settled_until(today))?;
    let row = Row { first: *series.days.keys().next()?, amounts: &amounts };
    if row.first > month.first_day() {
        return None;
    }
    let begin = usize::try_from(month.first_day().signed_duration_since(row.first).num_days()).ok()?;
    let end = usize::try_from(month.next().first_day().signed_duration_since(row.first).num_days()).ok()?;
    let known: i64 = amounts.get(begin.min(amounts.len())..)?.iter().sum();
    let (mut rest, mut sigma, mut left) = (0_i64, 0_i64, 0_i64);
    for position in amounts.len().max(begin)..end {
        let expected = row.expected(position)?;
        rest = rest.checked_add(expected.amount.max(0))?;
        sigma = expected.sigma;
        left += 1;
    }
    let (sigma, left) = (i128::from(sigma), i128::from(left));
    let variance = sigma.checked_mul(sigma)?.checked_mul(left.checked_mul(1_000)?.checked_add(left * left * LEVEL_VARIANCE)?)? / 1_000;
    let stray = i64::try_from(variance.max(0).isqrt() * EIGHTY / 1_000).ok()?;
    let mean = known.checked_add(rest)?;
    Some(Forecast { low: dollars((mean - stray).max(known)), mean: dollars(mean), high: dollars(mean.checked_add(stray)?) })
}
