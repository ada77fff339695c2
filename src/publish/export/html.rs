//! `html`: one page that needs nothing else: no script, no font, no picture from elsewhere, and a policy that forbids them even
//! if a name managed to ask for one. To mail, to keep with a ticket, to open in ten years.
//!
//! `maud` escapes every text. Names stand in `<bdi>`, so that one written from right to left does not turn the line around;
//! what would act on the reader's screen is written by its number, as in every output.

use super::{Format, Look, printable};
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::report::{Report, ResultRow};
use crate::model::verdict::{Evidence, Status};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "html", about: "one page without anything from elsewhere, to mail and to keep", write };

/// What the page may load: nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE: &str = include_str!("html/style.css");

/// The sections of results, in order.
const SECTIONS: [(Status, &str); 5] = [
    (Status::Fail, "Failing"),
    (Status::Waived, "Waived"),
    (Status::Unknown, "Unknown"),
    (Status::Pass, "Passing"),
    (Status::NotApplicable, "Not applicable"),
];

/// Written a part at a time: a hundred thousand results are never one text in memory.
fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut tell = |markup: Markup| out.write_all(markup.into_string().as_bytes());
    // The head and the end are not one element here, so they are written as they are.
    tell(html! { (DOCTYPE) (PreEscaped("<html lang=\"en\">")) (head()) (PreEscaped("<body><main>")) (summary(report)) })?;
    for (status, heading) in SECTIONS {
        let mut rows: Vec<&ResultRow> = report.results.iter().filter(|row| row.status == status).collect();
        if rows.is_empty() {
            continue;
        }
        // The sort is stable: within a severity the order of every output stays.
        rows.sort_by_key(|row| Reverse(row.severity));
        tell(html! { h2 id=(status) { (heading) " " span.count { (rows.len()) } } (PreEscaped("<div class=\"results\">")) })?;
        for row in rows {
            tell(result(row))?;
        }
        tell(PreEscaped("</div>".to_owned()))?;
    }
    tell(unread(report))?;
    tell(PreEscaped("</main></body></html>\n".to_owned()))
}

fn head() -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            title { "Ledgerline audit" }
            style { (PreEscaped(STYLE)) }
        }
    }
}

fn summary(report: &Report) -> Markup {
    let counts = &report.summary;
    let tiles = [
        ("Failing", counts.fail),
        ("Waived", counts.waived),
        ("Unknown", counts.unknown),
        ("Passing", counts.pass),
        ("Not applicable", counts.not_applicable),
    ];
    html! {
        h1 { "Ledgerline audit" }
        p {
            "Audited " (report.run.started_at.format("%Y-%m-%d %H:%M:%S UTC")) " by version " (shown(&report.run.version)) ", run "
            code { (shown(report.run.id.as_str())) } ", rules " code { (shown(&report.run.rules_digest)) } "."
        }
        dl.tiles {
            @for (name, count) in tiles { div { dt { (name) } dd { (count) } } }
        }
        @if let Some(savings) = counts.monthly_savings_usd { p { "Mending what fails saves " strong { (savings) " USD" } " a month." } }
        @let ranked = report.ranked_savings();
        @if !ranked.is_empty() {
            ol.savings {
                @for (row, usd) in &ranked {
                    li { (usd) " USD: " code { (shown(row.rule.as_str())) } " on " (shown(row.resource.name.as_deref().unwrap_or("(not listed)"))) }
                }
            }
        }
        @if !report.coverage.is_complete() {
            p.warning { strong { "Coverage is incomplete." } " What depends on the calls below is unknown, neither passing nor failing." }
        }
    }
}

fn result(row: &ResultRow) -> Markup {
    let resource = &row.resource;
    let name = resource.name.as_deref().or(resource.id.as_ref().map(|id| id.as_str())).unwrap_or("(not listed)");
    html! {
        details {
            summary {
                span class={ "severity " (row.severity) } { (row.severity) } " "
                code { (shown(row.rule.as_str())) } " " bdi { (shown(name)) } " "
                span.message { bdi { (shown(if row.message.is_empty() { &row.title } else { &row.message })) } }
            }
            dl {
                dt { "Should be" } dd { (shown(&row.title)) }
                dt { "Resource" } dd {
                    (shown(resource.resource_type.as_str())) " "
                    @if let Some(id) = &resource.id { code { bdi { (shown(id.as_str())) } } }
                    @if let Some(part) = &row.sub_key { ", part " code { bdi { (shown(part)) } } }
                }
                dt { "Account and region" } dd { (shown(resource.account.as_str())) " " (shown(resource.region.as_str())) }
                @if let Some(owner) = &resource.owner { dt { "Owner" } dd { bdi { (shown(owner)) } } }
                @if let Some(origin) = &resource.origin { dt { "Written at" } dd { code { (shown(&origin.place())) } } }
                @if let Some(tags) = resource.tags.as_object().filter(|tags| !tags.is_empty()) {
                    dt { "Tags" } dd {
                        @for (key, value) in tags {
                            span.tag { bdi { (shown(key)) } "=" bdi { (shown(value.as_str().unwrap_or_default())) } } " "
                        }
                    }
                }
                @if let Some(cost) = row.monthly_cost_usd { dt { "Costs" } dd { (cost) " USD a month" } }
                @if let Some(savings) = row.monthly_savings_usd { dt { "Saves" } dd { (savings) " USD a month" } }
                @if let Some(waiver) = &row.waiver { dt { "Waived" } dd { bdi { (shown(&waiver.summary())) } } }
                @if !row.evidence.is_empty() { dt { "Evidence" } dd { (evidence(&row.evidence)) } }
                dt { "Remedy" } dd {
                    (shown(&row.remedy.text))
                    @for (name, snippet) in [("AWS CLI", &row.remedy.cli), ("Terraform", &row.remedy.terraform)] {
                        @if let Some(snippet) = snippet { p { (name) } pre { code { (lines(snippet)) } } }
                    }
                }
                @if !row.controls.is_empty() {
                    dt { "Controls" } dd {
                        @for (framework, ids) in row.controls.iter() { @for id in ids { span.tag { (shown(framework)) " " (shown(id)) } " " } }
                    }
                }
                dt { "Fingerprint" } dd { code { (shown(row.fingerprint.as_str())) } }
            }
        }
    }
}

fn evidence(evidence: &[Evidence]) -> Markup {
    html! {
        table {
            thead { tr { th { "Path" } th { "Observed" } th { "Expected" } th { "Call" } } }
            tbody {
                @for one in evidence {
                    tr {
                        td { code { (shown(&one.path.to_string())) } }
                        td { bdi { (shown(&one.observed.to_text())) } }
                        td { bdi { (shown(&one.expected.as_ref().map(crate::model::Value::to_text).unwrap_or_default())) } }
                        td { code { (shown(one.call.as_ref().map_or("", |call| call.as_str()))) } }
                    }
                }
            }
        }
    }
}

fn unread(report: &Report) -> Markup {
    let rows: Vec<&ScopeRow> = report.coverage.rows().filter(|row| row.outcome != Outcome::Complete).collect();
    html! {
        @if !rows.is_empty() {
            h2 { "Not read " span.count { (rows.len()) } }
            table {
                thead { tr { th { "Outcome" } th { "Call" } th { "Type" } th { "Account and region" } th { "Grant" } th { "Why" } } }
                tbody {
                    @for row in rows {
                        tr {
                            td { (row.outcome.as_str()) }
                            td { code { (shown(row.call.as_str())) } }
                            td { (shown(row.resource_type.as_str())) }
                            td { (shown(row.account.as_str())) " " (shown(row.region.as_str())) }
                            td { code { (shown(row.permission.as_deref().unwrap_or_default())) } }
                            td { bdi { (shown(row.reason.as_deref().unwrap_or_default())) } }
                        }
                    }
                }
            }
        }
    }
}

/// Text without what acts on a screen, and without what is no character of HTML (its standard, 13.2.3.5).
fn shown(text: &str) -> Cow<'_, str> {
    let safe = printable(text);
    if !safe.contains(is_no_character) {
        return safe;
    }
    let written = safe.chars().map(|one| if is_no_character(one) { format!("\\u{{{:x}}}", u32::from(one)) } else { one.to_string() });
    Cow::Owned(written.collect())
}

/// The code points that Unicode keeps free of characters.
fn is_no_character(character: char) -> bool {
    matches!(character, '\u{fdd0}'..='\u{fdef}') || u32::from(character) & 0xfffe == 0xfffe
}

/// Text of several lines.
fn lines(text: &str) -> String {
    text.trim_end().lines().map(shown).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
