//! What an expression is evaluated over, all of it borrowed.

use super::val::Val;
use crate::model::catalogue::Catalogue;
use crate::model::function::Function;
use crate::model::inventory::Known;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::{Gap, Inventory, Resource, Value};
use arcstr::ArcStr;
use std::cell::OnceCell;
use std::sync::Arc;

/// A resource in its surroundings. One for all rules that judge the resource: what a library function found out about one
/// of its documents is remembered here and asked once.
#[derive(Debug)]
pub struct Subject<'a> {
    pub(super) resource: &'a Resource,
    pub(super) position: Option<usize>,
    pub(super) environment: &'a Known<ArcStr>,
    pub(super) now: i64,
    pub(super) inventory: &'a Inventory,
    pub(super) catalogue: &'a Catalogue,
    /// Whether the pass leaves regions out.
    pub(super) narrowed: bool,
    memo: Memo,
}

/// A subject with the parameters of the rule that judges it.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) params: &'a Value,
    pub(super) item: Option<&'a Value>,
}

impl<'a> Subject<'a> {
    /// The resource at a position of the inventory; none where there is no such position.
    pub fn at(inventory: &'a Inventory, position: usize, catalogue: &'a Catalogue, now: Time) -> Option<Self> {
        let (resource, facts) = (inventory.resource(position)?, inventory.facts(position)?);
        Some(Self { position: Some(position), ..Self::new(resource, &facts.environment, inventory, catalogue, now) })
    }

    /// A resource that is not in the inventory, such as an example of a rule; it is related to nothing.
    pub fn new(
        resource: &'a Resource,
        environment: &'a Known<ArcStr>,
        inventory: &'a Inventory,
        catalogue: &'a Catalogue,
        now: Time,
    ) -> Self {
        let now = now.timestamp_millis();
        Self { resource, position: None, environment, now, inventory, catalogue, narrowed: false, memo: Memo::default() }
    }

    /// The same in a pass that looks at this much: what it leaves out is not known, whatever the inventory holds.
    #[must_use]
    pub fn within(self, scope: &PassScope) -> Self {
        Self { narrowed: scope.regions.is_some(), ..self }
    }

    /// The frame of one rule: its parameters, a map. A gap among them is a gap where it is read.
    pub fn frame(&'a self, params: &'a Value) -> Frame<'a> {
        Frame { subject: self, params, item: None }
    }

    /// The answer of a library function. It is looked up among earlier ones where `keep` says that borrowed arguments are
    /// parts of resources, whose addresses mean the same as long as the subject lives.
    pub(super) fn ask(&self, function: &'static Function, arguments: &[Val<'_>], keep: bool) -> &Result<Value, Arc<Gap>> {
        self.memo.ask(function, arguments, keep)
    }
}

impl<'a> Frame<'a> {
    /// The same with one item of the list that the rule judges item by item.
    #[must_use]
    pub fn with_item(&self, item: &'a Value) -> Self {
        Self { item: Some(item), ..*self }
    }

    /// The item that is judged, where the rule judges item by item.
    pub fn item(&self) -> Option<&'a Value> {
        self.item
    }

    /// The resource that is judged.
    pub fn resource(&self) -> &'a Resource {
        self.subject.resource
    }
}

/// Answers of library functions, kept as long as the subject, so that values can be borrowed from them.
///
/// A chain of cells instead of a vector: what was handed out stays borrowed while the chain grows, without `unsafe`.
#[derive(Debug, Default)]
struct Memo {
    first: OnceCell<Box<Link>>,
}

#[derive(Debug)]
struct Link {
    function: &'static str,
    /// What it was asked with; none where that cannot be compared.
    asked: Option<Vec<Asked>>,
    answer: Result<Value, Arc<Gap>>,
    next: OnceCell<Box<Link>>,
}

/// An argument, as far as another is the same for certain.
#[derive(Debug, PartialEq)]
pub(super) enum Asked {
    /// A list or map at this address.
    Place(usize),
    /// This text.
    Text(ArcStr),
    /// This number or truth.
    Number(i64),
}

impl Memo {
    fn ask(&self, function: &'static Function, arguments: &[Val<'_>], keep: bool) -> &Result<Value, Arc<Gap>> {
        let asked: Option<Vec<Asked>> = if keep { arguments.iter().map(Val::asked).collect() } else { None };
        let mut cell = &self.first;
        while let Some(link) = cell.get() {
            if asked.is_some() && link.function == function.name && link.asked == asked {
                return &link.answer;
            }
            cell = &link.next;
        }
        let new = || {
            let arguments: Vec<Value> = arguments.iter().map(Val::to_value).collect();
            let answer = (function.call)(&arguments).map_err(Arc::new);
            Box::new(Link { function: function.name, asked, answer, next: OnceCell::new() })
        };
        &cell.get_or_init(new).answer
    }
}

impl Drop for Memo {
    fn drop(&mut self) {
        // One link after another: a long chain must not recurse.
        let mut next = self.first.take();
        while let Some(mut link) = next {
            next = link.next.take();
        }
    }
}
