//! Rows of the cost ledger: what Cost Explorer answered, by service and day.

use super::rule::words;
use super::value::Time;
use super::{AccountId, Money};
use arcstr::ArcStr;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

words! {
    /// Which of the answers to "what did it cost".
    Basis { /// UnblendedCost: what the bill says for the day.
        Billed = "billed", /// AmortizedCost: commitments spread over their use.
        Effective = "effective", /// Public prices.
        List = "list", /// NetUnblendedCost: after discounts.
        Net = "net" }
}

/// The cost of one service on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CostRow {
    /// The account whose bill it is.
    pub account: AccountId,
    /// The service's name as Cost Explorer writes it (`Amazon DynamoDB`).
    #[schema(value_type = String)]
    pub service: ArcStr,
    /// The day, UTC.
    #[schema(value_type = String, format = Date)]
    pub day: NaiveDate,
    /// Which cost.
    pub basis: Basis,
    /// The amount, in USD.
    pub amount: Money,
    /// Whether AWS still calls it an estimate.
    pub estimated: bool,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Time,
}

/// A calendar month in UTC: what bills and budgets count in. Written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first_day: NaiveDate,
}

/// A text that is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no month such as 2026-11")]
pub struct NotAMonth(pub String);

impl Month {
    /// The month that a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self { first_day: day.with_day(1).unwrap_or(day) }
    }

    /// The month that a point in time lies in, UTC.
    pub fn at(time: Time) -> Self {
        Self::of(time.date_naive())
    }

    /// Its first day.
    pub const fn first_day(self) -> NaiveDate {
        self.first_day
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        // 32 days after a month's first day lies in the next month, whichever it is; only the end of chrono's calendar has none.
        Self::of(self.first_day.checked_add_days(chrono::Days::new(32)).unwrap_or(NaiveDate::MAX))
    }

    /// How many days it has, 28 to 31.
    pub fn days(self) -> u32 {
        u32::from(self.first_day.num_days_in_month())
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first_day.format("%Y-%m"))
    }
}

impl std::str::FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map_err(|_| NotAMonth(text.to_owned()))?;
        Ok(Self { first_day: day })
    }
}

impl TryFrom<String> for Month {
    type Error = NotAMonth;

    fn try_from(text: String) -> Result<Self, NotAMonth> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

/// How many days after it a day's costs are settled: yesterday is partial, the day before is whole. What AWS changes later is a
/// restatement.
pub const SETTLED_DAYS: u64 = 2;

/// What was first told of a settled day.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstTold {
    /// The account.
    pub account: AccountId,
    /// The service as Cost Explorer writes it.
    pub service: ArcStr,
    /// The day, UTC.
    pub day: NaiveDate,
    /// What it was billed then.
    pub amount: Money,
}

/// All rows of one account and basis from a day to a day, both included: what one answer of Cost Explorer speaks of. A
/// service that is missing in `rows` cost nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostSpan {
    /// The account whose bill it is.
    pub account: AccountId,
    /// Which cost.
    pub basis: Basis,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The rows, all of this account and basis and inside these days.
    pub rows: Vec<CostRow>,
}
