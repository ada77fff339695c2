//! The file of usage assumptions, read with every mistake and its place. `usage.example.yaml` beside it is what
//! `ledgerline cost estimate --example` prints.

use super::{Component, FreeTier, Usage, UsageLine};
use crate::cost::prices::PriceBook;
use crate::diag::yaml::{self, Node, Table};
use crate::diag::{Diagnostic, Faults, Source};
use crate::model::ledger::Month;
use arcstr::ArcStr;
use rust_decimal::Decimal;

/// Reads usage assumptions. `month` is meant where the file names none.
///
/// # Errors
/// Every mistake in it, skus that the book does not have among them.
pub fn read(source: &Source, book: &PriceBook, month: Month) -> Result<Usage, Vec<Diagnostic>> {
    let root = yaml::parse(source).map_err(|diagnostic| vec![diagnostic])?;
    let mut faults = Faults::new(source.clone());
    let usage = usage(&root, book, month, &mut faults);
    match usage {
        Some(usage) if faults.is_empty() => Ok(usage),
        _ => Err(faults.into_diagnostics()),
    }
}

fn usage(node: &Node, book: &PriceBook, month: Month, faults: &mut Faults) -> Option<Usage> {
    let table = Table::of(node, "the usage", faults)?;
    let region = table.required("region", faults).and_then(|node| node.word("region", faults));
    let month = table.optional("month").map_or(Some(month), |node| {
        let text = node.word("month", faults)?;
        text.parse().map_err(|error| faults.add(&node.span, format!("{error}"))).ok()
    });
    let free_tier = table.optional("free_tier").map_or(Some(FreeTier::default()), |node| match node.word("free_tier", faults)?.as_str() {
        "none" => Some(FreeTier::None),
        "always" => Some(FreeTier::Always),
        "year" => Some(FreeTier::Year),
        word => {
            faults.add_unknown(&node.span, "free tier", word, ["none", "always", "year"]);
            None
        }
    });
    let discount = table.optional("discount_percent").map_or(Some((Decimal::ZERO, Decimal::ZERO)), |node| {
        let (low, high) = pair(node, "discount_percent", faults)?;
        if high > Decimal::ONE_HUNDRED {
            faults.add(&node.span, "a discount is at most 100 per cent");
        }
        Some((low, high))
    });
    let components = table.required("components", faults).and_then(|node| {
        let entries = node.entries("components", faults)?;
        Some(entries.iter().filter_map(|(key, node)| component(key.text.clone(), node, book, faults)).collect::<Vec<_>>())
    });
    let range = table.optional("range").and_then(|node| pair(node, "range", faults));
    table.finish("the usage", faults);
    Some(Usage { month: month?, region: region?, free_tier: free_tier?, discount: discount?, components: components?, range })
}

fn component(name: ArcStr, node: &Node, book: &PriceBook, faults: &mut Faults) -> Option<Component> {
    let table = Table::of(node, "a component", faults)?;
    let mut lines = Vec::new();
    for (key, node) in table.optional("usage").and_then(|node| node.entries("usage", faults)).unwrap_or_default() {
        if !book.skus().contains(&key.text.as_str()) {
            faults.add_unknown(&key.span, "sku", &key.text, book.skus());
        } else if let Some((low, high)) = pair(node, &key.text, faults) {
            lines.push(UsageLine { sku: key.text.clone(), low, high });
        }
    }
    for node in table.optional("functions").and_then(|node| node.list("functions", faults)).unwrap_or_default() {
        lines.extend(function(node, faults).into_iter().flatten());
    }
    for node in table.optional("items").and_then(|node| node.list("items", faults)).unwrap_or_default() {
        lines.extend(items(node, faults).into_iter().flatten());
    }
    let range = table.optional("range").and_then(|node| pair(node, "range", faults));
    let billed = table.optional("billed_usd").and_then(|node| at_least_zero(node, "billed_usd", faults));
    let credit = table.optional("credit_usd").map_or(Some(Decimal::ZERO), |node| {
        let credit = node.decimal("credit_usd", faults)?;
        if credit > Decimal::ZERO {
            faults.add(&node.span, "credit_usd is zero or negative: it takes something off");
        }
        Some(credit)
    });
    table.finish("a component", faults);
    Some(Component { name, lines, range, billed, credit: credit? })
}

/// A function's invocations: requests, and GB-seconds from its memory and duration.
fn function(node: &Node, faults: &mut Faults) -> Option<[UsageLine; 2]> {
    let table = Table::of(node, "a function", faults)?;
    let requests = table.required("requests", faults).and_then(|node| pair(node, "requests", faults));
    let memory = table.required("memory_mb", faults).and_then(|node| at_least_zero(node, "memory_mb", faults));
    let duration = table.required("duration_ms", faults).and_then(|node| pair(node, "duration_ms", faults));
    let sku =
        table.optional("architecture").map_or(Some("lambda-gb-second-x86"), |node| match node.word("architecture", faults)?.as_str() {
            "x86_64" => Some("lambda-gb-second-x86"),
            "arm64" => Some("lambda-gb-second-arm"),
            word => {
                faults.add_unknown(&node.span, "architecture", word, ["x86_64", "arm64"]);
                None
            }
        });
    table.finish("a function", faults);
    let (requests, memory, duration) = (requests?, memory?, duration?);
    let seconds = |requests: Decimal, duration: Decimal| {
        requests.checked_mul(memory)?.checked_mul(duration)?.checked_div(Decimal::from(1024 * 1000)).map(|product| product.normalize())
    };
    let held = seconds(requests.0, duration.0).zip(seconds(requests.1, duration.1));
    let Some((low, high)) = held else {
        faults.add(&node.span, "so many GB-seconds do not fit into 28 digits");
        return None;
    };
    let line = |sku: &str, low, high| UsageLine { sku: sku.into(), low, high };
    Some([line("lambda-request", requests.0, requests.1), line(sku?, low, high)])
}

/// Items written and read on demand, as request units: a write takes one for each KiB begun, and each index that changes as many;
/// a read one for each 4 KiB begun, half of it where it may be stale; twice as many in transactions.
fn items(node: &Node, faults: &mut Faults) -> Option<Vec<UsageLine>> {
    let table = Table::of(node, "items", faults)?;
    let mut counted = |key: &'static str, least: Decimal| table.optional(key).map_or(Some((least, least)), |node| pair(node, key, faults));
    let (writes, reads) = (counted("writes", Decimal::ZERO)?, counted("reads", Decimal::ZERO)?);
    let (_, bytes) = counted("bytes", Decimal::ONE)?;
    let (_, indexes) = counted("indexes", Decimal::ZERO)?;
    let transactional = table.optional("transactional").map_or(Some(false), |node| node.boolean("transactional", faults))?;
    let consistent = table.optional("consistent").map_or(Some(false), |node| node.boolean("consistent", faults))?;
    table.finish("items", faults);
    let twice = if transactional { Decimal::TWO } else { Decimal::ONE };
    let read_factor = match (transactional, consistent) {
        (true, _) => Decimal::TWO,
        (false, true) => Decimal::ONE,
        (false, false) => Decimal::new(5, 1),
    };
    let units = |size: i64| bytes.checked_div(Decimal::from(size)).map(|units| units.ceil().max(Decimal::ONE));
    let write = units(1024)?.checked_mul(indexes.checked_add(Decimal::ONE)?)?.checked_mul(twice)?;
    let read = units(4096)?.checked_mul(read_factor)?;
    let line = |sku: &str, (low, high): (Decimal, Decimal), each: Decimal| {
        Some(UsageLine { sku: sku.into(), low: low.checked_mul(each)?.normalize(), high: high.checked_mul(each)?.normalize() })
    };
    Some(vec![line("dynamodb-write-request", writes, write)?, line("dynamodb-read-request", reads, read)?])
}

/// One figure, or `{ low, high }`.
fn pair(node: &Node, what: &str, faults: &mut Faults) -> Option<(Decimal, Decimal)> {
    if !matches!(node.kind, yaml::Kind::Map(_)) {
        let one = at_least_zero(node, what, faults)?;
        return Some((one, one));
    }
    let table = Table::of(node, what, faults)?;
    let low = table.required("low", faults).and_then(|node| at_least_zero(node, "low", faults));
    let high = table.required("high", faults).and_then(|node| at_least_zero(node, "high", faults));
    table.finish(what, faults);
    let (low, high) = (low?, high?);
    if low > high {
        faults.add(&node.span, format!("{what}: low is above high"));
        return None;
    }
    Some((low, high))
}

fn at_least_zero(node: &Node, what: &str, faults: &mut Faults) -> Option<Decimal> {
    let number = node.decimal(what, faults)?;
    if number < Decimal::ZERO {
        faults.add(&node.span, format!("{what} must not be negative"));
        return None;
    }
    Some(number)
}
