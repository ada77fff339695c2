//! Verdicts as the rows that every output shows: with fingerprint, resource, remedy and controls.

use crate::model::finding::Finding;
use crate::model::report::{ResourceRef, ResultRow, Summary};
use crate::model::rule::{Controls, RuleInfo};
use crate::model::verdict::{Evaluation, Status, Verdicts, fingerprint};
use crate::model::{AccountId, Inventory, Money, Resource, RuleId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Which verdicts become rows. An account of a hundred thousand resources has millions that pass: they are counted, and only
/// those that somebody looks at are described.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The statuses whose rows are wanted whatever they are about.
    pub statuses: &'a [Status],
    /// What is known: a verdict of any status on a rule and resource that has a finding is wanted, since it may end it.
    pub known: &'a [Finding],
}

/// One row a verdict that is shown, in [`ResultRow::order`].
pub fn results(verdicts: &Verdicts, inventory: &Inventory, shown: Shown<'_>) -> Vec<ResultRow> {
    let known = shown.known.iter().map(|finding| (finding.rule.as_str(), finding.account.as_str(), finding.resource.as_str()));
    let known: HashSet<(&str, &str, &str)> = known.collect();
    let is_known =
        |rule: &RuleId, account: &AccountId, id: Option<&str>| id.is_some_and(|id| known.contains(&(rule.as_str(), account.as_str(), id)));
    let is_shown =
        |status, rule: &RuleId, account: &AccountId, id: Option<&str>| shown.statuses.contains(&status) || is_known(rule, account, id);
    let mut shared = Shared::new(inventory);
    let told = verdicts.told.iter().filter(|told| is_shown(told.status, &told.rule.id, &told.account, told.identity(inventory)));
    let mut rows: Vec<ResultRow> = told.map(|evaluation| shared.row(evaluation)).collect();
    for quiet in verdicts.quiet.iter() {
        let Some(rule) = verdicts.rules.get(quiet.rule as usize) else { continue };
        let Some(resource) = inventory.resource(quiet.resource as usize) else { continue };
        if is_shown(quiet.status, &rule.id, &resource.account, Some(resource.id.as_str())) {
            rows.extend(verdicts.written_out(quiet, inventory).map(|evaluation| shared.row(&evaluation)));
        }
    }
    rows.sort_by(|a, b| a.order().cmp(&b.order()));
    rows
}

/// Verdicts counted by status, and what mending the failures would save.
pub fn summarise(verdicts: &Verdicts) -> Summary {
    let mut summary = Summary::default();
    for status in verdicts.statuses() {
        *match status {
            Status::Pass => &mut summary.pass,
            Status::Fail => &mut summary.fail,
            Status::Waived => &mut summary.waived,
            Status::Unknown => &mut summary.unknown,
            Status::NotApplicable => &mut summary.not_applicable,
        } += 1;
    }
    let failures = verdicts.told.iter().filter(|evaluation| evaluation.status == Status::Fail);
    let savings: Vec<Money> = failures.filter_map(|evaluation| evaluation.monthly_savings).collect();
    // A sum that does not fit is not known; it is not the part that does.
    summary.monthly_savings_usd = if savings.is_empty() { None } else { Money::sum(savings).ok() };
    summary
}

/// What rows share: a resource is described once for all rules, and a rule's controls once for all resources.
struct Shared<'a> {
    inventory: &'a Inventory,
    resources: HashMap<usize, ResourceRef>,
    controls: HashMap<*const RuleInfo, Arc<Controls>>,
}

impl<'a> Shared<'a> {
    fn new(inventory: &'a Inventory) -> Self {
        Self { inventory, resources: HashMap::new(), controls: HashMap::new() }
    }

    fn row(&mut self, evaluation: &Evaluation) -> ResultRow {
        let rule = &evaluation.rule;
        let resource = self.resource(evaluation);
        let controls = self.controls.entry(Arc::as_ptr(rule)).or_insert_with(|| Arc::new(rule.controls.clone()));
        let scope = (&resource.account, &resource.region, &resource.resource_type);
        let id = evaluation.identity(self.inventory);
        ResultRow {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            pillar: rule.pillar,
            severity: evaluation.severity,
            status: evaluation.status,
            fingerprint: fingerprint(&rule.id, id, scope, evaluation.sub_key.as_deref()),
            message: evaluation.message.clone(),
            sub_key: evaluation.sub_key.clone(),
            evidence: evaluation.evidence.clone(),
            gap: evaluation.gap.clone(),
            monthly_cost_usd: evaluation.monthly_cost,
            monthly_savings_usd: evaluation.monthly_savings,
            replacement: evaluation.replacement.clone(),
            waiver: evaluation.waiver.clone(),
            remedy: rule.remedy.clone(),
            controls: Arc::clone(controls),
            resource,
        }
    }

    fn resource(&mut self, evaluation: &Evaluation) -> ResourceRef {
        let Some(position) = evaluation.resource else {
            let expected = evaluation.subject.as_deref();
            return ResourceRef {
                id: expected.and_then(|expected| expected.id.clone()),
                resource_type: expected.map_or(&evaluation.rule.resource, |expected| &expected.resource_type).clone(),
                name: expected.and_then(|expected| expected.name.clone()),
                account: evaluation.account.clone(),
                region: evaluation.region.clone(),
                tags: Arc::new(serde_json::Value::Null),
                owner: None,
                origin: None,
            };
        };
        let inventory = self.inventory;
        let describe = || describe(inventory, position).expect("internal error: a verdict names a resource that the inventory has");
        self.resources.entry(position).or_insert_with(describe).clone()
    }
}

fn describe(inventory: &Inventory, position: usize) -> Option<ResourceRef> {
    let resource: &Resource = inventory.resource(position)?;
    Some(ResourceRef {
        id: Some(resource.id.clone()),
        resource_type: resource.resource_type.clone(),
        name: Some(resource.name.clone()),
        account: resource.account.clone(),
        region: resource.region.clone(),
        tags: Arc::new(resource.tags.to_json()),
        owner: inventory.facts(position).and_then(|facts| facts.owner.value().cloned()),
        origin: resource.origin.clone(),
    })
}
