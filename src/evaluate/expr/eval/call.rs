//! What takes several values at once: calls, list and map literals, indexes.

use super::{Evaluation, Items};
use crate::evaluate::expr::builtin::Builtin;
use crate::evaluate::expr::node::{Arithmetic, Node};
use crate::evaluate::expr::val::{self, Val};
use crate::model::function::Function;
use crate::model::{Gap, GapKind};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a library function costs of the budget: it looks at a whole document.
const LIBRARY_STEPS: usize = 200;

impl<'a> Evaluation<'a> {
    #[inline(never)]
    pub(super) fn call(&self, builtin: &'static Builtin, parts: &'a [Node], items: Option<&Items<'_, 'a>>) -> Val<'a> {
        match self.arguments(parts, items, Val::direct_gap) {
            Ok(arguments) if self.spend(1 + arguments.iter().filter_map(Val::text).map(str::len).sum::<usize>() / 64) => {
                (builtin.run)(&arguments)
            }
            Ok(_) => self.exhausted(),
            Err(gap) => gap,
        }
    }

    #[inline(never)]
    pub(super) fn library(&self, function: &'static Function, parts: &'a [Node], keep: bool, items: Option<&Items<'_, 'a>>) -> Val<'a> {
        match self.arguments(parts, items, Val::deep_gap) {
            Ok(arguments) if self.spend(LIBRARY_STEPS) => match self.frame.subject.ask(function, &arguments, keep) {
                Ok(value) => Val::from(value),
                Err(gap) => Val::Gap(gap),
            },
            Ok(_) => self.exhausted(),
            Err(gap) => gap,
        }
    }

    #[inline(never)]
    pub(super) fn calculate(&self, how: Arithmetic, a: &'a Node, b: &'a Node, items: Option<&Items<'_, 'a>>) -> Val<'a> {
        self.both(a, b, items, |this, a, b| this.arithmetic(how, a, b))
    }

    #[inline(never)]
    pub(super) fn index(&self, of: &'a Node, at: &'a Node, items: Option<&Items<'_, 'a>>) -> Val<'a> {
        self.both(of, at, items, |_, of, at| index(of, at))
    }

    #[inline(never)]
    pub(super) fn list(&self, parts: &'a [Node], items: Option<&Items<'_, 'a>>) -> Val<'a> {
        Val::list(parts.iter().map(|part| self.eval(part, items)).collect())
    }

    fn arguments(
        &self,
        parts: &'a [Node],
        items: Option<&Items<'_, 'a>>,
        gap: fn(&Val<'a>) -> Option<Val<'a>>,
    ) -> Result<Vec<Val<'a>>, Val<'a>> {
        let arguments: Vec<Val<'a>> = parts.iter().map(|part| self.eval(part, items)).collect();
        match arguments.iter().filter_map(gap).reduce(Val::outrank) {
            Some(gap) => Err(gap),
            None => Ok(arguments),
        }
    }

    #[inline(never)]
    pub(super) fn map(&self, entries: &'a [(Node, Node)], items: Option<&Items<'_, 'a>>) -> Val<'a> {
        let mut made = BTreeMap::new();
        for (key, value) in entries {
            let key = self.eval(key, items);
            match key.text() {
                Some(text) => made.insert(text.into(), self.eval(value, items)),
                None if key.gap().is_some() => return key,
                None => return Val::failed(arcstr::format!("keys of maps are text, not {}", key.kind())),
            };
        }
        Val::Entries(Rc::new(made))
    }
}

fn index<'a>(of: Val<'a>, at: Val<'a>) -> Val<'a> {
    let absent = |detail: arcstr::ArcStr| Val::Fresh(Arc::new(Gap::new(GapKind::Absent, detail)));
    if let (Some(count), Val::Int(position)) = (val::length(&of), &at) {
        // In a list that was made, a gap may stand for any number of items: what lies behind it has no certain place.
        if let Val::Items(items) = &of {
            let known = usize::try_from(*position).unwrap_or(usize::MAX).saturating_add(1);
            if let Some(gap) = items.iter().take(known).find(|item| item.gap().is_some()) {
                return gap.clone();
            }
        }
        let found = usize::try_from(*position).ok().and_then(|position| val::item(&of, position));
        return found.unwrap_or_else(|| absent(arcstr::format!("the list has {count} items, none at {position}")));
    }
    match (at.text(), &at) {
        (Some(key), _) => match val::look(&of, key) {
            Some(Some(value)) => value,
            Some(None) => absent(arcstr::format!("there is no {key}")),
            None => Val::failed(arcstr::format!("{} has no keys", of.kind())),
        },
        (None, _) => Val::failed(arcstr::format!("{} has no item at {}", of.kind(), at.kind())),
    }
}
