//! A policy that says what is needed: a document, or the policy of a name in a Terraform plan or state, or in a template.

use super::sources;
use crate::cli::Failure;
use crate::cli::flags::SourceArg;
use crate::cli::parts::Parts;
use crate::collect;
use crate::iam::document::{self, Document};
use crate::iam::replacement::holders;
use crate::model::needs::Needs;
use crate::model::{Path as Property, ResourceType};
use anyhow::Context as _;
use std::path::Path;

/// Reads a baseline for a policy of this name.
pub fn read(file: &Path, name: &str, parts: &Parts) -> Result<Document, Failure> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    let value: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let is_policy = value
        .as_ref()
        .and_then(serde_json::Value::as_object)
        .is_some_and(|map| map.keys().any(|key| key.eq_ignore_ascii_case("Statement")));
    if is_policy || (value.is_none() && text.trim_start().starts_with('{')) {
        return Ok(document::parse_text(&text).with_context(|| format!("{} is no policy", file.display()))?);
    }
    let mut needs = Needs::default();
    let catalogue = collect::catalogue();
    for kind in holders::TYPES.map(ResourceType::from) {
        needs.read(&kind, &Property::root("properties"), &catalogue);
    }
    let declared = sources::collect(&[SourceArg::File(file.to_owned())], &needs, parts)?;
    let found = holders::documents(&declared.resources, name);
    match found.as_slice() {
        [Ok(document)] => Ok(document.clone()),
        [Err(why)] => Err(Failure::input(format!("the policy {name} of {} cannot be understood: {why}", file.display()))),
        [] => Err(Failure::input(format!("{} has no policy called {name}", file.display()))),
        [_, ..] => Err(Failure::input(format!("{} has several policies called {name}", file.display()))),
    }
}
