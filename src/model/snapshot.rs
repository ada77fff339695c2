//! The store's state when a pass ended, counted: what `/metrics` is rendered from. A scrape never asks AWS or the store.

use super::anomaly::Anomaly;
use super::finding::FindingStatus;
use super::judged::JudgedRule;
use super::ledger::CostRow;
use super::plane::LedgerView;
use super::rule::{Pillar, Severity};
use super::run::Requests;
use super::value::Time;
use super::verdict::Status;
use super::waiver::WaiverState;
use super::{AccountId, Money, Outcome, Region, ResourceType, RuleId};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};

/// Counts and sums of the last good state. Every list is sorted by its keys and has one entry a key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When the last pass that ended well did end.
    pub last_success: Option<Time>,
    /// How long that took, in seconds.
    pub duration_secs: Option<f64>,
    /// Rows of coverage by outcome; every outcome is there.
    pub coverage: Vec<(Outcome, u64)>,
    /// Coverage ratio by account.
    pub coverage_ratio: Vec<(AccountId, f64)>,
    /// Resources by account, region, type.
    pub resources: Vec<(AccountId, Region, ResourceType, u64)>,
    /// Results by status; every status is there.
    pub results: Vec<(Status, u64)>,
    /// Findings that are not resolved.
    pub findings: Vec<(AccountId, Pillar, Severity, FindingStatus, u64)>,
    /// Unresolved findings by rule; every loaded rule is there, with zero where nothing fails.
    pub rule_findings: Vec<(RuleId, Severity, u64)>,
    /// The loaded rules.
    pub rules: Vec<(RuleId, ArcStr, Pillar)>,
    /// The oldest unresolved finding.
    pub oldest: Vec<(Pillar, Severity, Time)>,
    /// Findings opened since the store was made.
    pub opened: Vec<(Pillar, Severity, u64)>,
    /// Findings resolved since the store was made.
    pub resolved: Vec<(Pillar, Severity, u64)>,
    /// Findings reopened since the store was made.
    pub reopened: Vec<(Pillar, Severity, u64)>,
    /// Per required tag key: account, key, resources that must have it, resources that have it.
    pub tags: Vec<(AccountId, ArcStr, u64, u64)>,
    /// The ledger's rows of the current month.
    pub costs: Vec<CostRow>,
    /// What bills say of this month besides: what lacks tags, adjustments, restatements, forecasts, ages.
    #[serde(default)]
    pub ledger: LedgerView,
    /// Estimated monthly cost: component, low, high.
    pub estimates: Vec<(ArcStr, Money, Money)>,
    /// The current month of what is estimated, where costs were read: in the order of the estimates.
    #[serde(default)]
    pub months: Vec<MonthStanding>,
    /// Days that cost too much, of the last weeks: sorted by account, service, first day.
    #[serde(default)]
    pub anomalies: Vec<Anomaly>,
    /// What mending would save, USD a month, by kind (the rule's pack).
    pub savings: Vec<(ArcStr, Money)>,
    /// Waivers by where they stand; every state is there.
    #[serde(default)]
    pub waivers: Vec<(WaiverState, u64)>,
    /// When the next valid waiver ends.
    #[serde(default)]
    pub next_waiver_expiry: Option<Time>,
    /// The verdicts of each rule, and the controls that it speaks for.
    #[serde(default)]
    pub judged: Vec<JudgedRule>,
    /// What paid calls have cost this month, and the most that they may; none where they are not allowed.
    #[serde(default)]
    pub paid: Option<(Money, Money)>,
    /// Requests of all passes since the store was made.
    pub requests: Requests,
}

/// The current month of one component that a contract estimates, all accounts together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthStanding {
    /// What the contract calls it; `Total` is all.
    pub component: ArcStr,
    /// The least that was estimated.
    pub low: Money,
    /// The most that was estimated.
    pub high: Money,
    /// What it cost so far, without credits, refunds and tax; none where that could not be read.
    pub to_date: Option<Money>,
    /// What it will have cost when the month ends; none where too little is known.
    pub projected: Option<Money>,
    /// Credits and refunds: negative or zero.
    pub credits: Option<Money>,
}
