//! Thirteen weeks: a quarter, as far as the store remembers. A week before the first audit has no numbers, which is not zero.

use super::assemble::audit_of;
use super::data::Audit;
use super::material::Material;
use super::past::{Past, is_unresolved};
use crate::model::Money;
use crate::model::finding::{ChangeKind, Finding, FindingStatus};
use crate::model::ledger::{Basis, CostRow};
use crate::model::rule::Severity;
use crate::model::value::Time;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How many weeks.
pub const WEEKS: i64 = 13;

/// One week, counted back from the time of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Week {
    /// Its end.
    pub ends: Time,
    /// Open findings at its end; none where nothing had been audited yet.
    pub open: Option<u64>,
    /// Those of high or critical severity.
    pub severe: Option<u64>,
    /// Findings that were opened or came back during it.
    pub opened: Option<u64>,
    /// Findings that were resolved during it.
    pub resolved: Option<u64>,
    /// What its days were billed; none where a day of it has no figures.
    pub billed_usd: Option<Money>,
    /// Whether it was judged by the rules and over the accounts of the report's audit.
    pub comparable: bool,
}

/// The weeks, the oldest first.
pub fn weeks(material: &Material, past: &Past, as_of: Time, audit: &Audit) -> Vec<Week> {
    (0..WEEKS).rev().map(|back| week(material, past, as_of - TimeDelta::weeks(back), audit)).collect()
}

fn week(material: &Material, past: &Past, ends: Time, audit: &Audit) -> Week {
    let begins = ends - TimeDelta::weeks(1);
    let judged = audit_of(&material.runs, ends);
    let count =
        |matches: &dyn Fn(&Finding) -> bool| judged.map(|_| material.findings.iter().filter(|finding| matches(finding)).count() as u64);
    let is_open = |finding: &Finding| matches!(past.status(finding, ends), Some(FindingStatus::Open | FindingStatus::Stale));
    let severe = |finding: &Finding| matches!(finding.severity, Severity::High | Severity::Critical) && is_open(finding);
    let opened = |finding: &Finding| {
        past.happened(finding, ChangeKind::Opened, begins, ends) || past.happened(finding, ChangeKind::Reopened, begins, ends)
    };
    let resolved = |finding: &Finding| {
        past.happened(finding, ChangeKind::Resolved, begins, ends) && !past.status(finding, ends).is_some_and(is_unresolved)
    };
    Week {
        ends,
        open: count(&is_open),
        severe: count(&severe),
        opened: count(&opened),
        resolved: count(&resolved),
        billed_usd: billed(&material.costs, begins, ends),
        comparable: judged.is_some_and(|run| run.rules_digest == audit.rules_digest && super::assemble::accounts_of(run) == audit.accounts),
    }
}

/// The sum of the seven days before the day that the week ends on: that day is not over.
fn billed(rows: &[CostRow], begins: Time, ends: Time) -> Option<Money> {
    let (first, end) = (begins.date_naive(), ends.date_naive());
    let of_week = || rows.iter().filter(|row| row.basis == Basis::Billed && row.day >= first && row.day < end);
    let days = first.iter_days().take_while(|day| *day < end);
    let known = days.into_iter().all(|day| of_week().any(|row| row.day == day));
    if known { Money::sum(of_week().map(|row| row.amount)).ok() } else { None }
}
