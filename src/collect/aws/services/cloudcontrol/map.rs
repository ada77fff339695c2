//! Cloud Control's answers → resources: what identifies them, their tags, and of their properties what rules read.

use crate::collect::aws::draft::Draft;
use crate::collect::aws::registry::Row;
use crate::model::Path;
use crate::model::catalogue::Loose;
use crate::model::path::Step;
use serde_json::{Map, Value};

/// A resource of which its identifier is known. An ARN is its id; `id_of` makes one of any other identifier.
pub fn listed(resource_type: &str, identifier: &str, row: Option<Row<'_>>, id_of: impl Fn(&str) -> String) -> Draft {
    let id = if identifier.starts_with("arn:") { identifier.to_owned() } else { id_of(identifier) };
    let mut draft = Draft::new(resource_type.to_owned(), id, name(identifier));
    // The parts of an identifier stand in the order of the properties that make it, with | between them.
    let properties: Vec<&str> = row.into_iter().flat_map(Row::identifier).collect();
    let parts: Vec<&str> = if properties.len() < 2 { vec![identifier] } else { identifier.split('|').collect() };
    if parts.len() == properties.len() {
        for (property, part) in properties.into_iter().zip(parts).filter(|(property, _)| !property.contains('/')) {
            draft.properties.put(property, part);
        }
    }
    draft
}

/// The id of a resource that has no ARN: unique across accounts, regions and types.
pub fn id(account: &str, region: &str, resource_type: &str, identifier: &str) -> String {
    format!("ledgerline:{account}:{region}:{resource_type}:{identifier}")
}

/// What people call it: the end of an ARN or address, else the identifier itself.
fn name(identifier: &str) -> String {
    let end = if identifier.starts_with("arn:") {
        identifier.rsplit(['/', ':']).next()
    } else if identifier.contains("://") {
        identifier.rsplit('/').next()
    } else {
        None
    };
    end.filter(|end| !end.is_empty()).unwrap_or(identifier).to_owned()
}

/// The properties, which come as JSON text; none where that is no object.
pub fn properties(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Object(properties)) => Some(properties),
        Ok(_) | Err(_) => None,
    }
}

/// Takes what `GetResource` told into a resource: what rules read, and the tags. Null is AWS's way to say absent.
pub fn read(told: &Map<String, Value>, row: Option<Row<'_>>, loose: &Loose, draft: &mut Draft) {
    let kept: Vec<&[Step]> = loose.kept.iter().filter_map(|path| inside(path, "properties")).collect();
    for (name, value) in told.iter().filter(|(_, value)| !value.is_null()) {
        let tails = entered(&kept, |step| matches!(step, Step::Key(key) if key == name));
        if !tails.is_empty() {
            draft.properties.put(name, pruned(value, &tails));
        }
    }
    if let Some(property) = row.and_then(Row::tags) {
        draft.tags = tags(told.get(property));
    }
}

fn inside<'a>(path: &'a Path, root: &str) -> Option<&'a [Step]> {
    path.steps().split_first().filter(|(first, _)| matches!(first, Step::Key(key) if key == root)).map(|(_, rest)| rest)
}

/// The ends of the paths that go on here.
fn entered<'a>(paths: &[&'a [Step]], goes_on: impl Fn(&Step) -> bool) -> Vec<&'a [Step]> {
    paths.iter().filter_map(|path| path.split_first()).filter(|(step, _)| goes_on(step)).map(|(_, rest)| rest).collect()
}

/// A value without what no path leads to. Items of a list keep their places.
fn pruned(value: &Value, paths: &[&[Step]]) -> Value {
    if paths.iter().any(|path| path.is_empty()) {
        return value.clone();
    }
    match value {
        Value::Object(entries) => {
            // Going through a map as if it were a list reads its keys.
            let every = paths.iter().any(|path| matches!(path.first(), Some(Step::Every)));
            let kept = entries.iter().filter_map(|(name, value)| {
                let tails = entered(paths, |step| matches!(step, Step::Key(key) if key == name));
                match (tails.is_empty(), every) {
                    (false, _) => Some((name.clone(), pruned(value, &tails))),
                    (true, true) => Some((name.clone(), Value::Null)),
                    (true, false) => None,
                }
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => {
            let item = |(index, value): (usize, &Value)| {
                let tails = entered(paths, |step| matches!(step, Step::Every) || *step == Step::Index(index));
                if tails.is_empty() { Value::Null } else { pruned(value, &tails) }
            };
            items.iter().enumerate().map(item).collect()
        }
        other => other.clone(),
    }
}

/// Tags in either shape of the schemas: a list of `Key` and `Value`, or an object. What is absent is untagged: the read
/// handler must tell all that is set.
fn tags(value: Option<&Value>) -> Value {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let mut tags = Map::new();
    match value {
        Some(Value::Object(entries)) => {
            tags.extend(entries.iter().filter_map(|(key, value)| Some((key.clone(), Value::String(text(Some(value))?)))));
        }
        Some(Value::Array(items)) => tags.extend(items.iter().filter_map(|item| {
            let key = text(item.get("Key").or_else(|| item.get("TagKey")))?;
            let value = text(item.get("Value").or_else(|| item.get("TagValue"))).unwrap_or_default();
            Some((key, Value::String(value)))
        })),
        Some(_) | None => {}
    }
    Value::Object(tags)
}
