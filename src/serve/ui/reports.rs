//! `/reports`: the weekly reports that are kept, newest first, with their parts byte for byte as they were signed.
//!
//! The page shows what the store says of a report and leads to its parts; whether the bytes are what was signed is judged by
//! `ledgerline report verify`, away from the daemon that made them.

use super::address;
use super::asked::Asked;
use super::component::{code, counted, nothing, number, scrolled, text, time};
use super::layout::{Document, Page, Section};
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::store::{KeptPart, KeptReport, PageRequest};
use axum::extract::State;
use maud::{Markup, html};
use serde_json::Value;
use std::sync::Arc;

/// A quarter of weekly reports.
const ON_A_PAGE: u32 = 13;
/// Hex digits of a digest that people compare by eye.
const SHOWN_OF_DIGEST: usize = 16;
/// How reports are verified, whoever keeps them.
const VERIFY: &str = "ledgerline report verify --store sqlite:///var/lib/ledgerline/ledgerline.db";

/// The list.
pub async fn list(viewer: Viewer, State(daemon): State<Arc<Daemon>>, mut asked: Asked) -> Result<Document, Refusal> {
    let cursor = asked.text("cursor");
    asked.finish(&["cursor"])?;
    let page = daemon.store().reports(&PageRequest::new(ON_A_PAGE, cursor.clone())).await?;
    let made = page.items.first().map_or(0, |newest| newest.number);
    let body = html! {
        @if page.items.is_empty() {
            (nothing("None yet. The daemon makes one each time its schedule (schedules.report) is due; the command `ledgerline report` makes one now."))
        } @else {
            (scrolled("Reports", table(&page.items)))
            nav.pager aria-label="Pages of the list" {
                @if cursor.is_some() { a href="/reports" { "First page" } }
                @if let Some(next) = &page.next { a.next rel="next" href=(address::with_query("/reports", [("cursor", next)])) { "Older reports" } }
            }
            section { h2 { "Whether they are as they were made" }
                p { "Each report's manifest names the SHA-256 of its parts and of the manifest before it, and is signed. This judges all of them:" }
                (code("verify", "Verify the reports of a store", VERIFY))
            }
        }
    };
    let lead = html! { p {
        @if cursor.is_none() { (counted(made, "report", "reports")) " made so far, each chained to the one before" } @else { "Older reports" }
    } };
    Ok(Page { title: "Reports", section: Some(Section::Reports), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn table(reports: &[KeptReport]) -> Markup {
    html! {
        table {
            caption.sr { "Reports, newest first" }
            thead { tr {
                th.num scope="col" { "No." } th scope="col" { "As of" } th scope="col" { "What it says" }
                th.num scope="col" { "New" } th.num scope="col" { "Resolved" } th scope="col" { "Parts" } th scope="col" { "Manifest" }
            } }
            tbody { @for report in reports { (row(report)) } }
        }
    }
}

fn row(report: &KeptReport) -> Markup {
    let count = |key: &str| report.headline.get(key).and_then(Value::as_u64);
    let comparable = report.headline.get("comparable").and_then(Value::as_bool).unwrap_or(false);
    let manifest = address::path(&["api", "v1", "reports", &report.id]);
    html! {
        tr {
            td.num { (number(report.number)) }
            th scope="row" { (opening(report)) div.under { "made " (time(report.made_at)) } }
            td { (text(report.headline.get("verdict").and_then(Value::as_str).unwrap_or("Open the report for its verdict."))) }
            @for key in ["new", "resolved"] {
                td.num { @match count(key) {
                    Some(count) if comparable => { (number(count)) }
                    _ => { span.absent title="no comparable report before it" { "–" } }
                } }
            }
            td { ul.parts { @for part in &report.parts { li { (link(report, part)) } } } }
            td { a href=(manifest) { code { (text(report.manifest_sha256.get(..SHOWN_OF_DIGEST).unwrap_or(&report.manifest_sha256))) } } }
        }
    }
}

/// The time it speaks of, leading to the part that people read.
fn opening(report: &KeptReport) -> Markup {
    match report.parts.iter().find(|part| part.media_type.starts_with("text/html")) {
        Some(part) => html! { a href=(address_of(report, part)) { (time(report.as_of)) } },
        None => time(report.as_of),
    }
}

fn link(report: &KeptReport, part: &KeptPart) -> Markup {
    let kind = part.name.rsplit_once('.').map_or(&*part.name, |(_, kind)| kind);
    html! { a href=(address_of(report, part)) title={ (text(&part.name)) ", SHA-256 " (text(&part.sha256)) } { (text(kind)) } span.under { " " (size(part.bytes)) } }
}

fn address_of(report: &KeptReport, part: &KeptPart) -> String {
    address::path(&["api", "v1", "reports", &report.id, "parts", &part.name])
}

/// A length in the unit that people compare it in, rounded up: a part is never shown smaller than it is.
fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{} MB", number(bytes.div_ceil(1_000_000))),
    }
}
