//! Waivers over verdicts: which failures are covered, and what each waiver did.
//!
//! Only failures are covered: a pass needs no waiver, and what is not known is not excused. Whether a waiver is valid is judged
//! by the time of the pass (`now` of the rules), so that a recording gives the same results whenever it is audited. A waiver
//! whose time is over covers nothing; what it would cover is counted all the same, for whoever mends it.
//!
//! Where several waivers cover one failure, all count it, and the one that ends last is shown: until then it stays waived.
//!
//! Linear in what is told (failures and unknowns); patterns are compiled once a pass, and those of rules are matched once a
//! rule. The millions of quiet passes are not looked at.

mod resource;
mod scope;
mod sight;

#[cfg(test)]
mod tests;

use crate::model::catalogue::Catalogue;
use crate::model::rule::RuleInfo;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::verdict::{Evaluation, Status, Verdicts};
use crate::model::waiver::{Matches, Standing, Waiver};
use crate::model::{Inventory, RuleId};
use scope::{Compiled, Holds};
use std::collections::HashMap;
use std::sync::Arc;

pub use resource::resources;

/// What a pass was, as far as waivers depend on it.
#[derive(Clone, Debug)]
pub struct Look<'a> {
    /// The time of the pass.
    pub now: Time,
    /// What it looked at.
    pub scope: &'a PassScope,
    /// The types, for the call that lists each.
    pub catalogue: &'a Catalogue,
    /// The rules that were evaluated.
    pub evaluated: Vec<&'a RuleInfo>,
    /// Rules that were left out of this pass only, and are evaluated in others.
    pub left_out: Vec<&'a RuleInfo>,
    /// What the resources were taken from.
    pub nature: Seen,
}

/// What the resources of a pass were taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Something live, or a recording of it: what a complete listing lacks is not there.
    Live,
    /// Files that say what should be: what they lack may be elsewhere.
    Declared,
}

/// Marks the failures that a valid waiver covers, and answers what became of each waiver, in their order.
pub fn apply(verdicts: &mut Verdicts, inventory: &Inventory, waivers: &[Arc<Waiver>], look: &Look<'_>) -> Vec<Standing> {
    let mut standings: Vec<Standing> = waivers.iter().map(|waiver| Standing::new(waiver, look.now)).collect();
    if waivers.is_empty() {
        return standings;
    }
    let compiled: Vec<Compiled<'_>> = waivers.iter().map(Compiled::new).collect();
    let mut of_rule: HashMap<RuleId, Vec<usize>> = HashMap::new();
    for evaluation in &mut verdicts.told {
        match evaluation.status {
            Status::Fail | Status::Unknown => {}
            Status::Pass | Status::Waived | Status::NotApplicable => continue,
        }
        if !of_rule.contains_key(&evaluation.rule.id) {
            let speak = (0..).zip(&compiled).filter(|(_, waiver)| waiver.speaks_of(&evaluation.rule)).map(|(place, _)| place);
            of_rule.insert(evaluation.rule.id.clone(), speak.collect());
        }
        for place in of_rule.get(&evaluation.rule.id).into_iter().flatten() {
            if let (Some(waiver), Some(standing)) = (compiled.get(*place), standings.get_mut(*place)) {
                weigh(waiver, evaluation, inventory, standing);
            }
        }
    }
    for (waiver, standing) in compiled.iter().zip(&mut standings) {
        standing.whole = whole_types(standing, inventory, look);
        if standing.matched() == 0 && standing.unseen.is_none() {
            standing.unseen = sight::unseen(waiver, inventory.coverage(), look);
        }
    }
    standings
}

/// The rules under which it covers every resource of the type, where there are several.
fn whole_types(standing: &Standing, inventory: &Inventory, look: &Look<'_>) -> Vec<RuleId> {
    let covers_all = |rule: &RuleId, matches: &Matches| {
        let judged = look.evaluated.iter().find(|info| info.id == *rule).map(|info| info.resource.as_str());
        let all = judged.map_or(0, |judged| inventory.of_type(judged).len());
        all > 1 && matches.resources.len() == all
    };
    standing.rules.iter().filter(|(rule, matches)| covers_all(rule, matches)).map(|(rule, _)| rule.clone()).collect()
}

/// One waiver and one failure or unknown that its rules speak of.
fn weigh(waiver: &Compiled<'_>, evaluation: &mut Evaluation, inventory: &Inventory, standing: &mut Standing) {
    let failed = matches!(evaluation.status, Status::Fail | Status::Waived);
    match waiver.holds(evaluation, inventory) {
        Holds::No => {}
        Holds::Yes if failed => {
            standing.count(evaluation);
            let ends_later = evaluation.waiver.as_ref().is_none_or(|known| known.expires < waiver.waiver.expires);
            if standing.valid && ends_later {
                evaluation.status = Status::Waived;
                evaluation.waiver = Some(Arc::clone(waiver.waiver));
            }
        }
        Holds::Yes => standing.not_seen(scope::gap_of(evaluation)),
        Holds::Untold(gap) => standing.not_seen(gap),
    }
}
