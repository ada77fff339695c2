//! Whether calls that AWS charges for may be made, and how many a month.

use crate::cost::plan::{COST_EXPLORER_REQUEST, DAYS};
use crate::model::Money;
use arcstr::ArcStr;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// `cost` of the config file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostConfig {
    /// Whether paid calls are made at all. Off unless somebody decided otherwise.
    pub enabled: bool,
    /// The most that paid calls may cost in a calendar month (UTC), all passes and restarts together.
    pub monthly_cap_usd: Money,
    /// The most requests of Cost Explorer that an account makes on a day (UTC), pages included.
    pub requests_a_day: u32,
}

/// `cost.tag_keys`: the tag keys that costs are told apart by, each a question of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagKeys(pub Vec<ArcStr>);

impl Default for TagKeys {
    fn default() -> Self {
        // Those that the tagging rules ask for; whoever pays first.
        Self(["CostCenter", "Owner", "Project", "Environment", "ManagedBy"].map(ArcStr::from).to_vec())
    }
}

impl CostConfig {
    /// The requests of a day that each of several payers may make, so that a month of them stays under the cap: a plan that is
    /// above it is never begun. One at least: the cap itself refuses what is too much.
    pub fn requests_of_a_day(&self, payers: usize) -> u32 {
        let payers = u64::try_from(payers.max(1)).unwrap_or(u64::MAX);
        let Ok(all) = COST_EXPLORER_REQUEST.times(DAYS).and_then(|day| day.times(payers)) else { return 1 };
        let fits = self.monthly_cap_usd.amount().checked_div(all.amount()).map(|fits| fits.trunc());
        let fits = fits.and_then(|fits| fits.to_u32()).unwrap_or(u32::MAX);
        self.requests_a_day.min(fits).max(1)
    }
}

impl Default for CostConfig {
    fn default() -> Self {
        // Eight requests of Cost Explorer a day are $2.48 in the longest month.
        Self { enabled: false, monthly_cap_usd: Money::new(Decimal::from_parts(250, 0, 0, false, 2)), requests_a_day: 8 }
    }
}
