//! `cost.exports`: where billing exports lie, and who adds them up.

use super::accounts::parse_region;
use crate::collect::config::{AthenaTable, Engine, ExportsConfig};
use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};
use arcstr::ArcStr;
use std::path::Path;

/// All keys are optional, but Athena needs its three names.
pub fn exports(node: &Node, folder: &Path, faults: &mut Faults) -> ExportsConfig {
    let mut exports = ExportsConfig::default();
    let Some(table) = Table::of(node, "cost.exports", faults) else { return exports };
    exports.location = table
        .optional("location")
        .and_then(|node| node.string("cost.exports.location", faults))
        .map(|text| if text.starts_with("s3://") { text } else { folder.join(text.as_str()).display().to_string().into() });
    if let Some(node) = table.optional("kind")
        && let Some(word) = node.word("cost.exports.kind", faults)
    {
        match word.parse() {
            Ok(kind) => exports.kind = Some(kind),
            Err(_) => faults.add_unknown(&node.span, "kind", word.as_str(), ["cur2", "focus"]),
        }
    }
    if let Some(node) = table.optional("region")
        && let Some(word) = node.word("cost.exports.region", faults)
    {
        match parse_region(word.as_str()) {
            Ok(region) => exports.region = Some(region),
            Err(why) => faults.add(&node.span, why),
        }
    }
    let mut named = |key: &'static str, fits: fn(&str) -> bool| -> Option<ArcStr> {
        let node = table.optional(key)?;
        let name = node.word(&format!("cost.exports.{key}"), faults)?;
        if !fits(name.as_str()) {
            faults.add(&node.span, format!("{:?} can't be the {key} of an export", name.as_str()));
            return None;
        }
        Some(name.as_str().into())
    };
    let names =
        (named("workgroup", AthenaTable::is_workgroup), named("database", AthenaTable::is_name), named("table", AthenaTable::is_name));
    if let Some(node) = table.optional("engine")
        && let Some(word) = node.word("cost.exports.engine", faults)
    {
        match (word.as_str(), names) {
            ("local", _) => {}
            ("athena", (Some(workgroup), Some(database), Some(table))) => {
                exports.engine = Engine::Athena(AthenaTable { workgroup, database, table });
            }
            ("athena", _) => faults.add(&node.span, "the engine athena needs cost.exports.workgroup, .database and .table"),
            (other, _) => faults.add_unknown(&node.span, "engine", other, ["athena", "local"]),
        }
    }
    table.finish("cost.exports", faults);
    exports
}
