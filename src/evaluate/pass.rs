//! One pass of the loaded rules over an inventory.
//!
//! Resources in the outer loop, rules in the inner: the other way round costs twice, since a resource then leaves the
//! cache before its next rule comes. Threads take resources in blocks, and the answers are put together in the order of
//! the blocks, so that the number of threads changes nothing.

use super::evidence;
use super::judge::Judge;
use super::ruleset::RuleSet;
use crate::model::catalogue::Catalogue;
use crate::model::coverage::ScopeRow;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::verdict::{Evaluation, Status};
use crate::model::{Inventory, ResourceType};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// What a pass looks at, and what it should keep.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a> {
    /// What `now` is.
    pub now: Time,
    /// The types.
    pub catalogue: &'a Catalogue,
    /// The accounts, regions and rules that are looked at.
    pub scope: &'a PassScope,
    /// The statuses whose results are shown: for these, evidence and messages are built. Failures and unknowns always
    /// have a message.
    pub evidence: &'a [Status],
}

/// Resources that one thread takes at a time: large enough that taking costs nothing, small enough that all end together.
const BLOCK: usize = 512;

/// Evaluates all rules over all resources that the scope looks at, on every core there is. The result is in the order of
/// the inventory, then of the rules, then of the parts of a resource; failed listings follow.
pub fn run(rules: &RuleSet, inventory: &Inventory, cx: &Pass<'_>) -> Vec<Evaluation> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    run_on(threads, rules, inventory, cx)
}

/// [`run`] on this many threads.
pub fn run_on(threads: NonZeroUsize, rules: &RuleSet, inventory: &Inventory, cx: &Pass<'_>) -> Vec<Evaluation> {
    let blocks = inventory.resources().len().div_ceil(BLOCK);
    // The caller's thread takes blocks from the front and writes straight into the answer; the others take them from the
    // back, and only theirs are moved when all is done: millions of evaluations are hundreds of megabytes.
    let left = Mutex::new(0..blocks);
    let take = |pick: fn(&mut Range<usize>) -> Option<usize>| pick(&mut left.lock().unwrap_or_else(PoisonError::into_inner));
    let help = || {
        let judges = Judges::new(rules, cx);
        let mut done = Vec::new();
        while let Some(block) = take(Range::next_back) {
            let mut evaluations = Vec::new();
            judges.block(block, inventory, &mut evaluations);
            done.push((block, evaluations));
        }
        done
    };
    let (mut evaluations, mut rest) = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.get().min(blocks)).map(|_| scope.spawn(help)).collect();
        let judges = Judges::new(rules, cx);
        let mut evaluations = Vec::with_capacity(judges.expected(inventory));
        while let Some(block) = take(Range::next) {
            judges.block(block, inventory, &mut evaluations);
        }
        let rest = helpers.into_iter().flat_map(|helper| helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        (evaluations, rest.collect::<Vec<_>>())
    });
    rest.sort_unstable_by_key(|(block, _)| *block);
    for (_, block) in rest {
        evaluations.extend(block);
    }
    evaluations.extend(failed_listings(rules, inventory, cx));
    evaluations
}

/// The rules of each type, as one thread uses them.
struct Judges<'a> {
    by_type: HashMap<ResourceType, Vec<Judge<'a>>>,
    cx: &'a Pass<'a>,
}

impl<'a> Judges<'a> {
    fn new(rules: &'a RuleSet, cx: &'a Pass<'a>) -> Self {
        let mut by_type: HashMap<ResourceType, Vec<Judge<'a>>> = HashMap::new();
        for rule in rules.rules().iter().filter(|rule| cx.scope.evaluates(&rule.info.id)) {
            by_type.entry(rule.info.resource.clone()).or_default().push(Judge::new(rule, cx));
        }
        Self { by_type, cx }
    }

    /// How many evaluations there will be: one a rule and resource, more where parts are judged.
    fn expected(&self, inventory: &Inventory) -> usize {
        let count = |resource_type| self.by_type.get(resource_type).map_or(0, Vec::len);
        inventory.types().map(|(resource_type, positions)| positions.len() * count(resource_type)).sum()
    }

    fn block(&self, block: usize, inventory: &Inventory, evaluations: &mut Vec<Evaluation>) {
        let start = block * BLOCK;
        let end = (start + BLOCK).min(inventory.resources().len());
        let mut home: Option<super::judge::Home> = None;
        for position in start..end {
            let Some(resource) = inventory.resource(position) else { continue };
            let Some(judges) = self.by_type.get(&resource.resource_type) else { continue };
            if !self.cx.scope.looks_at(&resource.account, &resource.region) {
                continue;
            }
            let Some(subject) = super::expr::Subject::at(inventory, position, self.cx.catalogue, self.cx.now) else { continue };
            let Some(facts) = inventory.facts(position) else { continue };
            let home = super::judge::Home::of(&mut home, resource);
            for judge in judges {
                judge.judge(&subject, &facts.environment, position, home, evaluations);
            }
        }
    }
}

/// One `unknown` for each rule on a type whose listing failed: what was not seen could have failed.
fn failed_listings<'a>(rules: &'a RuleSet, inventory: &'a Inventory, cx: &'a Pass<'a>) -> impl Iterator<Item = Evaluation> + 'a {
    let failed = inventory.coverage().rows().filter(|row| {
        let listing = cx.catalogue.find(&row.resource_type).and_then(|spec| spec.listing.as_ref());
        row.outcome.is_fault() && listing == Some(&row.call) && cx.scope.looks_at(&row.account, &row.region)
    });
    failed.flat_map(move |row| {
        let rules = rules.rules().iter().filter(|rule| rule.info.resource == row.resource_type && cx.scope.evaluates(&rule.info.id));
        rules.map(move |rule| unlisted(rule, row))
    })
}

fn unlisted(rule: &super::Rule, row: &ScopeRow) -> Evaluation {
    let gap = row.gap().map(Arc::new);
    let place = if row.region.is_global() { row.account.to_string() } else { format!("{} in {}", row.account, row.region) };
    let what = format!("the list of {} of {place}", row.resource_type);
    Evaluation {
        rule: Arc::clone(&rule.info),
        resource: None,
        account: row.account.clone(),
        region: row.region.clone(),
        sub_key: None,
        status: Status::Unknown,
        severity: rule.info.severity,
        message: gap.as_ref().map_or_else(|| what.clone(), |gap| evidence::sentence(gap, &what)).into(),
        gap,
        evidence: Vec::new(),
        monthly_savings: None,
        monthly_cost: None,
    }
}
