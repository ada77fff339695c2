//! A template's values as the catalogue's types: text that is a number where AWS asks for one, as CloudFormation takes it;
//! what the catalogue lacks is left out, and what is always there in an account is a gap where nobody says it.

use super::told::Told;
use crate::diag::Source;
use crate::diag::yaml::{Kind, Node};
use crate::model::catalogue::FieldType;
use crate::model::{Gap, GapKind, Interner, Value};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Reads values as types.
#[derive(Clone, Copy, Debug)]
pub struct Shaper<'a> {
    /// Shares strings.
    pub interner: &'a Interner,
    /// Stands where nothing does that is always there in an account.
    pub untold: &'a Arc<Gap>,
}

impl Shaper<'_> {
    /// The value as this type.
    pub fn read(&self, told: &Told, ty: &FieldType) -> Value {
        if let Told::Gap(gap) = told {
            return Value::Gap(Arc::clone(gap));
        }
        if told.word().is_some_and(|word| word.contains("{{resolve:")) {
            return Value::gap(Gap::new(GapKind::KnownAfterApply, "sensitive: a dynamic reference"));
        }
        let read = match ty {
            FieldType::Bool => told.flag().map(Value::Bool),
            FieldType::Int => whole(told).map(Value::Int),
            FieldType::Double => told.word().and_then(|word| word.parse().ok()).map(Value::Double),
            FieldType::Decimal => told.word().and_then(|word| Decimal::from_str_exact(&word).ok()).map(Value::decimal),
            FieldType::String { .. } => told.word().map(|word| Value::Str(self.interner.string(&word))),
            FieldType::Timestamp => told
                .word()
                .and_then(|word| chrono::DateTime::parse_from_rfc3339(&word).ok())
                .map(|time| Value::Time(time.timestamp_millis())),
            FieldType::List { items } => match told {
                Told::List(list) => Some(Value::List(list.iter().map(|item| self.read(item, items)).collect())),
                _ => None,
            },
            FieldType::Map { items } => match told {
                Told::Map(entries) => {
                    let entries = entries.iter().filter(|(_, told)| **told != Told::Null);
                    Some(Value::map(entries.map(|(key, told)| (self.interner.string(key), self.read(told, items))), self.interner))
                }
                _ => None,
            },
            FieldType::Object { fields } => match told {
                Told::Map(entries) => {
                    let fields = fields.iter().filter_map(|(key, field)| {
                        let value = match entries.get(key) {
                            Some(told) if *told != Told::Null => self.read(told, &field.ty),
                            _ if field.always => Value::Gap(Arc::clone(self.untold)),
                            _ => return None,
                        };
                        Some((key.clone(), value))
                    });
                    Some(Value::map(fields, self.interner))
                }
                _ => None,
            },
            FieldType::Any => Some(self.any(told)),
        };
        read.unwrap_or_else(|| {
            let detail = arcstr::format!("the template has {} where AWS asks for {}", told.describe(), wanted(ty));
            Value::gap(Gap::new(GapKind::KnownAfterApply, detail))
        })
    }

    /// What AWS does not describe, as it is; a document written as text is read.
    pub fn any(&self, told: &Told) -> Value {
        match told {
            Told::Null => Value::Null,
            Told::Bool(bool) => Value::Bool(*bool),
            Told::Int(int) => Value::Int(*int),
            Told::Number(text) => text.parse().map_or(Value::Null, Value::Double),
            Told::Text(text) if text.contains("{{resolve:") => {
                Value::gap(Gap::new(GapKind::KnownAfterApply, "sensitive: a dynamic reference"))
            }
            Told::Text(text) => match document(text) {
                Some(document) => Value::from_json(&document, self.interner),
                None => Value::Str(self.interner.string(text)),
            },
            Told::List(items) => Value::List(items.iter().map(|item| self.any(item)).collect()),
            Told::Map(entries) => Value::map(entries.iter().map(|(key, told)| (self.interner.string(key), self.any(told))), self.interner),
            Told::Gap(gap) => Value::Gap(Arc::clone(gap)),
        }
    }
}

/// A JSON object in text. One that writes a key twice stays text: whoever reads it as a policy finds it undecidable.
fn document(text: &str) -> Option<serde_json::Value> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let node = crate::diag::yaml::parse(&Source::new("a document", text)).ok()?;
    match node {
        Node { kind: Kind::Map(_), .. } => Some(node.to_json()),
        _ => None,
    }
}

fn whole(told: &Told) -> Option<i64> {
    let word = match told {
        Told::Int(int) => return Some(*int),
        Told::Bool(_) => return None,
        told => told.word()?,
    };
    let trimmed = word.trim();
    trimmed.parse().ok().or_else(|| {
        // CloudFormation takes 7.0 for 7.
        let (whole, fraction) = trimmed.split_once('.')?;
        if fraction.bytes().all(|digit| digit == b'0') { whole.parse().ok() } else { None }
    })
}

const fn wanted(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::Bool => "true or false",
        FieldType::Int => "a whole number",
        FieldType::Double | FieldType::Decimal => "a number",
        FieldType::String { .. } => "text",
        FieldType::Timestamp => "a time",
        FieldType::List { .. } => "a list",
        FieldType::Map { .. } | FieldType::Object { .. } => "a map",
        FieldType::Any => "anything",
    }
}
