//! IAM Access Analyzer: the emulator has none of it that an auditor asks.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "ListAnalyzers" => Some(Reply::Json(json!({"analyzers": []}))),
        "ListFindings" | "ListFindingsV2" => Some(Reply::Json(json!({"findings": []}))),
        "GetAnalyzer" => Some(Reply::error(404, "ResourceNotFoundException", "no such analyzer")),
        _ => None,
    }
}
