//! List prices: a small, dated file, and what of it holds in a region on a day. Elsewhere a price is unknown, never zero.
//!
//! Prices are kept with the days that they held: DynamoDB's on-demand requests cost twice as much before November 2024, and an
//! advice from the price of then is wrong today. AWS's Price List has all of this and changes daily, but asking it means a call
//! for each price and an answer that nobody reviewed; a file of some forty rows is read and corrected by people. Whoever pays
//! other prices (another region, a contract) writes a file of their own, whose rows go before these (`cost.prices`).

mod read;

#[cfg(test)]
mod tests;

use arcstr::ArcStr;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

pub use read::read;

/// The shipped file.
const SHIPPED: &str = include_str!("us-east.yaml");
/// Where the shipped prices hold.
const SHIPPED_REGIONS: [&str; 2] = ["us-east-1", "us-east-2"];

static IN_FORCE: LazyLock<RwLock<Arc<PriceBook>>> = LazyLock::new(|| RwLock::new(Arc::new(PriceBook::shipped())));

/// Prices, those that go before others first.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceBook {
    rows: Vec<Price>,
}

/// What one thing costs, in one region or several, from a day to a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// What is paid for: `dynamodb-write-request`.
    pub sku: ArcStr,
    /// What is counted, in words.
    pub unit: ArcStr,
    /// The regions; any where none is named.
    pub regions: Vec<ArcStr>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// So many units the dollars of a tier are for.
    pub per: Decimal,
    /// At least one; the last has no end.
    pub tiers: Vec<Tier>,
    /// The month's free tier.
    pub free: Option<Free>,
    /// What is paid at once for the whole term, where it is capacity that is reserved.
    pub upfront: Option<Upfront>,
    /// Where it was read.
    pub source: ArcStr,
}

/// A step of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// The units of a month up to which it holds; none for the last.
    pub up_to: Option<Decimal>,
    /// US dollars.
    pub usd: Decimal,
}

/// What of a month is free.
#[derive(Clone, Debug, PartialEq)]
pub struct Free {
    /// Units a month.
    pub quantity: Decimal,
    /// For whom.
    pub whom: FreeFor,
    /// Those that share it; the sku where it is shared with none.
    pub pool: ArcStr,
}

/// For whom something is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeFor {
    /// For everybody.
    Always,
    /// For an account in its first year.
    Year,
}

/// What is paid at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upfront {
    /// US dollars for `per` units.
    pub usd: Decimal,
    /// The term.
    pub hours: Decimal,
}

impl PriceBook {
    /// The prices that are part of the program.
    ///
    /// # Panics
    /// Where the shipped file is wrong; a test reads it.
    pub fn shipped() -> Self {
        let source = crate::diag::Source::new("prices", SHIPPED);
        let mut rows = read(&source).unwrap_or_else(|faults| panic!("internal error: the shipped prices: {faults:?}"));
        for row in &mut rows {
            row.regions = SHIPPED_REGIONS.iter().map(|region| ArcStr::from(*region)).collect();
        }
        Self { rows }
    }

    /// The same with rows that go before all that are there.
    #[must_use]
    pub fn with(mut self, mut first: Vec<Price>) -> Self {
        first.append(&mut self.rows);
        Self { rows: first }
    }

    /// What something costs in a region on a day; none where that is not known.
    pub fn find(&self, sku: &str, region: &str, day: NaiveDate) -> Option<&Price> {
        self.rows.iter().find(|row| row.sku == sku && row.is_of(region) && row.holds(day))
    }

    /// What something costs in a region at last: for advice about the months to come.
    pub fn latest(&self, sku: &str, region: &str) -> Option<&Price> {
        self.rows.iter().find(|row| row.sku == sku && row.is_of(region) && row.to.is_none())
    }

    /// Every sku, sorted, each once.
    pub fn skus(&self) -> Vec<&str> {
        let mut skus: Vec<&str> = self.rows.iter().map(|row| row.sku.as_str()).collect();
        skus.sort_unstable();
        skus.dedup();
        skus
    }
}

/// The prices that the process goes by. Rules call functions without a context (see `model::function`), so they find them here.
pub fn in_force() -> Arc<PriceBook> {
    Arc::clone(&IN_FORCE.read().unwrap_or_else(PoisonError::into_inner))
}

/// Puts others in force: those of the config, when it was read.
pub fn put_in_force(book: PriceBook) {
    *IN_FORCE.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
}

impl Price {
    fn is_of(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|one| one == region)
    }

    fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// What so many units of a month cost, tier by tier, exactly; none where 28 digits do not hold it. Nothing for less than
    /// nothing.
    pub fn of(&self, quantity: Decimal) -> Option<Decimal> {
        let (mut sum, mut below) = (Decimal::ZERO, Decimal::ZERO);
        for tier in &self.tiers {
            let end = tier.up_to.map_or(quantity, |end| end.min(quantity));
            let units = end.checked_sub(below)?;
            if units > Decimal::ZERO {
                sum = sum.checked_add(exact_product(units, tier.usd)?.checked_div(self.per)?)?;
                below = end;
            }
        }
        Some(sum.normalize())
    }

    /// What one unit costs in the first tier, what is paid at once shared out over the term.
    pub fn each(&self) -> Option<Decimal> {
        let first = self.tiers.first()?.usd;
        let hourly = match self.upfront {
            Some(upfront) => upfront.usd.checked_div(upfront.hours)?.checked_add(first)?,
            None => first,
        };
        hourly.checked_div(self.per)
    }
}

/// A product that lost no digit; none where it would.
pub(super) fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let product = a.checked_mul(b)?;
    (product.scale() == a.scale() + b.scale() || product.is_zero()).then_some(product)
}
