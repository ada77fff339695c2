//! The lines under the table: the counts, the coverage with each failed call, the requests.

use super::Show;
use crate::model::coverage::ScopeRow;
use crate::model::report::Report;
use crate::model::rule::Severity;
use crate::model::verdict::Status;
use crate::model::{AccountId, CallId, Outcome};
use crate::publish::export::printable;
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// So many savings are ranked; the rest is counted.
const RANKED: usize = 5;

pub(super) fn write(report: &Report, show: Show, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{}  {}", show.strong("Summary "), counts(report))?;
    savings(report, show, out)?;
    coverage(report, show, out)?;
    let requests = &report.requests;
    writeln!(
        out,
        "{}  {} to AWS, {} throttled, {} sent again, {} USD charged by AWS",
        show.strong("Requests"),
        requests.total,
        requests.throttled,
        requests.retried,
        requests.paid_usd
    )
}

/// Where the money is: the failures that save most, the most first.
fn savings(report: &Report, show: Show, out: &mut dyn io::Write) -> io::Result<()> {
    let ranked = report.ranked_savings();
    for (position, (row, usd)) in ranked.iter().take(RANKED).enumerate() {
        let head = if position == 0 { show.strong("Savings ") } else { "        ".to_owned() };
        let name = row.resource.name.as_deref().or(row.resource.id.as_ref().map(|id| id.as_str())).unwrap_or("(not listed)");
        writeln!(out, "{head}  {usd} USD a month: {} on {}", row.rule, printable(name))?;
    }
    if ranked.len() > RANKED {
        writeln!(out, "          and {} more", ranked.len() - RANKED)?;
    }
    Ok(())
}

fn counts(report: &Report) -> String {
    let summary = &report.summary;
    let mut fail = format!("{} failing", summary.fail);
    let by_severity = severities(report);
    if !by_severity.is_empty() {
        fail.push_str(&format!(" ({by_severity})"));
    }
    let mut text = format!(
        "{fail}, {} waived, {} unknown, {} passing, {} not applicable",
        summary.waived, summary.unknown, summary.pass, summary.not_applicable
    );
    if let Some(savings) = summary.monthly_savings_usd {
        text.push_str(&format!("; mending saves {savings} USD a month"));
    }
    text
}

/// The failures by severity, worst first; empty where not all of them are listed, because then the counts would lie.
fn severities(report: &Report) -> String {
    let mut counts: BTreeMap<Severity, u64> = BTreeMap::new();
    for row in report.results.iter().filter(|row| row.status == Status::Fail) {
        *counts.entry(row.severity).or_default() += 1;
    }
    if counts.values().sum::<u64>() != report.summary.fail {
        return String::new();
    }
    let words: Vec<String> = counts.iter().rev().map(|(severity, count)| format!("{count} {severity}")).collect();
    words.join(", ")
}

/// One failure of one call in one account, over all types and regions that it happened in.
type Failure<'a> = (Outcome, &'a AccountId, &'a CallId, Option<&'a ArcStr>);

fn coverage(report: &Report, show: Show, out: &mut dyn io::Write) -> io::Result<()> {
    let rows: Vec<&ScopeRow> = report.coverage.rows().collect();
    let accounts: BTreeSet<_> = rows.iter().map(|row| &row.account).collect();
    let regions: BTreeSet<_> = rows.iter().map(|row| &row.region).collect();
    let seen = rows.iter().filter(|row| row.outcome == Outcome::Complete).count();
    let asked = rows.iter().filter(|row| row.outcome == Outcome::Complete || row.outcome.is_fault()).count();
    let word = if report.coverage.is_complete() { "complete" } else { "INCOMPLETE" };
    writeln!(
        out,
        "{}  {word}: {seen} of {asked} calls over {} and {} were answered in full",
        show.strong("Coverage"),
        plural(accounts.len(), "account"),
        plural(regions.len(), "region"),
    )?;
    let mut failures: BTreeMap<Failure<'_>, Vec<&ScopeRow>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.outcome != Outcome::Complete) {
        failures.entry((row.outcome, &row.account, &row.call, row.permission.as_ref())).or_default().push(row);
    }
    // The worst outcome is the last of its order.
    for ((outcome, account, call, permission), rows) in failures.iter().rev() {
        writeln!(out, "          {}", failure(*outcome, account, call, permission.map(ArcStr::as_str), rows))?;
    }
    Ok(())
}

fn failure(outcome: Outcome, account: &AccountId, call: &CallId, permission: Option<&str>, rows: &[&ScopeRow]) -> String {
    let regions: BTreeSet<&str> = rows.iter().map(|row| row.region.as_str()).collect();
    let regions: Vec<&str> = regions.into_iter().collect();
    let mut line = format!("{} {call} in {account} ({})", outcome.as_str(), regions.join(", "));
    if let Some(permission) = permission {
        line.push_str(&format!("; grant {permission}"));
    }
    if let Some(reason) = rows.iter().find_map(|row| row.reason.as_ref()) {
        line.push_str(&format!(": {reason}"));
    }
    printable(&line).into_owned()
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
