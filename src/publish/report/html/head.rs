//! The header, with what the report rests on, and the strip that says how things stand.

use super::super::data::{Data, Standing};
use super::super::words::{self, clip};
use crate::model::rule::Severity;
use crate::publish::chart;
use maud::{Markup, html};
use rust_decimal::Decimal;

/// Accounts that are named.
const MOST_ACCOUNTS: usize = 12;
/// Calls that could not be read and are named.
const MOST_GAPS: usize = 20;

/// The sections, for the line of links.
const SECTIONS: [(&str, &str); 9] = [
    ("changes", "Changes"),
    ("top", "Where to begin"),
    ("owners", "Owners"),
    ("exceptions", "Exceptions"),
    ("controls", "Controls"),
    ("cost", "Cost"),
    ("trend", "13 weeks"),
    ("findings", "Findings"),
    ("evidence", "Evidence"),
];

pub fn header(data: &Data) -> Markup {
    let audit = &data.audit;
    let sight = audit.coverage;
    html! {
        header.report {
            div.title {
                p.brand { "Ledgerline" }
                h1 { "Weekly report" }
                p.when { time datetime=(data.as_of.to_rfc3339()) { (words::time(data.as_of)) } }
            }
            dl.facts {
                div {
                    dt { "Coverage" }
                    dd.warn[sight.complete < sight.needed || sight.needed == 0] {
                        strong { (words::percent(sight.complete, sight.needed)) } ", " (sight.complete) " of " (sight.needed) " calls answered in full"
                    }
                }
                div { dt { "Audit" } dd { (words::time(audit.finished_at)) ", " (audit.status.as_str()) } }
                div {
                    dt { @if audit.accounts.len() == 1 { "Account" } @else { "Accounts" } }
                    dd {
                        @for (at, account) in audit.accounts.iter().take(MOST_ACCOUNTS).enumerate() {
                            @if at > 0 { ", " } (clip(account.as_str(), 20))
                        }
                        @if audit.accounts.len() > MOST_ACCOUNTS { " and " (audit.accounts.len() - MOST_ACCOUNTS) " more" }
                        @if audit.accounts.is_empty() { "none" }
                    }
                }
                div { dt { "Resources" } dd { (audit.resources) } }
                div.wide { dt { "Rules" } dd { (audit.rules) ", digest " code.digest { (clip(&audit.rules_digest, 64)) } } }
            }
            nav aria-label="Sections" {
                @for (id, title) in SECTIONS { a href={ "#" (id) } { (title) } }
            }
        }
    }
}

pub fn strip(data: &Data) -> Markup {
    let (verdict, now) = (&data.verdict, &data.verdict.now);
    html! {
        section.verdict aria-labelledby="verdict-title" {
            h2.sentence id="verdict-title" { (words::verdict(data)) }
            p.comparison.apart[!data.comparison.is_comparable()] { (clip(&words::comparison(data), 2_000)) }
            @for note in &data.notes { p.note { (clip(note, 600)) } }
            ul.tiles {
                @for severity in Severity::ALL.iter().rev() {
                    li class={ "tile " (severity.as_str()) } {
                        span.label { (severity.as_str()) }
                        span.number { (now.of(*severity)) }
                        (change(data, &|standing| standing.of(*severity)))
                    }
                }
            }
            ul.tiles.second {
                li.tile.wide {
                    span.label { "open in all" } span.number { (now.total()) } (change(data, &Standing::total)) (spark(data))
                }
                li.tile.late[verdict.past_due > 0] { span.label { "past due" } span.number { (verdict.past_due) } }
                li.tile { span.label { "waived" } span.number { (now.waived) } (change(data, &|standing| standing.waived)) }
                li.tile { span.label { "not seen lately" } span.number { (now.stale) } (change(data, &|standing| standing.stale)) }
                li.tile { span.label { "savings a month" } span.number.small { (words::usd_or_none(verdict.savings_usd)) } }
            }
            @if let Some(verdicts) = data.audit.verdicts {
                p.verdicts {
                    "Verdicts: " strong { (verdicts.pass) } " pass, " strong { (verdicts.fail) } " fail, " strong { (verdicts.waived) }
                    " waived, " strong { (verdicts.unknown) } " unknown, " strong { (verdicts.not_applicable) } " not applicable."
                }
            }
            @if !data.audit.gaps.is_empty() { (not_read(data)) }
        }
    }
}

/// What changed since the baseline; that it is not compared where it cannot be.
fn change(data: &Data, of: &dyn Fn(&Standing) -> u64) -> Markup {
    let (now, before) = (of(&data.verdict.now), data.verdict.before.as_ref().map(of));
    html! {
        @match before {
            None => { span.change { "not compared" } }
            Some(before) => { span.change.worse[now > before].better[now < before] { (words::difference(before, now)) } }
        }
    }
}

fn spark(data: &Data) -> Markup {
    let values: Vec<Option<Decimal>> = data.trend.iter().map(|week| week.open.map(Decimal::from)).collect();
    let known: Vec<u64> = data.trend.iter().filter_map(|week| week.open).collect();
    let label = match (known.first(), known.last()) {
        (Some(first), Some(last)) => {
            format!("Open findings over {}: from {first} to {last}", words::count(known.len() as u64, "week", "weeks"))
        }
        _ => "No week has been audited yet".to_owned(),
    };
    chart::sparkline(&label, &values)
}

/// The calls that failed: what is missing, and which permission would bring it.
fn not_read(data: &Data) -> Markup {
    let gaps = &data.audit.gaps;
    html! {
        div.gaps {
            h3 { "What could not be read" }
            div.scroll tabindex="0" role="region" aria-label="What could not be read" { table {
                thead { tr {
                    th scope="col" { "Account" } th scope="col" { "Region" } th scope="col" { "Type" } th scope="col" { "Call" }
                    th scope="col" { "Outcome" } th scope="col" { "Missing permission" }
                } }
                tbody { @for row in gaps.iter().take(MOST_GAPS) { tr {
                    td { (clip(row.account.as_str(), 20)) }
                    td { (clip(row.region.as_str(), 24)) }
                    td { (clip(row.resource_type.as_str(), 60)) }
                    td { code { (clip(row.call.as_str(), 80)) } }
                    td { (row.outcome.as_str()) }
                    td { (clip(row.permission.as_deref().unwrap_or(words::NONE), 80)) }
                } } }
            } }
            (super::more(gaps.len(), MOST_GAPS, "report.json"))
        }
    }
}
