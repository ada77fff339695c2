//! A replacement as JSON: what `ledgerline iam minimize` prints and findings keep.

use super::Replacement;
use super::text;
use crate::iam::comparison::Comparison;
use crate::iam::document::Document;
use serde_json::{Value, json};

/// All of it. Documents come as objects, texts as they are.
pub fn as_json(found: &Replacement) -> Value {
    let open = found.open.iter().map(|open| json!({"statement": open.statement, "actions": open.actions, "arns": open.arns}));
    json!({
        "depth": found.depth.as_str(),
        "documents": found.documents.iter().map(object).collect::<Vec<_>>(),
        "becomes_managed": found.moved,
        "sizes": found.sizes,
        "quota": found.quota,
        "removed": found.removed,
        "untracked": found.untracked,
        "could_be_narrower": open.collect::<Vec<_>>(),
        "proofs": {
            "within_current": proof(&found.within_current),
            "keeps_use": proof(&found.keeps_use),
            "within_baseline": found.within_baseline.as_ref().map(proof),
        },
        "terraform": found.terraform,
        "diff": found.diff,
        "undo": {"text": found.undo.text, "cli": found.undo.cli, "policy": serde_json::from_str::<Value>(&found.undo.policy).unwrap_or_default()},
    })
}

fn object(document: &Document) -> Value {
    // What is written as JSON reads as JSON.
    serde_json::from_str(&text::json(document)).unwrap_or_default()
}

fn proof(comparison: &Comparison) -> Value {
    match comparison {
        Comparison::NoNewAccess => json!({"result": "no_new_access", "reason": null}),
        Comparison::NewAccess { witness, .. } => {
            json!({"result": "new_access", "reason": format!("{} on {}", witness.action, witness.resource)})
        }
        Comparison::Unknown(why) => json!({"result": "unknown", "reason": why}),
    }
}
