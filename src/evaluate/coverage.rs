//! Which verdicts of a rule, and which sides of its conditions, its own examples reach: `ledgerline rules test --coverage`.
//!
//! A condition is an operand of `&&` or `||`, or what stands before `?`, in the expressions that decide a verdict (`when`, `each`,
//! `assert`). Each should be seen both true and false: then each operand of `&&` has once let the others decide and has once decided
//! itself, and both branches of `? :` were taken. An operand that is itself made of operands is left out; its parts say more. What an
//! example leaves unknown reaches no side.

use super::examples::{self, ExampleOutcome};
use super::explain::steps;
use super::expr::{Program, Reads};
use super::rule::Rule;
use crate::diag::{Place, yaml};
use crate::model::catalogue::Catalogue;
use crate::model::verdict::Status;
use std::collections::BTreeSet;

/// What the examples of one rule reach.
#[derive(Clone, Debug)]
pub struct RuleCoverage {
    /// What became of the examples.
    pub outcomes: Vec<ExampleOutcome>,
    /// The verdicts that the rule can give.
    pub verdicts: Reached,
    /// The sides of its conditions: two a condition.
    pub sides: Reached,
    /// What no example reached.
    pub missing: Vec<Missing>,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// So many were reached.
    pub reached: usize,
    /// Of so many.
    pub all: usize,
}

/// Something that no example reached.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Where it stands; for a verdict, where the examples stand.
    pub place: Place,
    /// What it is.
    pub what: Unreached,
}

/// What no example reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// A verdict that the rule can give.
    Verdict(Status),
    /// A condition as written, and the side of it.
    Side(String, bool),
}

impl Reached {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { reached: self.reached + other.reached, all: self.all + other.all }
    }

    /// In per cent, rounded down, so that only what is complete is 100; 100 where there is nothing to reach.
    pub fn percent(self) -> usize {
        (self.reached * 100).checked_div(self.all).unwrap_or(100)
    }
}

impl std::fmt::Display for Unreached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Verdict(status) => write!(f, "no example yields `{status}`"),
            Self::Side(source, side) => write!(f, "no example where this is {side}: {source}"),
        }
    }
}

/// Runs the examples of a rule and says what they reach.
pub fn of_rule(rule: &Rule, catalogue: &Catalogue) -> RuleCoverage {
    let (mut outcomes, mut seen, mut given) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for example in rule.examples() {
        let (evaluations, walked) = examples::judged(rule, example, catalogue, |frame| steps(rule, frame));
        given.extend(evaluations.iter().map(|evaluation| evaluation.status));
        outcomes.push(examples::told(rule, example, &evaluations));
        for step in walked.unwrap_or_default() {
            let mut found = Vec::new();
            step.tree.conditions(&mut found);
            seen.extend(found.into_iter().map(|(place, side)| (step.key, place.start, place.end, side)));
        }
    }
    let written = yaml::parse(rule.source()).ok();
    let at = |keys: &[&str], offset: usize| {
        let node = keys.iter().try_fold(written.as_ref()?, |node, key| node.get(key))?;
        Some(rule.source().place_of(node.locate(rule.source(), offset)))
    };
    let nowhere = || rule.source().place_of(0);
    let (mut verdicts, mut sides, mut missing) = (Reached::default(), Reached::default(), Vec::new());
    for (key, keys, program) in programs(rule) {
        for place in program.conditions() {
            for side in [true, false] {
                sides.all += 1;
                if seen.contains(&(key, place.start, place.end, side)) {
                    sides.reached += 1;
                    continue;
                }
                let source = program.source().get(place.clone()).unwrap_or_default();
                let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
                missing.push(Missing { place: at(keys, place.start).unwrap_or_else(nowhere), what: Unreached::Side(source, side) });
            }
        }
    }
    for status in possible(rule, catalogue) {
        verdicts.all += 1;
        if given.contains(&status) {
            verdicts.reached += 1;
        } else {
            missing.push(Missing { place: at(&["examples"], 0).unwrap_or_else(nowhere), what: Unreached::Verdict(status) });
        }
    }
    missing.sort_by_key(|missing| (missing.place.line, missing.place.column));
    RuleCoverage { outcomes, verdicts, sides, missing }
}

/// The expressions that decide a verdict: the key of their steps, their keys in the rule file, themselves.
fn programs(rule: &Rule) -> Vec<(&'static str, &'static [&'static str], &Program)> {
    let body = &rule.body;
    let mut programs: Vec<(&'static str, &'static [&'static str], &Program)> = Vec::new();
    programs.extend(body.when.as_ref().map(|when| ("when", ["when"].as_slice(), when)));
    programs.extend(body.each.as_ref().map(|each| ("each", ["each", "in"].as_slice(), &each.list)));
    programs.push(("assert", &["assert"], &body.assert));
    programs
}

/// The verdicts that a rule can give: `unknown` where it reads what may fail to come without the resource being missed, that is
/// by a call of its own, by the listing of another type, or by the tags that decide an environment.
fn possible(rule: &Rule, catalogue: &Catalogue) -> Vec<Status> {
    let mut possible = vec![Status::Pass, Status::Fail];
    let reads: &Reads = &rule.body.reads;
    let listing = catalogue.find(&rule.info.resource).and_then(|spec| spec.listing.as_ref());
    let fetched = reads.places().filter(|read| read.resource_type == rule.info.resource).any(|read| {
        let call = catalogue.find(&read.resource_type).and_then(|spec| spec.call_of(&read.path));
        call.is_some() && call.as_ref() != listing
    });
    if fetched || reads.environment() || reads.listings().next().is_some() {
        possible.push(Status::Unknown);
    }
    if rule.body.when.is_some() || rule.body.each.is_some() {
        possible.push(Status::NotApplicable);
    }
    possible
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
