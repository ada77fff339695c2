//! What a pass found out about a waiver.

use super::{Waiver, WaiverState};
use crate::model::value::Time;
use crate::model::verdict::Evaluation;
use crate::model::{Gap, RuleId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A waiver and what it did.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The waiver.
    pub waiver: Arc<Waiver>,
    /// Whether its time was not over.
    pub valid: bool,
    /// By rule, how many failures it covers, or would cover were it valid, and on which resources.
    pub rules: BTreeMap<RuleId, Matches>,
    /// The rules under which it covers every resource of the type, where there are several.
    pub whole: Vec<RuleId>,
    /// Why it may cover more than is known, where something that it speaks of was not seen.
    pub unseen: Option<Arc<Gap>>,
}

/// Failures of one rule under a waiver.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    /// How many.
    pub results: u64,
    /// The places of the resources in the inventory.
    pub resources: BTreeSet<usize>,
}

impl Standing {
    /// Nothing is known yet but whether its time is over.
    pub fn new(waiver: &Arc<Waiver>, now: Time) -> Self {
        let waiver = Arc::clone(waiver);
        Self { valid: waiver.is_valid(now), waiver, rules: BTreeMap::new(), whole: Vec::new(), unseen: None }
    }

    /// Counts a failure that it covers.
    pub fn count(&mut self, evaluation: &Evaluation) {
        if !self.rules.contains_key(&evaluation.rule.id) {
            self.rules.insert(evaluation.rule.id.clone(), Matches::default());
        }
        if let Some(matches) = self.rules.get_mut(&evaluation.rule.id) {
            matches.results += 1;
            matches.resources.extend(evaluation.resource);
        }
    }

    /// Notes that it may cover something that could not be told; the first reason stays.
    pub fn not_seen(&mut self, gap: Arc<Gap>) {
        self.unseen.get_or_insert(gap);
    }

    /// How many failures it covers, or would cover were it valid.
    pub fn matched(&self) -> u64 {
        self.rules.values().map(|matches| matches.results).sum()
    }

    /// Where it stands after the pass.
    pub fn state(&self, now: Time) -> WaiverState {
        match self.waiver.state(now) {
            WaiverState::Active | WaiverState::Expiring if self.matched() == 0 && self.unseen.is_none() => WaiverState::Unused,
            state => state,
        }
    }
}
