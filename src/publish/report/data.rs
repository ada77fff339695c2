//! What a report says, before it has a form: plain data that is kept as `report.json`, and that every format is a function of.
//!
//! Rendering the same data again gives the same bytes, so nothing here depends on the machine: no floats (they may come back from
//! JSON a little changed), no maps without order, and no time but those that the store remembers.

use super::costs::Costs;
use super::trend::Week;
use crate::model::coverage::ScopeRow;
use crate::model::finding::{FindingStatus, Resolution};
use crate::model::judged::VerdictCounts;
use crate::model::rule::{Controls, Pillar, Remedy, Severity, words};
use crate::model::run::RunStatus;
use crate::model::value::Time;
use crate::model::waiver::WaiverState;
use crate::model::{AccountId, Fingerprint, Money, Region, ResourceId, ResourceType, RuleId, RunId};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the object; it changes when a key changes its meaning or goes.
pub const SCHEMA: &str = "ledgerline.report/1";

/// Everything that a report says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// [`SCHEMA`].
    pub schema: ArcStr,
    /// Made of the time that it speaks of: `2026-11-23T070000Z`.
    pub id: ArcStr,
    /// The time that it speaks of.
    pub as_of: Time,
    /// The beginning of the period that its changes are of: the end of the baseline, or a week before.
    pub since: Time,
    /// Ledgerline's version.
    pub version: ArcStr,
    /// The last audit of everything that had ended by then.
    pub audit: Audit,
    /// How things stand.
    pub verdict: Verdict,
    /// What it is compared with.
    pub comparison: Comparison,
    /// What the reader must know to read it rightly, a sentence each.
    pub notes: Vec<String>,
    /// What changed in the period.
    pub changes: Changes,
    /// Open findings by owner, those with most that is past due first.
    pub owners: Vec<Owner>,
    /// Days until a finding of a severity is due; one that is missing has no due date.
    pub due_days: BTreeMap<Severity, u32>,
    /// Where to begin.
    pub top: Top,
    /// Waivers.
    pub exceptions: Vec<Exception>,
    /// Control coverage.
    pub frameworks: Vec<Framework>,
    /// Money.
    pub costs: Costs,
    /// Thirteen weeks, the oldest first.
    pub trend: Vec<Week>,
    /// What the rules of the findings say.
    pub rules: BTreeMap<RuleId, RuleNote>,
    /// Every finding that is not resolved, the worst first.
    pub findings: Vec<Entry>,
    /// Every finding that was resolved in the period, the worst first.
    pub resolved: Vec<Entry>,
}

/// The audit that a report rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Its id.
    pub run: RunId,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Time,
    /// Whether it could see everything.
    pub status: RunStatus,
    /// The version that made it.
    pub version: ArcStr,
    /// SHA-256 over its rules.
    pub rules_digest: ArcStr,
    /// How many rules judged.
    pub rules: u64,
    /// The accounts that it looked at, sorted.
    pub accounts: Vec<AccountId>,
    /// How many resources it saw.
    pub resources: u64,
    /// What it could see.
    pub coverage: Sight,
    /// What could not be read, and which permission is missing.
    pub gaps: Vec<ScopeRow>,
    /// All verdicts; none where the version that made the audit did not keep them.
    pub verdicts: Option<VerdictCounts>,
}

/// Coverage in two numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// The calls that were needed and not left out on purpose.
    pub needed: u64,
    /// Those of them that were answered in full.
    pub complete: u64,
}

/// How things stand at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Open findings, stale ones among them, by severity; every severity is there.
    pub open: BTreeMap<Severity, u64>,
    /// Those of them that the last look could not tell.
    pub stale: u64,
    /// Findings under a waiver.
    pub waived: u64,
}

impl Standing {
    /// All that is open.
    pub fn total(&self) -> u64 {
        self.open.values().sum()
    }

    /// What is open of a severity.
    pub fn of(&self, severity: Severity) -> u64 {
        self.open.get(&severity).copied().unwrap_or_default()
    }
}

/// How things stand now, and before where that can be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Now.
    pub now: Standing,
    /// At the baseline; none where it is not comparable.
    pub before: Option<Standing>,
    /// Open findings whose due date is over.
    pub past_due: u64,
    /// USD a month that mending what is open would save; none where no finding names money.
    pub savings_usd: Option<Money>,
}

/// What a report is compared with. Numbers are compared only where accounts and rules are the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The last audit of everything that had ended a week before; none where there is none.
    pub baseline: Option<Baseline>,
    /// Why it cannot be compared, a sentence each; empty where it can.
    pub reasons: Vec<String>,
}

impl Comparison {
    /// Whether differences mean something.
    pub fn is_comparable(&self) -> bool {
        self.baseline.is_some() && self.reasons.is_empty()
    }
}

/// An earlier audit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Its id.
    pub run: RunId,
    /// When it ended.
    pub finished_at: Time,
    /// SHA-256 over its rules.
    pub rules_digest: ArcStr,
    /// The accounts that it looked at, sorted.
    pub accounts: Vec<AccountId>,
    /// What it could see.
    pub coverage: Sight,
}

/// What happened to findings in the period, each list in the order of the findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// First seen, and still there.
    pub new: Vec<Fingerprint>,
    /// Over now, and not over before, or new and over within the period.
    pub resolved: Vec<Fingerprint>,
    /// They had been over.
    pub reopened: Vec<Fingerprint>,
    /// Under a waiver now, and not before.
    pub waived: Vec<Fingerprint>,
}

words! {
    /// What happened to a finding in the period.
    ChangeWord { /// First seen.
        New = "new", /// It had been over.
        Reopened = "reopened", /// A waiver covers it now.
        Waived = "waived", /// It is over.
        Resolved = "resolved" }
}

/// Open findings of one owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Owner {
    /// Who; none for what nobody owns.
    pub owner: Option<ArcStr>,
    /// Findings by severity; every severity is there.
    pub open: BTreeMap<Severity, u64>,
    /// Those whose due date is over.
    pub past_due: u64,
    /// The earliest due date, which may be over.
    pub next_due: Option<Time>,
    /// USD a month that mending would save.
    pub savings_usd: Option<Money>,
}

/// Where to begin: ten findings each, the first first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top {
    /// By severity, then by how long they are past due, how often they came back, how old they are.
    pub risk: Vec<Fingerprint>,
    /// By what mending would save.
    pub usd: Vec<Fingerprint>,
}

/// A waiver and what it covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    /// Its id.
    pub id: ArcStr,
    /// Who took the responsibility.
    pub owner: ArcStr,
    /// Who agreed; none where nobody is named.
    pub approver: Option<ArcStr>,
    /// Why.
    pub reason: ArcStr,
    /// Where it was talked over.
    pub ticket: Option<ArcStr>,
    /// Which failures it may cover, in words.
    pub scope: ArcStr,
    /// Its last second.
    pub expires: Time,
    /// Where it is written.
    pub origin: ArcStr,
    /// Where it stands.
    pub state: WaiverState,
    /// Findings that it covers.
    pub findings: u64,
}

words! {
    /// Where a control stands. One that nothing was evaluated for is not in order: nobody knows.
    ControlState { /// Something fails.
        Fail = "fail", /// Nothing is known to fail, and something could not be told.
        Unknown = "unknown", /// What fails is under waivers.
        Waived = "waived", /// Nothing was evaluated.
        NotEvaluated = "not_evaluated", /// Something was evaluated, and all of it passed.
        Pass = "pass" }
}

/// The controls of a framework that rules speak for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    /// Its key in rules.
    pub id: ArcStr,
    /// Its full name.
    pub title: ArcStr,
    /// How many controls it has; none where that is not known.
    pub controls_known: Option<u64>,
    /// Controls by state; every state is there.
    pub counts: BTreeMap<ControlState, u64>,
    /// Its controls, by id.
    pub controls: Vec<Control>,
}

/// One control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// Its id.
    pub id: ArcStr,
    /// What it demands; empty where that is not known.
    pub title: ArcStr,
    /// Where it stands.
    pub state: ControlState,
    /// The verdicts of all rules that speak for it.
    pub verdicts: VerdictCounts,
    /// Those rules.
    pub rules: Vec<RuleId>,
}

/// What a rule says to whoever must mend what it found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleNote {
    /// The good state.
    pub title: ArcStr,
    /// What it protects.
    pub pillar: Pillar,
    /// How to mend it.
    pub remedy: Remedy,
    /// The controls that it speaks for.
    pub controls: Controls,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The rule.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stood at the time of the report.
    pub status: FindingStatus,
    /// What happened in the period.
    pub changes: Vec<ChangeWord>,
    /// The resource.
    pub resource: ResourceId,
    /// Its type.
    #[serde(rename = "type")]
    pub resource_type: ResourceType,
    /// Its name.
    pub name: ArcStr,
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// The part of it.
    pub sub_key: Option<ArcStr>,
    /// What was measured.
    pub message: ArcStr,
    /// Who owns the resource.
    pub owner: Option<ArcStr>,
    /// When it was first seen failing.
    pub first_seen: Time,
    /// When it was last seen failing.
    pub last_seen: Time,
    /// When it has to be mended; none where it has no due date, is under a waiver or over.
    pub due: Option<Time>,
    /// Since when it was over.
    pub resolved_at: Option<Time>,
    /// Why it was over.
    pub resolution: Option<Resolution>,
    /// How often it had come back.
    pub reopened: u32,
    /// The waiver that covered it.
    pub waiver: Option<ArcStr>,
    /// USD a month that mending would save.
    pub savings_usd: Option<Money>,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
}

/// One path that a rule read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The path from the resource's root.
    pub path: ArcStr,
    /// What stood there, as JSON; cut where it is very long.
    pub observed: ArcStr,
    /// What the rule compares it with, as JSON.
    pub expected: Option<ArcStr>,
    /// The call that brought it.
    pub call: Option<ArcStr>,
}

impl Entry {
    /// Whether it is open and its due date is over.
    pub fn is_past_due(&self, now: Time) -> bool {
        self.due.is_some_and(|due| due < now)
    }
}

impl Data {
    /// A finding of the report, whether resolved or not.
    pub fn entry(&self, fingerprint: &Fingerprint) -> Option<&Entry> {
        self.findings.iter().chain(&self.resolved).find(|entry| entry.fingerprint == *fingerprint)
    }
}
