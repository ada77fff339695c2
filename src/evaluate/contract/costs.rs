//! What a deployment is expected to cost a month: ranges in USD by service, and in total.
//!
//! They feed the metric of estimates, and are judged against the month as Cost Explorer has it where cost data was collected;
//! nothing is asked of AWS for their sake, since those calls cost money.

use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};
use crate::model::Money;
use arcstr::ArcStr;
use rust_decimal::Decimal;

/// The range of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRange {
    /// The service without Amazon and AWS before its name, or `Total`.
    pub component: ArcStr,
    /// At least this, USD a month.
    pub low: Money,
    /// At most this, USD a month.
    pub high: Money,
}

/// `costs: { DynamoDB: { low: 2, high: 5 } }`.
pub(super) fn read(node: &Node, faults: &mut Faults) -> Vec<CostRange> {
    let entries = node.entries("costs", faults).unwrap_or_default();
    let mut costs: Vec<CostRange> = entries
        .iter()
        .filter_map(|(key, node)| {
            let what = format!("the cost of {}", key.text);
            let table = Table::of(node, &what, faults)?;
            let mut side =
                |word: &'static str| table.required(word, faults).and_then(|node| node.decimal(&format!("{what}, {word}"), faults));
            let (low, high) = (side("low"), side("high"));
            table.finish("a cost", faults);
            let (low, high) = (low?, high?);
            if low < Decimal::ZERO || low > high {
                faults.add(&node.span, format!("{what} must be a range such as {{ low: 2, high: 5 }}, not from {low} to {high}"));
            }
            Some(CostRange { component: key.text.clone(), low: Money::new(low), high: Money::new(high) })
        })
        .collect();
    costs.sort_by(|a, b| a.component.cmp(&b.component));
    costs
}
