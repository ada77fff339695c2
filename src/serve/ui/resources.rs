//! `/resources`: what the last audits saw, and one resource with its results.

use super::address;
use super::asked::Asked;
use super::component::{age, clipped, counted, foldable, name, nothing, number, rule, scrolled, text, time};
use super::details;
use super::findings::{select, table};
use super::layout::{Document, Page, Section};
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::ResourceKey;
use crate::model::report::Summary;
use crate::model::sight::KnownResource;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::serve::problem::Problem;
use crate::store::{PageRequest, ResourceFilter};
use axum::extract::{Path, State};
use maud::{Markup, html};
use std::collections::BTreeSet;
use std::sync::Arc;

const ON_A_PAGE: u32 = 50;

const FIELDS: [&str; 9] = ["account", "cursor", "owner", "q", "region", "results", "seen", "sight", "type"];

/// What was asked for.
#[derive(Clone, Debug)]
struct Wish {
    filter: ResourceFilter,
    cursor: Option<String>,
    seen: u64,
}

impl Wish {
    fn read(mut asked: Asked) -> Result<Self, Refusal> {
        let either = |asked: &mut Asked, key: &str, yes: &str, no: &str| match asked.text(key) {
            None => Ok(None),
            Some(word) if word == yes => Ok(Some(true)),
            Some(word) if word == no => Ok(Some(false)),
            Some(word) => Err(super::refusal::wrong(format!("{key}: {word:?} is not one of {yes}, {no}"))),
        };
        let filter = ResourceFilter {
            accounts: asked.texts("account").into_iter().map(Into::into).collect(),
            regions: asked.texts("region").into_iter().map(Into::into).collect(),
            types: asked.texts("type").into_iter().map(Into::into).collect(),
            owners: asked.texts("owner"),
            failing: either(&mut asked, "results", "failing", "passing")?,
            stale: either(&mut asked, "sight", "stale", "seen")?,
            text: asked.text("q"),
        };
        let seen = asked.text("seen").and_then(|seen| seen.parse().ok()).unwrap_or(0);
        let wish = Self { filter, cursor: asked.text("cursor"), seen };
        asked.finish(&FIELDS)?;
        Ok(wish)
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let word = |choice: Option<bool>, yes: &str, no: &str| choice.map(|choice| if choice { yes } else { no }.to_owned());
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        pairs.extend(filter.accounts.iter().map(|one| ("account", one.to_string())));
        pairs.extend(filter.regions.iter().map(|one| ("region", one.to_string())));
        pairs.extend(filter.types.iter().map(|one| ("type", one.to_string())));
        pairs.extend(filter.owners.iter().map(|one| ("owner", one.clone())));
        pairs.extend(word(filter.failing, "failing", "passing").map(|word| ("results", word)));
        pairs.extend(word(filter.stale, "stale", "seen").map(|word| ("sight", word)));
        pairs.extend(filter.text.iter().map(|part| ("q", part.clone())));
        pairs
    }
}

/// The list.
pub async fn list(viewer: Viewer, State(daemon): State<Arc<Daemon>>, asked: Asked) -> Result<Document, Refusal> {
    let wish = Wish::read(asked)?;
    let store = daemon.store();
    let page = store.resources(&wish.filter, &PageRequest::new(ON_A_PAGE, wish.cursor.clone())).await?;
    // Where all of it is on this page, nothing has to be counted.
    let count = match (&wish.cursor, &page.next) {
        (None, None) => page.items.len() as u64,
        _ => store.count_resources(&wish.filter).await?,
    };
    let snapshot = store.snapshot().await?.unwrap_or_default();
    let body = html! {
        (narrow(&wish, &snapshot))
        @if page.items.is_empty() { (nothing(if wish.pairs().is_empty() { "None yet: the next audit notes what it sees." } else { "No resource matches." })) }
        @else {
            (rows(&page.items, daemon.now()))
            (foot(&wish, page.items.len() as u64, count, page.next.as_deref()))
        }
    };
    let lead = html! { p { (counted(count, "resource", "resources")) ", as the last audits saw them" } };
    Ok(Page { title: "Resources", section: Some(Section::Resources), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn narrow(wish: &Wish, snapshot: &Snapshot) -> Markup {
    let filter = &wish.filter;
    let accounts: BTreeSet<&str> = snapshot.resources.iter().map(|(account, ..)| account.as_str()).collect();
    let regions: BTreeSet<&str> = snapshot.resources.iter().map(|(_, region, ..)| region.as_str()).collect();
    let types: BTreeSet<&str> = snapshot.resources.iter().map(|(_, _, resource_type, _)| resource_type.as_str()).collect();
    let word = |choice: Option<bool>, yes, no| choice.map(|choice| if choice { yes } else { no });
    html! {
        form.narrow method="get" action="/resources" role="search" aria-label="Narrow the list" {
            div.field.grow { label for="q" { "Text" } input type="search" id="q" name="q" value=[filter.text.as_deref()] placeholder="name, id, owner or tag"; }
            (select("type", "Type", types.into_iter(), filter.types.first().map(|one| one.as_str())))
            (select("account", "Account", accounts.into_iter(), filter.accounts.first().map(|one| one.as_str())))
            (select("region", "Region", regions.into_iter(), filter.regions.first().map(|one| one.as_str())))
            (select("results", "Results", ["failing", "passing"].into_iter(), word(filter.failing, "failing", "passing")))
            (select("sight", "Sight", ["seen", "stale"].into_iter(), word(filter.stale, "stale", "seen")))
            div.field { label for="owner" { "Owner" } input type="text" id="owner" name="owner" value=[filter.owners.first()]; }
            div.act { button type="submit" { "Show" } a href="/resources" { "Reset" } }
        }
    }
}

fn rows(resources: &[KnownResource], now: Time) -> Markup {
    html! {
        table.cards role="table" {
            caption.sr { "Resources" }
            thead role="rowgroup" {
                tr role="row" {
                    @for head in ["Resource", "Where", "Owner", "Results", "Tags", "Last seen"] { th scope="col" role="columnheader" { (head) } }
                }
            }
            tbody role="rowgroup" {
                @for KnownResource { key, seen, last_seen, stale_since, .. } in resources {
                    tr role="row" {
                        td.main role="cell" data-label="Resource" {
                            a href=(address::path(&["resources", key.as_str()])) { (clipped(&seen.name, 100)) }
                            div.under { (text(seen.resource_type.as_str())) }
                        }
                        td.where role="cell" data-label="Where" { (text(seen.region.as_str())) div.under { (text(seen.account.as_str())) } }
                        td role="cell" data-label="Owner" { @if let Some(owner) = &seen.owner { (clipped(owner, 40)) } @else { span.absent { "nobody" } } }
                        td role="cell" data-label="Results" { (results(seen.results.as_ref())) }
                        td role="cell" data-label="Tags" { (tag_count(seen.tags.as_ref())) }
                        td.num role="cell" data-label="Last seen" {
                            (age(*last_seen, now))
                            @if stale_since.is_some() { div.under { span.state.stale { "not seen lately" } } }
                        }
                    }
                }
            }
        }
    }
}

fn tag_count(tags: Option<&serde_json::Value>) -> Markup {
    match tags.and_then(serde_json::Value::as_object) {
        None => html! { span.absent { "not known" } },
        Some(tags) => html! { (counted(tags.len() as u64, "tag", "tags")) },
    }
}

/// Results by status, those that matter first.
pub fn results(results: Option<&Summary>) -> Markup {
    let Some(results) = results else { return html! { span.absent { "not judged by every rule yet" } } };
    html! {
        ul.counts {
            @if results.fail > 0 { li.fail { (number(results.fail)) " fail" } }
            @if results.waived > 0 { li.waived { (number(results.waived)) " waived" } }
            @if results.unknown > 0 { li.unknown { (number(results.unknown)) " unknown" } }
            li.pass { (number(results.pass)) " pass" }
        }
    }
}

fn foot(wish: &Wish, here: u64, count: u64, next: Option<&str>) -> Markup {
    let last = wish.seen.saturating_add(here);
    html! {
        nav.pager aria-label="Pages of the list" {
            span { (number(wish.seen.saturating_add(1).min(last))) "–" (number(last)) " of " (number(count.max(last))) }
            @if wish.cursor.is_some() { a href=(address::with_query("/resources", wish.pairs())) { "First page" } }
            @if let Some(next) = next {
                @let more = [("cursor", next.to_owned()), ("seen", last.to_string())];
                a.next rel="next" href=(address::with_query("/resources", wish.pairs().into_iter().chain(more))) { "Next page" }
            }
        }
    }
}

/// One resource.
pub async fn show(viewer: Viewer, State(daemon): State<Arc<Daemon>>, Path(key): Path<String>) -> Result<Document, Refusal> {
    let found = daemon.store().resource(&ResourceKey::from(key)).await?;
    let known =
        found.ok_or_else(|| Problem::not_found("no audit that is remembered saw this resource; those before this version noted none"))?;
    let seen = &known.seen;
    let findings = daemon.store().findings_of(&seen.account, &seen.id).await?;
    let now = daemon.now();
    let body = html! {
        @if let Some(since) = known.stale_since {
            p.notice { "Not seen since " (time(known.last_seen)) ": from " (time(since)) " on no listing that would show it was complete, so it may be gone." }
        }
        dl.facts {
            div.wide { dt { "Id" } dd { code { (foldable(seen.id.as_str(), 300)) } } }
            div { dt { "Where" } dd { (text(seen.region.as_str())) div.under { (text(seen.account.as_str())) } } }
            div { dt { "Owner" } dd { @if let Some(owner) = &seen.owner { (foldable(owner, 80)) } @else { span.absent { "nobody is named" } } } }
            div { dt { "First seen" } dd { (time(known.first_seen)) } }
            div { dt { "Last seen" } dd { (time(known.last_seen)) div.under { a href=(address::path(&["audits", known.run.as_str()])) { "audit" } } } }
            div { dt { "Results" } dd { (results(seen.results.as_ref())) } }
            div.wide { dt { "Tags" } dd { (details::tags(seen.tags.as_ref().unwrap_or(&serde_json::Value::Null))) } }
        }
        section { h2 { "Findings" }
            @if findings.is_empty() { (nothing("None, now or in what is remembered.")) } @else { (table(&findings, now, None)) }
        }
        (untold(&known))
    };
    let lead = html! { p.crumbs { a href="/resources" { "Resources" } " / " a href=(address::with_query("/resources", [("type", seen.resource_type.as_str())])) { (text(seen.resource_type.as_str())) } } };
    Ok(Page { title: &seen.name, section: Some(Section::Resources), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn untold(known: &KnownResource) -> Markup {
    if known.seen.untold.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            caption.sr { "Results that could not be told" }
            thead { tr { th scope="col" { "Rule" } th scope="col" { "Why not" } th scope="col" { "Missing permission" } } }
            tbody {
                @for one in &known.seen.untold {
                    tr {
                        th scope="row" { (rule(&one.rule)) }
                        td { (foldable(&one.message, 300)) }
                        td { @if let Some(permission) = &one.permission { code { (name(permission)) } } @else { span.absent { "–" } } }
                    }
                }
            }
        }
    };
    html! { section { h2 { "Could not be told" } (scrolled("Results that could not be told", table)) } }
}
