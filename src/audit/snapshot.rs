//! What a pass counts, for metrics. A narrower pass leaves the counts of the last whole one as they are: half a look must
//! not shrink the numbers of the rest.

use super::{Found, Plan, is_whole, ledger, month};
use crate::findings;
use crate::model::inventory::Inventory;
use crate::model::ledger::Month;
use crate::model::money::Money;
use crate::model::report::Report;
use crate::model::snapshot::Snapshot;
use crate::model::verdict::{Evaluation, Status, Verdicts};
use crate::model::waiver::{Standing, WaiverState};
use crate::model::{AccountId, Outcome};
use crate::store::{Store, StoreError};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// The counts of this pass, over those of the last whole one. What only the store can count is left to it.
pub(super) async fn build(plan: &Plan<'_>, store: &dyn Store, report: &Report, found: Found<'_>) -> Result<Snapshot, StoreError> {
    let costs = store.costs(Month::at(report.run.started_at)).await?;
    let ledger = ledger::view(store, Month::at(report.run.started_at)).await?;
    let paid = match plan.cost.enabled {
        true => Some((store.paid_spent(Month::at(report.run.started_at)).await?, plan.cost.monthly_cap_usd)),
        false => None,
    };
    let known = store.snapshot().await?;
    let rule_findings = plan.rules.infos().map(|info| (info.id.clone(), info.severity, 0)).collect();
    match known {
        Some(known) if !is_whole(plan, &report.coverage) => Ok(Snapshot { costs, ledger, paid, ..known }),
        _ => Ok(Snapshot {
            last_success: Some(report.run.finished_at),
            duration_secs: Some((report.run.finished_at - report.run.started_at).as_seconds_f64()),
            coverage: coverage(report),
            coverage_ratio: ratios(report),
            resources: resources(found.inventory),
            results: statuses(report),
            rule_findings,
            rules: plan.rules.infos().map(|info| (info.id.clone(), info.title.clone(), info.pillar)).collect(),
            tags: tags(found.verdicts),
            costs,
            ledger,
            paid,
            anomalies: found.anomalies.to_vec(),
            months: month::standings(&estimates(plan, found.inventory), found.inventory, Month::at(report.run.started_at)),
            estimates: estimates(plan, found.inventory),
            savings: savings(&found.verdicts.told),
            waivers: waivers(report, found.standings),
            judged: findings::judged(found.verdicts, plan.rules.infos()),
            next_waiver_expiry: found.standings.iter().filter(|one| one.valid).map(|one| one.waiver.expires).min(),
            ..Snapshot::default()
        }),
    }
}

fn coverage(report: &Report) -> Vec<(Outcome, u64)> {
    Outcome::ALL.map(|outcome| (outcome, report.coverage.rows().filter(|row| row.outcome == outcome).count() as u64)).to_vec()
}

fn ratios(report: &Report) -> Vec<(AccountId, f64)> {
    let mut accounts: Vec<&AccountId> = report.coverage.rows().map(|row| &row.account).collect();
    accounts.dedup();
    accounts.into_iter().map(|account| (account.clone(), report.coverage.ratio_of(account))).collect()
}

fn resources(inventory: &Inventory) -> Vec<(AccountId, crate::model::Region, crate::model::ResourceType, u64)> {
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    // A listing that found nothing is a zero, not a missing series.
    for row in inventory.coverage().rows() {
        counts.entry((row.account.clone(), row.region.clone(), row.resource_type.clone())).or_default();
    }
    for resource in inventory.resources() {
        *counts.entry((resource.account.clone(), resource.region.clone(), resource.resource_type.clone())).or_default() += 1;
    }
    counts.into_iter().map(|((account, region, resource_type), count)| (account, region, resource_type, count)).collect()
}

fn statuses(report: &Report) -> Vec<(Status, u64)> {
    let summary = &report.summary;
    Status::ALL
        .iter()
        .map(|status| {
            let count = match status {
                Status::Pass => summary.pass,
                Status::Fail => summary.fail,
                Status::Waived => summary.waived,
                Status::Unknown => summary.unknown,
                Status::NotApplicable => summary.not_applicable,
            };
            (*status, count)
        })
        .collect()
}

/// Waivers by where they stand, at the time that the pass judged by.
fn waivers(report: &Report, standings: &[Standing]) -> Vec<(WaiverState, u64)> {
    let states: Vec<WaiverState> = standings.iter().map(|standing| standing.state(report.judged_at)).collect();
    WaiverState::ALL.iter().map(|state| (*state, states.iter().filter(|one| *one == state).count() as u64)).collect()
}

/// Required tag keys, as the rules that name them counted.
fn tags(verdicts: &Verdicts) -> Vec<(AccountId, ArcStr, u64, u64)> {
    let counts = verdicts.tags.iter();
    counts.map(|((account, key), count)| (account.clone(), key.clone(), count.required, count.compliant)).collect()
}

/// What the deployments that are there are expected to cost, by service: of several contracts the sum.
fn estimates(plan: &Plan<'_>, inventory: &Inventory) -> Vec<(ArcStr, Money, Money)> {
    let mut sums: BTreeMap<&ArcStr, (Money, Money)> = BTreeMap::new();
    for range in plan.rules.contracts().active(inventory, plan.scope).flat_map(|contract| &contract.costs) {
        let (low, high) = sums.entry(&range.component).or_default();
        // A sum that does not fit is not known; it cannot be what a month costs either.
        (*low, *high) = (low.plus(range.low).unwrap_or(*low), high.plus(range.high).unwrap_or(*high));
    }
    sums.into_iter().map(|(component, (low, high))| (component.clone(), low, high)).collect()
}

/// What mending would save, by rule.
fn savings(evaluations: &[Evaluation]) -> Vec<(ArcStr, Money)> {
    let mut sums: BTreeMap<&ArcStr, Money> = BTreeMap::new();
    for evaluation in evaluations.iter().filter(|evaluation| evaluation.status == Status::Fail) {
        let Some(saving) = evaluation.monthly_savings else { continue };
        let sum = sums.entry(evaluation.rule.id.shared()).or_default();
        *sum = sum.plus(saving).unwrap_or(*sum);
    }
    sums.into_iter().map(|(rule, sum)| (rule.clone(), sum)).collect()
}
