//! What paid calls will cost, before any is made.
//!
//! The plan is an upper bound: it counts every page that a request may take. Answers are kept for a day, so a request that
//! is planned hourly is paid once a day.

use crate::model::money::Overflow;
use crate::model::{AccountId, CallId, Money};
use arcstr::ArcStr;
use rust_decimal::Decimal;

/// What Cost Explorer charges for one request, each page being one: $0.01
/// (<https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/>). Requests that fail are free.
pub const COST_EXPLORER_REQUEST: Money = Money::new(Decimal::from_parts(1, 0, 0, false, 2));

/// The most pages that one request may take: 46 days of some hundreds of services fit, and what has more than this is
/// cut off rather than paid for.
pub const COST_EXPLORER_PAGES: u32 = 4;

/// The days of the longest month: what a plan multiplies a day with.
pub const DAYS: u64 = 31;

/// One request that every pass would like to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRequest {
    /// The account that pays.
    pub account: AccountId,
    /// The call.
    pub call: CallId,
    /// What it asks for, in a few words.
    pub what: ArcStr,
    /// What one page costs.
    pub price: Money,
    /// The most pages that it takes.
    pub pages: u32,
}

/// One line of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// The request.
    pub request: PlannedRequest,
    /// The most that it costs each time it is paid.
    pub each: Money,
    /// The most that it costs in a month of 31 days.
    pub month: Money,
}

/// What the requests cost together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The lines, in the order of the requests.
    pub lines: Vec<PlanLine>,
    /// The most that one pass costs.
    pub each: Money,
    /// The most that a month of 31 days costs.
    pub month: Money,
}

impl Plan {
    /// Whether a month stays at or under the cap.
    pub fn fits(&self, cap: Money) -> bool {
        self.month <= cap
    }
}

/// Prices requests that are made once a day: a second pass of the day finds the answer of the first.
///
/// # Errors
/// [`Overflow`] where 28 digits do not hold the price.
pub fn plan(requests: Vec<PlannedRequest>) -> Result<Plan, Overflow> {
    let mut plan = Plan::default();
    for request in requests {
        let each = request.price.times(u64::from(request.pages))?;
        let month = each.times(DAYS)?;
        plan.each = plan.each.plus(each)?;
        plan.month = plan.month.plus(month)?;
        plan.lines.push(PlanLine { request, each, month });
    }
    Ok(plan)
}
