//! Comprehensions: `all`, `exists`, `exists_one`, `filter`, `map`, with the type and the place of their items.

use super::facts::Facts;
use super::{Bound, Checker, Origin, Part};
use crate::evaluate::expr::Fault;
use crate::evaluate::expr::node::{self, Fold, Node, Op};
use crate::evaluate::expr::types::Type;
use crate::model::path::Step;
use cel::common::ast::{Expr, IdedExpr};

/// How many comprehensions may stand inside each other.
const DEEPEST: usize = 2;

/// The arguments of a comprehension as they are written.
#[derive(Clone, Copy)]
pub struct Body<'e> {
    /// The name of the item.
    pub item: &'e IdedExpr,
    /// `map` with three arguments: which items.
    pub filter: Option<&'e IdedExpr>,
    /// What is done with each.
    pub each: &'e IdedExpr,
}

impl<'s> Checker<'s> {
    pub(super) fn fold(&mut self, expr: &IdedExpr, name: &str, range: &IdedExpr, body: Body<'_>, facts: &Facts) -> Part<'s> {
        let fold = match name {
            "all" => Fold::All,
            "exists" => Fold::Exists,
            "filter" => Fold::Filter,
            "map" => Fold::Map,
            _ => Fold::ExistsOne,
        };
        let Expr::Ident(item) = &body.item.expr else {
            let fault = Fault::new(self.parsed.span(body.item), format!("{name}() begins with a name for the item, as in xs.{name}(x, …)"));
            return self.fault(expr, fault);
        };
        if super::is_root(item) {
            let fault = Fault::new(self.parsed.span(body.item), format!("{item} already means something here; choose another name"));
            return self.fault(expr, fault);
        }
        let range = self.place(range, facts);
        if self.items.len() - self.outer >= DEEPEST {
            let fault = Fault::new(self.parsed.called(expr), format!("more than {DEEPEST} comprehensions stand inside each other"));
            return self.fault(expr, fault);
        }
        if !self.items.is_empty() && asks_for_everything(&range.node) {
            let fault = Fault::new(self.parsed.called(expr), "all(type) may not be gone through inside another comprehension");
            return self.fault(expr, fault.help("go through all(type) outermost, or use find(type, name) or related(type)"));
        }
        let Some((ty, origin)) = self.item(&range) else { return self.bad(expr) };
        self.serial += 1;
        let key = format!("@{}", self.serial);
        // The keys of a map are there while it is gone through.
        let inside = if range.ty.is_keyed() { facts.with(format!("{}[{key}]", range.key)) } else { facts.clone() };
        self.items.push(Bound { name: item.clone(), key, ty: ty.clone(), origin, used: false });
        let filter = body.filter.map(|filter| self.condition(name, filter, &inside));
        let inside = filter.as_ref().map_or(inside.clone(), |filter| inside.and(filter.known.yes()));
        let each = if fold == Fold::Map { self.value(body.each, &inside) } else { self.condition(name, body.each, &inside) };
        let used = self.items.pop().is_some_and(|bound| bound.used);
        if range.ty.is_keyed() || !used {
            self.read_itself(&range);
        }
        let (result, origin) = match fold {
            Fold::All | Fold::Exists | Fold::ExistsOne => (Type::Bool, None),
            Fold::Filter => (Type::list(ty), range.origin.clone().filter(|_| !range.ty.is_keyed())),
            Fold::Map => (Type::list(each.ty.clone()), None),
        };
        let key = format!("{}.{name}({},{})", range.key, filter.as_ref().map_or("", |filter| filter.key.as_str()), each.key);
        let bad = range.bad || each.bad || filter.as_ref().is_some_and(|filter| filter.bad);
        let filter = filter.map(|filter| Box::new(filter.node));
        let cost = each.node.size().saturating_add(filter.as_ref().map_or(0, |filter| filter.size()));
        let op = Op::Fold(fold, Box::new(range.node), node::Body { filter, each: Box::new(each.node), cost });
        Part { origin, bad, ..self.part(expr, op, result, key) }
    }

    fn condition(&mut self, name: &str, expr: &IdedExpr, facts: &Facts) -> Part<'s> {
        let part = self.value(expr, facts);
        if matches!(part.ty, Type::Bool | Type::Any) {
            return part;
        }
        let message = format!("{name}() needs true or false of each item, not {}", part.ty.describe());
        self.fault(expr, Fault::new(self.parsed.span(expr), message))
    }

    /// The type and the place of the items; none where there are none to go through, which is noted.
    fn item(&mut self, range: &Part<'s>) -> Option<(Type<'s>, Option<Origin>)> {
        let origin = range.origin.as_ref().map(|origin| origin.step(Step::Every));
        match &range.ty {
            Type::Any => Some((Type::Any, origin)),
            Type::List(items) => Some((items.as_ref().clone(), origin)),
            keyed if keyed.is_keyed() => Some((Type::TEXT, None)),
            other => {
                if !range.bad {
                    let message = format!("{} is {}, which has no items", self.text(range.node.place()), other.describe());
                    self.faults.push(Fault::new(range.node.place(), message));
                }
                None
            }
        }
    }
}

fn asks_for_everything(node: &Node) -> bool {
    matches!(node.op, Op::Everything(_)) || node.parts().into_iter().any(asks_for_everything)
}
