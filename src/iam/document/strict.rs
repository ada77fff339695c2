//! JSON text into a value, seeing what `serde_json` hides: a key that is written twice, also in another case.
//!
//! AWS's parsers disagree about which of two equal keys wins, so a document with one has no certain meaning.

use super::fault::Fault;
use crate::model::{Interner, Value};
use arcstr::ArcStr;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;

/// Reads JSON text, and tells every key that is written twice in one object, with its place (`a.b[0].c`). Nesting is bounded by
/// `serde_json` (128).
///
/// # Errors
/// Where it is no JSON.
pub fn read(text: &str, interner: &Interner) -> Result<(Value, Vec<Fault>), Fault> {
    let faults = RefCell::new(Vec::new());
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Node { place: String::new(), faults: &faults, interner }.deserialize(&mut json);
    let value = value.and_then(|value| json.end().map(|()| value)).map_err(|fault| Fault::new("", format!("no JSON: {fault}")))?;
    Ok((value, faults.into_inner()))
}

/// Whether text is JSON in which no object writes a key twice. Keys that differ in case are no matter here: both survive in
/// JSON, and the parser finds them.
pub fn is_unambiguous(text: &str) -> bool {
    read(text, &Interner::new()).is_ok_and(|(_, faults)| faults.is_empty())
}

struct Node<'a> {
    place: String,
    faults: &'a RefCell<Vec<Fault>>,
    interner: &'a Interner,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Value, E> {
        Ok(Value::Int(int))
    }

    fn visit_u64<E>(self, int: u64) -> Result<Value, E> {
        Ok(i64::try_from(int).map_or(Value::Double(int as f64), Value::Int))
    }

    fn visit_f64<E>(self, double: f64) -> Result<Value, E> {
        Ok(Value::Double(double))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::str(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = thin_vec::ThinVec::new();
        while let Some(item) = items.next_element_seed(Node {
            place: format!("{}[{}]", self.place, list.len()),
            faults: self.faults,
            interner: self.interner,
        })? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map: Vec<(ArcStr, Value)> = Vec::new();
        while let Some(key) = entries.next_key::<String>()? {
            let place = if self.place.is_empty() { key.clone() } else { format!("{}.{key}", self.place) };
            // Keys that differ in case are found by the parser too, which sees documents that were no text.
            if map.iter().any(|(known, _)| *known == key.as_str()) {
                self.faults.borrow_mut().push(Fault::new(place.clone(), "is written twice"));
            }
            let value = entries.next_value_seed(Node { place, faults: self.faults, interner: self.interner })?;
            map.push((ArcStr::from(key), value));
        }
        Ok(Value::map(map, self.interner))
    }
}
