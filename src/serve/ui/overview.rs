//! `/`: how things stand. Findings by pillar and severity, what could not be seen, money against its estimate, the way of the last
//! weeks, what changed lately, and the worst of what is open.

use super::address;
use super::audits::{missing, outcome, rows};
use super::component::{age, clipped, counted, nothing, number, severity, text, time};
use super::cost::estimates;
use super::expense::Expense;
use super::finding::{happened, over};
use super::findings::table;
use super::layout::{Document, Page, Section};
use super::notice;
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::finding::FindingStatus;
use crate::model::ledger::Month;
use crate::model::rule::{Pillar, Severity};
use crate::model::run::RunRecord;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::{Outcome, ScopeRow};
use crate::publish::chart;
use crate::store::{DayOfTrend, FindingFilter, FindingOrder, PageRequest, RecentChange};
use axum::extract::State;
use chrono::{Days, NaiveDate};
use maud::{Markup, html};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Findings that the page shows itself.
const WORST: u32 = 8;
/// Changes that the page shows.
const CHANGES: u32 = 8;
/// Days of the trend: thirteen weeks.
const TREND_DAYS: u64 = 91;

/// The page.
pub async fn show(viewer: Viewer, State(daemon): State<Arc<Daemon>>) -> Result<Document, Refusal> {
    let (store, now) = (daemon.store(), daemon.now());
    let snapshot = store.snapshot().await?;
    let last = store.runs(&PageRequest::new(1, None)).await?.items.pop();
    let open = FindingFilter { statuses: vec![FindingStatus::Open, FindingStatus::Stale], ..FindingFilter::default() };
    let worst = store.findings_by(FindingOrder::Severity, &open, &PageRequest::new(WORST, None)).await?;
    let changes = store.recent_changes(CHANGES).await?;
    let since = now.checked_sub_days(Days::new(TREND_DAYS)).unwrap_or_default();
    let trend = store.trend(since).await?;
    let month = Month::at(now);
    let body = html! {
        (notice::faults(&daemon))
        @match &snapshot {
            None => (nothing("No audit has ended yet. The first one is on its way; this page shows it when it has.")),
            Some(snapshot) => {
                div.board {
                    (matrix(snapshot))
                    (coverage(snapshot, last.as_ref()))
                    @let (expense, _) = Expense::of(&snapshot.costs);
                    div.panel.spend {
                        (estimates(&expense.against(snapshot), month))
                        p.under { a href="/cost" { "Cost by day and service" } }
                    }
                    (course(&trend, now.date_naive()))
                    (lately(&changes, now))
                }
                section { h2 { "The worst of what is open" }
                    @if worst.items.is_empty() { (nothing("Nothing that the rules look for is open.")) }
                    @else { (table(&worst.items, now, None)) p { a href="/findings" { "All findings" } } }
                }
            }
        }
    };
    let lead = html! {
        p {
            @if let Some(run) = &last {
                "Last audit " a href=(address::path(&["audits", run.id.as_str()])) { (time(run.finished_at.unwrap_or(run.started_at))) } " " (outcome(run.status))
            }
            @if let Some(due) = daemon.next_due() { span.due { "next due " (time(due)) } }
        }
    };
    let refresh = snapshot.is_none().then_some(5);
    Ok(Page { title: "Overview", section: Some(Section::Overview), lead: Some(lead), body, refresh }.render(&viewer))
}

/// Findings that are open, by pillar and severity; each count leads to its list.
fn matrix(snapshot: &Snapshot) -> Markup {
    let count = |pillar: Option<Pillar>, severity: Option<Severity>| -> u64 {
        let open = snapshot.findings.iter().filter(|(_, _, _, status, _)| matches!(status, FindingStatus::Open | FindingStatus::Stale));
        open.filter(|(_, one, ..)| pillar.is_none_or(|pillar| pillar == *one))
            .filter(|(_, _, one, ..)| severity.is_none_or(|severity| severity == *one))
            .map(|(.., count)| *count)
            .sum()
    };
    let cell = |pillar: Option<Pillar>, severity: Option<Severity>| {
        let found = count(pillar, severity);
        let pairs = [("pillar", pillar.map_or("", Pillar::as_str)), ("severity", severity.map_or("", Severity::as_str))];
        let (class, said) = (
            severity.map_or("sum", Severity::as_str),
            format!("{} {}", severity.map_or("", Severity::as_str), pillar.map_or("", Pillar::as_str)),
        );
        html! {
            td class={ "num cell " (class) } {
                @if found == 0 { span.zero { "0" } }
                @else { a href=(address::with_query("/findings", pairs)) aria-label={ (counted(found, "finding", "findings")) ": " (said.trim()) } { (number(found)) } }
            }
        }
    };
    let waived: u64 = snapshot.findings.iter().filter(|(.., status, _)| *status == FindingStatus::Waived).map(|(.., count)| *count).sum();
    let stale: u64 = snapshot.findings.iter().filter(|(.., status, _)| *status == FindingStatus::Stale).map(|(.., count)| *count).sum();
    let unknown = snapshot.results.iter().find(|(status, _)| *status == Status::Unknown).map_or(0, |(_, count)| *count);
    let worst_first: Vec<Severity> = Severity::ALL.iter().rev().copied().collect();
    html! {
        section.panel.findings { h2 { "Open findings" }
            table.matrix {
                caption.sr { "Open findings by pillar and severity" }
                thead { tr { th scope="col" { span.sr { "Pillar" } } @for one in &worst_first { th.num scope="col" { (severity(*one)) } } th.num scope="col" { "all" } } }
                tbody {
                    @for pillar in Pillar::ALL {
                        tr { th scope="row" { (pillar) } @for one in &worst_first { (cell(Some(*pillar), Some(*one))) } (cell(Some(*pillar), None)) }
                    }
                    tr.sums { th scope="row" { "all" } @for one in &worst_first { (cell(None, Some(*one))) } (cell(None, None)) }
                }
            }
            p.under {
                a href="/findings?status=waived" { (number(waived)) " waived" } " · "
                a href="/findings?status=stale" { (number(stale)) " not seen lately" } " · "
                (counted(unknown, "result", "results")) " unknown"
            }
        }
    }
}

/// What could be seen, and what could not.
fn coverage(snapshot: &Snapshot, last: Option<&RunRecord>) -> Markup {
    let count = |outcome: Outcome| snapshot.coverage.iter().find(|(one, _)| *one == outcome).map_or(0, |(_, rows)| *rows);
    let complete = count(Outcome::Complete);
    let faults: u64 = snapshot.coverage.iter().filter(|(outcome, _)| outcome.is_fault()).map(|(_, rows)| *rows).sum();
    let asked = complete.saturating_add(faults);
    let rows = last.map(|run| rows(&run.coverage)).unwrap_or_default();
    let broken: Vec<&ScopeRow> = rows.iter().filter(|row| row.outcome.is_fault()).collect();
    let resources: u64 = snapshot.resources.iter().map(|(.., count)| *count).sum();
    let permissions = missing(&broken);
    html! {
        section.panel.sight { h2 { "Coverage" }
            @if asked == 0 { (nothing("Nothing had to be asked.")) }
            @else {
                p.big { (percent(complete, asked)) " %" span.under { "of " (counted(asked, "call", "calls")) " read to the end" } }
                progress aria-label="Calls that were read to their end" max=(asked) value=(complete) {}
            }
            @if faults == 0 { p { "Everything that the rules need could be read." } }
            @else {
                p.bad { (counted(faults, "call", "calls")) " failed: what they would have told is unknown, not fine." }
                ul.plain {
                    @for row in broken.iter().take(5) {
                        li { code { (text(row.call.as_str())) } " " span.under { (row.outcome.as_str().replace('_', " ")) ", " (text(row.region.as_str())) } }
                    }
                }
                @if !permissions.is_empty() {
                    p { "Missing: " @for (at, one) in permissions.iter().take(6).enumerate() { @if at > 0 { ", " } code { (text(one)) } } @if permissions.len() > 6 { ", …" } }
                }
            }
            p.under { a href="/resources" { (counted(resources, "resource", "resources")) } @if let Some(run) = last { " · " a href=(address::path(&["audits", run.id.as_str()])) { "details" } } }
        }
    }
}

/// Rounded down: 99.99 % is not all.
fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or(0)
}

/// Failures and unknowns over the last weeks, a value a day.
fn course(trend: &[DayOfTrend], today: NaiveDate) -> Markup {
    let days: Vec<NaiveDate> = (0..=TREND_DAYS).rev().filter_map(|back| today.checked_sub_days(Days::new(back))).collect();
    // Days before the first audit are no gap: nothing was to be seen yet.
    let first = trend.first().map(|one| one.day);
    let days: Vec<NaiveDate> = days.into_iter().filter(|day| first.is_some_and(|first| *day >= first)).collect();
    let line = |word: &str, of: fn(&DayOfTrend) -> u64| {
        let values: Vec<Option<Decimal>> =
            days.iter().map(|day| trend.iter().find(|one| one.day == *day).map(|one| Decimal::from(of(one)))).collect();
        let (begin, end) = (trend.first().map_or(0, of), trend.last().map_or(0, of));
        let went = format!("{word}: {} on the first day that is known, {} on the last", number(begin), number(end));
        html! {
            div.course {
                div.big { (number(end)) span.under { (word) } }
                @if trend.len() > 1 { (chart::sparkline(&went, &values)) span.under { "from " (number(begin)) } }
            }
        }
    };
    html! {
        section.panel.trend { h2 { "Thirteen weeks" }
            @if trend.is_empty() { (nothing("No audit of everything has ended yet.")) }
            @else {
                div.courses {
                    (line("failing", |one| one.summary.fail))
                    (line("unknown", |one| one.summary.unknown))
                    (line("waived", |one| one.summary.waived))
                }
                @if trend.len() < 2 { p.under { "The first day. A line is drawn from the second on." } }
                @else { p.under { "The last audit of each day; a break is a day without one." } }
            }
        }
    }
}

fn lately(changes: &[RecentChange], now: Time) -> Markup {
    html! {
        section.panel.lately { h2 { "Changed lately" }
            @if changes.is_empty() { (nothing("Nothing has changed yet.")) }
            ol.changes {
                @for change in changes {
                    li {
                        span class={ "change " (change.entry.kind) } { (happened(change.entry.kind)) }
                        div {
                        a href=(address::path(&["findings", change.fingerprint.as_str()])) { (clipped(&change.resource_name, 60)) }
                        div.under {
                            (severity(change.severity)) " " code { (text(change.rule.as_str())) } " · " (age(change.entry.at, now)) " ago"
                            @if let Some(why) = change.entry.resolution { " · " (over(why)) }
                        }
                        }
                    }
                }
            }
        }
    }
}
