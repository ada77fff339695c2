//! What changed, where to begin, who has to mend it, and who took the responsibility for what is not mended.

use super::super::data::{Data, Entry};
use super::super::words::{self, clip, day};
use super::{more, section};
use crate::model::Fingerprint;
use crate::model::rule::Severity;
use crate::model::waiver::WaiverState;
use maud::{Markup, html};
use std::collections::HashMap;

/// Rows of one list of changes.
const MOST_CHANGES: usize = 25;
/// Rows of owners and of exceptions.
const MOST_ROWS: usize = 100;

type ByPrint<'a> = HashMap<&'a Fingerprint, &'a Entry>;

fn by_print(data: &Data) -> ByPrint<'_> {
    data.findings.iter().chain(&data.resolved).map(|entry| (&entry.fingerprint, entry)).collect()
}

pub fn changes(data: &Data) -> Markup {
    let (entries, changes) = (by_print(data), &data.changes);
    let lists = [
        ("New", &changes.new, "first seen, and still there"),
        ("Resolved", &changes.resolved, "over: fixed, gone, or no longer spoken of by a rule"),
        ("Reopened", &changes.reopened, "had been over, and are back"),
        ("Waived", &changes.waived, "under a waiver now, and not before"),
    ];
    let body = html! {
        p.lead {
            "Since " (words::time(data.since)) "."
            @if !data.comparison.is_comparable() {
                " " strong { "What audits noted, not a comparison." } " " (clip(&data.comparison.reasons.join(" "), 1_000))
            }
        }
        @for (title, list, about) in lists {
            h3 { (title) " " span.count { (list.len()) } " " span.about { (about) } }
            (rows(data, list, &entries, (title, MOST_CHANGES)))
        }
    };
    section("changes", "What changed", &body)
}

/// The first findings of a list; one of what is resolved shows when and why instead of a due date.
fn rows(data: &Data, list: &[Fingerprint], entries: &ByPrint<'_>, (title, most): (&str, usize)) -> Markup {
    let resolved = title == "Resolved";
    html! {
        @if list.is_empty() { p.none { "None." } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) { table.findings {
                thead { tr {
                    th scope="col" { "Severity" } th scope="col" { "Finding" } th scope="col" { "Resource" } th scope="col" { "Owner" }
                    th scope="col" { @if resolved { "Resolved" } @else { "Due" } } th.number scope="col" { "USD a month" }
                } }
                tbody { @for entry in list.iter().take(most).filter_map(|print| entries.get(print)) { tr {
                    td { (chip(entry.severity)) }
                    td { (clip(&entry.message, 200)) " " code.rule { (clip(entry.rule.as_str(), 80)) } }
                    td { (clip(&entry.name, 100)) }
                    td { (words::owner(entry.owner.as_deref())) }
                    @if resolved { td { (over(entry)) } } @else {
                        td.late[entry.is_past_due(data.as_of)] { (words::due(entry, data.as_of)) }
                    }
                    td.number { (entry.savings_usd.map(words::amount).unwrap_or_default()) }
                } } }
            } }
            (more(list.len(), most, "findings.csv"))
        }
    }
}

/// When and why a finding was over.
fn over(entry: &Entry) -> String {
    let (at, why) = (entry.resolved_at.map(day), entry.resolution.map(|resolution| resolution.as_str().replace('_', " ")));
    format!("{} {}", at.unwrap_or_default(), why.unwrap_or_default())
}

/// A severity as a coloured word.
pub fn chip(severity: Severity) -> Markup {
    html! { span class={ "chip " (severity.as_str()) } { (severity.as_str()) } }
}

pub fn top(data: &Data) -> Markup {
    let entries = by_print(data);
    let body = html! {
        h3 { "By risk " span.about { "severity, then days past due, returns, age" } }
        (rows(data, &data.top.risk, &entries, ("By risk", 10)))
        h3 { "By USD " span.about { "what mending would save a month" } }
        (rows(data, &data.top.usd, &entries, ("By USD", 10)))
    };
    section("top", "Where to begin", &body)
}

pub fn owners(data: &Data) -> Markup {
    let body = html! {
        p.lead { (words::due_days(data)) }
        @if data.owners.is_empty() { p.none { "Nothing is open." } } @else {
            div.scroll tabindex="0" role="region" aria-label="By owner" { table {
                thead { tr {
                    th scope="col" { "Owner" }
                    @for severity in Severity::ALL.iter().rev() { th.number scope="col" { (severity.as_str()) } }
                    th.number scope="col" { "Past due" } th scope="col" { "Next due" } th.number scope="col" { "Savings a month" }
                } }
                tbody { @for owner in data.owners.iter().take(MOST_ROWS) { tr {
                    th scope="row" { (words::owner(owner.owner.as_deref())) }
                    @for severity in Severity::ALL.iter().rev() {
                        @let count = owner.open.get(severity).copied().unwrap_or_default();
                        td.number.zero[count == 0] { (count) }
                    }
                    td.number.late[owner.past_due > 0].zero[owner.past_due == 0] { (owner.past_due) }
                    td.late[owner.next_due.is_some_and(|due| due < data.as_of)] {
                        (owner.next_due.map_or_else(|| words::NONE.to_owned(), day))
                    }
                    td.number { (words::usd_or_none(owner.savings_usd)) }
                } } }
            } }
            (more(data.owners.len(), MOST_ROWS, "report.json"))
        }
    };
    section("owners", "By owner", &body)
}

pub fn exceptions(data: &Data) -> Markup {
    let body = html! {
        p.lead {
            "Failures that somebody takes the responsibility for, until a date. They stay counted, and a control with one is not in order."
        }
        @if data.exceptions.is_empty() { p.none { "None." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Exceptions" { table {
                thead { tr {
                    th scope="col" { "Waiver" } th scope="col" { "Reason" } th scope="col" { "Owner" } th scope="col" { "Approver" }
                    th scope="col" { "Expires" } th scope="col" { "State" } th.number scope="col" { "Findings" }
                } }
                tbody { @for one in data.exceptions.iter().take(MOST_ROWS) { tr {
                    th scope="row" { (clip(&one.id, 60)) div.scope { (clip(&one.scope, 200)) } }
                    td { (clip(&one.reason, 300)) @if let Some(ticket) = &one.ticket { " (" (clip(ticket, 60)) ")" } }
                    td { (clip(&one.owner, 60)) }
                    td.late[one.approver.is_none()] {
                        @match &one.approver { Some(approver) => { (clip(approver, 60)) } None => { "nobody is named" } }
                    }
                    td { (day(one.expires)) }
                    td.late[matches!(one.state, WaiverState::Expired)] { (one.state.as_str()) }
                    td.number { (one.findings) }
                } } }
            } }
            (more(data.exceptions.len(), MOST_ROWS, "report.json"))
        }
    };
    section("exceptions", "Exceptions", &body)
}
