//! YAML read as a type of the catalogue: the values of parameters, and the properties that examples give.
//!
//! Both are checked by the same eyes as expressions are: a key that the type does not have, or a word that its enum does
//! not have, is a mistake with a place, never a value that no rule will ever match.

use crate::diag::Faults;
use crate::diag::yaml::{Kind, Node};
use crate::model::catalogue::FieldType;
use crate::model::{Interner, Value};
use rust_decimal::prelude::ToPrimitive as _;

/// The node as a value of the type; every mistake goes to the faults, and then there is no value. `what` names the value
/// in them: `properties.BillingMode`, `the default of "keys"`.
pub fn read(node: &Node, ty: &FieldType, what: &str, faults: &mut Faults) -> Option<Value> {
    let before = faults.len();
    let value = Typed { interner: &Interner::new() }.read(node, ty, what, faults);
    (faults.len() == before).then_some(value).flatten()
}

/// What a type is called in rule files and in errors.
pub fn describe(ty: &FieldType) -> String {
    match ty {
        FieldType::Bool => "true or false".to_owned(),
        FieldType::Int => "a whole number".to_owned(),
        FieldType::Double => "a number".to_owned(),
        FieldType::Decimal => "a decimal number".to_owned(),
        FieldType::String { values } if values.is_empty() => "text".to_owned(),
        FieldType::String { values } => format!("one of {}", values.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", ")),
        FieldType::Timestamp => "a point in time".to_owned(),
        FieldType::List { items } => format!("a list, each {}", describe(items)),
        FieldType::Map { items } => format!("a map, each value {}", describe(items)),
        FieldType::Object { .. } => "a map".to_owned(),
        FieldType::Any => "anything".to_owned(),
    }
}

struct Typed<'a> {
    interner: &'a Interner,
}

impl Typed<'_> {
    fn read(&self, node: &Node, ty: &FieldType, what: &str, faults: &mut Faults) -> Option<Value> {
        match ty {
            FieldType::Any => Some(Value::from_json(&node.to_json(), self.interner)),
            _ if matches!(node.kind, Kind::Null) => {
                faults.add(&node.span, format!("{what} must be {}, not nothing", describe(ty)));
                None
            }
            FieldType::Bool => node.boolean(what, faults).map(Value::Bool),
            FieldType::Int => node.integer(what, faults).map(Value::Int),
            FieldType::Double => node.decimal(what, faults).and_then(|number| number.to_f64()).map(Value::Double),
            FieldType::Decimal => node.decimal(what, faults).map(Value::decimal),
            FieldType::String { values } => self.text(node, values, what, faults),
            FieldType::Timestamp => self.time(node, what, faults),
            FieldType::List { items } => {
                let nodes = node.list(what, faults)?;
                let each = nodes.iter().enumerate().map(|(index, node)| self.read(node, items, &format!("{what}[{index}]"), faults));
                // Collected twice, so that the mistakes of every item are seen and not those of the first bad one alone.
                let values: Vec<Option<Value>> = each.collect();
                values.into_iter().collect::<Option<thin_vec::ThinVec<Value>>>().map(Value::List)
            }
            FieldType::Map { items } => {
                let entries = node.entries(what, faults)?;
                let mut values = Vec::with_capacity(entries.len());
                for (key, node) in entries {
                    let value = self.read(node, items, &format!("{what}.{}", key.text), faults);
                    values.extend(value.map(|value| (key.text.clone(), value)));
                }
                Some(Value::map(values, self.interner))
            }
            FieldType::Object { fields } => {
                let entries = node.entries(what, faults)?;
                let mut values = Vec::with_capacity(entries.len());
                for (key, node) in entries {
                    match fields.get(&key.text) {
                        Some(field) => {
                            let value = self.read(node, &field.ty, &format!("{what}.{}", key.text), faults);
                            values.extend(value.map(|value| (key.text.clone(), value)));
                        }
                        None => faults.add_unknown(
                            &key.span,
                            &format!("property of {what}"),
                            &key.text,
                            fields.keys().map(arcstr::ArcStr::as_str),
                        ),
                    }
                }
                Some(Value::map(values, self.interner))
            }
        }
    }

    fn text(&self, node: &Node, values: &[arcstr::ArcStr], what: &str, faults: &mut Faults) -> Option<Value> {
        let text = node.word(what, faults)?;
        if !values.is_empty() && !values.contains(&text) {
            faults.add_unknown(&node.span, &format!("value of {what}"), &text, values.iter().map(arcstr::ArcStr::as_str));
            return None;
        }
        Some(Value::Str(text))
    }

    fn time(&self, node: &Node, what: &str, faults: &mut Faults) -> Option<Value> {
        let text = node.word(what, faults)?;
        let time = read_time(&text);
        if time.is_none() {
            faults.add(&node.span, format!("{what} must be a point in time such as 2026-01-31 or 2026-01-31T08:00:00Z, not {text:?}"));
        }
        time.map(Value::time)
    }
}

/// A day, or a point in time in RFC 3339.
pub fn read_time(text: &str) -> Option<crate::model::value::Time> {
    let day = || {
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(day.and_time(chrono::NaiveTime::MIN).and_utc())
    };
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()).or_else(day)
}

/// The words for the types of parameters, and the types that they mean where nothing more is said.
pub const PARAMETER_TYPES: [&str; 8] = ["bool", "int", "decimal", "string", "timestamp", "list", "map", "any"];

/// The type of a parameter; `items` is the type of each item of a list or map, text where it is not given.
pub fn parameter_type(word: &str, items: Option<FieldType>, values: Vec<arcstr::ArcStr>) -> Option<FieldType> {
    let boxed = |items: Option<FieldType>, values| Box::new(items.unwrap_or(FieldType::String { values }));
    Some(match word {
        "bool" => FieldType::Bool,
        "int" => FieldType::Int,
        "decimal" => FieldType::Decimal,
        "string" => FieldType::String { values },
        "timestamp" => FieldType::Timestamp,
        "list" => FieldType::List { items: boxed(items, values) },
        "map" => FieldType::Map { items: boxed(items, values) },
        "any" => FieldType::Any,
        _ => return None,
    })
}
