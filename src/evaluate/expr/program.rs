//! A compiled expression.

use super::check;
use super::eval::Evaluation;
use super::expected::{self, Expected};
use super::node::Node;
use super::trace::{self, Traced};
use super::val::Val;
use super::{Fault, Frame, Guarantees, Reads, Scope};
use crate::model::{Gap, Value};
use arcstr::ArcStr;
use std::sync::Arc;

/// A checked and compiled expression, which may be evaluated by many threads at once.
#[derive(Debug)]
pub struct Program {
    source: ArcStr,
    root: Node,
    reads: Reads,
    guarantees: Guarantees,
    expected: Vec<Expected>,
}

/// Checks and compiles an expression.
///
/// # Errors
/// All faults at once, in the order of their places.
pub fn compile(source: &str, scope: &Scope<'_>) -> Result<Program, Vec<Fault>> {
    let checked = check::check(source, scope, check::Optional::Guarded)?;
    Ok(Program::new(source, checked))
}

impl Program {
    pub(super) fn new(source: &str, checked: check::Compiled) -> Self {
        let check::Compiled { root, reads, guarantees } = checked;
        let expected = expected::plain(&root);
        Self { source: source.into(), root, reads, guarantees, expected }
    }

    /// The expression as it was written.
    pub fn source(&self) -> &ArcStr {
        &self.source
    }

    /// All that it reads.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// The optional places that are there wherever this is true: a `when` hands them to `assert` and `message`.
    pub fn guarantees(&self) -> &Guarantees {
        &self.guarantees
    }

    /// The plain comparisons of a place with a literal or a parameter that it is made of.
    pub fn expected(&self) -> &[Expected] {
        &self.expected
    }

    /// Its value over a frame.
    pub fn eval<'a>(&'a self, frame: &Frame<'a>) -> Value {
        self.run(frame).to_value()
    }

    /// Whether it is true over a frame.
    ///
    /// # Errors
    /// The gap that decides. An expression that is neither true nor false is a gap too.
    pub fn truth<'a>(&'a self, frame: &Frame<'a>) -> Result<bool, Arc<Gap>> {
        match self.run(frame) {
            Val::Bool(bool) => Ok(bool),
            Val::Gap(gap) => Err(Arc::clone(gap)),
            Val::Fresh(gap) => Err(gap),
            other => Err(Arc::new(Gap::new(
                crate::model::GapKind::Failed,
                arcstr::format!("the rule yields {}, which is neither true nor false", other.kind()),
            ))),
        }
    }

    /// The expression over a frame as a tree, each part with its value: for `rules explain` and the coverage of examples.
    pub fn trace<'a>(&'a self, frame: &Frame<'a>) -> Traced {
        trace::trace(&self.source, &self.root, frame)
    }

    /// Where its conditions stand, in bytes: the operands of `&&` and `||`, and what stands before `?`.
    pub fn conditions(&self) -> Vec<std::ops::Range<usize>> {
        trace::conditions(&self.root)
    }

    pub(super) fn run<'a>(&'a self, frame: &Frame<'a>) -> Val<'a> {
        Evaluation::new(*frame).run(&self.root)
    }
}
