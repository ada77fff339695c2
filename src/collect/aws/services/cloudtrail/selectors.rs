//! Which management events a trail logs. Basic and advanced selectors say it in two languages; rules want one answer.

use aws_sdk_cloudtrail::types::{AdvancedEventSelector, EventSelector, ReadWriteType};
use serde_json::{Value, json};

#[cfg(test)]
#[path = "selectors_tests.rs"]
mod tests;

/// `{Read, Write, Excluded}`: whether reads and writes are logged, each by a selector that leaves nothing out; what the
/// selectors that do leave something out leave out.
pub fn management_events(basic: &[EventSelector], advanced: &[AdvancedEventSelector]) -> Value {
    let (mut read, mut write, mut excluded) = (false, false, Vec::new());
    let mut take = |reads: bool, writes: bool, without: Vec<String>| {
        if without.is_empty() {
            read |= reads;
            write |= writes;
        }
        excluded.extend(without);
    };
    // What a basic selector does not say is on (API reference of EventSelector).
    for selector in basic.iter().filter(|selector| selector.include_management_events().unwrap_or(true)) {
        let kind = selector.read_write_type().unwrap_or(&ReadWriteType::All);
        let without = selector.exclude_management_event_sources().to_vec();
        take(*kind != ReadWriteType::WriteOnly, *kind != ReadWriteType::ReadOnly, without);
    }
    for selector in advanced.iter().filter(|selector| is_of_management(selector)) {
        let (mut reads, mut writes, mut without) = (true, true, Vec::new());
        for field in selector.field_selectors() {
            match field.field() {
                "eventCategory" => {}
                "readOnly" => {
                    reads = field.equals().iter().any(|value| value == "true");
                    writes = field.equals().iter().any(|value| value == "false");
                }
                "eventSource" if !field.not_equals().is_empty() => without.extend_from_slice(field.not_equals()),
                other => without.push(format!("all but some {other}")),
            }
        }
        take(reads, writes, without);
    }
    excluded.sort();
    excluded.dedup();
    json!({ "Read": read, "Write": write, "Excluded": excluded })
}

fn is_of_management(selector: &AdvancedEventSelector) -> bool {
    selector
        .field_selectors()
        .iter()
        .any(|field| field.field() == "eventCategory" && field.equals().iter().any(|value| value == "Management"))
}
