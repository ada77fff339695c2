//! What a pass saw, for the store: one row a resource with its results counted, and which listings reached their end.

use super::{Found, Plan, is_whole};
use crate::model::inventory::{Facts, Known};
use crate::model::report::{Report, Summary};
use crate::model::sight::{ListedScope, MOST_UNTOLD, SeenResource, Sight, Untold};
use crate::model::verdict::{Evaluation, Status};
use crate::model::{Money, Outcome, Resource, Value, waiver};

/// What a pass saw, as the store is told it.
#[derive(Debug)]
pub(super) struct Seen {
    resources: Vec<SeenResource>,
    scopes: Vec<ListedScope>,
    everywhere: bool,
    every_rule: bool,
}

impl Seen {
    /// The same, borrowed.
    pub(super) fn sight(&self) -> Sight<'_> {
        Sight { resources: &self.resources, scopes: &self.scopes, everywhere: self.everywhere, every_rule: self.every_rule }
    }
}

/// The resources of the inventory but for waivers, which have a list of their own.
pub(super) fn of(plan: &Plan<'_>, report: &Report, found: Found<'_>) -> Seen {
    let every_rule = plan.whole_rule_set && plan.scope.rules.is_none();
    let mut counts = vec![(Summary::default(), Vec::new()); found.inventory.resources().len()];
    for told in &found.verdicts.told {
        if let Some((summary, untold)) = told.resource.and_then(|position| counts.get_mut(position)) {
            count(summary, told.status);
            save(summary, told);
            if told.status == Status::Unknown && untold.len() < MOST_UNTOLD {
                let permission = told.gap.as_ref().and_then(|gap| gap.permission.clone());
                untold.push(Untold { rule: told.rule.id.clone(), message: told.message.clone(), permission });
            }
        }
    }
    for quiet in found.verdicts.quiet.iter() {
        if let Some((summary, _)) = counts.get_mut(quiet.resource as usize) {
            count(summary, quiet.status);
        }
    }
    let resources = found.inventory.resources().iter().enumerate().zip(counts);
    let resources = resources.filter(|((_, resource), _)| resource.resource_type.as_str() != waiver::TYPE);
    let seen = resources.map(|((position, resource), (summary, untold))| {
        row(resource, found.inventory.facts(position), every_rule.then_some(summary), untold)
    });
    Seen { resources: seen.collect(), scopes: scopes(plan, report), everywhere: is_whole(plan, &report.coverage), every_rule }
}

fn count(summary: &mut Summary, status: Status) {
    *match status {
        Status::Pass => &mut summary.pass,
        Status::Fail => &mut summary.fail,
        Status::Waived => &mut summary.waived,
        Status::Unknown => &mut summary.unknown,
        Status::NotApplicable => &mut summary.not_applicable,
    } += 1;
}

/// A sum that does not fit stays at what did.
fn save(summary: &mut Summary, told: &Evaluation) {
    if let Some(saving) = told.monthly_savings.filter(|_| told.status == Status::Fail) {
        let sum = summary.monthly_savings_usd.unwrap_or(Money::ZERO);
        summary.monthly_savings_usd = Some(sum.plus(saving).unwrap_or(sum));
    }
}

fn row(resource: &Resource, facts: Option<&Facts>, results: Option<Summary>, untold: Vec<Untold>) -> SeenResource {
    let owner = match facts.map(|facts| &facts.owner) {
        Some(Known::Is(owner)) => Some(owner.clone()),
        Some(Known::None | Known::Gap(_)) | None => None,
    };
    let tags = match &resource.tags {
        Value::Gap(_) => None,
        tags => Some(tags.to_json()),
    };
    SeenResource {
        id: resource.id.clone(),
        resource_type: resource.resource_type.clone(),
        name: resource.name.clone(),
        account: resource.account.clone(),
        region: resource.region.clone(),
        owner,
        tags,
        results,
        untold,
    }
}

fn scopes(plan: &Plan<'_>, report: &Report) -> Vec<ListedScope> {
    let is_listing = |row: &&crate::model::ScopeRow| {
        plan.catalogue.find(&row.resource_type).is_some_and(|spec| spec.listing.as_ref() == Some(&row.call))
    };
    // A source that tells of more than was asked for did not look at the rest for this pass.
    let listings = report.coverage.rows().filter(|row| plan.scope.looks_at(&row.account, &row.region)).filter(is_listing);
    let scope = |row: &crate::model::ScopeRow| ListedScope {
        account: row.account.clone(),
        region: row.region.clone(),
        resource_type: row.resource_type.clone(),
        complete: row.outcome == Outcome::Complete,
    };
    listings.map(scope).collect()
}
