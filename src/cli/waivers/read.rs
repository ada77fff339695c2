//! A waiver that comes as JSON, read by the same code as one that stands in a file: what a file may say, a request may say.

use crate::cli::parts::{self, Parts};
use crate::config::{Bounds, read_waiver};
use crate::diag::{Diagnostic, Faults, Source, yaml};
use crate::model::rule::RuleInfo;
use crate::model::waiver::{Waiver, WaiverOrigin};

/// Reads a waiver.
///
/// # Errors
/// Every mistake, with what was probably meant. There are no places: nobody sees the text that was sent.
pub fn read(json: &serde_json::Value, parts: &Parts) -> Result<Waiver, Vec<String>> {
    let told = |found: Vec<Diagnostic>| -> Vec<String> {
        let one = |one: Diagnostic| one.help.map_or(one.message.clone(), |help| format!("{} ({help})", one.message));
        found.into_iter().map(one).collect()
    };
    // JSON is YAML once it is written by our own hand, with a space after each colon.
    let source = Source::new("the body", format!("{json:#}"));
    let node = yaml::parse(&source).map_err(|fault| told(vec![fault]))?;
    let mut faults = Faults::new(source);
    let bounds = Bounds { now: parts::now(), most_days: parts.config.waivers.most_days };
    let written = read_waiver(&node, bounds, &mut faults);
    let mut found = faults.into_diagnostics();
    let rules: Vec<&RuleInfo> = parts.configured.known().map(AsRef::as_ref).collect();
    found.extend(written.iter().flat_map(|written| written.faults(&rules)));
    match written.and_then(|written| written.waiver) {
        Some(waiver) if found.is_empty() => Ok(Waiver { origin: WaiverOrigin::Store, ..waiver }),
        Some(_) | None => Err(told(found)),
    }
}
