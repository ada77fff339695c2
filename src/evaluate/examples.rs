//! Runs the examples that rules carry: `ledgerline rules test`.
//!
//! An example goes the way of a real resource, over an inventory of its own; nothing is judged differently here.

use super::expr::{Frame, Subject};
use super::judge::{Home, Judge};
use super::pass::Pass;
use super::rulefile::example::Example;
use super::{Rule, RuleSet};
use crate::model::catalogue::{Catalogue, Reach};
use crate::model::inventory::{Facts, Known};
use crate::model::run::PassScope;
use crate::model::verdict::{Evaluation, Status, Verdicts};
use crate::model::{Coverage, Gap, GapKind, Inventory, Outcome, Region, Resource, ResourceType, RuleId, ScopeRow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What became of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleOutcome {
    /// The rule.
    pub rule: RuleId,
    /// The rule's file.
    pub file: Arc<str>,
    /// The line of the example.
    pub line: usize,
    /// The verdict that was expected.
    pub expected: Status,
    /// Why the rule does not do what the example expects; none where it does.
    pub fault: Option<String>,
}

/// Runs the examples of all loaded rules, in the order of rules and lines.
pub fn run_examples(rules: &RuleSet, catalogue: &Catalogue) -> Vec<ExampleOutcome> {
    rules.rules().iter().flat_map(|rule| of_rule(rule, catalogue)).collect()
}

/// Runs the examples of one rule.
pub fn of_rule(rule: &Rule, catalogue: &Catalogue) -> Vec<ExampleOutcome> {
    rule.examples().iter().map(|example| told(rule, example, &judge(rule, example, catalogue))).collect()
}

/// What became of an example that the rule judged so.
pub(super) fn told(rule: &Rule, example: &Example, evaluations: &[Evaluation]) -> ExampleOutcome {
    ExampleOutcome {
        rule: rule.info.id.clone(),
        file: Arc::clone(&rule.source().name),
        line: example.line,
        expected: example.expect,
        fault: fault(example, evaluations),
    }
}

/// All that the rule says of the example: one evaluation, or one a part.
pub fn judge(rule: &Rule, example: &Example, catalogue: &Catalogue) -> Vec<Evaluation> {
    judged(rule, example, catalogue, |_| ()).0
}

/// All that the rule says of the example, and what somebody makes of the frame that it was judged in; none where the example has
/// no resource.
pub(super) fn judged<T>(
    rule: &Rule,
    example: &Example,
    catalogue: &Catalogue,
    look: impl FnOnce(&Frame<'_>) -> T,
) -> (Vec<Evaluation>, Option<T>) {
    let (inventory, position) = inventory(rule, example, catalogue);
    let scope = PassScope::default();
    let cx = Pass { now: example.now, catalogue, scope: &scope, evidence: Status::ALL };
    let mut verdicts = Verdicts::default();
    let Some(subject) = Subject::at(&inventory, position, catalogue, example.now) else { return (Vec::new(), None) };
    let mut home = None;
    let params = rule.parameters().defaults_with(&example.parameters);
    let home = Home::of(&mut home, &example.subject);
    Judge::new(0, rule, &cx).judge_with(&params, &subject, &example.environment, position, home, &mut verdicts);
    (verdicts.told, Some(look(&subject.frame(&params))))
}

fn fault(example: &Example, evaluations: &[Evaluation]) -> Option<String> {
    let of_key = |evaluation: &&Evaluation| example.key.is_none() || evaluation.sub_key == example.key;
    let spoken: Vec<&Evaluation> = evaluations.iter().filter(of_key).collect();
    let Some(worst) = spoken.iter().max_by_key(|evaluation| weight(evaluation.status)) else {
        let keys: Vec<&str> = evaluations.iter().filter_map(|evaluation| evaluation.sub_key.as_deref()).collect();
        return Some(format!("no part of the resource has the key; its parts are {}", keys.join(", ")));
    };
    if worst.status != example.expect {
        return Some(format!("expected {}, got {}: {}", example.expect, worst.status, worst.message));
    }
    let wanted = example.message.as_deref()?;
    let said: Vec<&str> =
        spoken.iter().filter(|evaluation| evaluation.status == example.expect).map(|evaluation| evaluation.message.as_str()).collect();
    if said.iter().any(|message| message.contains(wanted)) {
        return None;
    }
    Some(format!("the message does not say {wanted:?}: {}", said.join(" / ")))
}

/// Of many parts the worst speaks for the resource.
fn weight(status: Status) -> u8 {
    match status {
        Status::NotApplicable => 0,
        Status::Pass => 1,
        Status::Waived => 2,
        Status::Unknown => 3,
        Status::Fail => 4,
    }
}

/// The example's resources as a pass would have found them, and where the judged one stands.
fn inventory(rule: &Rule, example: &Example, catalogue: &Catalogue) -> (Inventory, usize) {
    let mut found: Vec<(&Resource, bool)> = vec![(&example.subject, false)];
    found.extend(example.related.iter().map(|resource| (resource, true)));
    found.extend(example.others.iter().map(|resource| (resource, false)));
    let key =
        |resource: &Resource| (resource.account.clone(), resource.region.clone(), resource.resource_type.clone(), resource.id.clone());
    found.sort_by_key(|(resource, _)| key(resource));
    found.dedup_by(|a, b| a.0.id == b.0.id);
    let position = found.iter().position(|(resource, _)| resource.id == example.subject.id).unwrap_or(0);
    let related = found.iter().enumerate().filter(|(_, (_, related))| *related).map(|(other, _)| (position, other));
    let relations: Vec<(usize, usize)> = related.collect();
    let facts = (0..found.len())
        .map(|index| Facts { environment: if index == position { example.environment.clone() } else { Known::None }, owner: Known::None });
    let facts = facts.collect();
    let coverage = coverage(rule, example, catalogue);
    (Inventory::new(found.into_iter().map(|(resource, _)| resource.clone()).collect(), facts, &relations, coverage), position)
}

/// The listings that the rule needs: complete, but for those that the example says failed.
fn coverage(rule: &Rule, example: &Example, catalogue: &Catalogue) -> Coverage {
    let mut types: BTreeSet<&ResourceType> = rule.body.reads.listings().collect();
    types.insert(&rule.info.resource);
    let failed: BTreeMap<&ResourceType, &Gap> = example.unlisted.iter().map(|(resource_type, gap)| (resource_type, gap)).collect();
    types.extend(failed.keys());
    let resources = || std::iter::once(&example.subject).chain(&example.related).chain(&example.others);
    types.extend(resources().map(|resource| &resource.resource_type));
    let places: BTreeSet<(_, _)> = resources().map(|resource| (resource.account.clone(), resource.region.clone())).collect();
    let mut coverage = Coverage::default();
    for resource_type in types {
        let Some(spec) = catalogue.find(resource_type) else { continue };
        let Some(listing) = &spec.listing else { continue };
        for (account, region) in &places {
            let region = match spec.reach {
                Reach::Global => Region::global(),
                Reach::Regional if region.is_global() => continue,
                Reach::Regional => region.clone(),
            };
            let gap = failed.get(resource_type);
            coverage.add(ScopeRow {
                account: account.clone(),
                region,
                resource_type: resource_type.clone(),
                call: listing.clone(),
                outcome: gap.map_or(Outcome::Complete, |gap| outcome(gap.kind)),
                resources: 0,
                reason: gap.map(|gap| gap.detail.clone()),
                permission: gap.and_then(|gap| gap.permission.clone()),
            });
        }
    }
    coverage
}

/// What becomes of a listing where its failure leaves this gap.
fn outcome(kind: GapKind) -> Outcome {
    match kind {
        GapKind::Denied => Outcome::Denied,
        GapKind::Throttled => Outcome::Throttled,
        GapKind::Unreachable => Outcome::Unreachable,
        GapKind::NotEnabled => Outcome::NotEnabled,
        GapKind::NotRecorded => Outcome::Skipped,
        GapKind::Broken
        | GapKind::KnownAfterApply
        | GapKind::Absent
        | GapKind::StepLimit
        | GapKind::Failed
        | GapKind::Price
        | GapKind::Undecidable => Outcome::Broken,
    }
}
