//! The tagging API: what is tagged, a hundred a page, by type. What never was tagged is missing from it, as in AWS.

use super::wire::{Call, Reply, page};
use super::world::World;
use serde_json::{Value, json};

/// Answers one call.
pub fn answer(world: &World, call: &Call, repeated: bool) -> Reply {
    if call.operation() != "GetResources" {
        return Reply::unknown(call);
    }
    let filters: Vec<&str> = call.input["ResourceTypeFilters"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let wants = |kind: &str| {
        let service = kind.split(':').next().unwrap_or("");
        filters.is_empty() || filters.iter().any(|filter| *filter == kind || *filter == service)
    };
    let mut tagged: Vec<(String, &[(String, String)])> = Vec::new();
    if wants("dynamodb:table") {
        tagged.extend(world.tables.iter().map(|table| (call.arn("dynamodb", &format!("table/{}", table.name)), table.tags.as_slice())));
    }
    if wants("logs:log-group") {
        tagged.extend(world.log_groups.iter().map(|group| (call.arn("logs", &format!("log-group:{}", group.name)), group.tags.as_slice())));
    }
    if wants("lambda:function") {
        tagged.extend(
            world.functions.iter().map(|function| (call.arn("lambda", &format!("function:{}", function.name)), function.tags.as_slice())),
        );
    }
    tagged.retain(|(_, tags)| !tags.is_empty());
    let size = call.input["ResourcesPerPage"].as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(50).clamp(1, 100);
    let (mappings, next) = page(&tagged, call.page_token(), size, repeated);
    let mappings: Vec<Value> = mappings
        .iter()
        .map(|(arn, tags)| {
            let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
            json!({"ResourceARN": arn, "Tags": tags})
        })
        .collect();
    // The last page has an empty token here, not none.
    Reply::Json(json!({"ResourceTagMappingList": mappings, "PaginationToken": next.unwrap_or_default()}))
}
