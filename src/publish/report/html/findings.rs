//! The findings: in full while there is room, the rest by rule; how to mend them; and the evidence appendix.
//!
//! What is told in full is told whole: a finding has its row, its evidence and its rule's remedy on the page, or it is counted with
//! its rule.

use super::super::data::{Data, Entry, RuleNote};
use super::super::words::{self, clip, day};
use super::changes::chip;
use super::{MOST_IN_FULL, section};
use crate::model::RuleId;
use crate::model::rule::Severity;
use maud::{Markup, PreEscaped, html};
use std::collections::{BTreeMap, BTreeSet};

/// Paths of one finding in the appendix.
const MOST_PATHS: usize = 8;
/// Rules in the table of the rest.
const MOST_RULES: usize = 400;

/// The findings, what is left of them, the remedies and the evidence, in at most about `room` bytes.
pub fn sections(data: &Data, room: usize) -> Markup {
    let full = in_full(data, room);
    let told = full.count;
    let rest = data.findings.get(told..).unwrap_or_default();
    let findings = html! {
        p.lead {
            @if data.findings.is_empty() { "Nothing is open or waived." }
            @else if rest.is_empty() { "All " (data.findings.len()) " that are not resolved, the worst first." }
            @else { "The worst " (told) " of " (data.findings.len()) " that are not resolved; the others follow by rule." }
        }
        @if told > 0 {
            div.scroll tabindex="0" role="region" aria-label="Findings" { table.findings {
                thead { tr {
                    th scope="col" { "No." } th scope="col" { "Severity" } th scope="col" { "Finding" } th scope="col" { "Resource" }
                    th scope="col" { "Owner" } th scope="col" { "Since" } th scope="col" { "Due" } th.number scope="col" { "USD a month" }
                } }
                tbody { (PreEscaped(&full.rows)) }
            } }
        }
        @if !rest.is_empty() { (by_rule(data, rest)) }
    };
    html! {
        (section("findings", "Findings", &findings))
        @if !full.remedies.is_empty() { (section("remedies", "How to mend them", &html! { (PreEscaped(&full.remedies)) })) }
        (section("evidence", "Evidence", &html! {
            p.lead { "What each finding above rests on: the path that was read, what stood there, what was expected, and the call that brought it." }
            @if full.evidence.is_empty() { p.none { "None." } } @else { (PreEscaped(&full.evidence)) }
        }))
    }
}

#[derive(Default)]
struct Full {
    count: usize,
    rows: String,
    remedies: String,
    evidence: String,
}

fn in_full(data: &Data, room: usize) -> Full {
    let mut full = Full::default();
    let mut named: BTreeSet<&RuleId> = BTreeSet::new();
    let mut used = 0;
    for (number, entry) in (1..).zip(data.findings.iter().take(MOST_IN_FULL)) {
        let (row, evidence) = (row(data, entry, number).into_string(), evidence(entry, number).into_string());
        let note = data.rules.get(&entry.rule).filter(|_| !named.contains(&entry.rule));
        let remedy = note.map(|note| remedy(&entry.rule, note).into_string()).unwrap_or_default();
        used += row.len() + evidence.len() + remedy.len();
        if used > room {
            break;
        }
        named.insert(&entry.rule);
        full.rows.push_str(&row);
        full.evidence.push_str(&evidence);
        full.remedies.push_str(&remedy);
        full.count += 1;
    }
    full
}

fn row(data: &Data, entry: &Entry, number: usize) -> Markup {
    html! {
        tr id={ "f" (number) } {
            td { a href={ "#e" (number) } { (number) } }
            td { (chip(entry.severity)) @if entry.status != crate::model::finding::FindingStatus::Open { " " span.status { (entry.status.as_str()) } } }
            td { (clip(&entry.message, 240)) " " code.rule { (clip(entry.rule.as_str(), 80)) } }
            td {
                (clip(&entry.name, 100)) @if let Some(part) = &entry.sub_key { " (" (clip(part, 80)) ")" }
                div.scope { (clip(entry.resource_type.as_str(), 60)) ", " (clip(entry.account.as_str(), 20)) " " (clip(entry.region.as_str(), 24)) }
            }
            td { (words::owner(entry.owner.as_deref())) }
            td { (day(entry.first_seen)) @if entry.reopened > 0 { div.scope { "came back " (entry.reopened) "×" } } }
            td.late[entry.is_past_due(data.as_of)] {
                @match &entry.waiver { Some(waiver) => { "waived: " (clip(waiver, 60)) } None => { (words::due(entry, data.as_of)) } }
            }
            td.number { (entry.savings_usd.map(words::amount).unwrap_or_default()) }
        }
    }
}

fn evidence(entry: &Entry, number: usize) -> Markup {
    html! {
        div.proof id={ "e" (number) } {
            h3 { a href={ "#f" (number) } { (number) } " " code { (clip(entry.rule.as_str(), 80)) } " " span.about { (clip(entry.resource.as_str(), 160)) } }
            @if entry.evidence.is_empty() { p.none { "No path was read." } } @else {
                dl { @for one in entry.evidence.iter().take(MOST_PATHS) {
                    dt { code { (clip(&one.path, 120)) } @if let Some(call) = &one.call { " " span.about { (clip(call, 80)) } } }
                    dd { code { (clip(&one.observed, 160)) } @if let Some(expected) = &one.expected { " expected " code { (clip(expected, 120)) } } }
                } }
                @if entry.evidence.len() > MOST_PATHS { p.more { (entry.evidence.len() - MOST_PATHS) " more paths are in " code { "report.json" } "." } }
            }
        }
    }
}

fn remedy(rule: &RuleId, note: &RuleNote) -> Markup {
    html! {
        div.remedy {
            h3 { (clip(&note.title, 160)) " " code.rule { (clip(rule.as_str(), 80)) } }
            p { (clip(&note.remedy.text, 800)) }
            @if let Some(cli) = &note.remedy.cli { pre { code { (lines(cli)) } } }
            @if let Some(terraform) = &note.remedy.terraform { pre { code { (lines(terraform)) } } }
        }
    }
}

/// A piece of code: its line ends stay.
fn lines(text: &str) -> String {
    text.trim_end().lines().take(40).map(|line| clip(line, 200)).collect::<Vec<_>>().join("\n")
}

fn by_rule(data: &Data, rest: &[Entry]) -> Markup {
    let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, &RuleId), u64> = BTreeMap::new();
    for entry in rest {
        *groups.entry((std::cmp::Reverse(entry.severity), &entry.rule)).or_default() += 1;
    }
    html! {
        h3 { "The others by rule " span.about { "each of them is in findings.csv" } }
        div.scroll tabindex="0" role="region" aria-label="The others by rule" { table {
            thead { tr { th scope="col" { "Severity" } th scope="col" { "Rule" } th.number scope="col" { "Findings" } } }
            tbody { @for ((severity, rule), count) in groups.iter().take(MOST_RULES) { tr {
                td { (chip(severity.0)) }
                td { (clip(data.rules.get(*rule).map_or("", |note| &note.title), 120)) " " code.rule { (clip(rule.as_str(), 80)) } }
                td.number { (count) }
            } } }
        } }
        (super::more(groups.len(), MOST_RULES, "findings.csv"))
    }
}
