//! How far the pass under way is, for whoever looks at it. The terminal has a line for that, and the page this.

use crate::collect::Progress;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Kinds of work that are told apart; the rest is one more, so that an account of any size stays small here.
const MOST: usize = 500;
/// What the rest is called.
const REST: &str = "other calls";

/// One kind of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is: a call in a region, or a file.
    pub what: String,
    /// How much of it is known to come.
    pub planned: u64,
    /// How much of it is done.
    pub done: u64,
}

/// Counts what a pass plans and does.
#[derive(Debug, Default)]
pub struct Live(Mutex<BTreeMap<String, (u64, u64)>>);

impl Live {
    /// All kinds of work so far, by name.
    pub fn steps(&self) -> Vec<Step> {
        self.counts().iter().map(|(what, (planned, done))| Step { what: what.clone(), planned: *planned, done: *done }).collect()
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<String, (u64, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, what: &str, add: impl FnOnce(&mut (u64, u64))) {
        let mut counts = self.counts();
        let what = if counts.len() < MOST || counts.contains_key(what) { what } else { REST };
        match counts.get_mut(what) {
            Some(known) => add(known),
            None => add(counts.entry(what.to_owned()).or_default()),
        }
    }
}

impl Progress for Live {
    fn planned(&self, what: &str, steps: u64) {
        self.count(what, |(planned, _)| *planned = planned.saturating_add(steps));
    }

    fn done(&self, what: &str, steps: u64) {
        self.count(what, |(_, done)| *done = done.saturating_add(steps));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_by_kind_and_the_kinds_are_bounded() {
        let live = Live::default();
        live.planned("a", 3);
        live.done("a", 1);
        assert_eq!(live.steps(), [Step { what: "a".into(), planned: 3, done: 1 }]);
        for number in 0..2 * MOST {
            live.planned(&format!("kind {number}"), 1);
        }
        let steps = live.steps();
        assert_eq!(steps.len(), MOST + 1);
        assert_eq!(steps.iter().map(|step| step.planned).sum::<u64>(), 3 + 2 * MOST as u64);
    }
}
