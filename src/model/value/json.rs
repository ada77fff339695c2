//! JSON in and out. A gap has no JSON form: it is written as null here, and beside the value by whoever writes resources.

use super::{Interner, Map, Shape, Value};
use arcstr::ArcStr;
use std::sync::Arc;

impl Value {
    /// The value of this JSON. Whole numbers become [`Value::Int`], others [`Value::Double`].
    pub fn from_json(json: &serde_json::Value, interner: &Interner) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(bool) => Self::Bool(*bool),
            serde_json::Value::Number(number) => {
                number.as_i64().map_or_else(|| Self::Double(number.as_f64().unwrap_or(f64::NAN)), Self::Int)
            }
            serde_json::Value::String(text) => Self::Str(interner.string(text)),
            serde_json::Value::Array(items) => Self::List(items.iter().map(|item| Self::from_json(item, interner)).collect()),
            serde_json::Value::Object(entries) => {
                Self::map(entries.iter().map(|(key, value)| (interner.string(key), Self::from_json(value, interner))), interner)
            }
        }
    }

    /// A map of these entries; of two with the same key, the later stays.
    pub fn map(entries: impl IntoIterator<Item = (ArcStr, Value)>, interner: &Interner) -> Self {
        let mut entries: Vec<(ArcStr, Value)> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0)); // stable: of equals, the later stays last
        let mut keys: Vec<ArcStr> = Vec::with_capacity(entries.len());
        let mut values: thin_vec::ThinVec<Value> = thin_vec::ThinVec::with_capacity(entries.len());
        for (key, value) in entries {
            if keys.last() == Some(&key) {
                values.pop();
                keys.pop();
            }
            keys.push(key);
            values.push(value);
        }
        let shape: Arc<Shape> = interner.shape(keys);
        Self::Map(Box::new(Map { shape, values }))
    }

    /// The JSON of this value: times as RFC 3339, lengths of time in seconds with `s`, decimals as plain strings, gaps as
    /// null.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null | Self::Gap(_) => serde_json::Value::Null,
            Self::Bool(bool) => (*bool).into(),
            Self::Int(int) => (*int).into(),
            Self::Double(double) => (*double).into(),
            Self::Str(text) => text.as_str().into(),
            Self::Decimal(amount) => amount.to_string().into(),
            Self::Time(millis) => time_text(*millis).into(),
            Self::Span(millis) => span_text(*millis).into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(map) => serde_json::Value::Object(map.iter().map(|(key, value)| (key.to_string(), value.to_json())).collect()),
        }
    }

    /// The value as people read it in a message: text without quotes, the rest as JSON, a gap as `unknown`.
    pub fn to_text(&self) -> String {
        match self {
            Self::Str(text) => text.to_string(),
            Self::Time(millis) => time_text(*millis),
            Self::Span(millis) => span_text(*millis),
            Self::Decimal(amount) => amount.to_string(),
            Self::Gap(_) => "unknown".to_owned(),
            // "a, b" reads better aloud than ["a","b"].
            Self::List(items) if items.iter().all(|item| !matches!(item, Self::List(_) | Self::Map(_))) => {
                items.iter().map(Self::to_text).collect::<Vec<_>>().join(", ")
            }
            // Lists of such lists, too; what is not known may stand among them.
            Self::List(items) if items.iter().all(Self::is_flat) => items.iter().map(Self::to_text).collect::<Vec<_>>().join("; "),
            other => other.to_json().to_string(),
        }
    }

    /// Whether it is a gap or a list without lists and maps.
    fn is_flat(&self) -> bool {
        match self {
            Self::Gap(_) => true,
            Self::List(items) => items.iter().all(|item| !matches!(item, Self::List(_) | Self::Map(_))),
            _ => false,
        }
    }
}

fn time_text(millis: i64) -> String {
    chrono::DateTime::from_timestamp_millis(millis)
        .map_or_else(|| format!("{millis} ms"), |time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

fn span_text(millis: i64) -> String {
    if millis % 1000 == 0 { format!("{}s", millis / 1000) } else { format!("{millis}ms") }
}
