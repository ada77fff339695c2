//! The file of prices, read with every mistake and its place.

use super::{Free, FreeFor, Price, Tier, Upfront};
use crate::diag::yaml::{self, Node, Table};
use crate::diag::{Diagnostic, Faults, Source};
use arcstr::ArcStr;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Reads a list of prices.
///
/// # Errors
/// Every mistake in it.
pub fn read(source: &Source) -> Result<Vec<Price>, Vec<Diagnostic>> {
    let root = yaml::parse(source).map_err(|diagnostic| vec![diagnostic])?;
    let mut faults = Faults::new(source.clone());
    let rows: Vec<Price> =
        root.list("the prices", &mut faults).unwrap_or_default().iter().filter_map(|node| price(node, &mut faults)).collect();
    if faults.is_empty() { Ok(rows) } else { Err(faults.into_diagnostics()) }
}

fn price(node: &Node, faults: &mut Faults) -> Option<Price> {
    let table = Table::of(node, "a price", faults)?;
    let sku = table.required("sku", faults).and_then(|node| node.word("sku", faults));
    let unit = table.required("unit", faults).and_then(|node| node.word("unit", faults));
    let source = table.required("source", faults).and_then(|node| node.word("source", faults));
    let regions = table.optional("regions").and_then(|node| node.words("regions", faults)).unwrap_or_default();
    let from = table.optional("from").and_then(|node| day(node, "from", faults));
    let to = table.optional("to").and_then(|node| day(node, "to", faults));
    let per = table.optional("per").map_or(Some(Decimal::ONE), |node| above_zero(node, "per", faults));
    let usd = table.optional("usd").and_then(|node| amount(node, "usd", faults));
    let steps = table.optional("tiers").map(|node| tiers(node, faults));
    let free = table.optional("free").and_then(|node| free(node, sku.as_ref(), faults));
    let upfront = table.optional("upfront").and_then(|node| upfront(node, faults));
    let span = table.span().clone();
    table.finish("a price", faults);
    let tiers = match (usd, steps) {
        (Some(usd), None) => vec![Tier { up_to: None, usd }],
        (None, Some(steps)) => steps?,
        _ => {
            faults.add(&span, "a price has either `usd` or `tiers`");
            return None;
        }
    };
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        faults.add(&span, format!("the price ends on {to}, before it begins on {from}"));
    }
    Some(Price { sku: sku?, unit: unit?, regions, from, to, per: per?, tiers, free, upfront, source: source? })
}

fn tiers(node: &Node, faults: &mut Faults) -> Option<Vec<Tier>> {
    let items = node.list("tiers", faults)?;
    let mut tiers: Vec<Tier> = Vec::with_capacity(items.len());
    for (position, item) in items.iter().enumerate() {
        let table = Table::of(item, "a tier", faults)?;
        let up_to = table.optional("up_to").and_then(|node| above_zero(node, "up_to", faults));
        let usd = table.required("usd", faults).and_then(|node| amount(node, "usd", faults));
        table.finish("a tier", faults);
        let is_last = position + 1 == items.len();
        let rises = tiers.last().is_none_or(|before| before.up_to < up_to || up_to.is_none());
        if up_to.is_none() != is_last || !rises {
            faults.add(&item.span, "tiers rise, and the last one alone has no `up_to`");
            return None;
        }
        tiers.push(Tier { up_to, usd: usd? });
    }
    if tiers.is_empty() {
        faults.add(&node.span, "a price has at least one tier");
        return None;
    }
    Some(tiers)
}

fn free(node: &Node, sku: Option<&ArcStr>, faults: &mut Faults) -> Option<Free> {
    let table = Table::of(node, "free", faults)?;
    let quantity = table.required("quantity", faults).and_then(|node| above_zero(node, "quantity", faults));
    let whom = table.required("for", faults).and_then(|node| match node.word("for", faults)?.as_str() {
        "always" => Some(FreeFor::Always),
        "year" => Some(FreeFor::Year),
        word => {
            faults.add_unknown(&node.span, "word", word, ["always", "year"]);
            None
        }
    });
    let pool = table.optional("pool").and_then(|node| node.word("pool", faults));
    table.finish("free", faults);
    Some(Free { quantity: quantity?, whom: whom?, pool: pool.or_else(|| sku.cloned())? })
}

fn upfront(node: &Node, faults: &mut Faults) -> Option<Upfront> {
    let table = Table::of(node, "upfront", faults)?;
    let usd = table.required("usd", faults).and_then(|node| amount(node, "usd", faults));
    let hours = table.required("hours", faults).and_then(|node| above_zero(node, "hours", faults));
    table.finish("upfront", faults);
    Some(Upfront { usd: usd?, hours: hours? })
}

fn amount(node: &Node, what: &str, faults: &mut Faults) -> Option<Decimal> {
    let amount = node.decimal(what, faults)?;
    if amount.is_sign_negative() && !amount.is_zero() {
        faults.add(&node.span, format!("{what} must not be negative"));
        return None;
    }
    Some(amount)
}

fn above_zero(node: &Node, what: &str, faults: &mut Faults) -> Option<Decimal> {
    let amount = amount(node, what, faults)?;
    if amount.is_zero() {
        faults.add(&node.span, format!("{what} must not be zero"));
        return None;
    }
    Some(amount)
}

fn day(node: &Node, what: &str, faults: &mut Faults) -> Option<NaiveDate> {
    let text = node.word(what, faults)?;
    let day = text.parse().ok();
    if day.is_none() {
        faults.add(&node.span, format!("{what} must be a day such as 2024-11-01, not {text:?}"));
    }
    day
}
