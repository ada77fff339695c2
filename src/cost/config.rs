//! Whether calls that AWS charges for may be made, and how many a month.

use crate::model::Money;
use rust_decimal::Decimal;

/// `cost` of the config file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostConfig {
    /// Whether paid calls are made at all. Off unless somebody decided otherwise.
    pub enabled: bool,
    /// The most that paid calls may cost in a calendar month (UTC), all passes and restarts together.
    pub monthly_cap_usd: Money,
}

impl Default for CostConfig {
    fn default() -> Self {
        // Two requests of Cost Explorer a day are $0.62 a month; a dollar leaves room for a second page.
        Self { enabled: false, monthly_cap_usd: Money::new(Decimal::ONE) }
    }
}
