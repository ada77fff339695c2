//! `samples`: of which tables a few items may be looked at, and what is expected of them.

use super::read::whole;
use crate::collect::config::{Stamp, TableSample};
use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};

/// Each table once. A `Scan` page has at most 1 MB, so a thousand items are as many as one page may hold of small ones.
pub fn samples(node: &Node, faults: &mut Faults) -> Vec<TableSample> {
    let mut samples: Vec<TableSample> = Vec::new();
    for item in node.list("samples", faults).unwrap_or_default() {
        let Some(sample) = sample(item, faults) else { continue };
        if samples.iter().any(|known| known.table == sample.table) {
            faults.add(&item.span, format!("the sample of {:?} is given twice", sample.table.as_str()));
            continue;
        }
        samples.push(sample);
    }
    samples
}

fn sample(node: &Node, faults: &mut Faults) -> Option<TableSample> {
    let table = Table::of(node, "a sample", faults)?;
    let name = table.required("table", faults).and_then(|node| {
        let name = node.word("table", faults)?;
        // What IAM and the API would take for a pattern or an ARN is no table's name.
        if (3..=255).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')) {
            return Some(name);
        }
        faults.add(&node.span, format!("{name:?} can't be a table's name: patterns are not taken, each table is named"));
        None
    });
    let items = table.optional("items").map_or(Some(100), |node| whole(node, "items", 1..=1000_i32, faults));
    let created = table.required("created", faults).and_then(|node| node.word("created", faults));
    let format = table.required("created_format", faults).and_then(|node| match node.word("created_format", faults)?.as_str() {
        "seconds" => Some(Stamp::Seconds),
        "milliseconds" => Some(Stamp::Milliseconds),
        "rfc3339" => Some(Stamp::Rfc3339),
        word => {
            faults.add_unknown(&node.span, "format", word, ["milliseconds", "rfc3339", "seconds"]);
            None
        }
    });
    let days = table.required("retention_days", faults).and_then(|node| whole(node, "retention_days", 1..=36_500_u32, faults));
    table.finish("a sample", faults);
    Some(TableSample { table: name?, items: items?, created: created?, format: format?, retention_days: days? })
}
