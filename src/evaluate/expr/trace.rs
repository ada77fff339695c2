//! The value of every part of an expression, so that a person sees why a rule says what it says.

use super::Frame;
use super::eval::Evaluation;
use super::node::{Node, Op};
use crate::model::Value;
use std::collections::BTreeSet;

/// A part of an expression with its value.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The part as it was written.
    pub source: String,
    /// Its value over the frame.
    pub value: Value,
}

/// Evaluates each part on its own, inner ones first, each text once; literals are left out, and so is what stands inside a
/// comprehension, whose items change.
pub(super) fn trace<'a>(source: &str, root: &'a Node, frame: &Frame<'a>) -> Vec<Traced> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    walk(source, root, frame, &mut seen, &mut found);
    found
}

fn walk<'a>(source: &str, node: &'a Node, frame: &Frame<'a>, seen: &mut BTreeSet<String>, found: &mut Vec<Traced>) {
    match &node.op {
        Op::Literal(_) => return,
        Op::Fold(_, range, _) => walk(source, range, frame, seen, found),
        // What it asks for need not be there.
        Op::Has(..) => {}
        _ => {
            for part in node.parts() {
                walk(source, part, frame, seen, found);
            }
        }
    }
    let text = source.get(node.place()).unwrap_or_default().to_owned();
    if seen.insert(text.clone()) {
        found.push(Traced { source: text, value: Evaluation::new(*frame).run(node).to_value() });
    }
}
