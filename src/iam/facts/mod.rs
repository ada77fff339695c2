//! What rules ask of a policy document: each fact is a list of findings, one map each, so that messages can name them; one
//! question, whether a service may act for a source, is answered yes or no.
//!
//! Of most facts only statements that allow are looked at, each on its own: a Deny elsewhere in the document, a boundary or an
//! organisation's policy may take back what is found here. What weighs that too is in [`verdicts`]. Each finding says whether
//! its statement has conditions (`conditioned`), and rules decide what that is worth. A document that holds a gap, or that
//! cannot be understood, gives a gap and never an empty list.

mod grants;
mod principals;
mod resources;
mod service;
mod tenants;
mod usage;
mod verdicts;

#[cfg(test)]
mod tests;

use super::document::{self, Document, Statement};
use crate::model::{Gap, GapKind, Interner, Value};
use arcstr::ArcStr;
use std::sync::LazyLock;

pub(super) use grants::{
    admin_statements, kms_decrypt_on_all_keys, not_action_allows, not_resource_allows, pass_role_on_star, service_wildcards,
};
pub(super) use principals::{external_accounts, federated_without_subject, service_grants, trusts_anyone, unguarded_service_grants};
pub(super) use resources::{actions_date, wildcard_resource_actions};
pub(super) use service::service_may;
pub(super) use tenants::item_access;
pub(super) use usage::{replacement, unused};
pub(super) use verdicts::{allows, grants_more_than, paths, public};

/// Shares the keys of the few kinds of maps that facts return; no text of a document enters it.
static SHAPES: LazyLock<Interner> = LazyLock::new(Interner::new);

/// The faults and remarks of a document, as texts. A document that breaks the grammar is what is asked about here, so
/// only a gap inside it is a gap.
pub(super) fn document_faults(arguments: &[Value]) -> Result<Value, Gap> {
    let value = argument(arguments, 0)?;
    let faults = match document::parse(value) {
        Ok(document) => document.remarks(),
        Err(document::Faults(faults)) => faults,
    };
    Ok(Value::List(faults.iter().map(|fault| Value::str(fault.to_string())).collect()))
}

/// The document that a function was given.
fn document(arguments: &[Value]) -> Result<Document, Gap> {
    let value = argument(arguments, 0)?;
    document::parse(value).map_err(|faults| undecidable(format!("the policy document cannot be understood: {faults}")))
}

/// An argument that holds no gap.
fn argument(arguments: &[Value], at: usize) -> Result<&Value, Gap> {
    let value = arguments.get(at).ok_or_else(|| Gap::new(GapKind::Failed, "a policy function was called with too few arguments"))?;
    value.first_gap().map_or(Ok(value), |gap| Err(Gap::clone(gap)))
}

fn undecidable(detail: impl Into<ArcStr>) -> Gap {
    Gap::new(GapKind::Undecidable, detail)
}

/// One finding: what every finding has, and what is its own.
fn finding<const N: usize>(statement: &Statement, own: [(&'static str, Value); N]) -> Value {
    let common = [
        ("statement", Value::Int(statement.index as i64)),
        ("label", Value::Str(statement.label())),
        ("conditioned", Value::Bool(!statement.conditions.is_empty())),
    ];
    Value::map(common.into_iter().chain(own).map(|(key, value)| (ArcStr::from(key), value)), &SHAPES)
}

fn texts<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> Value {
    Value::List(items.into_iter().map(|item| Value::str(item.to_string())).collect())
}

/// The first listed resource that is everything, where the statement allows on everything.
fn open_resource(statement: &Statement) -> Option<&document::ResourcePattern> {
    match statement.resources.as_ref()? {
        document::Selection::Only(listed) => listed.iter().find(|resource| resource.is_everything()),
        document::Selection::AllBut(_) => None,
    }
}

/// The resources of a statement as a message shows them: at most three, and how many more.
fn resource_text(statement: &Statement) -> Value {
    let (not, listed): (&str, &[document::ResourcePattern]) = match &statement.resources {
        None => return Value::str("itself"),
        Some(document::Selection::Only(listed)) => ("", listed),
        Some(document::Selection::AllBut(listed)) => ("all but ", listed),
    };
    let shown: Vec<&str> = listed.iter().take(3).map(|resource| resource.0.as_str()).collect();
    let more = if listed.len() > shown.len() { format!(" and {} more", listed.len() - shown.len()) } else { String::new() };
    Value::str(format!("{not}{}{more}", shown.join(", ")))
}
