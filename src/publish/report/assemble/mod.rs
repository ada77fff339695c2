//! From what was remembered to what a report says. Pure: the same material gives the same report, whenever it is asked for.

mod comparison;
mod controls;
mod entries;
mod exceptions;
mod owners;

use super::costs;
use super::data::{Audit, Data, SCHEMA, Sight, Standing, Verdict};
use super::material::{Material, Question};
use super::past::Past;
use super::trend;
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::finding::{Finding, FindingStatus};
use crate::model::judged::VerdictCounts;
use crate::model::ledger::Month;
use crate::model::rule::Severity;
use crate::model::run::{PassScope, RunRecord, RunStatus};
use crate::model::value::Time;
use crate::model::{AccountId, Money};
use chrono::TimeDelta;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A report cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no audit of everything had ended by {0}: there is nothing to report yet")]
pub struct NoAudit(pub Time);

/// An audit so much older than the report is told as a fault: a report of old facts looks like one of new ones.
const OLD_AUDIT: TimeDelta = TimeDelta::hours(36);
/// Rows of what could not be read that a report names; the rest are counted.
const MOST_GAPS: usize = 200;

/// The id of a report: its time, as it may stand in a file name.
pub fn id_of(as_of: Time) -> String {
    as_of.format("%Y-%m-%dT%H%M%SZ").to_string()
}

/// The audit that a report of this time rests on: the last one of everything that had ended well. `runs` are newest first.
pub fn audit_of(runs: &[RunRecord], as_of: Time) -> Option<&RunRecord> {
    runs.iter().filter(|run| is_whole(run)).find(|run| run.finished_at.is_some_and(|end| end <= as_of))
}

/// How far back the runs of a report's material must reach.
pub fn looks_back_to(as_of: Time) -> Time {
    as_of - TimeDelta::weeks(trend::WEEKS + 1)
}

/// The months whose costs a report shows.
pub fn months(as_of: Time) -> Vec<Month> {
    let mut month = Month::at(looks_back_to(as_of));
    let mut months = vec![month];
    while month < Month::at(as_of) {
        month = month.next();
        months.push(month);
    }
    months
}

fn is_whole(run: &RunRecord) -> bool {
    matches!(run.status, RunStatus::Complete | RunStatus::Incomplete) && run.scope == PassScope::default()
}

/// Makes the data of a report.
///
/// # Errors
/// [`NoAudit`] where there is nothing to rest on.
pub fn assemble(material: &Material, question: &Question) -> Result<Data, NoAudit> {
    // The store knows thousandths of a second.
    let as_of = question.as_of;
    let record = audit_of(&material.runs, as_of).ok_or(NoAudit(as_of))?;
    let ends = material.runs.iter().filter_map(|run| Some((run.id.clone(), run.finished_at?))).collect();
    let past = Past::new(material.history.clone(), ends);
    let audit = audit(record, material);
    let comparison = comparison::compare(&audit, material, as_of);
    let since = comparison.baseline.as_ref().map_or(as_of - TimeDelta::days(7), |baseline| baseline.finished_at);

    let entries::Entries { findings, resolved, changes, rules } = entries::entries(material, question, &past, since);
    let before = comparison.is_comparable().then(|| standing(&material.findings, &past, since));
    let savings: Vec<Money> = open(&findings).filter_map(|entry| entry.savings_usd).collect();
    let verdict = Verdict {
        now: standing(&material.findings, &past, as_of),
        before,
        past_due: open(&findings).filter(|entry| entry.is_past_due(as_of)).count() as u64,
        savings_usd: if savings.is_empty() { None } else { Money::sum(savings).ok() },
    };
    Ok(Data {
        schema: SCHEMA.into(),
        id: id_of(as_of).into(),
        as_of,
        since,
        version: question.version.into(),
        notes: notes(&audit, material, question),
        owners: owners::owners(&findings, as_of),
        due_days: question.due_days.clone(),
        top: owners::top(&findings, as_of),
        exceptions: exceptions::exceptions(material, &findings, as_of),
        frameworks: controls::frameworks(material),
        costs: costs::annex(material, &findings, as_of),
        trend: trend::weeks(material, &past, as_of, &audit),
        audit,
        verdict,
        comparison,
        changes,
        rules,
        findings,
        resolved,
    })
}

/// Findings that somebody has to mend.
fn open(findings: &[super::data::Entry]) -> impl Iterator<Item = &super::data::Entry> {
    findings.iter().filter(|entry| matches!(entry.status, FindingStatus::Open | FindingStatus::Stale))
}

/// How all findings stood at a time.
fn standing(findings: &[Finding], past: &Past, moment: Time) -> Standing {
    let mut standing = Standing { open: no_severities(), ..Standing::default() };
    for finding in findings {
        let status = past.status(finding, moment);
        match status {
            Some(FindingStatus::Open | FindingStatus::Stale) => {
                *standing.open.entry(finding.severity).or_default() += 1;
                standing.stale += u64::from(status == Some(FindingStatus::Stale));
            }
            Some(FindingStatus::Waived) => standing.waived += 1,
            Some(FindingStatus::Resolved) | None => {}
        }
    }
    standing
}

/// A zero for each severity.
fn no_severities() -> std::collections::BTreeMap<Severity, u64> {
    Severity::ALL.iter().map(|severity| (*severity, 0)).collect()
}

/// What a record keeps of coverage.
#[derive(Default, Deserialize)]
struct KeptCoverage {
    #[serde(default)]
    scopes: Vec<ScopeRow>,
}

/// The rows of coverage that a record keeps; none where it is of a form that we do not know.
fn scopes(record: &RunRecord) -> Vec<ScopeRow> {
    KeptCoverage::deserialize(&record.coverage).unwrap_or_default().scopes
}

fn accounts(scopes: &[ScopeRow]) -> Vec<AccountId> {
    let accounts: BTreeSet<&AccountId> = scopes.iter().map(|row| &row.account).collect();
    accounts.into_iter().cloned().collect()
}

fn sight(scopes: &[ScopeRow]) -> Sight {
    let needed = scopes.iter().filter(|row| !matches!(row.outcome, Outcome::Skipped | Outcome::NotEnabled));
    needed.fold(Sight::default(), |sight, row| Sight {
        needed: sight.needed + 1,
        complete: sight.complete + u64::from(row.outcome == Outcome::Complete),
    })
}

fn audit(record: &RunRecord, material: &Material) -> Audit {
    let scopes = scopes(record);
    let snapshot = material.snapshot.as_ref();
    let judged = snapshot.map(|snapshot| snapshot.judged.as_slice()).unwrap_or_default();
    let verdicts = judged.iter().fold(VerdictCounts::default(), |mut sum, rule| {
        sum.add(rule.verdicts);
        sum
    });
    let mut gaps: Vec<ScopeRow> = scopes.iter().filter(|row| row.outcome.is_fault()).cloned().collect();
    gaps.truncate(MOST_GAPS);
    Audit {
        run: record.id.clone(),
        started_at: record.started_at,
        finished_at: record.finished_at.unwrap_or(record.started_at),
        status: record.status,
        version: record.version.clone(),
        rules_digest: record.rules_digest.clone(),
        rules: judged.len() as u64,
        accounts: accounts(&scopes),
        resources: snapshot.map_or(0, |snapshot| snapshot.resources.iter().map(|(.., count)| count).sum()),
        coverage: sight(&scopes),
        gaps,
        verdicts: (!judged.is_empty()).then_some(verdicts),
    }
}

fn notes(audit: &Audit, material: &Material, question: &Question) -> Vec<String> {
    let mut notes = Vec::new();
    let age = question.as_of - audit.finished_at;
    if age > OLD_AUDIT {
        notes.push(format!(
            "The last audit ended {} hours before the time of this report: what happened since is not in it.",
            age.num_hours()
        ));
    }
    let missing = audit.coverage.needed - audit.coverage.complete.min(audit.coverage.needed);
    if missing > 0 {
        let were = if missing == 1 { "was" } else { "were" };
        let needed = audit.coverage.needed;
        notes.push(format!(
            "{missing} of {needed} needed AWS calls {were} not answered in full: what rests on them is unknown, not in order."
        ));
    }
    if audit.coverage.needed == 0 {
        notes.push("The audit looked at nothing: no AWS call was needed or answered.".to_owned());
    }
    if audit.verdicts.is_none() {
        notes.push("The audit kept no verdicts by rule, so nothing can be said about controls.".to_owned());
    }
    notes.extend(material.notes.iter().cloned());
    notes
}

/// The accounts that a pass looked at, sorted.
pub fn accounts_of(record: &RunRecord) -> Vec<AccountId> {
    accounts(&scopes(record))
}
