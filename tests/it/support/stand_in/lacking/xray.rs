//! X-Ray: the emulator takes segments and has none of the settings.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "GetEncryptionConfig" => Some(Reply::Json(json!({"EncryptionConfig": {"Status": "ACTIVE", "Type": "NONE"}}))),
        "GetSamplingRules" => Some(Reply::Json(json!({"SamplingRuleRecords": []}))),
        "GetGroups" => Some(Reply::Json(json!({"Groups": []}))),
        "GetIndexingRules" => Some(Reply::Json(json!({"IndexingRules": []}))),
        "GetTraceSegmentDestination" => Some(Reply::Json(json!({"Destination": "XRay", "Status": "ACTIVE"}))),
        _ => None,
    }
}
