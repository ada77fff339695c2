//! DynamoDB: contributor insights, streaming to Kinesis, the first version of global tables.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "DescribeContributorInsights" => {
            Some(Reply::Json(json!({"TableName": call.field("TableName"), "ContributorInsightsStatus": "DISABLED"})))
        }
        "ListContributorInsights" => Some(Reply::Json(json!({"ContributorInsightsSummaries": []}))),
        "DescribeKinesisStreamingDestination" => {
            Some(Reply::Json(json!({"TableName": call.field("TableName"), "KinesisDataStreamDestinations": []})))
        }
        "ListGlobalTables" => Some(Reply::Json(json!({"GlobalTables": []}))),
        "ListExports" => Some(Reply::Json(json!({"ExportSummaries": []}))),
        _ => None,
    }
}
