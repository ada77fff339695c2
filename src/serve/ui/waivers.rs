//! `/waivers`: who took the responsibility for which failures, and until when.

use super::asked::Asked;
use super::component::{counted, foldable, name, nothing, number, scrolled, text, time};
use super::findings::link;
use super::form;
use super::layout::{Document, Page, Section};
use super::notice;
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::WaiverId;
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverState};
use crate::serve::api::waivers as api;
use crate::serve::form::Form;
use crate::serve::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use std::collections::HashMap;
use std::sync::Arc;

/// One waiver of the list.
struct Row {
    waiver: Waiver,
    revoked_at: Option<Time>,
    /// Findings that are under it.
    covers: u64,
}

/// The list: those that are in force first, then those that are over.
pub async fn list(viewer: Viewer, State(daemon): State<Arc<Daemon>>, mut asked: Asked) -> Result<Document, Refusal> {
    let done = asked.word("done")?;
    asked.finish(&["done"])?;
    let now = daemon.now();
    let rows = rows(&daemon).await?;
    let (in_force, over): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.revoked_at.is_none() && row.waiver.is_valid(now));
    let body = html! {
        (notice::done(done))
        section { h2 { "In force" span.count { (in_force.len()) } }
            @if in_force.is_empty() { (nothing("None. A waiver is given on the page of a finding, or in ledgerline.yaml.")) }
            @else { (scrolled("Waivers in force", table(&viewer, "Waivers in force", &in_force, now))) }
        }
        @if !over.is_empty() {
            section { h2 { "Over" span.count { (over.len()) } } (scrolled("Waivers that are over", table(&viewer, "Waivers that are over", &over, now))) }
        }
    };
    let lead = html! { p { (counted(in_force.len() as u64, "waiver", "waivers")) " in force; what they cover stays counted and shown" } };
    Ok(Page { title: "Waivers", section: Some(Section::Waivers), lead: Some(lead), body, refresh: None }.render(&viewer))
}

async fn rows(daemon: &Daemon) -> Result<Vec<Row>, Refusal> {
    use crate::model::finding::FindingStatus;
    use crate::store::{FindingFilter, FindingOrder, PageRequest};
    let waived = FindingFilter { statuses: vec![FindingStatus::Waived], ..FindingFilter::default() };
    let mut covers: HashMap<String, u64> = HashMap::new();
    let mut cursor = None;
    // Waived findings are few; a page of the store holds a thousand.
    for _ in 0..10 {
        let page = daemon.store().findings_by(FindingOrder::Age, &waived, &PageRequest::new(PageRequest::MOST, cursor)).await?;
        for finding in page.items {
            *covers.entry(finding.waiver.as_deref().unwrap_or_default().to_owned()).or_default() += 1;
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let files = daemon.auditor().waivers();
    let stored = daemon.store().waivers().await?;
    let of_store = stored.into_iter().filter(|stored| !files.iter().any(|known| known.id == stored.waiver.id));
    let of_store = of_store.map(|stored| (stored.waiver, stored.revoked_at));
    let of_files = files.iter().map(|waiver| (Waiver::clone(waiver), None));
    let mut rows: Vec<Row> = of_files
        .chain(of_store)
        .map(|(waiver, revoked_at)| Row { covers: covers.get(waiver.id.as_str()).copied().unwrap_or(0), waiver, revoked_at })
        .collect();
    rows.sort_by(|a, b| (a.waiver.expires, &a.waiver.id).cmp(&(b.waiver.expires, &b.waiver.id)));
    Ok(rows)
}

/// Takes a waiver of the store back.
pub async fn revoke(
    viewer: Viewer,
    State(daemon): State<Arc<Daemon>>,
    Path(id): Path<String>,
    form: Result<Form, Problem>,
) -> Result<Redirect, Refusal> {
    form?;
    api::revoke_for(&daemon, viewer.asker(), &WaiverId::from(id)).await?;
    Ok(Redirect::to("/waivers?done=revoked"))
}

fn table(viewer: &Viewer, caption: &str, rows: &[&Row], now: Time) -> Markup {
    html! {
        table {
            caption.sr { (caption) }
            thead { tr { th scope="col" { "Waiver" } th scope="col" { "Covers" } th scope="col" { "Reason" } th scope="col" { "Owner" } th scope="col" { "Until" } th scope="col" { "State" } } }
            tbody { @for row in rows { (line(viewer, row, now)) } }
        }
    }
}

fn line(viewer: &Viewer, row: &Row, now: Time) -> Markup {
    let waiver = &row.waiver;
    let revocable = row.revoked_at.is_none() && waiver.origin == WaiverOrigin::Store;
    html! {
        tr id={ "w-" (waiver.id) } {
            th scope="row" { (foldable(waiver.id.as_str(), 60)) div.under { (text(&waiver.origin.to_string())) } }
            td { (scope(waiver)) div.under { @if row.covers > 0 { (link(&counted(row.covers, "finding", "findings"), &[("status", "waived")])) } @else { "no finding now" } } }
            td { (foldable(&waiver.reason, 200)) @if let Some(ticket) = &waiver.ticket { div.under { "ticket " (name(ticket)) } } }
            td { (name(&waiver.owner)) @if let Some(approver) = &waiver.approver { div.under { "agreed by " (name(approver)) } } }
            td { (time(waiver.expires)) div.under { (left(waiver.days_left(now))) } }
            td {
                (state(row, now))
                @if revocable { (form::revoke(viewer, waiver.id.as_str())) }
            }
        }
    }
}

fn left(days: i64) -> String {
    if days < 0 { "over".to_owned() } else { format!("{} left", counted(days.unsigned_abs(), "day", "days")) }
}

fn state(row: &Row, now: Time) -> Markup {
    let (class, word) = match (row.revoked_at, row.waiver.state(now)) {
        (Some(_), _) => ("revoked", "revoked"),
        (None, WaiverState::Active | WaiverState::Unused) => ("active", "active"),
        (None, WaiverState::Expiring) => ("expiring", "ends soon"),
        (None, WaiverState::Expired) => ("expired", "expired"),
    };
    html! { span class={ "waiver-state " (class) } { (word) } @if let Some(at) = row.revoked_at { div.under { (time(at)) } } }
}

/// What a waiver speaks of.
pub fn scope(waiver: &Waiver) -> Markup {
    let scope = &waiver.scope;
    let part = |label: &str, words: Vec<&str>| {
        html! { @if !words.is_empty() { div { span.under { (label) " " } @for (at, word) in words.iter().enumerate() { @if at > 0 { ", " } code { (foldable(word, 100)) } } } } }
    };
    html! {
        (part("rule", scope.rules.iter().map(|one| one.as_str()).collect()))
        (part("resource", scope.resources.iter().map(|one| one.as_str()).collect()))
        (part("type", scope.types.iter().map(|one| one.as_str()).collect()))
        (part("account", scope.accounts.iter().map(|one| one.as_str()).collect()))
        (part("region", scope.regions.iter().map(|one| one.as_str()).collect()))
        @for (key, values) in &scope.tags { div { span.under { "tag " } code { (foldable(key, 60)) " = " (number(values.len() as u64)) " values" } } }
    }
}
