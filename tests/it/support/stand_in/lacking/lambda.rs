//! Lambda: provisioned concurrency, function URLs and settings of function and account.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "ListProvisionedConcurrencyConfigs" => Some(Reply::Json(json!({"ProvisionedConcurrencyConfigs": []}))),
        "ListFunctionUrlConfigs" => Some(Reply::Json(json!({"FunctionUrlConfigs": []}))),
        "GetRuntimeManagementConfig" => Some(Reply::Json(json!({"UpdateRuntimeOn": "Auto"}))),
        "GetFunctionRecursionConfig" => Some(Reply::Json(json!({"RecursiveLoop": "Terminate"}))),
        "GetAccountSettings" => Some(Reply::Json(json!({
            "AccountLimit": {"TotalCodeSize": 80_530_636_800_u64, "CodeSizeUnzipped": 262_144_000, "CodeSizeZipped": 52_428_800,
                             "ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000},
            "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": 0}}))),
        _ => None,
    }
}
