//! An expression as a tree with the value of every part, so that a person sees how a rule came to its verdict, and so that
//! `rules test` knows which sides of a condition an example reached.
//!
//! Each part is evaluated on its own by the evaluator that gives the verdict; what is worked out here is only which parts
//! that one would not have looked at. That costs a part as often as it is deep, which nobody notices who asked for one
//! resource; remembering values inside the evaluator would cost every pass.

use super::Frame;
use super::eval::{Evaluation, Items};
use super::node::{self, Fold, Node, Op};
use super::val::{self, Val};
use crate::model::Value;
use std::ops::Range;

/// The most items of a list that a comprehension is shown for.
const MOST_ITEMS: usize = 200;

/// A part of an expression, with what it is made of.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The part as it was written.
    pub source: String,
    /// Where it stands in the expression, in bytes.
    pub place: Range<usize>,
    /// What its parts are to it.
    pub shape: Shape,
    /// Whether its value counted.
    pub part: Part,
    /// Its value; none where it was not evaluated.
    pub value: Option<Value>,
    /// The item that it was evaluated for, where it is the body of a comprehension.
    pub item: Option<Value>,
    /// Its parts in the order of evaluation. Literals are left out.
    pub parts: Vec<Traced>,
}

/// What the parts of a part are to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Operands of `&&`, all of one chain.
    And,
    /// Operands of `||`, all of one chain.
    Or,
    /// A condition and its two branches.
    If,
    /// What a comprehension goes through, and its body once an item.
    Fold,
    /// Anything else.
    Plain,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It was evaluated.
    Evaluated,
    /// It was evaluated and is not known, and another operand decided without it.
    Absorbed,
    /// It was not evaluated: what stands before it had decided.
    Skipped,
}

/// The tree of an expression over a frame.
pub(super) fn trace<'a>(source: &str, root: &'a Node, frame: &Frame<'a>) -> Traced {
    let tracer = Tracer { source, frame: *frame };
    match frame.item {
        Some(item) => tracer.walk(root, Some(&Items { item: Val::from(item), outer: None })),
        None => tracer.walk(root, None),
    }
}

/// The operands of every `&&` and `||`, and the condition of every `? :`: what should be seen both true and false. One that
/// is itself made of such operands is left out, since they say more.
pub(super) fn conditions(root: &Node) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    collect(root, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<Range<usize>>) {
    let mut operands: Vec<&Node> = Vec::new();
    match &node.op {
        Op::And(a, b) | Op::Or(a, b) => operands.extend([a.as_ref(), b]),
        Op::If(condition, ..) => operands.push(condition),
        _ => {}
    }
    found.extend(operands.into_iter().filter(|operand| is_leaf(operand)).map(Node::place));
    for part in node.parts() {
        collect(part, found);
    }
}

/// Whether the node names a place without working anything out.
fn is_place(node: &Node) -> bool {
    match &node.op {
        Op::Item(_) | Op::Root(_) | Op::Path(..) => true,
        Op::Select(of, _) => is_place(of),
        _ => false,
    }
}

/// Whether the operand is not itself made of operands.
fn is_leaf(node: &Node) -> bool {
    match &node.op {
        Op::And(..) | Op::Or(..) | Op::Literal(_) => false,
        Op::Not(of) => is_leaf(of),
        _ => true,
    }
}

struct Tracer<'s, 'a> {
    source: &'s str,
    frame: Frame<'a>,
}

impl<'a> Tracer<'_, 'a> {
    fn walk(&self, node: &'a Node, items: Option<&Items<'_, 'a>>) -> Traced {
        let value = self.value(node, items);
        let (shape, parts) = match &node.op {
            Op::And(..) => (Shape::And, self.chain(node, false, items)),
            Op::Or(..) => (Shape::Or, self.chain(node, true, items)),
            Op::If(condition, yes, no) => (Shape::If, self.branches(condition, yes, no, items)),
            Op::Fold(fold, range, body) => (Shape::Fold, self.fold(*fold, range, body, items)),
            // What it asks for need not be there.
            Op::Has(..) => (Shape::Plain, Vec::new()),
            // The places above a place say nothing more.
            Op::Select(of, _) if is_place(of) => (Shape::Plain, Vec::new()),
            _ => (Shape::Plain, self.walk_all(node.parts(), items)),
        };
        Traced { shape, value: Some(value.to_value()), parts, ..self.named(node, Part::Evaluated) }
    }

    fn value(&self, node: &'a Node, items: Option<&Items<'_, 'a>>) -> Val<'a> {
        Evaluation::new(self.frame).run_within(node, items)
    }

    fn named(&self, node: &Node, part: Part) -> Traced {
        let place = node.place();
        let source = self.source.get(place.clone()).unwrap_or_default().to_owned();
        Traced { source, place, shape: Shape::Plain, part, value: None, item: None, parts: Vec::new() }
    }

    fn walk_all(&self, parts: Vec<&'a Node>, items: Option<&Items<'_, 'a>>) -> Vec<Traced> {
        parts.into_iter().filter(|part| !matches!(part.op, Op::Literal(_))).map(|part| self.walk(part, items)).collect()
    }

    /// The operands of a chain of `&&` (which false decides) or `||` (which true decides).
    fn chain(&self, node: &'a Node, absorbing: bool, items: Option<&Items<'_, 'a>>) -> Vec<Traced> {
        let mut operands = Vec::new();
        operands_of(node, absorbing, &mut operands);
        let (mut traced, mut decided) = (Vec::<Traced>::new(), false);
        for operand in operands {
            if decided {
                traced.push(self.named(operand, Part::Skipped));
                continue;
            }
            let found = self.walk(operand, items);
            decided = matches!(found.value, Some(Value::Bool(bool)) if bool == absorbing);
            if decided {
                let unknown = traced.iter_mut().filter(|before| !matches!(before.value, Some(Value::Bool(_))));
                unknown.for_each(|before| before.part = Part::Absorbed);
            }
            traced.push(found);
        }
        traced
    }

    fn branches(&self, condition: &'a Node, yes: &'a Node, no: &'a Node, items: Option<&Items<'_, 'a>>) -> Vec<Traced> {
        let condition = self.walk(condition, items);
        let truth = match condition.value {
            Some(Value::Bool(bool)) => Some(bool),
            _ => None,
        };
        let branch =
            |node: &'a Node, side: bool| if truth == Some(side) { self.walk(node, items) } else { self.named(node, Part::Skipped) };
        let (yes, no) = (branch(yes, true), branch(no, false));
        vec![condition, yes, no]
    }

    fn fold(&self, fold: Fold, range: &'a Node, body: &'a node::Body, items: Option<&Items<'_, 'a>>) -> Vec<Traced> {
        let mut parts = vec![self.walk(range, items)];
        for item in items_of(&self.value(range, items)).into_iter().take(MOST_ITEMS) {
            let inner = Items { item: item.clone(), outer: items };
            let shown = item.to_value();
            if let Some(filter) = body.filter.as_deref() {
                let found = self.walk(filter, Some(&inner));
                let kept = matches!(found.value, Some(Value::Bool(true)));
                parts.push(Traced { item: Some(shown.clone()), ..found });
                if !kept {
                    continue;
                }
            }
            let found = self.walk(&body.each, Some(&inner));
            let decided = match (fold, &found.value) {
                (Fold::All, Some(Value::Bool(bool))) => !bool,
                (Fold::Exists, Some(Value::Bool(bool))) => *bool,
                _ => false,
            };
            parts.push(Traced { item: Some(shown), ..found });
            if decided {
                break;
            }
        }
        parts
    }
}

fn operands_of<'a>(node: &'a Node, absorbing: bool, found: &mut Vec<&'a Node>) {
    match (&node.op, absorbing) {
        (Op::And(a, b), false) | (Op::Or(a, b), true) => {
            operands_of(a, absorbing, found);
            operands_of(b, absorbing, found);
        }
        _ => found.push(node),
    }
}

/// What a comprehension goes through that looks at items; gaps among them have no body to show.
fn items_of<'a>(range: &Val<'a>) -> Vec<Val<'a>> {
    let items: Vec<Val<'a>> = match range {
        Val::Data(Value::List(items)) => items.iter().map(Val::from).collect(),
        Val::Items(items) => items.to_vec(),
        Val::Data(Value::Map(map)) => map.iter().filter(|(_, value)| value.as_gap().is_none()).map(|(key, _)| Val::Str(key)).collect(),
        other => val::keys(other).into_iter().flatten().map(|key| Val::Text(key.into())).collect(),
    };
    items.into_iter().filter(|item| item.gap().is_none()).collect()
}

impl Traced {
    /// Every part that is an operand of `&&` or `||` or the condition of `? :`, at any depth, itself not among them.
    pub fn conditions(&self, found: &mut Vec<(Range<usize>, bool)>) {
        let operands = match self.shape {
            Shape::And | Shape::Or => self.parts.as_slice(),
            Shape::If => self.parts.get(..1).unwrap_or_default(),
            Shape::Fold | Shape::Plain => &[],
        };
        for operand in operands {
            if let Some(Value::Bool(bool)) = operand.value {
                found.push((operand.place.clone(), bool));
            }
        }
        for part in &self.parts {
            part.conditions(found);
        }
    }
}
