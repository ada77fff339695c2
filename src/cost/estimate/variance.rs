//! Why a month costs other than was estimated: volume, rate, free tier and credit, which add up to the gap to the cent.
//!
//! Volume is the other quantity at the estimate's prices; free tier what it takes off more or less; credit what credits and refunds
//! take off; rate all the rest: other prices, other discounts, a bill that is not what the units make. Each is rounded to the cent by
//! the largest remainder, so that no cent of the gap is left over and none is told twice.

use super::{Component, NoEstimate, Usage, estimate, price};
use crate::cost::prices::PriceBook;
use arcstr::ArcStr;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

/// The gap of one component, in USD, whole cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variance {
    /// The component; `Total` for all.
    pub component: ArcStr,
    /// What was estimated, after free tier and discount.
    pub expected: Decimal,
    /// What it is, after free tier, discount and credits.
    pub actual: Decimal,
    /// `actual` − `expected`.
    pub gap: Decimal,
    /// More or fewer units, at the prices of the estimate.
    pub volume: Decimal,
    /// Other prices and discounts.
    pub rate: Decimal,
    /// A free tier that takes off less or more.
    pub free_tier: Decimal,
    /// Credits and refunds.
    pub credit: Decimal,
}

/// Compares what was used with what was assumed, by component and in all; `Total` comes last. A component that only one of them has is
/// compared with nothing.
///
/// # Errors
/// [`NoEstimate`] where a price is not known.
pub fn compare(expected: &Usage, actual: &Usage, book: &PriceBook) -> Result<Vec<Variance>, NoEstimate> {
    let (before, after) = (estimate(expected, book)?, estimate(actual, book)?);
    let mut names: Vec<&ArcStr> = expected.components.iter().chain(&actual.components).map(|component| &component.name).collect();
    let mut known = std::collections::BTreeSet::new();
    names.retain(|name| known.insert(*name));
    let mut variances = Vec::with_capacity(names.len() + 1);
    for name in names {
        let overflow = || NoEstimate::Overflow(name.clone());
        let (from, to) = (find(expected, name), find(actual, name));
        let sums = |estimate: &super::Estimate| {
            estimate.components.iter().find(|one| one.name == *name).map(|one| one.amounts).unwrap_or_default()
        };
        let (old, new) = (sums(&before), sums(&after));
        let credit = to.map_or(Decimal::ZERO, |component| component.credit);
        let billed = to.and_then(|component| component.billed).unwrap_or(new.net);
        let volume = volume(expected, from, to, book)?;
        let free_tier = old.free_tier.checked_sub(new.free_tier).ok_or_else(overflow)?;
        let actual = billed.checked_add(credit).ok_or_else(overflow)?;
        variances.push(split(name, (old.net, actual), [volume, free_tier, credit]).ok_or_else(overflow)?);
    }
    let total = arcstr::literal!("Total");
    variances.push(sum(&variances, &total).ok_or(NoEstimate::Overflow(total))?);
    Ok(variances)
}

fn find<'a>(usage: &'a Usage, name: &str) -> Option<&'a Component> {
    usage.components.iter().find(|component| component.name == name)
}

/// The difference in units at the prices of the estimate.
fn volume(expected: &Usage, from: Option<&Component>, to: Option<&Component>, book: &PriceBook) -> Result<Decimal, NoEstimate> {
    let units = |component: Option<&Component>| {
        let mut units: BTreeMap<ArcStr, Decimal> = BTreeMap::new();
        for line in component.map(|component| component.lines.as_slice()).unwrap_or_default() {
            *units.entry(line.sku.clone()).or_default() += line.high;
        }
        units
    };
    let (old, new) = (units(from), units(to));
    let mut skus: Vec<&ArcStr> = old.keys().chain(new.keys()).collect();
    skus.sort();
    skus.dedup();
    let mut sum = Decimal::ZERO;
    for sku in skus {
        let price = price(expected, sku, book)?;
        let cost = |units: &BTreeMap<ArcStr, Decimal>| price.of(units.get(sku).copied().unwrap_or_default());
        let more = cost(&new).zip(cost(&old)).and_then(|(new, old)| new.checked_sub(old)?.checked_add(sum));
        sum = more.ok_or_else(|| NoEstimate::Overflow(sku.clone()))?;
    }
    Ok(sum)
}

/// The gap in whole cents, and its four parts in whole cents that add up to it.
fn split(name: &ArcStr, (expected, actual): (Decimal, Decimal), [volume, free_tier, credit]: [Decimal; 3]) -> Option<Variance> {
    let exact_gap = actual.checked_sub(expected)?;
    let rate = exact_gap.checked_sub(volume)?.checked_sub(free_tier)?.checked_sub(credit)?;
    let (expected, actual) = (cents(expected), cents(actual));
    let gap = actual.checked_sub(expected)?;
    let exact = [volume, rate, free_tier, credit];
    // Down to whole cents, and the cents that are left over to the parts that lost most. The ends were rounded for themselves, so the
    // cents that are missing may be a few more or fewer than the parts lost.
    let mut parts = exact.map(|part| part.round_dp_with_strategy(2, RoundingStrategy::ToNegativeInfinity));
    let missing = gap.checked_sub(parts.iter().sum())?;
    let cent = Decimal::new(1, 2);
    let mut order: Vec<(Decimal, usize)> = exact.iter().zip(&parts).map(|(exact, part)| exact - part).zip(0..).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    if missing < Decimal::ZERO {
        order.reverse();
    }
    let step = if missing < Decimal::ZERO { -cent } else { cent };
    let mut left = missing;
    for (_, position) in order.iter().cycle() {
        if left.is_zero() {
            break;
        }
        if let Some(part) = parts.get_mut(*position) {
            *part = part.checked_add(step)?;
        }
        left = left.checked_sub(step)?;
    }
    let [volume, rate, free_tier, credit] = parts.map(|part| part.normalize());
    Some(Variance { component: name.clone(), expected, actual, gap: gap.normalize(), volume, rate, free_tier, credit })
}

fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}

fn sum(variances: &[Variance], name: &ArcStr) -> Option<Variance> {
    let all = |read: fn(&Variance) -> Decimal| variances.iter().try_fold(Decimal::ZERO, |sum, one| sum.checked_add(read(one)));
    Some(Variance {
        component: name.clone(),
        expected: all(|one| one.expected)?.normalize(),
        actual: all(|one| one.actual)?.normalize(),
        gap: all(|one| one.gap)?.normalize(),
        volume: all(|one| one.volume)?.normalize(),
        rate: all(|one| one.rate)?.normalize(),
        free_tier: all(|one| one.free_tier)?.normalize(),
        credit: all(|one| one.credit)?.normalize(),
    })
}
