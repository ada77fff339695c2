//! Days on which a service cost more than it should have: what we found, and what AWS told.

use super::rule::words;
use super::{AccountId, Money};
use arcstr::ArcStr;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

words! {
    /// Who noticed.
    AnomalySource { /// We did, from the ledger.
        Ledger = "ledger", /// AWS Cost Anomaly Detection.
        Aws = "aws" }
}

words! {
    /// Whether it goes on.
    AnomalyState { /// It reaches into the last settled days.
        Open = "open", /// It is over; it stays told for a while.
        Over = "over" }
}

/// What drove it, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Driver {
    /// The account.
    pub account: Option<AccountId>,
    /// The region.
    #[schema(value_type = Option<String>)]
    pub region: Option<ArcStr>,
    /// The usage type, as AWS writes it.
    #[schema(value_type = Option<String>)]
    pub usage_type: Option<ArcStr>,
}

/// One anomaly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Anomaly {
    /// The account whose bill it is.
    pub account: AccountId,
    /// The service as Cost Explorer writes it.
    #[schema(value_type = String)]
    pub service: ArcStr,
    /// The first day, UTC.
    #[schema(value_type = String, format = Date)]
    pub from: NaiveDate,
    /// The last day that is known of it.
    #[schema(value_type = String, format = Date)]
    pub to: NaiveDate,
    /// What these days should have cost, in USD; none where whoever noticed did not say.
    pub expected: Option<Money>,
    /// What they cost.
    pub actual: Money,
    /// What they cost too much.
    pub impact: Money,
    /// Who noticed, sorted.
    pub sources: Vec<AnomalySource>,
    /// Whether it goes on.
    pub state: AnomalyState,
    /// What drove it.
    pub drivers: Vec<Driver>,
    /// AWS's id of it.
    #[schema(value_type = Option<String>)]
    pub aws_id: Option<ArcStr>,
}
