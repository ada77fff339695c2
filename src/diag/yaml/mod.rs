//! YAML as a tree in which each node knows its place.
//!
//! Anchors and aliases are refused: no file of ours needs them, and they are how a small file becomes a large one.

mod read;
mod table;

#[cfg(test)]
mod tests;

use super::Source;
use arcstr::ArcStr;
use std::ops::Range;

pub use read::{Dialect, parse, parse_as};
pub use table::Table;

/// One value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The bytes of the text that it spans; for a scalar with its quotes or its block header.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, as it was written: money must not pass through a float.
    Number(ArcStr),
    /// Text.
    Str(ArcStr),
    /// Values in order.
    List(Vec<Node>),
    /// Values by key, in written order; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// A key with its place.
#[derive(Clone, Debug)]
pub struct Key {
    /// The bytes of the text that it spans.
    pub span: Range<usize>,
    /// The key.
    pub text: ArcStr,
}

impl Node {
    /// What it is, in words, for errors.
    pub fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Int(_) => "a whole number",
            Kind::Number(_) => "a number",
            Kind::Str(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// The text, where this is text.
    pub fn as_str(&self) -> Option<&ArcStr> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The value under a key, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The same value as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Bool(bool) => (*bool).into(),
            Kind::Int(int) => (*int).into(),
            Kind::Number(text) => text.parse::<f64>().map_or_else(|_| text.as_str().into(), Into::into),
            Kind::Str(text) => text.as_str().into(),
            Kind::List(items) => items.iter().map(Self::to_json).collect(),
            Kind::Map(entries) => entries.iter().map(|(key, value)| (key.text.to_string(), value.to_json())).collect(),
        }
    }

    /// Where a byte of a scalar's value stands in the file: what an error inside an expression is mapped with.
    ///
    /// Value and source are walked side by side; what only the source has (quotes, escapes, indentation, the header of a
    /// block) is stepped over. So one way serves every style of scalar.
    pub fn locate(&self, source: &Source, offset: usize) -> usize {
        let text = match &self.kind {
            Kind::Str(text) | Kind::Number(text) => text.as_str(),
            _ => return self.span.start,
        };
        let Some(written) = source.text.get(self.span.clone()) else { return self.span.start };
        let mut at = match written.as_bytes().first() {
            Some(b'|' | b'>') => written.find('\n').map_or(0, |newline| newline + 1),
            Some(b'"' | b'\'') => 1,
            _ => 0,
        };
        for (position, c) in text.char_indices() {
            let rest = written.get(at..).unwrap_or("");
            let skip = if c.is_whitespace() {
                // A line end of the value may be a space, a line end or an escape in the source.
                match rest.chars().next() {
                    Some(here) if here.is_whitespace() => 0,
                    _ => {
                        if position >= offset {
                            break;
                        }
                        continue;
                    }
                }
            } else {
                match rest.find(c) {
                    Some(skip) => skip,
                    None => break,
                }
            };
            at += skip;
            if position >= offset {
                break;
            }
            at += rest.get(skip..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
        self.span.start + at.min(written.len())
    }
}
