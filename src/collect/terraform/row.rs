//! One row of a table, applied to the attributes of an instance.

use super::assembly::Index;
use super::draft::{Made, Silence};
use super::instance::Instance;
use super::node::{Found, Node};
use super::place::Arn;
use super::special;
use super::table::{As, Refer, Row, When, holes};
use crate::iam::document::is_unambiguous;
use crate::model::path::Step;
use serde_json::{Map, Number, Value};

/// What rows are applied in.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The instance that the attributes belong to.
    pub instance: &'a Instance,
    /// Its attributes.
    pub root: Node<'a>,
    /// What the file does not tell, in its words.
    pub silence: Silence,
    /// The resources of the file.
    pub index: &'a Index<'a>,
    /// Account, region and partition, for texts with holes.
    pub place: [(&'static str, &'a str); 3],
}

impl<'a> Scene<'a> {
    /// All rows, over one place.
    pub fn rows(&self, rows: &[Row], node: Node<'a>) -> Made {
        let mut all = Made::nothing();
        for row in rows {
            all.put(&row.to.0, self.row(row, node));
        }
        all
    }

    fn row(&self, row: &Row, node: Node<'a>) -> Made {
        if let Some(when) = &row.when {
            match self.holds(when, node) {
                Ok(true) => {}
                Ok(false) => return Made::nothing(),
                Err(made) => return made,
            }
        }
        if let Some(items) = &row.items {
            let mut all = Made::value(Value::Array(Vec::new()));
            items.iter().for_each(|rows| push(&mut all, self.rows(rows, node)));
            return all;
        }
        if row.from.is_empty() {
            return self.fallback(row, node);
        }
        let here = self.at(&row.from, node);
        match here.found() {
            Found::Sensitive if row.as_ != As::Exists => Made::gap(self.silence.sensitive()),
            Found::Sensitive => Made::value(true),
            Found::Unknown => self.unknown(row, here, node),
            Found::Absent => self.fallback(row, node),
            Found::Known(Value::String(text)) if text.is_empty() => self.fallback(row, node),
            Found::Known(value) if row.absent.iter().any(|absent| same(absent, value)) => self.fallback(row, node),
            Found::Known(_) => match &row.each {
                Some(inner) => self.each(inner, here),
                None => self.converted(row, here),
            },
        }
    }

    /// `^` begins at the resource.
    fn at(&self, path: &str, node: Node<'a>) -> Node<'a> {
        match path.strip_prefix('^') {
            Some(path) => self.root.at(path),
            None => node.at(path),
        }
    }

    fn holds(&self, when: &When, node: Node<'a>) -> Result<bool, Made> {
        let here = self.at(&when.attribute, node);
        // Which it is, is not known; that it is one, is.
        let some = Value::Bool(true);
        let named = || when.is != [Value::Bool(true)] || !when.not.is_empty();
        let value = match here.found() {
            Found::Known(value) => value,
            Found::Absent => &Value::Null,
            Found::Unknown if named() && self.index.refer(self.instance, here, Refer::Id).is_some() => &some,
            Found::Unknown => return Err(Made::gap(self.silence.after_apply())),
            Found::Sensitive => return Err(Made::gap(self.silence.sensitive())),
        };
        let among = |list: &[Value]| list.iter().any(|one| same(one, value));
        Ok(if when.not.is_empty() { among(&when.is) } else { !among(&when.not) })
    }

    fn fallback(&self, row: &Row, node: Node<'a>) -> Made {
        match &row.default {
            None => Made::nothing(),
            Some(Value::String(text)) => self.filled(text, node),
            Some(default) => Made::value(default.clone()),
        }
    }

    /// A text with its holes filled; a gap where one of them is not known.
    fn filled(&self, text: &str, node: Node<'a>) -> Made {
        self.fill(text, node).map_or_else(|| Made::gap(self.silence.after_apply()), Made::value)
    }

    /// A text with its holes filled; none where one of them is not known.
    pub fn fill(&self, text: &str, node: Node<'a>) -> Option<String> {
        let mut filled = text.to_owned();
        for hole in holes(text) {
            filled = filled.replace(&format!("{{{hole}}}"), &self.hole(hole, node)?);
        }
        Some(filled)
    }

    /// The same, with a text for what is not known.
    pub fn fill_or(&self, text: &str, node: Node<'a>, other: &str) -> String {
        holes(text).fold(text.to_owned(), |filled, hole| {
            let known = self.hole(hole, node);
            filled.replace(&format!("{{{hole}}}"), known.as_deref().unwrap_or(other))
        })
    }

    fn hole(&self, hole: &str, node: Node<'a>) -> Option<String> {
        if let Some((_, known)) = self.place.iter().find(|(name, _)| *name == hole) {
            return Some((*known).to_owned());
        }
        if let Some((attribute, what)) = hole.split_once('>') {
            return self.index.of_other(self.instance, self.at(attribute, node), what);
        }
        let (attribute, last) = hole.strip_suffix(":last").map_or((hole, false), |attribute| (attribute, true));
        let here = self.at(attribute, node);
        let known = match here.found() {
            Found::Known(Value::String(value)) if !value.is_empty() => value.clone(),
            Found::Known(Value::Number(value)) => value.to_string(),
            Found::Unknown => self.index.refer(self.instance, here, Refer::Name)?,
            _ => return None,
        };
        Some(if last { last_part(&known).to_owned() } else { known })
    }

    fn unknown(&self, row: &Row, here: Node<'a>, node: Node<'a>) -> Made {
        if let Some(refer) = row.refer {
            let found = if matches!(row.as_, As::List | As::Sorted) {
                self.index.refer_all(self.instance, here, refer).map(Value::from)
            } else {
                self.index.refer(self.instance, here, refer).map(Value::from)
            };
            match found {
                Some(_) if refer == Refer::Nothing => return Made::nothing(),
                Some(value) => return Made::value(value),
                None => {}
            }
        }
        match &row.unset {
            Some(unset) if self.index.leaves_out(self.instance, here) => match unset {
                Value::Null => Made::nothing(),
                Value::String(text) => self.filled(text, node),
                unset => Made::value(unset.clone()),
            },
            _ => Made::gap(self.silence.after_apply()),
        }
    }

    fn each(&self, rows: &[Row], here: Node<'a>) -> Made {
        let mut all = Made::value(Value::Array(Vec::new()));
        for item in here.items() {
            let made = match item.found() {
                Found::Unknown => Made::gap(self.silence.after_apply()),
                Found::Sensitive => Made::gap(self.silence.sensitive()),
                Found::Known(_) | Found::Absent => self.rows(rows, item),
            };
            push(&mut all, made);
        }
        all
    }

    fn converted(&self, row: &Row, here: Node<'a>) -> Made {
        let Found::Known(value) = here.found() else { return Made::nothing() };
        match row.as_ {
            As::Exists => Made::value(!matches!(value, Value::Array(items) if items.is_empty())),
            As::Count => Made::value(value.as_array().map_or(0, Vec::len)),
            As::Keys => {
                let mut keys: Vec<&str> = here.entries().into_iter().map(|(key, _)| key).collect();
                keys.sort_unstable();
                Made::value(keys)
            }
            // Half a document would be another one.
            As::Json if here.is_veiled() => {
                Made::gap(if here.is_sensitive() { self.silence.sensitive() } else { self.silence.after_apply() })
            }
            As::Json => match value {
                Value::String(text) => document(text).map_or_else(|| Made::gap(self.silence.no_document()), Made::value),
                _ => Made::gap(self.silence.odd()),
            },
            As::List | As::Sorted if value.is_array() => {
                let mut all = self.items(row, here);
                if row.as_ == As::Sorted
                    && all.gaps.is_empty()
                    && let Some(Value::Array(items)) = &mut all.value
                {
                    items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                }
                all
            }
            As::List | As::Sorted => {
                let mut all = Made::value(Value::Array(Vec::new()));
                push(&mut all, self.scalar(row, value));
                all
            }
            As::Untold => Made::gap(self.silence.untold()),
            As::Plain if value.is_array() => self.items(row, here),
            As::Plain if value.is_object() => {
                let mut all = Made::value(Map::new());
                for (key, entry) in here.entries() {
                    all.put(&[key.into()], self.inner(row, entry));
                }
                all
            }
            _ => self.scalar(row, value),
        }
    }

    fn items(&self, row: &Row, here: Node<'a>) -> Made {
        let items = here.items();
        let mut all = Made::value(Value::Array(Vec::new()));
        // Items that are unknown one by one can be told where the configuration names as many as there are.
        let referred = row.refer.and_then(|refer| self.index.refer_all(self.instance, here, refer)).filter(|all| all.len() == items.len());
        for (index, item) in items.into_iter().enumerate() {
            let known = match (item.found(), &referred) {
                (Found::Unknown, Some(all)) => all.get(index).cloned(),
                _ => None,
            };
            push(&mut all, known.map_or_else(|| self.inner(row, item), Made::value));
        }
        all
    }

    fn inner(&self, row: &Row, here: Node<'a>) -> Made {
        match here.found() {
            Found::Sensitive => Made::gap(self.silence.sensitive()),
            Found::Unknown => Made::gap(self.silence.after_apply()),
            Found::Absent => Made::value(Value::Null),
            Found::Known(_) if here.is_veiled() => Made::gap(self.silence.after_apply()),
            Found::Known(value) => self.scalar(row, value),
        }
    }

    fn scalar(&self, row: &Row, value: &Value) -> Made {
        if let Some(mapped) = text_of(value).and_then(|text| row.map.get(text.as_str())) {
            return if mapped.is_null() { Made::nothing() } else { Made::value(mapped.clone()) };
        }
        let read = match row.as_ {
            As::Bool => match value {
                Value::Bool(_) => Some(value.clone()),
                other => text_of(other).and_then(|text| text.parse::<bool>().ok()).map(Value::from),
            },
            As::Int => int_of(value).map(Value::from),
            As::Double => text_of(value).and_then(|text| text.parse::<f64>().ok()).and_then(Number::from_f64).map(Value::from),
            As::Text => text_of(value).map(Value::from),
            As::Time => text_of(value).and_then(|text| time(&text)).map(Value::from),
            As::Untold => return Made::gap(self.silence.untold()),
            As::RegionOfArn => value.as_str().and_then(Arn::of).map(|arn| arn.region.into()),
            As::AccountOfArn => value.as_str().and_then(Arn::of).map(|arn| arn.account.into()),
            As::FunctionOfArn => value.as_str().and_then(special::function_of).map(|(name, _)| name.into()),
            As::Upper => text_of(value).map(|text| text.to_uppercase().into()),
            As::Last => text_of(value).map(|text| last_part(&text).into()),
            As::InvokedFunction | As::InvokedQualifier => match special::invoked(value.as_str().unwrap_or_default()) {
                Some((function, _)) if row.as_ == As::InvokedFunction => Some(function.into()),
                Some((_, Some(qualifier))) => Some(qualifier.into()),
                _ => return Made::nothing(),
            },
            As::Host => value.as_str().and_then(special::host).map(Value::from),
            As::BackEnd => value.as_str().map(special::back_end).map(Value::from),
            As::SettingPath => {
                let path = value.as_str().and_then(|text| text.rsplit_once('/')).map_or("*", |(path, _)| path);
                Some(format!("/{}", path.replace("~1", "/").trim_start_matches('/')).into())
            }
            As::ScaledTable | As::ScaledFunction => {
                let (prefix, end) = if row.as_ == As::ScaledTable { ("table/", '/') } else { ("function:", ':') };
                let named = value.as_str().and_then(|text| text.strip_prefix(prefix)?.split(end).next());
                return named.map_or_else(Made::nothing, Made::value);
            }
            As::Plain | As::List | As::Sorted | As::Json | As::Exists | As::Count | As::Keys => Some(whole(value)),
        };
        read.map_or_else(|| Made::gap(self.silence.odd()), Made::value)
    }
}

/// One more item of the list that is being made; an item of nothing is none.
fn push(all: &mut Made, made: Made) {
    let Some(Value::Array(items)) = &mut all.value else { return };
    if made.is_nothing() {
        return;
    }
    let index = items.len();
    items.push(made.value.unwrap_or_default());
    all.gaps.extend(made.gaps.into_iter().map(|(rest, gap)| ([Step::Index(index)].into_iter().chain(rest).collect(), gap)));
}

/// A policy document; where text writes a key twice it stays text, as in live accounts: as JSON it would lose one of the two.
pub fn document(text: &str) -> Option<Value> {
    match serde_json::from_str(text) {
        Ok(document @ Value::Object(_)) if is_unambiguous(text) => Some(document),
        Ok(Value::Object(_)) => Some(Value::from(text)),
        _ => None,
    }
}

/// What stands behind the last `:` or `/`.
pub fn last_part(text: &str) -> &str {
    text.rsplit(['/', ':']).next().unwrap_or(text)
}

/// RFC 3339, or Lambda's `2026-10-01T12:00:00.000+0000`, or what Go prints of a time.
fn time(text: &str) -> Option<String> {
    let lambdas = chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z");
    let gos = || chrono::DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z UTC");
    let time = lambdas.or_else(|_| chrono::DateTime::parse_from_rfc3339(text)).or_else(|_| gos()).ok()?;
    Some(time.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Terraform's numbers are of one kind: 5 and 5.0 are the same.
fn int_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.to_string().strip_suffix(".0").and_then(|text| text.parse().ok())),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn whole(value: &Value) -> Value {
    match value {
        Value::Number(_) => int_of(value).map_or_else(|| value.clone(), Value::from),
        other => other.clone(),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || matches!((int_of(a), int_of(b)), (Some(a), Some(b)) if a == b)
}
