//! The type of a property: what a rule may compare it with, whether it is always there, and which call brings it.

use crate::model::path::Step;
use crate::model::{CallId, Interner, Path, Value};
use arcstr::ArcStr;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One property.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    /// Its type.
    #[serde(flatten)]
    pub ty: FieldType,
    /// Whether it is there after normalisation, so that a rule may read it without `has()`.
    #[serde(default)]
    pub always: bool,
    /// The call that brings it; what is written above it, else the listing, where absent.
    #[serde(default)]
    pub call: Option<CallId>,
    /// What it means, where the name does not say: units, and what an absence was normalised to.
    #[serde(default)]
    pub note: Option<ArcStr>,
    /// Known by name alone, from AWS's schema: no collector brings it, so that it is a gap in every account. A plan or a template may
    /// tell it.
    #[serde(skip)]
    pub uncollected: bool,
}

/// The type of a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum FieldType {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// An exact decimal, written as text.
    Decimal,
    /// Text; where `values` is given, one of these.
    String {
        /// The values that AWS documents, empty where any text may stand.
        #[serde(default)]
        values: Vec<ArcStr>,
    },
    /// A point in time, RFC 3339.
    Timestamp,
    /// Values in order.
    List {
        /// The type of each.
        items: Box<FieldType>,
    },
    /// Values under keys that users choose.
    Map {
        /// The type of each.
        items: Box<FieldType>,
    },
    /// Values under keys that AWS names.
    Object {
        /// The keys.
        fields: BTreeMap<ArcStr, Field>,
    },
    /// Anything: a policy document, JSON text that AWS does not describe. Not checked when a rule is loaded.
    Any,
}

impl FieldType {
    /// An object without fields.
    pub fn nothing() -> Self {
        Self::Object { fields: BTreeMap::new() }
    }

    /// The fields, where this is an object.
    pub fn fields(&self) -> Option<&BTreeMap<ArcStr, Field>> {
        match self {
            Self::Object { fields } => Some(fields),
            _ => None,
        }
    }

    /// The type of the items, where this is a list or a map.
    pub fn items(&self) -> Option<&FieldType> {
        match self {
            Self::List { items } | Self::Map { items } => Some(items),
            _ => None,
        }
    }

    /// Reads JSON as this type. What does not fit is kept as JSON has it: the evaluator will say so, with its path.
    pub fn read(&self, json: &serde_json::Value, interner: &Interner) -> Value {
        match (self, json) {
            (Self::Timestamp, serde_json::Value::String(text)) => chrono::DateTime::parse_from_rfc3339(text)
                .map_or_else(|_| Value::from_json(json, interner), |time| Value::Time(time.timestamp_millis())),
            (Self::Decimal, serde_json::Value::String(text)) => {
                Decimal::from_str_exact(text).map_or_else(|_| Value::from_json(json, interner), Value::decimal)
            }
            (Self::Decimal, serde_json::Value::Number(number)) => {
                Decimal::from_str_exact(&number.to_string()).map_or_else(|_| Value::from_json(json, interner), Value::decimal)
            }
            (Self::Double, serde_json::Value::Number(number)) => number.as_f64().map_or(Value::Null, Value::Double),
            (Self::List { items }, serde_json::Value::Array(values)) => {
                Value::List(values.iter().map(|value| items.read(value, interner)).collect())
            }
            (Self::Map { items }, serde_json::Value::Object(entries)) => {
                Value::map(entries.iter().map(|(key, value)| (interner.string(key), items.read(value, interner))), interner)
            }
            (Self::Object { fields }, serde_json::Value::Object(entries)) => Value::map(
                entries.iter().map(|(key, value)| {
                    let read =
                        fields.get(key.as_str()).map_or_else(|| Value::from_json(value, interner), |field| field.ty.read(value, interner));
                    (interner.string(key), read)
                }),
                interner,
            ),
            (_, json) => Value::from_json(json, interner),
        }
    }

    pub(super) fn calls_for(&self, steps: &[Step], inherited: Option<&CallId>, calls: &mut Vec<CallId>) {
        match (self, steps.split_first()) {
            (Self::Object { fields }, Some((Step::Key(key), rest))) => {
                if let Some(field) = fields.get(key) {
                    field.ty.calls_for(rest, field.call.as_ref().or(inherited), calls);
                } else {
                    calls.extend(inherited.cloned());
                }
            }
            (Self::Object { fields }, None) => {
                // An object without fields is still brought by something.
                if fields.is_empty() {
                    calls.extend(inherited.cloned());
                }
                for field in fields.values() {
                    field.ty.calls_for(&[], field.call.as_ref().or(inherited), calls);
                }
            }
            (Self::List { items } | Self::Map { items }, rest) => {
                items.calls_for(rest.map_or(&[], |(_, rest)| rest), inherited, calls);
                calls.extend(inherited.cloned());
            }
            _ => calls.extend(inherited.cloned()),
        }
    }

    pub(super) fn brought_by(&self, call: &CallId, here: &Path, paths: &mut Vec<Path>) {
        match self {
            Self::Object { fields } => {
                for (key, field) in fields {
                    let path = here.key(key.clone());
                    if field.call.as_ref() == Some(call) {
                        paths.push(path);
                    } else {
                        field.ty.brought_by(call, &path, paths);
                    }
                }
            }
            Self::List { items } => items.brought_by(call, &here.step(Step::Every), paths),
            _ => {}
        }
    }
}
