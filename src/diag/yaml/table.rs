//! Reading a tree as what it should be. Every mistake goes to the [`Faults`]; the reader goes on with `None`.

use super::{Key, Kind, Node};
use crate::diag::Faults;
use arcstr::ArcStr;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

/// A map whose keys are asked for one by one; those that nobody asked for are mistakes.
pub struct Table<'a> {
    span: Range<usize>,
    entries: &'a [(Key, Node)],
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Table<'a> {
    /// The node as a table; `what` names it in the error where it is none.
    pub fn of(node: &'a Node, what: &str, faults: &mut Faults) -> Option<Self> {
        match &node.kind {
            Kind::Map(entries) => Some(Self { span: node.span.clone(), entries, known: RefCell::default() }),
            _ => {
                faults.add(&node.span, format!("{what} must be a map, not {}", node.describe()));
                None
            }
        }
    }

    /// The value under a key, if it is there. A key without a value counts as not there.
    pub fn optional(&self, key: &'static str) -> Option<&'a Node> {
        self.known.borrow_mut().insert(key);
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node).filter(|node| !matches!(node.kind, Kind::Null))
    }

    /// The value under a key; a mistake if it is not there.
    pub fn required(&self, key: &'static str, faults: &mut Faults) -> Option<&'a Node> {
        let found = self.optional(key);
        if found.is_none() {
            let span = self.entries.iter().find(|(name, _)| name.text == key).map_or(&self.span, |(name, _)| &name.span);
            faults.add(&(span.start..span.start), format!("{key:?} is missing"));
        }
        found
    }

    /// Where the table stands.
    pub fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, what: &str, faults: &mut Faults) {
        let known = self.known.into_inner();
        for (key, _) in self.entries.iter().filter(|(key, _)| !known.contains(key.text.as_str())) {
            faults.add_unknown(&key.span, &format!("key of {what}"), &key.text, known.iter().copied());
        }
    }
}

impl Node {
    /// The node as text.
    pub fn string(&self, what: &str, faults: &mut Faults) -> Option<ArcStr> {
        self.want(self.as_str().cloned(), what, "text", faults)
    }

    /// The node as text; numbers and booleans as they were written (an account id is digits, and text).
    pub fn word(&self, what: &str, faults: &mut Faults) -> Option<ArcStr> {
        let word = match &self.kind {
            Kind::Str(_) | Kind::Int(_) | Kind::Number(_) | Kind::Bool(_) => {
                faults.source().text.get(self.span.clone()).map(|written| match &self.kind {
                    Kind::Str(text) => text.clone(),
                    _ => ArcStr::from(written.trim()),
                })
            }
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        };
        self.want(word, what, "text", faults)
    }

    /// The node as true or false.
    pub fn boolean(&self, what: &str, faults: &mut Faults) -> Option<bool> {
        let found = if let Kind::Bool(bool) = self.kind { Some(bool) } else { None };
        self.want(found, what, "true or false", faults)
    }

    /// The node as a whole number.
    pub fn integer(&self, what: &str, faults: &mut Faults) -> Option<i64> {
        let found = if let Kind::Int(int) = self.kind { Some(int) } else { None };
        self.want(found, what, "a whole number", faults)
    }

    /// The node as an exact decimal, from a number or from text.
    pub fn decimal(&self, what: &str, faults: &mut Faults) -> Option<Decimal> {
        let found = match &self.kind {
            Kind::Int(int) => Some(Decimal::from(*int)),
            Kind::Number(text) | Kind::Str(text) => Decimal::from_str_exact(text).ok(),
            Kind::Null | Kind::Bool(_) | Kind::List(_) | Kind::Map(_) => None,
        };
        self.want(found, what, "a decimal number", faults)
    }

    /// The node as one of the words of a type.
    pub fn one_of<T: FromStr>(&self, what: &str, words: &[&str], faults: &mut Faults) -> Option<T> {
        let text = self.word(what, faults)?;
        let found = text.parse().ok();
        if found.is_none() {
            faults.add_unknown(&self.span, what, &text, words.iter().copied());
        }
        found
    }

    /// The node as a list.
    pub fn list(&self, what: &str, faults: &mut Faults) -> Option<&[Node]> {
        let found = if let Kind::List(items) = &self.kind { Some(items.as_slice()) } else { None };
        self.want(found, what, "a list", faults)
    }

    /// The node as a list of words.
    pub fn words(&self, what: &str, faults: &mut Faults) -> Option<Vec<ArcStr>> {
        let items = self.list(what, faults)?;
        items.iter().map(|item| item.word(&format!("each of {what}"), faults)).collect()
    }

    /// The node as a map whose keys users choose.
    pub fn entries(&self, what: &str, faults: &mut Faults) -> Option<&[(Key, Node)]> {
        let found = if let Kind::Map(entries) = &self.kind { Some(entries.as_slice()) } else { None };
        self.want(found, what, "a map", faults)
    }

    fn want<T>(&self, found: Option<T>, what: &str, wanted: &str, faults: &mut Faults) -> Option<T> {
        if found.is_none() {
            faults.add(&self.span, format!("{what} must be {wanted}, not {}", self.describe()));
        }
        found
    }
}
