//! The result of a pass, as `--format json` writes it (design, section 8): what exports read.

use super::finding::Change;
use super::resource::Origin;
use super::rule::{Controls, Pillar, Remedy, Severity};
use super::run::{PassScope, Requests, RunHead};
use super::value::Time;
use super::verdict::{Evidence, Status};
use super::waiver::{Standing, Waiver};
use super::{AccountId, Coverage, Fingerprint, Money, Region, ResourceId, ResourceType, RuleId};
use super::{CallId, Gap};
use arcstr::ArcStr;
use serde::Serialize;
use std::sync::Arc;

/// Everything that a pass found.
#[derive(Debug)]
pub struct Report {
    /// Which pass.
    pub run: RunHead,
    /// The time that it judged by: that of the pass, of a recording, or the one that was asked for.
    pub judged_at: Time,
    /// What it looked at.
    pub scope: PassScope,
    /// What could be seen.
    pub coverage: Coverage,
    /// All results counted, whether listed or not.
    pub summary: Summary,
    /// What was asked of AWS.
    pub requests: Requests,
    /// The results, sorted by account, region, type, resource id, rule, sub-key; only the statuses that were asked for.
    pub results: Vec<ResultRow>,
    /// What became of each waiver.
    pub waivers: Vec<Standing>,
    /// What changed against what was known; empty without a store.
    pub changes: Vec<Change>,
}

/// Results counted by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Summary {
    /// As they should be.
    pub pass: u64,
    /// Not as they should be.
    pub fail: u64,
    /// Failures under a valid waiver.
    pub waived: u64,
    /// Could not be told.
    pub unknown: u64,
    /// The rule does not speak of the resource.
    pub not_applicable: u64,
    /// The sum of what mending would save, USD a month; none where no result names money.
    pub monthly_savings_usd: Option<Money>,
}

/// One result: rule × resource (× sub-key).
#[derive(Clone, Debug)]
pub struct ResultRow {
    /// The rule.
    pub rule: RuleId,
    /// The good state.
    pub title: ArcStr,
    /// What the rule protects.
    pub pillar: Pillar,
    /// How bad a failure is.
    pub severity: Severity,
    /// The verdict.
    pub status: Status,
    /// The identity over time.
    pub fingerprint: Fingerprint,
    /// What was measured.
    pub message: ArcStr,
    /// The part of the resource.
    pub sub_key: Option<ArcStr>,
    /// The resource.
    pub resource: ResourceRef,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// The gap that decided, where unknown.
    pub gap: Option<Arc<Gap>>,
    /// USD a month that the resource costs.
    pub monthly_cost_usd: Option<Money>,
    /// USD a month that mending would save.
    pub monthly_savings_usd: Option<Money>,
    /// What could stand in its place, proven; a list.
    pub replacement: Option<Arc<serde_json::Value>>,
    /// The waiver that covers it; there is one exactly where the status is `waived`.
    pub waiver: Option<Arc<Waiver>>,
    /// How to mend it.
    pub remedy: Remedy,
    /// The controls that the rule speaks for, shared by all results of the rule.
    pub controls: Arc<Controls>,
}

impl Report {
    /// The failures that are listed and would save something, the most first; in the results' order where they save the same.
    pub fn ranked_savings(&self) -> Vec<(&ResultRow, Money)> {
        let failing = self.results.iter().filter(|row| row.status == Status::Fail);
        let saving = failing.filter_map(|row| Some((row, row.monthly_savings_usd?))).filter(|(_, usd)| *usd > Money::ZERO);
        // Where the sum is not told, neither is what it is made of.
        let mut ranked: Vec<(&ResultRow, Money)> = saving.filter(|_| self.summary.monthly_savings_usd.is_some()).collect();
        ranked.sort_by_key(|(_, usd)| std::cmp::Reverse(*usd));
        ranked
    }
}

/// The resource that a result speaks of.
#[derive(Clone, Debug)]
pub struct ResourceRef {
    /// Its id; none where the listing failed.
    pub id: Option<ResourceId>,
    /// Its type.
    pub resource_type: ResourceType,
    /// Its name; none where the listing failed.
    pub name: Option<ArcStr>,
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// Its tags as JSON, shared by all results of the resource; null where they are not known.
    pub tags: Arc<serde_json::Value>,
    /// Who owns it.
    pub owner: Option<ArcStr>,
    /// Where it is written, for one of a plan, a state or a template.
    pub origin: Option<Arc<Origin>>,
}

impl ResultRow {
    /// The order of results in every output.
    pub fn order(&self) -> impl Ord + '_ {
        (
            self.resource.account.as_str(),
            self.resource.region.as_str(),
            self.resource.resource_type.as_str(),
            self.resource.id.as_ref().map(ResourceId::as_str),
            self.rule.as_str(),
            self.sub_key.as_deref(),
        )
    }

    /// The call that the deciding gap names.
    pub fn failed_call(&self) -> Option<&CallId> {
        self.gap.as_ref()?.call.as_ref()
    }
}
