//! CloudWatch: what watches metrics other than alarms.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "DescribeAnomalyDetectors" => Some(Reply::Json(json!({"AnomalyDetectors": []}))),
        "ListMetricStreams" => Some(Reply::Json(json!({"Entries": []}))),
        _ => None,
    }
}
