//! AWS Budgets: who is told, and what is done.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "DescribeSubscribersForNotification" => Some(Reply::Json(json!({"Subscribers": []}))),
        "DescribeBudgetNotificationsForAccount" => Some(Reply::Json(json!({"BudgetNotificationsForAccount": []}))),
        "DescribeBudgetActionsForAccount" => Some(Reply::Json(json!({"Actions": []}))),
        _ => None,
    }
}
