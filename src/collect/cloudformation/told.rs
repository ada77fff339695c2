//! What a template says of a property once its intrinsic functions are worked out: JSON's shapes, and the gap.
//!
//! Not [`Value`](crate::model::Value): a resource is put together from several places of a template (a policy written apart
//! belongs to its role, a rule of a security group to its group), and values are made to be shared, not to be changed.

use crate::model::Gap;
use arcstr::ArcStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Any value of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Nothing, said explicitly.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, as it was written.
    Number(ArcStr),
    /// Text.
    Text(ArcStr),
    /// Values in order.
    List(Vec<Told>),
    /// Values by key.
    Map(BTreeMap<ArcStr, Told>),
    /// What cannot be told.
    Gap(Arc<Gap>),
}

impl Told {
    /// Text.
    pub fn text(text: impl Into<ArcStr>) -> Self {
        Self::Text(text.into())
    }

    /// A map of these entries.
    pub fn map<const N: usize>(entries: [(&str, Told); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (ArcStr::from(key), value)).collect())
    }

    /// The value of plain JSON.
    pub fn of(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(bool) => Self::Bool(*bool),
            serde_json::Value::Number(number) => number.as_i64().map_or_else(|| Self::Number(arcstr::format!("{number}")), Self::Int),
            serde_json::Value::String(text) => Self::text(text.as_str()),
            serde_json::Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            serde_json::Value::Object(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.as_str().into(), Self::of(value))).collect())
            }
        }
    }

    /// A scalar as text, as CloudFormation turns numbers and booleans into it.
    pub fn word(&self) -> Option<ArcStr> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text.clone()),
            Self::Bool(bool) => Some(if *bool { arcstr::literal!("true") } else { arcstr::literal!("false") }),
            Self::Int(int) => Some(arcstr::format!("{int}")),
            Self::Null | Self::List(_) | Self::Map(_) | Self::Gap(_) => None,
        }
    }

    /// A scalar as true or false, as CloudFormation reads it from text.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(bool) => Some(*bool),
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Told> {
        match self {
            Self::Map(entries) => entries.get(key),
            _ => None,
        }
    }

    /// The items, where this is a list.
    pub fn items(&self) -> &[Told] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The first gap in or under this value.
    pub fn first_gap(&self) -> Option<&Arc<Gap>> {
        match self {
            Self::Gap(gap) => Some(gap),
            Self::List(items) => items.iter().find_map(Self::first_gap),
            Self::Map(entries) => entries.values().find_map(Self::first_gap),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }

    /// What it is, in words.
    pub const fn describe(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Gap(_) => "not known",
        }
    }

    /// Its JSON; a gap is null.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null | Self::Gap(_) => serde_json::Value::Null,
            Self::Bool(bool) => (*bool).into(),
            Self::Int(int) => (*int).into(),
            Self::Number(text) => text.parse::<f64>().map_or_else(|_| text.as_str().into(), Into::into),
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(entries) => entries.iter().map(|(key, value)| (key.to_string(), value.to_json())).collect(),
        }
    }
}
