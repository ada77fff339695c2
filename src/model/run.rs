//! One pass: when, over what, and what it asked of AWS.

use super::money::Overflow;
use super::rule::words;
use super::value::Time;
use super::{AccountId, CallId, Money, Region, RuleId, RunId};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a pass looks at. `None` means all that is configured: only such a pass may conclude that something is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PassScope {
    /// Only these accounts.
    pub accounts: Option<BTreeSet<AccountId>>,
    /// Only these regions; `global` is one.
    pub regions: Option<BTreeSet<Region>>,
    /// Only these rules.
    pub rules: Option<BTreeSet<RuleId>>,
}

impl PassScope {
    /// All that is configured.
    pub const WHOLE: &'static Self = &Self { accounts: None, regions: None, rules: None };

    /// Whether everything that `other` looks at is looked at here.
    pub fn contains(&self, other: &Self) -> bool {
        fn covers<T: Ord>(mine: Option<&BTreeSet<T>>, theirs: Option<&BTreeSet<T>>) -> bool {
            match (mine, theirs) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(mine), Some(theirs)) => theirs.is_subset(mine),
            }
        }
        covers(self.accounts.as_ref(), other.accounts.as_ref())
            && covers(self.regions.as_ref(), other.regions.as_ref())
            && covers(self.rules.as_ref(), other.rules.as_ref())
    }

    /// Whether this (account, region) is looked at.
    pub fn looks_at(&self, account: &AccountId, region: &Region) -> bool {
        self.accounts.as_ref().is_none_or(|accounts| accounts.contains(account))
            && self.regions.as_ref().is_none_or(|regions| regions.contains(region))
    }

    /// Whether this rule is evaluated.
    pub fn evaluates(&self, rule: &RuleId) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.contains(rule))
    }
}

/// What was asked of AWS: every HTTP request, retries and STS included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// All.
    pub total: u64,
    /// By call.
    pub by_action: BTreeMap<CallId, u64>,
    /// Answers that asked to slow down.
    pub throttled: u64,
    /// Requests that were sent again.
    pub retried: u64,
    /// What AWS charges for them.
    pub paid_usd: Money,
    /// Answers by call and outcome (`ok`, `throttled`, `denied`, `error`): for metrics. What the credential chain sends is
    /// counted above but its answers are not seen.
    #[serde(default)]
    pub outcomes: BTreeMap<CallId, BTreeMap<ArcStr, u64>>,
}

impl Requests {
    /// Adds what somebody else asked. Counts stop at the largest number rather than begin again.
    ///
    /// # Errors
    /// [`Overflow`] where the sum of what was paid does not fit; then nothing is added.
    pub fn add(&mut self, more: &Self) -> Result<(), Overflow> {
        self.paid_usd = self.paid_usd.plus(more.paid_usd)?;
        self.total = self.total.saturating_add(more.total);
        self.throttled = self.throttled.saturating_add(more.throttled);
        self.retried = self.retried.saturating_add(more.retried);
        for (call, count) in &more.by_action {
            let sum = self.by_action.entry(call.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        for (call, outcomes) in &more.outcomes {
            let sums = self.outcomes.entry(call.clone()).or_default();
            for (outcome, count) in outcomes {
                let sum = sums.entry(outcome.clone()).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
        Ok(())
    }
}

/// The head of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHead {
    /// Its id.
    pub id: RunId,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Time,
    /// Ledgerline's version.
    pub version: ArcStr,
    /// SHA-256 over the loaded rules, in lower-case hex.
    pub rules_digest: ArcStr,
}

words! {
    /// What became of a pass.
    RunStatus { /// It waits.
        Queued = "queued", /// It is under way.
        Running = "running", /// It ended, and could see everything.
        Complete = "complete", /// It ended, and could not see everything.
        Incomplete = "incomplete", /// It could not be done; what was known before stays.
        Failed = "failed", /// It was told to stop.
        Cancelled = "cancelled" }
}

/// One row of the list of passes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// What became of it.
    pub status: RunStatus,
    /// What started it: `schedule`, `api`, `command`, `start`.
    #[schema(value_type = String)]
    pub trigger: ArcStr,
    /// Who asked for it, by the name of a credential; none where nobody did, or without credentials.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub asked_by: Option<ArcStr>,
    /// What it looked at.
    pub scope: PassScope,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Time,
    /// When it ended; none while it has not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Time>,
    /// Ledgerline's version.
    #[schema(value_type = String)]
    pub version: ArcStr,
    /// See [`RunHead::rules_digest`].
    #[schema(value_type = String)]
    pub rules_digest: ArcStr,
    /// Why it failed.
    #[schema(value_type = Option<String>)]
    pub error: Option<ArcStr>,
    /// Coverage as in `--format json`; null while it runs.
    pub coverage: serde_json::Value,
    /// Summary as in `--format json`; null while it runs.
    pub summary: serde_json::Value,
    /// Requests as in `--format json`; null while it runs.
    pub requests: serde_json::Value,
}
