//! Cost Explorer: what watches for anomalies. The rest of it is played in full.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "GetAnomalies" => Some(Reply::Json(json!({"Anomalies": []}))),
        "GetAnomalyMonitors" => Some(Reply::Json(json!({"AnomalyMonitors": []}))),
        "GetAnomalySubscriptions" => Some(Reply::Json(json!({"AnomalySubscriptions": []}))),
        _ => None,
    }
}
