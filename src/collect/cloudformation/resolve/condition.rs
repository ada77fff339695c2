//! Conditions: true, false, or not known. What is not known decides nothing, except where the rest decides without it.

use super::{Resolver, Told};
use crate::diag::yaml::{Kind, Node};
use crate::model::{Gap, GapKind};
use std::sync::Arc;

/// What a condition comes to.
#[derive(Clone, Debug)]
pub enum Truth {
    /// It is this.
    Known(bool),
    /// It cannot be told, and why.
    Unknown(Arc<Gap>),
}

impl Truth {
    pub(super) fn unknown(detail: &str) -> Self {
        Self::Unknown(Arc::new(Gap::new(GapKind::KnownAfterApply, detail)))
    }
}

impl Resolver<'_> {
    /// What the condition of this name comes to.
    pub fn truth(&self, name: &str) -> Truth {
        if let Some(known) = self.conditions.borrow().get(name) {
            return known.clone();
        }
        let Some(node) = self.sections.conditions.get(name) else { return Truth::unknown("there is no such condition") };
        // Stands until it is worked out: one that asks for itself, a fault of its own, ends here.
        self.conditions.borrow_mut().insert(name.into(), Truth::unknown("it asks for itself"));
        let truth = self.deeper_truth(|| self.condition(node));
        self.conditions.borrow_mut().insert(name.into(), truth.clone());
        truth
    }

    fn condition(&self, node: &Node) -> Truth {
        if let Kind::Bool(bool) = node.kind {
            return Truth::Known(bool);
        }
        let Kind::Map(entries) = &node.kind else { return self.no_condition(node) };
        let [(key, argument)] = entries.as_slice() else { return self.no_condition(node) };
        match (key.text.as_str(), &argument.kind) {
            ("Condition", Kind::Str(name)) => self.truth(name),
            ("Fn::Not", Kind::List(parts)) => match parts.as_slice() {
                [one] => match self.condition(one) {
                    Truth::Known(bool) => Truth::Known(!bool),
                    unknown => unknown,
                },
                _ => self.no_condition(node),
            },
            ("Fn::And", Kind::List(parts)) => self.all(parts, false),
            ("Fn::Or", Kind::List(parts)) => self.all(parts, true),
            ("Fn::Equals", Kind::List(parts)) => match parts.as_slice() {
                [one, other] => self.equals(one, other),
                _ => self.no_condition(node),
            },
            _ => self.no_condition(node),
        }
    }

    /// `And` ends at the first that is false, `Or` at the first that is true; either decides whatever is not known beside it.
    fn all(&self, parts: &[Node], ends: bool) -> Truth {
        let mut unknown = None;
        for part in parts {
            match self.condition(part) {
                Truth::Known(bool) if bool == ends => return Truth::Known(ends),
                Truth::Known(_) => {}
                Truth::Unknown(why) => unknown = unknown.or(Some(why)),
            }
        }
        unknown.map_or(Truth::Known(!ends), Truth::Unknown)
    }

    fn equals(&self, one: &Node, other: &Node) -> Truth {
        let (one, other) = (self.value(one), self.value(other));
        if let Some(why) = one.first_gap().or_else(|| other.first_gap()) {
            return Truth::Unknown(Arc::clone(why));
        }
        // CloudFormation compares what is left as text.
        let plain = |told: &Told| told.word().map_or_else(|| told.to_json().to_string(), |word| word.to_string());
        let (one, other) = (plain(&one), plain(&other));
        if one.contains("{{resolve:") || other.contains("{{resolve:") {
            return Truth::unknown("a dynamic reference");
        }
        Truth::Known(one == other)
    }

    fn no_condition(&self, node: &Node) -> Truth {
        self.fault(
            &node.span,
            "a condition is Fn::And, Fn::Or, Fn::Not or Fn::Equals with its parts, or the name of another under Condition",
        );
        Truth::unknown("it is none")
    }
}
