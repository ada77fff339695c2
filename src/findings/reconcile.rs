//! What a pass changes about what was known: the table of design, section 7, in one walk over both sides.
//!
//! Two rules govern it. *Not known is not fine*: an `unknown` resolves nothing. *Not seen is not gone*: absence resolves
//! only where the listing that would have shown the resource reached its last page, or where the resource itself was
//! judged and the part is missing from the judgement.
//!
//! Linear in both sides; what has not changed and was not seen gives no change at all.

use super::finding::{Failure, opened, resolved, seen, stale};
use crate::model::call::Place;
use crate::model::catalogue::Catalogue;
use crate::model::contract::{self, Judged};
use crate::model::coverage::Coverage;
use crate::model::finding::{Change, ChangeKind, Finding, Resolution};
use crate::model::report::ResultRow;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::{Fingerprint, RuleId, RunId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What a pass was, as far as its conclusions depend on it.
#[derive(Debug)]
pub struct Reconcile<'a> {
    /// The pass.
    pub run: &'a RunId,
    /// When it looked.
    pub now: Time,
    /// What it looked at; nothing outside is concluded.
    pub scope: &'a PassScope,
    /// What it could see.
    pub coverage: &'a Coverage,
    /// The types, for the call that lists each.
    pub catalogue: &'a Catalogue,
    /// Whether `rules` are all that are configured, none left out and none that failed to load: only then is a rule that
    /// is not among them gone.
    pub whole_rule_set: bool,
    /// The rules that were evaluated.
    pub rules: BTreeSet<RuleId>,
    /// The contracts that were judged: findings of others are left alone.
    pub contracts: Judged,
    /// A result as the store keeps it.
    pub details: fn(&ResultRow) -> serde_json::Value,
}

/// What the pass changes: at most one change a finding, sorted as findings are listed. `results` must hold every failure and
/// every unknown, and the rows of all statuses on rules and resources that `known` names (see [`super::Shown`]): a pass that
/// is missing there would read as a resource that is gone.
pub fn reconcile(known: &[Finding], results: &[ResultRow], cx: &Reconcile<'_>) -> Vec<Change> {
    let verdicts = Verdicts::of(results);
    let mut known_prints: HashSet<&Fingerprint> = HashSet::with_capacity(known.len());
    let mut changes = Vec::new();
    for finding in known {
        known_prints.insert(&finding.fingerprint);
        changes.extend(cx.known(finding, &verdicts));
    }
    for row in verdicts.by_fingerprint.values() {
        if !known_prints.contains(&row.fingerprint)
            && let Some(failure) = failure(row.status)
            && let Some(finding) = opened(row, failure, cx.now, (cx.details)(row))
        {
            changes.push(cx.change(ChangeKind::Opened, finding));
        }
    }
    changes.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    changes
}

fn order(finding: &Finding) -> impl Ord + '_ {
    (
        finding.account.as_str(),
        finding.region.as_str(),
        finding.resource_type.as_str(),
        finding.resource.as_str(),
        finding.rule.as_str(),
        finding.sub_key.as_deref(),
    )
}

const fn failure(status: Status) -> Option<Failure> {
    match status {
        Status::Fail => Some(Failure::Open),
        Status::Waived => Some(Failure::Waived),
        Status::Pass | Status::Unknown | Status::NotApplicable => None,
    }
}

impl Reconcile<'_> {
    fn change(&self, kind: ChangeKind, finding: Finding) -> Change {
        Change { run: self.run.clone(), kind, finding }
    }

    /// What becomes of a known finding.
    fn known(&self, known: &Finding, verdicts: &Verdicts<'_>) -> Option<Change> {
        if !self.scope.looks_at(&known.account, &known.region) || !self.scope.evaluates(&known.rule) {
            return None;
        }
        match verdicts.by_fingerprint.get(&known.fingerprint) {
            Some(row) => self.judged(known, row),
            None => self.conclude(known, self.unseen(known, verdicts)),
        }
    }

    /// A finding that has its verdict.
    fn judged(&self, known: &Finding, row: &ResultRow) -> Option<Change> {
        let failure = match row.status {
            Status::Fail => Failure::Open,
            Status::Waived => Failure::Waived,
            Status::Pass => return self.conclude(known, Absence::Over(Resolution::Fixed)),
            Status::NotApplicable => return self.conclude(known, Absence::Over(Resolution::NotApplicable)),
            Status::Unknown => return self.conclude(known, Absence::Untold),
        };
        let now = opened(row, failure, self.now, (self.details)(row))?;
        let (kind, finding) = seen(known, now, failure);
        Some(self.change(kind, finding))
    }

    fn conclude(&self, known: &Finding, absence: Absence) -> Option<Change> {
        match absence {
            Absence::Over(resolution) => Some(self.change(ChangeKind::Resolved, resolved(known, resolution, self.now)?)),
            Absence::Untold => Some(self.change(ChangeKind::BecameStale, stale(known, self.now)?)),
            Absence::NotLooked => None,
        }
    }

    /// What it means that a finding inside the scope has no verdict.
    fn unseen(&self, known: &Finding, verdicts: &Verdicts<'_>) -> Absence {
        if !self.rules.contains(&known.rule) {
            // Left out by `--rule`, or it did not load: nothing follows from that.
            return if self.whole_rule_set { Absence::Over(Resolution::NotApplicable) } else { Absence::NotLooked };
        }
        if let Some(absence) = self.contract(known) {
            return absence;
        }
        if let Some(judgement) = verdicts.by_resource.get(&(known.rule.as_str(), known.account.as_str(), known.resource.as_str())) {
            // The resource was judged, and this part is not in the judgement.
            return match judgement {
                Judgement::Decided => Absence::Over(Resolution::Fixed),
                Judgement::NotApplicable => Absence::Over(Resolution::NotApplicable),
                Judgement::Undecided => Absence::Untold,
            };
        }
        if known.resource_type.as_str() == crate::model::waiver::TYPE {
            // All waivers are known in every pass; one that speaks of several accounts is left out where some only are looked at.
            return if self.scope.accounts.is_none() { Absence::Over(Resolution::Gone) } else { Absence::NotLooked };
        }
        let place = Place { account: known.account.clone(), region: known.region.clone() };
        let listing = self.catalogue.find(&known.resource_type).and_then(|spec| spec.listing.as_ref());
        // A type without a listing is there in every pass; that it is not says that its account was not looked at.
        let listed = listing.is_some_and(|listing| self.coverage.listing_is_complete(&place, &known.resource_type, listing));
        if listed { Absence::Over(Resolution::Gone) } else { Absence::Untold }
    }
}

impl Reconcile<'_> {
    /// What it means for a finding of a contract that nothing is said of it; none where that is as for every other rule.
    fn contract(&self, known: &Finding) -> Option<Absence> {
        if !contract::is_contract_rule(&known.rule) {
            return None;
        }
        let judged = known.sub_key.as_deref().is_some_and(|sub_key| self.contracts.names.contains(contract::contract_of(sub_key)));
        match (judged, self.contracts.whole) {
            // The contract no longer expects it: of each resource that it does expect it says whether it is there.
            (true, _) if known.rule.as_str() == contract::MISSING => Some(Absence::Over(Resolution::NotApplicable)),
            (true, _) => None,
            (false, true) => Some(Absence::Over(Resolution::NotApplicable)),
            (false, false) => Some(Absence::NotLooked),
        }
    }
}

/// What follows for a finding that is not seen failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absence {
    /// It is over.
    Over(Resolution),
    /// It cannot be told.
    Untold,
    /// Nobody looked.
    NotLooked,
}

/// What a rule said of a resource as a whole, all its parts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Judgement {
    /// The rule does not speak of it.
    NotApplicable,
    /// It passes or fails.
    Decided,
    /// At least one part of it could not be told: a part that is missing may be among that.
    Undecided,
}

impl Judgement {
    const fn of(status: Status) -> Self {
        match status {
            Status::NotApplicable => Self::NotApplicable,
            Status::Pass | Status::Fail | Status::Waived => Self::Decided,
            Status::Unknown => Self::Undecided,
        }
    }
}

/// The results, found by what a finding knows of itself.
struct Verdicts<'a> {
    by_fingerprint: HashMap<&'a Fingerprint, &'a ResultRow>,
    /// By rule, account and id.
    by_resource: HashMap<(&'a str, &'a str, &'a str), Judgement>,
}

impl<'a> Verdicts<'a> {
    fn of(results: &'a [ResultRow]) -> Self {
        let mut verdicts =
            Self { by_fingerprint: HashMap::with_capacity(results.len()), by_resource: HashMap::with_capacity(results.len()) };
        for row in results {
            // A failed listing has a row without a resource; the coverage says the same.
            let Some(resource) = &row.resource.id else { continue };
            // Should a rule judge one part twice, the worse verdict counts, in whatever order they come.
            let kept = verdicts.by_fingerprint.entry(&row.fingerprint).or_insert(row);
            if (weight(row.status), &row.message) > (weight(kept.status), &kept.message) {
                *kept = row;
            }
            let judgement = Judgement::of(row.status);
            let key = (row.rule.as_str(), row.resource.account.as_str(), resource.as_str());
            let all = verdicts.by_resource.entry(key).or_insert(judgement);
            *all = judgement.max(*all);
        }
        verdicts
    }
}

const fn weight(status: Status) -> u8 {
    match status {
        Status::NotApplicable => 0,
        Status::Pass => 1,
        Status::Unknown => 2,
        Status::Waived => 3,
        Status::Fail => 4,
    }
}
