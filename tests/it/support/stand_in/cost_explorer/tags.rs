//! `ListCostAllocationTags`: the keys that anything on the bill has, active or not.

use super::book::CostBook;
use super::{Refused, invalid};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub fn answer(book: &CostBook, input: &Value) -> Result<Value, Refused> {
    if input["MaxResults"].as_i64().is_some_and(|most| !(1..=1000).contains(&most)) {
        return Err(invalid("MaxResults must be from 1 to 1000"));
    }
    let wanted: Vec<&str> = input["TagKeys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let keys: BTreeSet<&String> = book.lines.iter().flat_map(|line| line.tags.keys()).chain(book.active_tags.iter().flatten()).collect();
    let tag = |key: &&String| {
        let status = if book.is_active(key) { "Active" } else { "Inactive" };
        json!({"TagKey": key, "Type": "UserDefined", "Status": status})
    };
    let tags: Vec<Value> =
        keys.into_iter().filter(|key| wanted.is_empty() || wanted.contains(&key.as_str())).map(|key| tag(&key)).collect();
    Ok(json!({"CostAllocationTags": tags}))
}
