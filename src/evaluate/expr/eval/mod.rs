//! Evaluation of a compiled tree over a frame.
//!
//! A gap is a value like any other here: each operator decides what becomes of one, and the default is to hand it on.
//! `&&`, `||`, `exists` and `all` absorb it where the rest decides. Where two gaps meet, what could not be read outranks
//! what the expression itself got wrong over this data ([`Val::outrank`]).

mod arithmetic;
mod call;
mod fold;
mod lookup;

use super::Frame;
use super::node::{Node, Op, Order, Reach, Root};
use super::types::Fit;
use super::val::{self, Equality, Val, equal};
use crate::model::inventory::Known;
use crate::model::{Gap, GapKind, Value};
use std::cell::Cell;
use std::sync::{Arc, LazyLock};

/// How many steps one evaluation may take. A comprehension takes as many as its body has nodes, for each item.
pub const MOST_STEPS: u32 = 100_000;

/// One evaluation.
pub struct Evaluation<'a> {
    pub(super) frame: Frame<'a>,
    left: Cell<u32>,
}

/// The items of the comprehensions around, innermost first.
pub struct Items<'v, 'a> {
    pub(super) item: Val<'a>,
    pub(super) outer: Option<&'v Items<'v, 'a>>,
}

static EXHAUSTED: LazyLock<Arc<Gap>> = LazyLock::new(|| {
    Arc::new(Gap::new(GapKind::StepLimit, arcstr::format!("the rule took more than {MOST_STEPS} steps over this resource")))
});

/// What a place holds.
enum Presence<'a> {
    There(Val<'a>),
    Missing,
    Gap(Val<'a>),
}

impl<'a> Evaluation<'a> {
    /// An evaluation that has not taken a step yet.
    pub fn new(frame: Frame<'a>) -> Self {
        Self { frame, left: Cell::new(MOST_STEPS) }
    }

    /// The value of a whole tree.
    pub fn run(&self, node: &'a Node) -> Val<'a> {
        let item = self.frame.item.map(|item| Items { item: Val::from(item), outer: None });
        self.run_within(node, item.as_ref())
    }

    /// The value of a part of a tree that stands within comprehensions.
    pub fn run_within(&self, node: &'a Node, items: Option<&Items<'_, 'a>>) -> Val<'a> {
        let value = self.eval(node, items);
        if self.left.get() == 0 { Val::Gap(&EXHAUSTED) } else { value }
    }

    /// Takes steps from the budget; false where it is used up.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let left = self.left.get().saturating_sub(u32::try_from(steps).unwrap_or(u32::MAX));
        self.left.set(left);
        left > 0
    }

    pub(super) fn exhausted(&self) -> Val<'a> {
        self.left.set(0);
        Val::Gap(&EXHAUSTED)
    }

    pub(super) fn eval(&self, node: &'a Node, items: Option<&Items<'_, 'a>>) -> Val<'a> {
        match &node.op {
            Op::Literal(value) => Val::from(value),
            Op::Item(depth) => item(items, *depth),
            Op::Root(root) => self.root(*root),
            Op::Path(root, steps) => self.path(*root, steps),
            Op::Select(of, reach) => select(&self.eval(of, items), reach),
            Op::Has(of, key, fit) => match self.presence(of, items) {
                Presence::Missing => Val::Bool(false),
                Presence::Gap(gap) => gap,
                Presence::There(value) => match look(&value, key) {
                    Presence::Missing => Val::Bool(false),
                    Presence::Gap(gap) => gap,
                    Presence::There(value) => Val::Bool(*fit == Fit::Any || !matches!(value, Val::Null)),
                },
            },
            Op::Not(of) => match self.eval(of, items) {
                Val::Bool(bool) => Val::Bool(!bool),
                other => not_a_truth(other),
            },
            Op::And(a, b) => self.absorb(a, b, false, items),
            Op::Or(a, b) => self.absorb(a, b, true, items),
            Op::If(condition, yes, no) => match self.eval(condition, items) {
                Val::Bool(true) => self.eval(yes, items),
                Val::Bool(false) => self.eval(no, items),
                other => not_a_truth(other),
            },
            Op::EqualText(of, text, not) => match self.eval(of, items) {
                Val::Str(value) => Val::Bool((value == text) != *not),
                Val::Text(value) => Val::Bool((value == *text) != *not),
                gap @ (Val::Gap(_) | Val::Fresh(_)) => gap,
                _ => Val::Bool(*not),
            },
            Op::Equal(a, b, not) => {
                let (a, b) = (self.eval(a, items), self.eval(b, items));
                match self.spent_on(&a, &b).unwrap_or_else(|| equal(&a, &b)) {
                    Equality::Certain(equal) => Val::Bool(equal != *not),
                    Equality::Gap(gap) => gap,
                }
            }
            Op::Compare(order, a, b) => self.both(a, b, items, |_, a, b| compare(*order, a, b)),
            Op::In(a, b) => self.contained(&self.eval(a, items), &self.eval(b, items)),
            Op::Matches(of, pattern) => {
                let value = self.eval(of, items);
                match value.text() {
                    Some(text) => Val::Bool(pattern.is_match(text)),
                    None if value.gap().is_some() => value,
                    None => Val::failed(arcstr::format!("matches() needs text, not {}", value.kind())),
                }
            }
            Op::Fold(fold, range, body) => self.fold(*fold, &self.eval(range, items), body, items),
            // What is rarer or dearer stands apart, so that the common operators do not pay for its room on the stack.
            Op::Index(of, at) => self.index(of, at, items),
            Op::Negate(of) => arithmetic::negate(self.eval(of, items)),
            Op::Arithmetic(how, a, b) => self.calculate(*how, a, b, items),
            Op::List(parts) => self.list(parts, items),
            Op::Map(entries) => self.map(entries, items),
            Op::Call(builtin, parts) => self.call(builtin, parts, items),
            Op::Library(function, parts, keep) => self.library(function, parts, *keep, items),
            Op::Find(resource_type, name) => self.find(resource_type, &self.eval(name, items)),
            Op::Everything(resource_type) => self.everything(resource_type),
            Op::Related(resource_type) => self.related(resource_type),
        }
    }

    fn root(&self, root: Root) -> Val<'a> {
        let subject = self.frame.subject;
        match root {
            Root::Resource => Val::Resource(subject.resource),
            Root::Properties => Val::from(&subject.resource.properties),
            Root::State => Val::from(&subject.resource.state),
            Root::Tags => Val::from(&subject.resource.tags),
            Root::Name => Val::Str(&subject.resource.name),
            Root::Account => Val::Str(subject.resource.account.shared()),
            Root::Region => Val::Str(subject.resource.region.shared()),
            Root::Environment => match subject.environment {
                Known::Is(name) => Val::Str(name),
                Known::None => Val::Text(arcstr::ArcStr::new()),
                Known::Gap(gap) => Val::Gap(gap),
            },
            Root::Params => Val::from(self.frame.params),
            Root::Now => Val::Time(subject.now),
        }
    }

    #[inline(never)]
    fn path(&self, root: Root, steps: &'a [Reach]) -> Val<'a> {
        let resource = self.frame.subject.resource;
        let mut here = match root {
            Root::Properties => &resource.properties,
            Root::State => &resource.state,
            Root::Tags => &resource.tags,
            Root::Params => self.frame.params,
            Root::Resource | Root::Name | Root::Account | Root::Region | Root::Environment | Root::Now => {
                let mut value = self.root(root);
                for reach in steps {
                    value = select(&value, reach);
                }
                return value;
            }
        };
        let mut fit = (Fit::Any, "");
        for reach in steps {
            here = match here {
                Value::Map(map) => match reach.key.find(map) {
                    Some(value) => value,
                    None => return Val::Gap(&reach.absent),
                },
                Value::Gap(gap) => return Val::Gap(gap),
                _ => return Val::Gap(&reach.absent),
            };
            fit = (reach.fit, &reach.place);
            if reach.fit != Fit::Any && matches!(here, Value::Null) {
                return Val::Gap(&reach.absent);
            }
        }
        let value = Val::from(here);
        if fit.0 == Fit::Any { value } else { value.fitted(fit.0, fit.1) }
    }

    /// What stands at a place, where nothing at or above it is no error.
    #[inline(never)]
    fn presence(&self, node: &'a Node, items: Option<&Items<'_, 'a>>) -> Presence<'a> {
        let value = match &node.op {
            Op::Path(root, steps) => {
                let mut value = self.root(*root);
                for reach in steps {
                    match look(&value, &reach.key) {
                        Presence::There(below) => value = below,
                        other => return other,
                    }
                }
                value
            }
            Op::Select(of, reach) => match self.presence(of, items) {
                Presence::There(value) => return look(&value, &reach.key),
                other => return other,
            },
            _ => self.eval(node, items),
        };
        if value.gap().is_some() { Presence::Gap(value) } else { Presence::There(value) }
    }

    /// Two operands that both must be known.
    fn both(
        &self,
        a: &'a Node,
        b: &'a Node,
        items: Option<&Items<'_, 'a>>,
        act: impl FnOnce(&Self, Val<'a>, Val<'a>) -> Val<'a>,
    ) -> Val<'a> {
        let (a, b) = (self.eval(a, items), self.eval(b, items));
        if a.gap().is_some() || b.gap().is_some() { a.outrank(b) } else { act(self, a, b) }
    }

    /// `&&` (absorbing false) and `||` (absorbing true).
    #[inline(never)]
    fn absorb(&self, a: &'a Node, b: &'a Node, absorbing: bool, items: Option<&Items<'_, 'a>>) -> Val<'a> {
        let left = match self.eval(a, items) {
            Val::Bool(bool) if bool == absorbing => return Val::Bool(absorbing),
            Val::Bool(_) => {
                return match self.eval(b, items) {
                    value @ Val::Bool(_) => value,
                    other => not_a_truth(other),
                };
            }
            other => not_a_truth(other),
        };
        match self.eval(b, items) {
            Val::Bool(bool) if bool == absorbing => Val::Bool(absorbing),
            Val::Bool(_) => left,
            other => left.outrank(not_a_truth(other)),
        }
    }

    #[inline(never)]
    fn contained(&self, wanted: &Val<'a>, all: &Val<'a>) -> Val<'a> {
        if wanted.gap().is_some() || all.gap().is_some() {
            return wanted.clone().outrank(all.clone());
        }
        if let Some(count) = val::length(all) {
            let mut unknown: Option<Val<'a>> = None;
            for position in 0..count {
                if position % 16 == 15 && !self.spend(16) {
                    return self.exhausted();
                }
                let Some(item) = val::item(all, position) else { break };
                match equal(wanted, &item) {
                    Equality::Certain(true) => return Val::Bool(true),
                    Equality::Certain(false) => {}
                    Equality::Gap(gap) => unknown = Some(unknown.map_or(gap.clone(), |known| known.outrank(gap))),
                }
            }
            return unknown.unwrap_or(Val::Bool(false));
        }
        match wanted.text() {
            Some(text) => match val::look(all, text) {
                Some(Some(value)) if value.gap().is_some() => value,
                Some(found) => Val::Bool(found.is_some()),
                None => Val::failed(arcstr::format!("in needs a list or a map on its right, not {}", all.kind())),
            },
            None => Val::failed(arcstr::format!("a map has no key that is {}", wanted.kind())),
        }
    }

    /// Takes the steps that comparing two lists or maps costs; a gap where they are used up.
    fn spent_on(&self, a: &Val<'a>, b: &Val<'a>) -> Option<Equality<'a>> {
        let weight = a.weight().min(b.weight());
        if weight > 1 && !self.spend(weight) { Some(Equality::Gap(self.exhausted())) } else { None }
    }
}

fn item<'a>(items: Option<&Items<'_, 'a>>, depth: u8) -> Val<'a> {
    let mut here = items;
    for _ in 0..depth {
        here = here.and_then(|items| items.outer);
    }
    here.map_or_else(|| Val::failed("internal error: an item outside its comprehension"), |items| items.item.clone())
}

fn not_a_truth(value: Val<'_>) -> Val<'_> {
    if value.gap().is_some() { value } else { Val::failed(arcstr::format!("{} stands where true or false is needed", value.kind())) }
}

/// The value under a key of a map.
fn look<'a>(value: &Val<'a>, key: &super::node::Key) -> Presence<'a> {
    let found = match value {
        Val::Data(Value::Map(map)) => key.find(map).map(Val::from),
        Val::Gap(_) | Val::Fresh(_) => return Presence::Gap(value.clone()),
        Val::Null => None,
        other => match val::look(other, &key.text) {
            Some(found) => found,
            None => return Presence::Gap(Val::failed(arcstr::format!("{} has no {}", other.kind(), key.text))),
        },
    };
    match found {
        Some(value) if value.gap().is_some() => Presence::Gap(value),
        Some(value) => Presence::There(value),
        None => Presence::Missing,
    }
}

fn select<'a>(value: &Val<'a>, reach: &'a Reach) -> Val<'a> {
    match look(value, &reach.key) {
        Presence::There(Val::Null) if reach.fit != Fit::Any => Val::Gap(&reach.absent),
        Presence::There(value) => value.fitted(reach.fit, &reach.place),
        Presence::Missing => Val::Gap(&reach.absent),
        Presence::Gap(gap) => gap,
    }
}

fn compare<'a>(wanted: Order, a: Val<'a>, b: Val<'a>) -> Val<'a> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let Some(order) = val::order(&a, &b) else {
        return Val::failed(arcstr::format!("{} and {} have no order", a.kind(), b.kind()));
    };
    Val::Bool(match wanted {
        Order::Less => order == Less,
        Order::AtMost => order != Greater,
        Order::More => order == Greater,
        Order::AtLeast => matches!(order, Greater | Equal),
    })
}
