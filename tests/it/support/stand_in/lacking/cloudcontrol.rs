//! Cloud Control: any type, generically. Its IAM prefix is CloudFormation's.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "ListResources" => Some(Reply::Json(json!({"TypeName": call.field("TypeName"), "ResourceDescriptions": []}))),
        "GetResource" => Some(Reply::error(400, "ResourceNotFoundException", "no such resource")),
        _ => None,
    }
}
