//! CloudWatch Logs: policies of groups and account, and saved queries.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "GetDataProtectionPolicy" => Some(Reply::Json(json!({"logGroupIdentifier": call.field("logGroupIdentifier")}))),
        "DescribeAccountPolicies" => Some(Reply::Json(json!({"accountPolicies": []}))),
        "DescribeQueryDefinitions" => Some(Reply::Json(json!({"queryDefinitions": []}))),
        _ => None,
    }
}
