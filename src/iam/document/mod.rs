//! A policy document, parsed: identity policies, resource policies and trust policies share one grammar.
//!
//! The types lose nothing that decides access, so that the engine to come can stand on them. A document that breaks the
//! grammar is not half understood: [`parse()`] gives all its faults and no document. What is merely useless (a pattern that
//! matches nothing) parses, and [`Document::remarks`] says so.

mod condition;
mod fault;
mod parse;
mod pattern;
mod principal;
mod strict;

#[cfg(test)]
mod tests;

use arcstr::ArcStr;

pub use condition::{Condition, Operator, Quantifier};
pub use fault::{Fault, Faults};
pub use parse::{parse, parse_text};
pub use pattern::{ActionPattern, ResourcePattern};
pub use principal::{Principal, account_of};
pub use strict::{is_unambiguous, read as read_json};

/// A whole document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The version of the language.
    pub version: Version,
    /// The optional `Id`.
    pub id: Option<ArcStr>,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// The version of the policy language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// What a document without `Version` is written in; `${…}` is plain text there.
    #[default]
    V2008,
    /// With policy variables.
    V2012,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its place in the document, from zero.
    pub index: usize,
    /// Its `Sid`, where it has one.
    pub sid: Option<ArcStr>,
    /// What it does to the requests that it matches.
    pub effect: Effect,
    /// Whose requests; none in identity policies.
    pub principals: Option<Selection<Principal>>,
    /// Which actions.
    pub actions: Selection<ActionPattern>,
    /// On which resources; none in trust policies.
    pub resources: Option<Selection<ResourcePattern>>,
    /// Under which conditions: all must hold.
    pub conditions: Vec<Condition>,
}

/// Allow or deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Allows, unless something denies.
    Allow,
    /// Denies, whatever allows.
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`, `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection<T> {
    /// These. An empty list is nothing.
    Only(Vec<T>),
    /// All but these. An empty list is everything.
    AllBut(Vec<T>),
}

impl<T> Selection<T> {
    /// What is listed, whichever way it is meant.
    pub fn listed(&self) -> &[T] {
        match self {
            Self::Only(listed) | Self::AllBut(listed) => listed,
        }
    }
}

impl Document {
    /// The statements that allow.
    pub fn allows(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| statement.effect == Effect::Allow)
    }

    /// What is written but can never match: a likely mistake, no reason to refuse the document.
    pub fn remarks(&self) -> Vec<Fault> {
        let mut remarks = Vec::new();
        for statement in &self.statements {
            let at = |element: &str| format!("Statement[{}].{element}", statement.index);
            for pattern in statement.actions.listed() {
                if let Some(why) = pattern.futile() {
                    remarks.push(Fault::new(at("Action"), format!("{pattern} {why}")));
                }
            }
            for principal in statement.principals.iter().flat_map(Selection::listed) {
                if let Some(why) = principal.futile() {
                    remarks.push(Fault::new(at("Principal"), format!("{principal} {why}")));
                }
            }
        }
        remarks
    }
}

impl Statement {
    /// Its `Sid`, or its number as people count: `statement 1`.
    pub fn label(&self) -> ArcStr {
        match &self.sid {
            Some(sid) if !sid.is_empty() => sid.clone(),
            _ => arcstr::format!("statement {}", self.index + 1),
        }
    }

    /// Whether it speaks of an action, given as `iam:PassRole`.
    pub fn covers_action(&self, action: &str) -> bool {
        match &self.actions {
            Selection::Only(listed) => listed.iter().any(|pattern| pattern.matches(action)),
            Selection::AllBut(listed) => !listed.iter().any(|pattern| pattern.matches(action)),
        }
    }
}
