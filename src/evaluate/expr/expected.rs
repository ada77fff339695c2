//! What a rule wants of a place, where it says so plainly: `path op literal` or `path op params.x`, joined by `&&`, `||`
//! and `!`. It becomes the "expected" of the evidence.

use super::Frame;
use super::node::{Node, Op, Order, Root};
use crate::model::path::Step;
use crate::model::{Path, Value};

/// One plain comparison of an expression.
#[derive(Debug)]
pub struct Expected {
    path: Path,
    relation: Relation,
    value: Operand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Is,
    IsNot,
    OneOf,
    NoneOf,
    Ordered(Order),
    There,
    NotThere,
}

#[derive(Debug)]
enum Operand {
    Fixed(Value),
    Parameter(Vec<arcstr::ArcStr>),
}

impl Expected {
    /// The place that is compared.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What should stand there, over a frame: the value itself where it should be equal, else words such as `>= 30`.
    pub fn value(&self, frame: &Frame<'_>) -> Value {
        let value = match &self.value {
            Operand::Fixed(value) => value.clone(),
            Operand::Parameter(keys) => {
                let mut here = Some(frame.params);
                for key in keys {
                    here = here.and_then(|value| value.get(key));
                }
                here.cloned().unwrap_or_default()
            }
        };
        let words =
            |prefix: &str| if value.as_gap().is_some() { value.clone() } else { Value::str(format!("{prefix}{}", value.to_text())) };
        match self.relation {
            Relation::Is => value,
            Relation::IsNot => words("not "),
            Relation::OneOf => words("one of "),
            Relation::NoneOf => words("none of "),
            Relation::Ordered(order) => words(&format!("{} ", order.sign())),
            Relation::There => Value::str("present"),
            Relation::NotThere => Value::str("absent"),
        }
    }
}

/// The plain comparisons of a tree.
pub(super) fn plain(root: &Node) -> Vec<Expected> {
    let mut found = Vec::new();
    walk(root, true, &mut found);
    found
}

fn walk(node: &Node, wanted: bool, found: &mut Vec<Expected>) {
    let mut add = |path: Option<Path>, relation: Relation, value: Option<Operand>| {
        if let (Some(path), Some(value)) = (path, value) {
            found.push(Expected { path, relation, value });
        }
    };
    match &node.op {
        Op::And(a, b) | Op::Or(a, b) => {
            walk(a, wanted, found);
            walk(b, wanted, found);
        }
        Op::Not(a) => walk(a, !wanted, found),
        Op::If(_, yes, no) => {
            walk(yes, wanted, found);
            walk(no, wanted, found);
        }
        Op::EqualText(a, text, not) => {
            add(place(a), if *not == wanted { Relation::IsNot } else { Relation::Is }, Some(Operand::Fixed(Value::Str(text.clone()))));
        }
        Op::Equal(a, b, not) => {
            let relation = if *not == wanted { Relation::IsNot } else { Relation::Is };
            match place(a) {
                Some(path) => add(Some(path), relation, operand(b)),
                None => add(place(b), relation, operand(a)),
            }
        }
        Op::In(a, b) => add(place(a), if wanted { Relation::OneOf } else { Relation::NoneOf }, operand(b)),
        Op::Compare(order, a, b) => {
            let order = if wanted { *order } else { opposite(*order) };
            match place(a) {
                Some(path) => add(Some(path), Relation::Ordered(order), operand(b)),
                None => add(place(b), Relation::Ordered(mirrored(order)), operand(a)),
            }
        }
        Op::Path(..) => add(place(node), Relation::Is, Some(Operand::Fixed(Value::Bool(wanted)))),
        Op::Has(of, key, _) => {
            let path = place(of).map(|path| path.key(key.text.clone()));
            add(path, if wanted { Relation::There } else { Relation::NotThere }, Some(Operand::Fixed(Value::Null)));
        }
        _ => {}
    }
}

/// The path of a plain read of the resource.
fn place(node: &Node) -> Option<Path> {
    let (root, steps) = match &node.op {
        Op::Root(root) => (root, &[][..]),
        Op::Path(root, steps) => (root, &steps[..]),
        _ => return None,
    };
    let root = match root {
        Root::Properties => "properties",
        Root::State => "state",
        Root::Tags => "tags",
        Root::Resource | Root::Name | Root::Account | Root::Region | Root::Environment | Root::Params | Root::Now => return None,
    };
    let keys = steps.iter().map(|reach| Step::Key(reach.key.text.clone()));
    Some(Path::new(std::iter::once(Step::Key(root.into())).chain(keys).collect()))
}

/// A value that does not depend on the resource.
fn operand(node: &Node) -> Option<Operand> {
    match &node.op {
        Op::Literal(value) => Some(Operand::Fixed(value.clone())),
        Op::Path(Root::Params, steps) => Some(Operand::Parameter(steps.iter().map(|reach| reach.key.text.clone()).collect())),
        Op::List(parts) => {
            let items: Option<Vec<Value>> = parts
                .iter()
                .map(|part| match operand(part)? {
                    Operand::Fixed(value) => Some(value),
                    Operand::Parameter(_) => None,
                })
                .collect();
            Some(Operand::Fixed(Value::List(items?.into_iter().collect())))
        }
        _ => None,
    }
}

fn opposite(order: Order) -> Order {
    match order {
        Order::Less => Order::AtLeast,
        Order::AtMost => Order::More,
        Order::More => Order::AtMost,
        Order::AtLeast => Order::Less,
    }
}

fn mirrored(order: Order) -> Order {
    match order {
        Order::Less => Order::More,
        Order::AtMost => Order::AtLeast,
        Order::More => Order::Less,
        Order::AtLeast => Order::AtMost,
    }
}
