//! AWS Backup: what plans select, and what is protected.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "ListBackupSelections" => Some(Reply::Json(json!({"BackupSelectionsList": []}))),
        "GetBackupSelection" => Some(Reply::error(400, "ResourceNotFoundException", "no such selection")),
        "ListProtectedResources" => Some(Reply::Json(json!({"Results": []}))),
        "ListRecoveryPointsByBackupVault" => Some(Reply::Json(json!({"RecoveryPoints": []}))),
        "DescribeRegionSettings" => Some(Reply::Json(json!({"ResourceTypeOptInPreference": {"DynamoDB": true}}))),
        "GetBackupVaultAccessPolicy" => Some(Reply::error(400, "ResourceNotFoundException", "the vault has no policy")),
        _ => None,
    }
}
