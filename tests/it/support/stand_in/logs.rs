//! CloudWatch Logs: log groups, fifty a page.

use super::wire::{Call, Reply, page};
use super::world::{LogGroup, World};
use serde_json::{Value, json};

/// Answers one call.
pub fn answer(world: &World, call: &Call, repeated: bool) -> Reply {
    match call.operation() {
        "DescribeLogGroups" => {
            let size = call.input["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(50);
            if size > 50 {
                return Reply::error(400, "InvalidParameterException", "limit must be less than or equal to 50");
            }
            let (groups, next) = page(&world.log_groups, call.page_token(), size, repeated);
            let mut answer = json!({"logGroups": groups.iter().map(|group| describe(group, call)).collect::<Vec<_>>()});
            if let Some(next) = next {
                answer["nextToken"] = json!(next);
            }
            Reply::Json(answer)
        }
        _ => Reply::unknown(call),
    }
}

fn describe(group: &LogGroup, call: &Call) -> Value {
    let arn = call.arn("logs", &format!("log-group:{}", group.name));
    let mut described = json!({
        "logGroupName": group.name,
        "arn": format!("{arn}:*"),
        "logGroupArn": arn,
        "creationTime": 1_760_000_000_000_i64,
        "metricFilterCount": 0,
        "storedBytes": 4096,
        "logGroupClass": "STANDARD",
    });
    if let Some(days) = group.retention {
        described["retentionInDays"] = json!(days);
    }
    described
}
