//! Going through lists: `all`, `exists`, `exists_one`, `filter`, `map`.
//!
//! An item that is a gap adds a gap to the answer whatever is asked of it: in a list that was not read to its end it may
//! stand for no item at all.

use super::{Evaluation, Items, not_a_truth};
use crate::evaluate::expr::node::{Body, Fold, Node};
use crate::evaluate::expr::val::{self, Val};
use crate::model::Value;

impl<'a> Evaluation<'a> {
    #[inline(never)]
    pub(super) fn fold(&self, fold: Fold, range: &Val<'a>, body: &'a Body, outer: Option<&Items<'_, 'a>>) -> Val<'a> {
        if range.gap().is_some() {
            return range.clone();
        }
        let mut state = State::new(fold);
        let cost = body.cost as usize;
        let mut one = |item: Val<'a>| {
            if !self.spend(cost) {
                return Some(self.exhausted());
            }
            if item.gap().is_some() {
                return state.gap(item);
            }
            let items = Items { item, outer };
            state.take(self, body, &items)
        };
        let stopped = match range {
            Val::Data(Value::List(items)) => items.iter().find_map(|item| one(Val::from(item))),
            Val::Items(items) => items.iter().find_map(|item| one(item.clone())),
            // Keys; one whose value is a gap may not be there.
            Val::Data(Value::Map(map)) => map.iter().find_map(|(key, value)| one(value.as_gap().map_or(Val::Str(key), Val::Gap))),
            other => match val::keys(other) {
                Some(keys) => keys.into_iter().find_map(|key| one(Val::Text(key.into()))),
                None => Some(Val::failed(arcstr::format!("{} has no items", other.kind()))),
            },
        };
        stopped.unwrap_or_else(|| state.end())
    }
}

/// What a fold knows so far.
struct State<'a> {
    fold: Fold,
    gap: Option<Val<'a>>,
    count: usize,
    items: Vec<Val<'a>>,
}

impl<'a> State<'a> {
    fn new(fold: Fold) -> Self {
        Self { fold, gap: None, count: 0, items: Vec::new() }
    }

    /// Takes one item; a value where the answer is certain.
    fn take(&mut self, evaluation: &Evaluation<'a>, body: &'a Body, items: &Items<'_, 'a>) -> Option<Val<'a>> {
        let truth = |node: &'a Node| evaluation.eval(node, Some(items));
        if self.fold == Fold::Map {
            match body.filter.as_deref().map(truth) {
                None | Some(Val::Bool(true)) => self.items.push(truth(&body.each)),
                Some(Val::Bool(false)) => {}
                Some(other) => self.items.push(not_a_truth(other)),
            }
            return None;
        }
        match (truth(&body.each), self.fold) {
            (Val::Bool(false), Fold::All) => Some(Val::Bool(false)),
            (Val::Bool(true), Fold::Exists) => Some(Val::Bool(true)),
            (Val::Bool(true), Fold::Filter) => {
                self.items.push(items.item.clone());
                None
            }
            (Val::Bool(true), Fold::ExistsOne) => {
                self.count += 1;
                None
            }
            (Val::Bool(_), _) => None,
            (other, _) => self.gap(not_a_truth(other)),
        }
    }

    /// Takes an item that is not known; a value where that decides.
    fn gap(&mut self, gap: Val<'a>) -> Option<Val<'a>> {
        match self.fold {
            Fold::Filter | Fold::Map => self.items.push(gap),
            Fold::All | Fold::Exists | Fold::ExistsOne => {
                self.gap = Some(match self.gap.take() {
                    Some(known) => known.outrank(gap),
                    None => gap,
                });
            }
        }
        None
    }

    fn end(self) -> Val<'a> {
        match (self.fold, self.gap) {
            (Fold::Filter | Fold::Map, _) => Val::list(self.items),
            (_, Some(gap)) => gap,
            (Fold::All, None) => Val::Bool(true),
            (Fold::Exists, None) => Val::Bool(false),
            (Fold::ExistsOne, None) => Val::Bool(self.count == 1),
        }
    }
}
