//! The grammar of policy documents: what must be there, what may, and in which forms.
//!
//! Element names, operators and effects are read whatever their case: a statement that AWS honours must not be missed
//! because of its spelling. What AWS refuses outright is refused here too, so that such a document is "not understood",
//! never "harmless".

use super::strict;
use super::{
    ActionPattern, Condition, Document, Effect, Fault, Faults, Operator, Principal, ResourcePattern, Selection, Statement, Version,
};
use crate::model::value::Map;
use crate::model::{Interner, Value};
use arcstr::ArcStr;

/// Longest text that is read. The largest quota of AWS is 20,480 characters (bucket policies), white space apart.
const LONGEST: usize = 1 << 20;

/// Parses a document that was already read as JSON. Text is taken for JSON text: some services escape a document inside a
/// string.
///
/// # Errors
/// All faults, where it breaks the grammar.
pub fn parse(value: &Value) -> Result<Document, Faults> {
    match value {
        Value::Str(text) => parse_text(text),
        value => read(value, Vec::new()),
    }
}

/// Parses the JSON text of a document, plain or percent-encoded (`+` stays `+`). Keys that are written twice are faults.
///
/// # Errors
/// All faults, where it is no JSON or breaks the grammar.
pub fn parse_text(text: &str) -> Result<Document, Faults> {
    let one = |what: String| Faults(vec![Fault::new("", what)]);
    if text.len() > LONGEST {
        return Err(one(format!("{} bytes are more than any policy has", text.len())));
    }
    let plain = if text.trim_start().starts_with('{') {
        text.into()
    } else {
        percent_encoding::percent_decode_str(text).decode_utf8().map_err(|_| one("no UTF-8 after percent-decoding".to_owned()))?
    };
    let (value, faults) = strict::read(&plain, &Interner::new()).map_err(|fault| Faults(vec![fault]))?;
    read(&value, faults)
}

fn read(value: &Value, faults: Vec<Fault>) -> Result<Document, Faults> {
    let mut parser = Parser { faults };
    let document = parser.document(value);
    match document {
        Some(document) if parser.faults.is_empty() => Ok(document),
        _ => Err(Faults(parser.faults)),
    }
}

struct Parser {
    faults: Vec<Fault>,
}

impl Parser {
    fn fault(&mut self, place: &str, what: impl Into<String>) {
        self.faults.push(Fault::new(place, what));
    }

    /// The map with its keys lower-cased; keys that differ only in case are faults.
    fn elements<'a>(&mut self, place: &str, value: &'a Value, known: &[&str]) -> Option<Vec<(String, &'a Value)>> {
        let Some(map) = value.as_map() else {
            self.fault(place, "is no object");
            return None;
        };
        self.unique(place, map);
        let mut elements = Vec::new();
        for (key, value) in map.iter() {
            let lower = key.to_ascii_lowercase();
            if known.contains(&lower.as_str()) {
                elements.push((lower, value));
            } else {
                self.fault(place, format!("{key} is no element of it"));
            }
        }
        Some(elements)
    }

    fn unique(&mut self, place: &str, map: &Map) {
        let mut lower: Vec<String> = map.iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
        lower.sort_unstable();
        for pair in lower.windows(2) {
            if let [a, b] = pair
                && a == b
            {
                self.fault(place, format!("{a} is written twice, in different case"));
            }
        }
    }

    fn document(&mut self, value: &Value) -> Option<Document> {
        let elements = self.elements("", value, &["version", "id", "statement"])?;
        let element = |name: &str| elements.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
        let version = match element("version").map(|value| value.as_str()) {
            None => Version::default(),
            Some(Some("2012-10-17")) => Version::V2012,
            Some(Some("2008-10-17")) => Version::V2008,
            Some(_) => {
                self.fault("Version", "is neither 2012-10-17 nor 2008-10-17");
                Version::default()
            }
        };
        let id = element("id").and_then(|value| self.text("Id", value));
        let statements = match element("statement") {
            None => {
                self.fault("", "has no Statement");
                Vec::new()
            }
            Some(Value::List(items)) => items.iter().enumerate().filter_map(|(index, item)| self.statement(index, item)).collect(),
            Some(one) => self.statement(0, one).into_iter().collect(),
        };
        Some(Document { version, id, statements })
    }

    fn statement(&mut self, index: usize, value: &Value) -> Option<Statement> {
        let place = format!("Statement[{index}]");
        let known = ["sid", "effect", "principal", "notprincipal", "action", "notaction", "resource", "notresource", "condition"];
        let elements = self.elements(&place, value, &known)?;
        let element = |name: &str| elements.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
        let sid = element("sid").and_then(|value| self.text(&format!("{place}.Sid"), value));
        let effect = match element("effect").and_then(Value::as_str) {
            Some(word) if word.eq_ignore_ascii_case("allow") => Some(Effect::Allow),
            Some(word) if word.eq_ignore_ascii_case("deny") => Some(Effect::Deny),
            _ => {
                self.fault(&format!("{place}.Effect"), "is neither Allow nor Deny");
                None
            }
        };
        let actions = self.selection(&place, "Action", (element("action"), element("notaction")), |parser, place, value| {
            Some(parser.texts(place, value)?.into_iter().map(ActionPattern).collect())
        });
        if actions.is_none() && element("action").is_none() && element("notaction").is_none() {
            self.fault(&place, "has neither Action nor NotAction");
        }
        let resources = self.selection(&place, "Resource", (element("resource"), element("notresource")), |parser, place, value| {
            Some(parser.texts(place, value)?.into_iter().map(ResourcePattern).collect())
        });
        let principals = self.selection(&place, "Principal", (element("principal"), element("notprincipal")), Self::principals);
        // Only trust policies have no resource, and those name who is trusted.
        if resources.is_none() && principals.is_none() && element("resource").is_none() && element("notresource").is_none() {
            self.fault(&place, "has neither Resource nor NotResource");
        }
        let conditions = element("condition").map(|value| self.conditions(&format!("{place}.Condition"), value)).unwrap_or_default();
        Some(Statement { index, sid, effect: effect?, principals, actions: actions?, resources, conditions })
    }

    fn selection<T>(
        &mut self,
        place: &str,
        name: &str,
        (only, all_but): (Option<&Value>, Option<&Value>),
        read: impl Fn(&mut Self, &str, &Value) -> Option<Vec<T>>,
    ) -> Option<Selection<T>> {
        match (only, all_but) {
            (None, None) => None,
            (Some(value), None) => read(self, &format!("{place}.{name}"), value).map(Selection::Only),
            (None, Some(value)) => read(self, &format!("{place}.Not{name}"), value).map(Selection::AllBut),
            (Some(_), Some(_)) => {
                self.fault(place, format!("has both {name} and Not{name}"));
                None
            }
        }
    }

    fn principals(&mut self, place: &str, value: &Value) -> Option<Vec<Principal>> {
        if let Some(text) = value.as_str() {
            if text != "*" {
                self.fault(place, "is text other than *");
                return None;
            }
            return Some(vec![Principal::Anyone]);
        }
        let mut principals = Vec::new();
        for (kind, value) in self.elements(place, value, &["aws", "service", "federated", "canonicaluser"])? {
            for text in self.texts(&format!("{place}.{kind}"), value)? {
                match kind.as_str() {
                    "aws" => match Principal::of_aws(&text) {
                        Some(principal) => principals.push(principal),
                        None => self.fault(place, format!("{text} is no principal")),
                    },
                    _ if text == "*" => principals.push(Principal::Anyone),
                    "service" => principals.push(Principal::Service(text)),
                    "federated" => principals.push(Principal::Federated(text)),
                    _ => principals.push(Principal::CanonicalUser(text)),
                }
            }
        }
        Some(principals)
    }

    fn conditions(&mut self, place: &str, value: &Value) -> Vec<Condition> {
        let Some(operators) = value.as_map() else {
            self.fault(place, "is no object");
            return Vec::new();
        };
        self.unique(place, operators);
        let mut conditions = Vec::new();
        for (operator, keys) in operators.iter() {
            let place = format!("{place}.{operator}");
            let Some(keys) = keys.as_map() else {
                self.fault(&place, "is no object");
                continue;
            };
            self.unique(&place, keys);
            for (key, values) in keys.iter() {
                if let Some(values) = self.texts(&format!("{place}.{key}"), values) {
                    conditions.push(Condition { operator: Operator::read(operator), key: key.clone(), values });
                }
            }
        }
        conditions
    }

    fn text(&mut self, place: &str, value: &Value) -> Option<ArcStr> {
        if let Value::Str(text) = value {
            return Some(text.clone());
        }
        self.fault(place, "is no text");
        None
    }

    /// One text or many. AWS takes booleans and numbers among condition values, as their text.
    fn texts(&mut self, place: &str, value: &Value) -> Option<Vec<ArcStr>> {
        let items = value.as_list().unwrap_or(std::slice::from_ref(value));
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Value::Str(text) => texts.push(text.clone()),
                Value::Bool(_) | Value::Int(_) | Value::Double(_) if place.contains(".Condition.") => texts.push(item.to_text().into()),
                _ => {
                    self.fault(place, "is neither text nor a list of texts");
                    return None;
                }
            }
        }
        Some(texts)
    }
}
