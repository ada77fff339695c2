//! Rows of the cost ledger: what Cost Explorer answered, by service and day.

use super::rule::words;
use super::value::Time;
use super::{AccountId, Money};
use arcstr::ArcStr;
use chrono::NaiveDate;
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostRow {
    /// The account whose bill it is.
    pub account: AccountId,
    /// The service's name as Cost Explorer writes it (`Amazon DynamoDB`).
    pub service: ArcStr,
    /// The day, UTC.
    pub day: NaiveDate,
    /// Which cost.
    pub basis: Basis,
    /// The amount, in USD.
    pub amount: Money,
    /// Whether AWS still calls it an estimate.
    pub estimated: bool,
    /// When it was read.
    pub observed_at: Time,
}
