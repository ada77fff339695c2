//! What is expected beside what is observed.
//!
//! Partial: of a map only the named entries are looked at, of a list with keys only the named items. What could not be read
//! is neither alike nor different. One change of the world is one difference as far as that can be told: an item that is not there is
//! one difference and not one for each of its attributes, and what is switched off is one difference and not one for each of its
//! settings.

use super::document::Grants;
use super::expect::{Absent, Expect, Extra, Field, Keyed, Place, glob};
use super::need;
use crate::model::path::Step;
use crate::model::{Gap, Path, Value};
use arcstr::ArcStr;
use rust_decimal::Decimal;
use std::sync::Arc;

/// One place where the world is not as expected, or where that cannot be told.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Where, items of lists named by their keys.
    pub path: Path,
    /// What stands there; null where nothing does.
    pub observed: Value,
    /// What should stand there, as the contract writes it; null where nothing should.
    pub expected: serde_json::Value,
    /// Why it cannot be told; none where it differs.
    pub gap: Option<Arc<Gap>>,
    /// What differs inside, in a few words, where the values are too large to be read.
    pub detail: Option<String>,
}

/// How things are compared.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// What placeholders stand for.
    pub place: Place<'a>,
    /// Whether lists with keys and tags have nothing but what is expected.
    pub exact: bool,
}

impl How<'_> {
    /// Everything that differs below a place.
    pub fn compare(&self, expect: &Expect, observed: Option<&Value>, path: &Path) -> Vec<Difference> {
        let mut found = Vec::new();
        self.look(expect, observed, path, &mut found);
        found
    }

    /// Whether it is as expected; the gap where that cannot be told.
    pub fn holds(&self, expect: &Expect, observed: Option<&Value>) -> Result<bool, Arc<Gap>> {
        let found = self.compare(expect, observed, &Path::root("it"));
        match found.iter().find(|difference| difference.gap.is_none()) {
            Some(_) => Ok(false),
            None => found.into_iter().find_map(|difference| difference.gap).map_or(Ok(true), Err),
        }
    }

    fn look(&self, expect: &Expect, observed: Option<&Value>, path: &Path, found: &mut Vec<Difference>) {
        if let Some(Value::Gap(gap)) = observed {
            found.push(Difference {
                path: path.clone(),
                observed: Value::Null,
                expected: expect.to_json(),
                gap: Some(Arc::clone(gap)),
                detail: None,
            });
            return;
        }
        match (expect, observed) {
            (Expect::Map(fields), observed) if observed.is_none_or(|observed| observed.as_map().is_some()) => {
                self.map(fields, observed, expect, path, found);
            }
            (Expect::Keyed(keyed), observed) if observed.is_none_or(|observed| observed.as_list().is_some()) => {
                self.keyed(keyed, observed.and_then(Value::as_list).unwrap_or_default(), path, found);
            }
            (expect, observed) => {
                let observed = observed.unwrap_or(&Value::Null);
                let gap = match self.is(expect, observed) {
                    Ok(None) => return,
                    Ok(Some(detail)) => (None, detail),
                    Err(gap) => (Some(gap), None),
                };
                found.push(Difference {
                    path: path.clone(),
                    observed: observed.clone(),
                    expected: self.filled(expect),
                    gap: gap.0,
                    detail: gap.1,
                });
            }
        }
    }

    fn map(&self, fields: &[Field], observed: Option<&Value>, expect: &Expect, path: &Path, found: &mut Vec<Difference>) {
        let Some(observed) = observed else {
            // Nothing there: one difference, unless nothing was wanted.
            let nothing = Value::empty_map();
            let mut inside = Vec::new();
            fields.iter().for_each(|field| self.look(&field.expect, nothing.get(&field.key), &path.key(field.key.clone()), &mut inside));
            if !inside.is_empty() {
                found.push(told(path, Value::Null, self.filled(expect)));
            }
            return;
        };
        if let Some(switch) = fields.iter().find(|field| is_switch(&field.key, path)) {
            let is_off =
                matches!((&switch.expect, observed.get(&switch.key)), (Expect::Equal(Value::Bool(true)), Some(Value::Bool(false)) | None));
            if is_off {
                // What is switched off has no settings.
                return self.look(&switch.expect, observed.get(&switch.key), &path.key(switch.key.clone()), found);
            }
        }
        for field in fields {
            self.look(&field.expect, observed.get(&field.key), &path.key(field.key.clone()), found);
        }
        if self.exact && *path == Path::root("tags") {
            let more = observed.as_map().into_iter().flat_map(crate::model::value::Map::iter);
            // AWS's own tags are no business of a file.
            let more = more.filter(|(key, _)| !key.starts_with("aws:") && !fields.iter().any(|field| field.key == **key));
            found.extend(more.map(|(key, value)| told(&path.key(key.clone()), value.clone(), serde_json::Value::Null)));
        }
    }

    fn keyed(&self, keyed: &Keyed, observed: &[Value], path: &Path, found: &mut Vec<Difference>) {
        if let Some(gap) = observed.iter().find_map(Value::as_gap) {
            let expected = self.filled(&Expect::Keyed(keyed.clone()));
            found.push(Difference { gap: Some(Arc::clone(gap)), ..told(path, Value::Null, expected) });
            return;
        }
        let at = |name: &ArcStr| path.step(Step::Item(keyed.key.clone(), name.clone()));
        for item in &keyed.items {
            let name = self.place.fill(&item.key);
            match observed.iter().find(|observed| observed.is_called(&keyed.key, &name)) {
                Some(observed) => self.look(&item.expect, Some(observed), &at(&name), found),
                None if keyed.absent == Absent::Drift && !is_state(path) => {
                    found.push(told(&at(&name), Value::Null, keyed.written(item)));
                }
                None => {}
            }
        }
        if keyed.extra == Extra::Drift || self.exact {
            for item in observed {
                let name = item.called(&keyed.key).unwrap_or_else(|| item.to_text().into());
                if !keyed.items.iter().any(|expected| self.place.fill(&expected.key) == name) && keyed.absent == Absent::Drift {
                    found.push(told(&at(&name), item.clone(), serde_json::Value::Null));
                }
            }
        }
    }

    /// Whether a value is as expected: `Ok(None)`; else what differs in a few words, if they help.
    fn is(&self, expect: &Expect, observed: &Value) -> Result<Option<Option<String>>, Arc<Gap>> {
        if let Some(gap) = observed.first_gap() {
            return Err(Arc::clone(gap));
        }
        let plain = |holds: bool| Ok(if holds { None } else { Some(None) });
        match expect {
            Expect::Equal(value) => plain(same(&self.place.fill_value(value), observed)),
            Expect::Map(_) | Expect::Keyed(_) => plain(false),
            Expect::List(items) => {
                let nothing = items.is_empty() && matches!(observed, Value::Null);
                plain(nothing || observed.as_list().is_some_and(|observed| observed.len() == items.len() && self.all_in(items, observed)))
            }
            Expect::Policy(document) => {
                let document = self.place.fill_value(document);
                Ok(match (Grants::of(&document), Grants::of(observed)) {
                    (Some(expected), Some(observed)) => observed.distance(&expected).describe().map(Some),
                    _ => (!same(&document, observed)).then_some(None),
                })
            }
            Expect::Bounds(bounds) => need::weigh(bounds, observed, self.place).map(|weighed| weighed.describe().map(Some)),
            Expect::OneOf(values) => plain(values.iter().any(|value| same(&self.place.fill_value(value), observed))),
            Expect::Matches(pattern) => {
                let filled;
                let glob = match &pattern.glob {
                    Some(glob) => Some(glob),
                    None => {
                        filled = glob(&self.place.fill(&pattern.text)).ok();
                        filled.as_ref()
                    }
                };
                plain(observed.as_str().is_some_and(|text| glob.is_some_and(|glob| glob.is_match(text))))
            }
            Expect::Present(present) => plain(*present != is_nothing(observed)),
            Expect::Range(min, max) => {
                let number = decimal(observed);
                plain(number.is_some_and(|number| min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)))
            }
            Expect::Includes(items) => plain(observed.as_list().is_some_and(|observed| self.all_in(items, observed))),
            Expect::NoneOf(items) => {
                let observed = observed.as_list().unwrap_or_default();
                plain(!items.iter().any(|item| observed.iter().any(|observed| self.is_alike(item, observed))))
            }
        }
    }

    /// Whether each expected item has an observed one of its own.
    fn all_in(&self, items: &[Expect], observed: &[Value]) -> bool {
        let mut free: Vec<&Value> = observed.iter().collect();
        items.iter().all(|item| match free.iter().position(|observed| self.is_alike(item, observed)) {
            Some(position) => {
                free.swap_remove(position);
                true
            }
            None => false,
        })
    }

    fn is_alike(&self, expect: &Expect, observed: &Value) -> bool {
        self.compare(expect, Some(observed), &Path::root("it")).is_empty()
    }

    /// As the contract writes it, with placeholders filled.
    fn filled(&self, expect: &Expect) -> serde_json::Value {
        fill_json(expect.to_json(), &self.place)
    }
}

fn fill_json(json: serde_json::Value, place: &Place<'_>) -> serde_json::Value {
    match json {
        serde_json::Value::String(text) => place.fill(&text.as_str().into()).as_str().into(),
        serde_json::Value::Array(items) => items.into_iter().map(|item| fill_json(item, place)).collect(),
        serde_json::Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, fill_json(value, place))).collect(),
        other => other,
    }
}

fn told(path: &Path, observed: Value, expected: serde_json::Value) -> Difference {
    Difference { path: path.clone(), observed, expected, gap: None, detail: None }
}

/// What is not there has no state; that it is not there is told by the properties.
fn is_state(path: &Path) -> bool {
    matches!(path.steps().first(), Some(Step::Key(root)) if root == "state")
}

/// Whether a field says that the whole of the object it stands in is on: `Enabled`, `SSESpecification.SSEEnabled`.
fn is_switch(field: &str, object: &Path) -> bool {
    let [_, .., Step::Key(object)] = object.steps() else { return false };
    field == "Enabled" || field.strip_suffix("Enabled").is_some_and(|what| !what.is_empty() && object.starts_with(what))
}

/// Absent, or empty.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Str(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether two values say the same: numbers by their size, lists in any order; an empty list, map or text is like none.
pub fn same(expected: &Value, observed: &Value) -> bool {
    match (expected, observed) {
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Time(a), Value::Time(b)) | (Value::Span(a), Value::Span(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            let mut free: Vec<&Value> = b.iter().collect();
            a.len() == b.len()
                && a.iter().all(|item| {
                    let found = free.iter().position(|other| same(item, other));
                    found.map(|position| free.swap_remove(position)).is_some()
                })
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        (nothing, Value::Null) => is_nothing(nothing),
        _ => decimal(expected).is_some_and(|number| Some(number) == decimal(observed)),
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(int) => Some(Decimal::from(*int)),
        Value::Decimal(decimal) => Some(**decimal),
        Value::Double(double) => Decimal::try_from(*double).ok(),
        _ => None,
    }
}
