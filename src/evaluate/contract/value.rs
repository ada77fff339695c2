//! YAML → what a contract expects, checked against the catalogue: an unknown property or a word that AWS does not have is a
//! mistake with its place, never a drift that no deployment can mend.

use super::expect::{Bounds, Expect, Field, Keyed, Pattern};
use super::lists;
use crate::diag::Faults;
use crate::diag::yaml::{Key, Kind, Node, Table};
use crate::evaluate::rulefile::typed;
use crate::model::catalogue::FieldType;
use crate::model::path::Step;
use crate::model::{Interner, Path, Value};
use arcstr::ArcStr;

/// The words that make a map a condition.
pub(super) const CONDITIONS: [&str; 9] = ["one_of", "matches", "present", "min", "max", "includes", "none", "at_least", "at_most"];

/// Reads values of one file.
pub(super) struct Values<'a> {
    /// Its mistakes.
    pub faults: &'a mut Faults,
    /// Shares strings.
    pub interner: &'a Interner,
    /// Every place that is compared, items of lists as `[]`: what has to be asked for.
    pub reads: Vec<Path>,
}

impl Values<'_> {
    /// What the node says of a place of this type; none where it is a mistake.
    pub fn expectation(&mut self, node: &Node, ty: &FieldType, path: &Path) -> Option<Expect> {
        if let Kind::Map(entries) = &node.kind
            && is_condition(entries, ty)
        {
            self.reads.push(path.clone());
            return self.condition(node, ty, path);
        }
        match (ty, &node.kind) {
            (FieldType::Object { fields }, _) => {
                let entries = node.entries(&path.to_string(), self.faults)?;
                let mut read = Vec::with_capacity(entries.len());
                for (key, node) in entries {
                    let Some(field) = fields.get(&key.text) else {
                        let what = format!("property of {path}");
                        self.faults.add_unknown(&key.span, &what, &key.text, fields.keys().map(ArcStr::as_str));
                        continue;
                    };
                    read.extend(self.field(key, node, &field.ty, path));
                }
                Some(Expect::Map(read))
            }
            (FieldType::Map { items }, _) => {
                let entries = node.entries(&path.to_string(), self.faults)?;
                Some(Expect::Map(entries.iter().filter_map(|(key, node)| self.field(key, node, items, path)).collect()))
            }
            (FieldType::List { items }, _) => {
                let nodes = node.list(&path.to_string(), self.faults)?;
                self.list(nodes, items, path)
            }
            (FieldType::Any, Kind::Map(_)) if node.get("Statement").is_some() => {
                self.reads.push(path.clone());
                Some(Expect::Policy(Value::from_json(&node.to_json(), self.interner)))
            }
            (FieldType::Any, Kind::Map(entries)) => {
                Some(Expect::Map(entries.iter().filter_map(|(key, node)| self.field(key, node, &FieldType::Any, path)).collect()))
            }
            (FieldType::Any, Kind::List(nodes)) => self.list(nodes, &FieldType::Any, path),
            (scalar, _) => {
                self.reads.push(path.clone());
                typed::read(node, scalar, &path.to_string(), self.faults).map(Expect::Equal)
            }
        }
    }

    fn field(&mut self, key: &Key, node: &Node, ty: &FieldType, path: &Path) -> Option<Field> {
        let expect = self.expectation(node, ty, &path.key(key.text.clone()))?;
        Some(Field { key: key.text.clone(), expect, at: key.span.start })
    }

    fn list(&mut self, nodes: &[Node], items: &FieldType, path: &Path) -> Option<Expect> {
        let name = match path.steps().last() {
            Some(Step::Key(name)) => name.as_str(),
            _ => "",
        };
        let has = |key: &str| {
            let names: Vec<ArcStr> = nodes.iter().filter_map(|node| called(node, key)).collect();
            let mut unique = names.clone();
            unique.sort();
            unique.dedup();
            !nodes.is_empty() && unique.len() == nodes.len()
        };
        let place = path.step(Step::Every);
        let Some(by) = lists::key_of(name, has) else {
            self.reads.push(path.clone());
            let before = self.faults.len();
            let items: Vec<Expect> = nodes.iter().filter_map(|node| self.expectation(node, items, &place)).collect();
            return (self.faults.len() == before).then_some(Expect::List(items));
        };
        let mut keyed = Keyed { key: by.key.into(), items: Vec::with_capacity(nodes.len()), extra: by.extra, absent: by.absent };
        self.reads.push(path.clone());
        for node in nodes {
            let Some(name) = called(node, by.key) else { continue };
            let expect = self.expectation(node, items, &place);
            keyed.items.extend(expect.map(|expect| Field { key: name, expect: without(expect, by.key), at: node.span.start }));
        }
        Some(Expect::Keyed(keyed))
    }

    fn condition(&mut self, node: &Node, ty: &FieldType, path: &Path) -> Option<Expect> {
        let what = path.to_string();
        let table = Table::of(node, &what, self.faults)?;
        let given: Vec<&'static str> = CONDITIONS.into_iter().filter(|word| table.optional(word).is_some()).collect();
        let pairs = [["min", "max"], ["at_least", "at_most"]];
        if given.len() > 1 && !pairs.iter().any(|pair| given.iter().all(|word| pair.contains(word))) {
            self.faults.add(&node.span, format!("{what} has more than one condition: {}", given.join(", ")));
            return None;
        }
        let word = *given.first()?;
        let inside = table.optional(word)?;
        match word {
            "one_of" => {
                let values = inside.list(&what, self.faults)?;
                let values: Vec<Option<Value>> = values.iter().map(|value| typed::read(value, ty, &what, self.faults)).collect();
                values.into_iter().collect::<Option<Vec<_>>>().map(Expect::OneOf)
            }
            "matches" => {
                let text = inside.string(&what, self.faults)?;
                match Pattern::new(&text) {
                    Ok(pattern) => Some(Expect::Matches(pattern)),
                    Err(error) => {
                        self.faults.add(&inside.span, error);
                        None
                    }
                }
            }
            "present" => inside.boolean(&what, self.faults).map(Expect::Present),
            "min" | "max" => {
                let mut side = |word: &'static str| match table.optional(word) {
                    Some(node) => node.decimal(&format!("{what}.{word}"), self.faults).map(Some),
                    None => Some(None),
                };
                let (min, max) = (side("min")?, side("max")?);
                if let (Some(low), Some(high)) = (min, max)
                    && low > high
                {
                    self.faults.add(&node.span, format!("{what}: no number is at least {low} and at most {high}"));
                }
                Some(Expect::Range(min, max))
            }
            "includes" | "none" => {
                let items = ty.items().unwrap_or(&FieldType::Any);
                let nodes = inside.list(&what, self.faults)?;
                let expected = nodes.iter().filter_map(|node| self.expectation(node, items, &path.step(Step::Every))).collect();
                Some(if word == "includes" { Expect::Includes(expected) } else { Expect::NoneOf(expected) })
            }
            _ => {
                let mut side = |word: &'static str| match table.optional(word) {
                    Some(node) => self.document(node, &what).map(Some),
                    None => Some(None),
                };
                Some(Expect::Bounds(Box::new(Bounds { at_least: side("at_least")?, at_most: side("at_most")? })))
            }
        }
    }

    /// A policy document, as the bounds of another.
    fn document(&mut self, node: &Node, what: &str) -> Option<Value> {
        let value = Value::from_json(&node.to_json(), self.interner);
        if super::document::Grants::of(&value).is_none() {
            self.faults.add_with_help(
                &node.span,
                format!("{what} must be a policy document"),
                "write Statement, a list, each with Effect, Action and Resource",
            );
            return None;
        }
        Some(value)
    }
}

/// Whether every key is a word of a condition, and the type has no property of that name.
fn is_condition(entries: &[(Key, Node)], ty: &FieldType) -> bool {
    let own = ty.fields();
    !entries.is_empty()
        && entries.iter().all(|(key, _)| CONDITIONS.contains(&key.text.as_str()) && !own.is_some_and(|own| own.contains_key(&key.text)))
}

/// What an item is called under a key, or under several joined by `+`.
fn called(node: &Node, key: &str) -> Option<ArcStr> {
    let mut parts = key.split('+').map(|key| match &node.get(key)?.kind {
        Kind::Str(text) | Kind::Number(text) => Some(text.clone()),
        Kind::Int(int) => Some(arcstr::format!("{int}")),
        Kind::Bool(bool) => Some(arcstr::format!("{bool}")),
        Kind::Null | Kind::List(_) | Kind::Map(_) => None,
    });
    let first = parts.next()??;
    parts.try_fold(first, |called, part| Some(arcstr::format!("{called} {}", part?)))
}

/// The item without what it is found by.
fn without(expect: Expect, key: &str) -> Expect {
    match expect {
        Expect::Map(fields) => Expect::Map(fields.into_iter().filter(|field| !key.split('+').any(|key| field.key == key)).collect()),
        other => other,
    }
}
