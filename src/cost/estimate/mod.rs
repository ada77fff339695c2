//! What a month would cost: usage, the price period, the free tier and discounts make a range.
//!
//! The low end is the least usage with all of the free tier and the largest discount, the high end the most usage at list price
//! less the smallest discount: others of an organization may have used the free tier up. One figure would claim to know which.

pub mod economics;
pub mod observed;
mod usage;
pub mod variance;

#[cfg(test)]
mod tests;

use super::prices::{Free, FreeFor, Price, PriceBook};
use crate::model::ledger::Month;
use arcstr::ArcStr;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub use usage::read;

/// What is assumed of a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// The month, which tells the prices.
    pub month: Month,
    /// Where.
    pub region: ArcStr,
    /// Which free tier the account has.
    pub free_tier: FreeTier,
    /// The discount on list prices in per cent, at least and at most.
    pub discount: (Decimal, Decimal),
    /// What the deployment is made of.
    pub components: Vec<Component>,
    /// The range that was promised for all of it, in USD.
    pub range: Option<(Decimal, Decimal)>,
}

/// Which free tier an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FreeTier {
    /// None: others use it up.
    None,
    /// What is free for everybody.
    #[default]
    Always,
    /// That, and what is free in an account's first year.
    Year,
}

/// A part of the deployment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Component {
    /// What it is called: `DynamoDB`.
    pub name: ArcStr,
    /// What is used.
    pub lines: Vec<UsageLine>,
    /// The range that was promised, in USD.
    pub range: Option<(Decimal, Decimal)>,
    /// What was billed, where that is known, in USD, credits left out.
    pub billed: Option<Decimal>,
    /// Credits and refunds on it, zero or negative.
    pub credit: Decimal,
}

/// Units of one thing in the month.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageLine {
    /// What is used, as the prices call it.
    pub sku: ArcStr,
    /// At least.
    pub low: Decimal,
    /// At most; the same where one figure was given.
    pub high: Decimal,
}

/// What it makes in dollars.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// By component, in the order of the usage.
    pub components: Vec<ComponentEstimate>,
    /// All together.
    pub total: Amounts,
    /// The range that was promised for all of it, and where the estimate stands to it.
    pub promised: Option<(Decimal, Decimal, Standing)>,
}

/// One component.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentEstimate {
    /// What it is called.
    pub name: ArcStr,
    /// Its sums.
    pub amounts: Amounts,
    /// What they are made of.
    pub lines: Vec<LineEstimate>,
    /// The range that was promised, and where the estimate stands to it.
    pub promised: Option<(Decimal, Decimal, Standing)>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineEstimate {
    /// What is used.
    pub sku: ArcStr,
    /// What is counted.
    pub unit: ArcStr,
    /// At least and at most so many.
    pub quantity: (Decimal, Decimal),
    /// Its sums.
    pub amounts: Amounts,
}

/// Sums in USD. List, free tier and discount are those of the most usage: `net` = `list` − `free_tier` − `discount`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// At list price.
    pub list: Decimal,
    /// What the free tier takes off.
    pub free_tier: Decimal,
    /// What the smallest discount takes off the rest.
    pub discount: Decimal,
    /// What is left.
    pub net: Decimal,
    /// The low end.
    pub low: Decimal,
    /// The high end.
    pub high: Decimal,
}

/// Where an amount stands to a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Under its low end.
    Below,
    /// In it, its ends included.
    Within,
    /// Over its high end.
    Above,
}

/// Why no estimate could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEstimate {
    /// A price that nobody wrote down.
    #[error("the price of {sku} in {region} in {month} is not known; a file of your own prices may say it (cost.prices)")]
    Price {
        /// Of what.
        sku: ArcStr,
        /// Where.
        region: ArcStr,
        /// When.
        month: Month,
    },
    /// A sum that cannot be held exactly.
    #[error("the amount of {0} does not fit into 28 digits")]
    Overflow(ArcStr),
}

impl Standing {
    /// Where it stands.
    pub fn of(amount: Decimal, (low, high): (Decimal, Decimal)) -> Self {
        if amount < low {
            Self::Below
        } else if amount > high {
            Self::Above
        } else {
            Self::Within
        }
    }

    /// As people say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Within => "within",
            Self::Above => "above",
        }
    }
}

impl Amounts {
    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            list: self.list.checked_add(other.list)?,
            free_tier: self.free_tier.checked_add(other.free_tier)?,
            discount: self.discount.checked_add(other.discount)?,
            net: self.net.checked_add(other.net)?,
            low: self.low.checked_add(other.low)?,
            high: self.high.checked_add(other.high)?,
        })
    }
}

/// Prices the usage.
///
/// # Errors
/// [`NoEstimate`] where a price is not known: a sum without it would be too low.
pub fn estimate(usage: &Usage, book: &PriceBook) -> Result<Estimate, NoEstimate> {
    let mut low_pools = BTreeMap::new();
    let mut high_pools = BTreeMap::new();
    let mut total = Amounts::default();
    let mut components = Vec::with_capacity(usage.components.len());
    for component in &usage.components {
        let overflow = || NoEstimate::Overflow(component.name.clone());
        let mut lines = Vec::with_capacity(component.lines.len());
        let mut sum = Amounts::default();
        for line in &component.lines {
            let price = price(usage, &line.sku, book)?;
            let amounts = amounts(usage, price, line, (&mut low_pools, &mut high_pools)).ok_or_else(overflow)?;
            sum = sum.plus(amounts).ok_or_else(overflow)?;
            lines.push(LineEstimate { sku: line.sku.clone(), unit: price.unit.clone(), quantity: (line.low, line.high), amounts });
        }
        total = total.plus(sum).ok_or_else(overflow)?;
        let promised = component.range.map(|range| (range.0, range.1, Standing::of(sum.net, range)));
        components.push(ComponentEstimate { name: component.name.clone(), amounts: sum, lines, promised });
    }
    let promised = usage.range.map(|range| (range.0, range.1, Standing::of(total.net, range)));
    Ok(Estimate { components, total, promised })
}

/// The price that held when the month began.
fn price<'a>(usage: &Usage, sku: &ArcStr, book: &'a PriceBook) -> Result<&'a Price, NoEstimate> {
    book.find(sku, &usage.region, usage.month.first_day()).ok_or_else(|| NoEstimate::Price {
        sku: sku.clone(),
        region: usage.region.clone(),
        month: usage.month,
    })
}

/// What is left of each free tier.
type Pools = BTreeMap<ArcStr, Decimal>;

fn amounts(usage: &Usage, price: &Price, line: &UsageLine, pools: (&mut Pools, &mut Pools)) -> Option<Amounts> {
    let off = |amount: Decimal, percent: Decimal| amount.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED);
    let list = price.of(line.high)?;
    let free_tier = list.checked_sub(price.of(after_free(usage.free_tier, price, line.high, pools.1)?)?)?;
    let paid = list.checked_sub(free_tier)?;
    let discount = off(paid, usage.discount.0)?;
    let least = price.of(after_free(usage.free_tier, price, line.low, pools.0)?)?;
    Some(Amounts {
        list,
        free_tier,
        discount,
        net: paid.checked_sub(discount)?.normalize(),
        low: least.checked_sub(off(least, usage.discount.1)?)?.normalize(),
        high: list.checked_sub(off(list, usage.discount.0)?)?.normalize(),
    })
}

/// The units that are left to pay, and the free tier's that are left to use.
fn after_free(tier: FreeTier, price: &Price, quantity: Decimal, pools: &mut Pools) -> Option<Decimal> {
    let free = price.free.as_ref().filter(|free| has(tier, free));
    let Some(free) = free else { return Some(quantity) };
    let left = pools.entry(free.pool.clone()).or_insert(free.quantity);
    let used = quantity.min(*left);
    *left = left.checked_sub(used)?;
    quantity.checked_sub(used)
}

fn has(tier: FreeTier, free: &Free) -> bool {
    match (tier, free.whom) {
        (FreeTier::None, _) | (FreeTier::Always, FreeFor::Year) => false,
        (FreeTier::Always | FreeTier::Year, FreeFor::Always) | (FreeTier::Year, FreeFor::Year) => true,
    }
}
