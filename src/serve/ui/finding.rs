//! `/findings/{fingerprint}`: one finding with all that is known of it, and what may be done about it.

use super::address;
use super::asked::Asked;
use super::chain;
use super::component::{age, code, foldable, name, nothing, rule, scrolled, severity, standing, text, time, usd};
use super::details::{self, Details};
use super::form::{self, Typed};
use super::layout::{Document, Page, Section};
use super::notice::{self, Done};
use super::refusal::Refusal;
use super::replacement;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::finding::{ChangeKind, Finding, FindingStatus, HistoryEntry, Resolution};
use crate::model::{Fingerprint, ResourceKey};
use crate::serve::api::waivers;
use crate::serve::form::Form;
use crate::serve::problem::{Kind, Problem};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use std::sync::Arc;

/// The page.
pub async fn show(
    viewer: Viewer,
    State(daemon): State<Arc<Daemon>>,
    Path(fingerprint): Path<String>,
    mut asked: Asked,
) -> Result<Document, Refusal> {
    let done = asked.word("done")?;
    asked.finish(&["done"])?;
    page(&daemon, &viewer, &Fingerprint::from(fingerprint), done, &Typed::default()).await
}

/// Gives a waiver for it: back to its page, or the form again with what is wrong.
pub async fn waive(
    viewer: Viewer,
    State(daemon): State<Arc<Daemon>>,
    Path(fingerprint): Path<String>,
    form: Result<Form, Problem>,
) -> Result<Response, Refusal> {
    let (form, fingerprint) = (form?, Fingerprint::from(fingerprint));
    let finding = daemon.store().finding(&fingerprint).await?.ok_or_else(missing)?;
    let typed = Typed::read(&form);
    match waivers::add_for(&daemon, viewer.asker(), &typed.waiver(&finding, daemon.now())).await {
        Ok(_) => {
            Ok(Redirect::to(&address::with_query(&address::path(&["findings", fingerprint.as_str()]), [("done", "waived")]))
                .into_response())
        }
        Err(problem) if problem.kind() == Kind::InvalidBody => {
            let page = page(&daemon, &viewer, &fingerprint, None, &typed.but(problem.detail())).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

fn missing() -> Problem {
    Problem::not_found("there is no finding of this fingerprint")
}

async fn page(daemon: &Daemon, viewer: &Viewer, fingerprint: &Fingerprint, done: Option<Done>, typed: &Typed) -> Result<Document, Refusal> {
    let found = daemon.store().finding(fingerprint).await?;
    let finding = found.ok_or_else(missing)?;
    let history = daemon.store().history(fingerprint).await?;
    let details = Details::read(&finding.details);
    let now = daemon.now();
    let body = html! {
        (notice::done(done))
        (facts(&finding, &details, now))
        (under(viewer, &finding, &details))
        div.columns {
            div {
                (chain::drawn(&details.evidence))
                (evidence(&details))
                (replacement::shown(&details, "one"))
                (remedy(&details))
            }
            div.side {
                @if may_be_waived(finding.status) { (form::waive(viewer, &finding, typed, now)) }
                (told(&history))
                (controls(&details))
            }
        }
    };
    let lead = html! {
        p.crumbs { a href="/findings" { "Findings" } " / " (rule(&finding.rule)) }
        p.marks { (severity(finding.severity)) (standing(finding.status)) span.pillar { (finding.pillar) } }
    };
    Ok(Page { title: &finding.message, section: Some(Section::Findings), lead: Some(lead), body, refresh: None }.render(viewer))
}

fn facts(finding: &Finding, details: &Details, now: crate::model::value::Time) -> Markup {
    let key = ResourceKey::of(&finding.account, &finding.region, &finding.resource_type, &finding.resource);
    html! {
        dl.facts {
            div.wide { dt { "Resource" } dd {
                a href=(address::path(&["resources", key.as_str()])) { (foldable(&finding.resource_name, 200)) }
                div.under { (text(finding.resource_type.as_str())) @if let Some(part) = &finding.sub_key { " · " (foldable(part, 200)) } }
                div.under { code { (foldable(finding.resource.as_str(), 200)) } }
            } }
            div { dt { "Where" } dd { (text(finding.region.as_str())) div.under { (text(finding.account.as_str())) } } }
            div { dt { "Owner" } dd { @if let Some(owner) = &finding.owner { (foldable(owner, 80)) } @else { span.absent { "nobody is named" } } } }
            div { dt { "Good state" } dd { (text(&finding.title)) } }
            div { dt { "First seen" } dd { (time(finding.first_seen)) div.under { (age(finding.first_seen, now)) " ago" } } }
            div { dt { "Last seen" } dd { (time(finding.last_seen)) @if let Some(since) = finding.stale_since { div.under { "not to be told since " (time(since)) } } } }
            @if let Some(at) = finding.resolved_at {
                div { dt { "Resolved" } dd { (time(at)) @if let Some(why) = finding.resolution { div.under { (over(why)) } } } }
            }
            @if finding.reopened > 0 { div { dt { "Came back" } dd { (finding.reopened) @if finding.reopened == 1 { " time" } @else { " times" } } } }
            @if let Some(cost) = details.monthly_cost_usd { div { dt { "Costs a month" } dd { (usd(cost)) } } }
            @if let Some(saving) = finding.monthly_savings_usd { div { dt { "Saves a month" } dd { (usd(saving)) } } }
            div.wide { dt { "Tags" } dd { (details::tags(&details.tags)) } }
        }
    }
}

/// The waiver that covers it, and the way to take it back.
fn under(viewer: &Viewer, finding: &Finding, details: &Details) -> Markup {
    html! {
        @if finding.status == FindingStatus::Waived {
            div.notice {
                @if let Some(waiver) = &details.waiver {
                    p { "Waived by " (name(&waiver.owner)) " until " (time(waiver.expires)) ": " (foldable(&waiver.reason, 300)) }
                }
                @if let Some(id) = &finding.waiver {
                    p.under { "Waiver " a href="/waivers" { code { (text(id)) } } }
                    // One of a file is revoked in the file; only the store's have such ids.
                    @if id.starts_with("page-") { (form::revoke(viewer, id)) }
                }
            }
        }
    }
}

fn evidence(details: &Details) -> Markup {
    let table = html! {
        table {
            caption.sr { "What the verdict rests on" }
            thead { tr { th scope="col" { "Read at" } th scope="col" { "Observed" } th scope="col" { "Expected" } th scope="col" { "Call" } } }
            tbody {
                @for one in &details.evidence {
                    tr {
                        th scope="row" { code { (foldable(&one.path, 120)) } }
                        td { (details::value(&one.observed)) }
                        td { @if one.expected.is_null() { span.absent { "no plain comparison" } } @else { (details::value(&one.expected)) } }
                        td { @if let Some(call) = &one.call { code { (text(call)) } } @else { span.absent { "–" } } }
                    }
                }
            }
        }
    };
    html! {
        section { h2 { "Evidence" }
            @if details.evidence.is_empty() { (nothing("No values were kept: the verdict rests on what is absent as a whole.")) }
            @else { (scrolled("Evidence", table)) }
        }
    }
}

/// How to mend it, for people, the command line and Terraform.
pub fn remedy(details: &Details) -> Markup {
    let remedy = &details.remedy;
    html! {
        section { h2 { "Remedy" }
            @if remedy.text.is_empty() && remedy.cli.is_none() && remedy.terraform.is_none() { (nothing("None is written down.")) }
            @if !remedy.text.is_empty() { p.prose { (text(&remedy.text)) } }
            @if let Some(cli) = &remedy.cli { (code("remedy-cli", "AWS CLI", cli)) }
            @if let Some(terraform) = &remedy.terraform { (code("remedy-terraform", "Terraform", terraform)) }
        }
    }
}

fn told(history: &[HistoryEntry]) -> Markup {
    html! {
        section { h2 { "History" }
            @if history.is_empty() { (nothing("Older than what is kept.")) }
            ol.history {
                @for entry in history.iter().rev() {
                    li {
                        div { strong { (happened(entry.kind)) } @if let Some(why) = entry.resolution { ", " (over(why)) } }
                        div.under { (time(entry.at)) " · " a href=(address::path(&["audits", entry.run.as_str()])) { "audit" } }
                        div.under { (foldable(&entry.message, 160)) }
                    }
                }
            }
        }
    }
}

fn controls(details: &Details) -> Markup {
    html! {
        section { h2 { "Controls" }
            @if details.controls.is_empty() { (nothing("The rule speaks for none.")) }
            dl.controls {
                @for (framework, ids) in &details.controls {
                    div { dt { (text(framework)) } dd { @for id in ids { span.chip { (name(id)) } } } }
                }
            }
        }
    }
}

/// What happened, in words.
pub const fn happened(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Opened => "opened",
        ChangeKind::Seen => "seen again",
        ChangeKind::BecameStale => "no longer to be seen",
        ChangeKind::Resolved => "resolved",
        ChangeKind::Reopened => "came back",
        ChangeKind::Waived => "waived",
        ChangeKind::WaiverEnded => "waiver ended",
    }
}

/// Why it is over, in words.
pub const fn over(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Fixed => "fixed",
        Resolution::Gone => "the resource is gone",
        Resolution::NotApplicable => "the rule no longer speaks of it",
    }
}

/// Whether a waiver may be given for it.
pub const fn may_be_waived(status: FindingStatus) -> bool {
    match status {
        FindingStatus::Open | FindingStatus::Stale => true,
        FindingStatus::Waived | FindingStatus::Resolved => false,
    }
}
