//! Cognito: threat protection, log delivery, and the roles of identity pools.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "DescribeRiskConfiguration" => Some(Reply::Json(json!({"RiskConfiguration": {"UserPoolId": call.field("UserPoolId")}}))),
        "GetLogDeliveryConfiguration" => {
            Some(Reply::Json(json!({"LogDeliveryConfiguration": {"UserPoolId": call.field("UserPoolId"), "LogConfigurations": []}})))
        }
        "GetIdentityPoolRoles" => Some(Reply::Json(json!({"IdentityPoolId": call.field("IdentityPoolId"), "Roles": {}}))),
        _ => None,
    }
}
