//! A rule file, from text to a rule that can be evaluated.
//!
//! [`read`] takes the text apart and keeps the place of everything (`Raw…`: as written); [`check`] compares it with the
//! catalogue, compiles its expressions and asks for examples. Both go on after a mistake, so that the operator sees all
//! mistakes of all files at once; each is one line with file, line and column.

pub mod check;
mod compile;
pub mod example;
pub mod files;
pub mod framework;
mod loose;
pub mod parameter;
pub mod read;
pub mod typed;

use crate::diag::Source;
use crate::diag::yaml::Node;
use crate::model::rule::{Pillar, Remedy, RuleStatus, Severity};
use arcstr::ArcStr;
use std::ops::Range;

/// The largest rule file that is read, in bytes; the longest of ours is below 10,000.
pub const MOST_BYTES: usize = 128 * 1024;

/// A word with its place.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word.
    pub text: ArcStr,
    /// The bytes of the file that it spans.
    pub span: Range<usize>,
}

/// An expression or message template, as written.
#[derive(Clone, Debug)]
pub struct RawExpression {
    /// The text that is compiled.
    pub text: ArcStr,
    /// Its node: maps a place in the text to a place in the file.
    pub node: Node,
}

/// What `each:` says: the parts of a resource that are judged on their own.
#[derive(Clone, Debug)]
pub struct RawEach {
    /// The list.
    pub list: RawExpression,
    /// What an item is called in the other expressions.
    pub name: Word,
    /// The sub-key of an item: text that stays the same while the part stays the same.
    pub key: RawExpression,
}

/// A rule file as written. What is missing was reported when it was read.
#[derive(Clone, Debug, Default)]
pub struct RawRule {
    /// Where the text came from.
    pub file: Option<Source>,
    /// `id`.
    pub id: Option<Word>,
    /// `title`.
    pub title: Option<Word>,
    /// `status`.
    pub status: Option<RuleStatus>,
    /// `since`.
    pub since: Option<Word>,
    /// `aliases`.
    pub aliases: Vec<Word>,
    /// `pillar`.
    pub pillar: Option<Pillar>,
    /// `severity`.
    pub severity: Option<Severity>,
    /// `resource`.
    pub resource: Option<Word>,
    /// `params`.
    pub parameters: Vec<super::parameter::Parameter>,
    /// `each`; nothing inside where it is there and wrong.
    pub each: Option<Option<RawEach>>,
    /// `when`.
    pub when: Option<RawExpression>,
    /// `assert`.
    pub assert: Option<RawExpression>,
    /// `message`.
    pub message: Option<RawExpression>,
    /// `required_tags`.
    pub required_tags: Option<RawExpression>,
    /// `savings`.
    pub savings: Option<RawExpression>,
    /// `replacement`.
    pub replacement: Option<RawExpression>,
    /// `why`.
    pub why: Option<ArcStr>,
    /// `remedy`.
    pub remedy: Option<Remedy>,
    /// `controls`: framework, ids.
    pub controls: Vec<(Word, Vec<Word>)>,
    /// `examples`, and where they stand.
    pub examples: Vec<Node>,
    /// Where the rule, or its `examples:`, stands: for what is missing there.
    pub examples_span: Range<usize>,
}
