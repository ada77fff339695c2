//! One pass of the loaded rules over an inventory.
//!
//! Resources in the outer loop, rules in the inner: the other way round costs twice, since a resource then leaves the
//! cache before its next rule comes. Threads take resources in blocks, and the answers are put together in the order of
//! the blocks, so that the number of threads changes nothing.

use super::contract;
use super::evidence;
use super::judge::Judge;
use super::ruleset::RuleSet;
use crate::model::catalogue::Catalogue;
use crate::model::coverage::ScopeRow;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::verdict::{Evaluation, Status, Verdicts};
use crate::model::{Inventory, ResourceType};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
/// the inventory, then of the rules, then of the parts of a resource; failed listings and contracts follow.
pub fn run(rules: &RuleSet, inventory: &Inventory, cx: &Pass<'_>) -> Verdicts {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut verdicts = run_on(threads, rules, inventory, cx);
    let coded: Vec<_> = rules.coded().cloned().collect();
    verdicts.told.extend(contract::judge(rules.contracts(), &coded, inventory, cx));
    verdicts
}

/// [`run`] on this many threads, by the rules that are files alone: contracts are about a whole account and nothing smaller.
pub fn run_on(threads: NonZeroUsize, rules: &RuleSet, inventory: &Inventory, cx: &Pass<'_>) -> Verdicts {
    let blocks = inventory.resources().len().div_ceil(BLOCK);
    let next = AtomicUsize::new(0);
    let work = || {
        let judges = Judges::new(rules, cx);
        let mut done = Vec::new();
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                return done;
            }
            done.push((block, judges.block(block, inventory)));
        }
    };
    let mut done: Vec<(usize, Verdicts)> = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.get().min(blocks)).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        done.extend(helpers.into_iter().flat_map(|helper| helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        done
    });
    done.sort_unstable_by_key(|(block, _)| *block);
    let mut verdicts = Verdicts { rules: rules.rules().iter().map(|rule| Arc::clone(&rule.info)).collect(), ..Verdicts::default() };
    for (_, block) in done {
        verdicts.told.extend(block.told);
        verdicts.quiet.append(block.quiet);
        for (key, count) in block.tags {
            let sum = verdicts.tags.entry(key).or_default();
            sum.required += count.required;
            sum.compliant += count.compliant;
        }
    }
    verdicts.told.extend(failed_listings(rules, inventory, cx));
    verdicts
}

/// The rules of each type, as one thread uses them.
struct Judges<'a> {
    by_type: HashMap<ResourceType, Vec<Judge<'a>>>,
    cx: &'a Pass<'a>,
}

impl<'a> Judges<'a> {
    fn new(rules: &'a RuleSet, cx: &'a Pass<'a>) -> Self {
        let mut by_type: HashMap<ResourceType, Vec<Judge<'a>>> = HashMap::new();
        for (place, rule) in rules.rules().iter().enumerate().filter(|(_, rule)| cx.scope.evaluates(&rule.info.id)) {
            by_type.entry(rule.info.resource.clone()).or_default().push(Judge::new(place, rule, cx));
        }
        Self { by_type, cx }
    }

    fn block(&self, block: usize, inventory: &Inventory) -> Verdicts {
        let mut verdicts = Verdicts::default();
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
            let subject = subject.within(self.cx.scope);
            let Some(facts) = inventory.facts(position) else { continue };
            let home = super::judge::Home::of(&mut home, resource);
            for judge in judges {
                judge.judge(&subject, &facts.environment, position, home, &mut verdicts);
            }
        }
        verdicts.quiet.shrink();
        verdicts
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
    let message = gap.as_ref().map_or_else(|| what.clone(), |gap| evidence::sentence(gap, &what)).into();
    Evaluation { message, gap, ..Evaluation::bare(&rule.info, (&row.account, &row.region), Status::Unknown) }
}
