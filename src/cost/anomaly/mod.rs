//! Days that cost more than they should have: found on settled days, against the weekday, with statistics that outliers do not move.
//!
//! A day is judged once its data is whole. What it should have cost is the median of the four weeks before, plus what its weekday
//! adds or takes off; how far days stray from that is told by the median deviation of the last quarter, taken as a forecaster
//! would have seen it: a service that drifts is given its drift. A day alarms where it is further above than three
//! such deviations *and* than a floor in dollars. Not told are a charge that last month had on the same day, the first and last day of
//! a month where no earlier month shows what they bring, what AWS restated after it had first said a whole day, and a new service
//! below a floor of its own.
//!
//! A seasonal model with a trend (Holt and Winters) was the alternative: it takes a spike into its level and then misses the next.

mod baseline;
mod detect;
mod forecast;
mod merge;

#[cfg(test)]
mod tests;

use crate::model::AccountId;
use crate::model::ledger::SETTLED_DAYS;
use arcstr::ArcStr;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::collections::BTreeMap;

pub use detect::{Spike, detect};
pub use forecast::{Forecast, month_end};
pub use merge::merge;

/// What one service of one account cost, day by day, as it was first told of each settled day. A day in between that is not named
/// cost nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The account.
    pub account: AccountId,
    /// The service.
    pub service: ArcStr,
    /// USD by day.
    pub days: BTreeMap<NaiveDate, Decimal>,
}

/// What alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The least that a day must cost too much, in USD.
    pub floor: Decimal,
    /// The least that a day of a service must cost that has no two weeks of history.
    pub new_floor: Decimal,
    /// How many deviations too much a day must be, in tenths.
    pub tenths: i64,
    /// How many settled days are judged, the last ones.
    pub judged_days: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { floor: Decimal::ONE, new_floor: Decimal::TEN, tenths: 30, judged_days: 14 }
    }
}

/// The last day whose data is whole.
pub fn settled_until(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(SETTLED_DAYS)).unwrap_or(today)
}

/// Millionths of a dollar: statistics need no more digits, and whole numbers are quick. None where it does not fit.
fn micros(amount: Decimal) -> Option<i64> {
    amount.checked_mul(Decimal::from(1_000_000))?.round().to_i64()
}

fn dollars(micros: i64) -> Decimal {
    Decimal::new(micros, 6).normalize()
}
