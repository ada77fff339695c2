//! A place among the attributes of an instance: what stands there, and whether it is known, sensitive, or not there at all.
//!
//! Four trees are walked side by side: the values, what is unknown, what is sensitive, and what the configuration wrote. A block that
//! Terraform writes as a list of one is stepped into without naming the index.

use super::instance::Instance;
use serde_json::Value;

/// A place among attributes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node<'a> {
    value: Option<&'a Value>,
    unknown: Option<&'a Value>,
    sensitive: Option<&'a Value>,
    written: Option<&'a Value>,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// This. Parts inside may still be unknown or sensitive.
    Known(&'a Value),
    /// Known after the apply.
    Unknown,
    /// Marked as sensitive: nothing of ours looks at it.
    Sensitive,
    /// Nothing: not set.
    Absent,
}

impl<'a> Node<'a> {
    /// The attributes of an instance, with the expressions of its block where the file has them.
    pub fn of(instance: &'a Instance, expressions: Option<&'a Value>) -> Self {
        Self { value: Some(&instance.values), unknown: Some(&instance.unknown), sensitive: Some(&instance.sensitive), written: expressions }
    }

    /// What stands here.
    pub fn found(&self) -> Found<'a> {
        if self.sensitive == Some(&Value::Bool(true)) {
            return Found::Sensitive;
        }
        if self.unknown == Some(&Value::Bool(true)) {
            return Found::Unknown;
        }
        match self.value {
            None | Some(Value::Null) => Found::Absent,
            Some(value) => Found::Known(value),
        }
    }

    /// The place at a path of keys, `.` for this one.
    pub fn at(&self, path: &str) -> Self {
        if path == "." {
            return *self;
        }
        path.split('.').fold(*self, |node, key| node.key(key))
    }

    fn key(&self, key: &str) -> Self {
        let step = |tree: Option<&'a Value>| match tree.map(only_item) {
            Some(Value::Object(map)) => map.get(key),
            // All below what is unknown is unknown, and so with what is sensitive.
            Some(whole @ Value::Bool(true)) => Some(whole),
            _ => None,
        };
        let written = match self.written.map(only_item) {
            Some(Value::Object(map)) => map.get(key),
            _ => None,
        };
        Self { value: step(self.value), unknown: step(self.unknown), sensitive: step(self.sensitive), written }
    }

    /// The items, where a list stands here; blocks of one kind.
    pub fn items(&self) -> Vec<Self> {
        let Some(Value::Array(values)) = self.value else { return Vec::new() };
        let of = |tree: Option<&'a Value>, index: usize| match tree {
            Some(Value::Array(items)) => items.get(index),
            Some(whole @ Value::Bool(true)) => Some(whole),
            _ => None,
        };
        // Configuration and values are in one order only where they are as many: dynamic blocks are not written out.
        let written = |index: usize| match self.written {
            Some(Value::Array(items)) if items.len() == values.len() => items.get(index),
            _ => None,
        };
        let node = |(index, value)| Self {
            value: Some(value),
            unknown: of(self.unknown, index),
            sensitive: of(self.sensitive, index),
            written: written(index),
        };
        values.iter().enumerate().map(node).collect()
    }

    /// The value under each key, where a map stands here.
    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        let Some(Value::Object(values)) = self.value else { return Vec::new() };
        let mut entries: Vec<_> = values.keys().map(|key| (key.as_str(), self.key(key))).collect();
        // A value that is unknown is left out of `after`.
        if let Some(Value::Object(unknown)) = self.unknown {
            entries.extend(
                unknown
                    .iter()
                    .filter(|(key, value)| **value == Value::Bool(true) && !values.contains_key(*key))
                    .map(|(key, _)| (key.as_str(), self.key(key))),
            );
        }
        entries
    }

    /// Text that is known.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        match self.at(path).found() {
            Found::Known(Value::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Whether anything at or below is unknown, or sensitive.
    pub fn is_veiled(&self) -> bool {
        self.unknown.is_some_and(says_true) || self.sensitive.is_some_and(says_true)
    }

    /// Whether anything at or below is sensitive.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive.is_some_and(says_true)
    }

    /// The configuration's expression here; none where it writes nothing, or where the file has no configuration.
    pub fn expression(&self) -> Option<&'a Value> {
        self.written
    }
}

/// The item of a list of one; what is no list stays as it is.
fn only_item(value: &Value) -> &Value {
    match value {
        Value::Array(items) => items.first().unwrap_or(value),
        other => other,
    }
}

fn says_true(tree: &Value) -> bool {
    match tree {
        Value::Bool(value) => *value,
        Value::Array(items) => items.iter().any(says_true),
        Value::Object(map) => map.values().any(says_true),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}
