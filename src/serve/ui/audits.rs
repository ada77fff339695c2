//! `/audits`: passes that were, are and will be; one pass with what it could not see; and the way to ask for one.

use super::address;
use super::asked::Asked;
use super::component::{age, clipped, counted, name, nothing, number, scrolled, text, time};
use super::form;
use super::layout::{Document, Page, Section};
use super::notice;
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::queue::Admission;
use crate::daemon::{Daemon, Live};
use crate::model::report::Summary;
use crate::model::run::{PassScope, Requests, RunRecord, RunStatus};
use crate::model::value::Time;
use crate::model::{Outcome, RunId, ScopeRow};
use crate::serve::api::audits as api;
use crate::serve::form::Form;
use crate::serve::problem::Problem;
use crate::store::PageRequest;
use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde_json::Value;
use std::sync::Arc;

const ON_A_PAGE: u32 = 50;
/// Seconds between two looks at a pass that is under way.
const LOOK_AGAIN: u32 = 2;
/// The most rows of a kind of gap that are listed.
const MOST_GAPS: usize = 200;

/// The list, newest first.
pub async fn list(viewer: Viewer, State(daemon): State<Arc<Daemon>>, mut asked: Asked) -> Result<Document, Refusal> {
    let cursor = asked.text("cursor");
    let done = asked.word("done")?;
    asked.finish(&["cursor", "done"])?;
    let page = daemon.store().runs(&PageRequest::new(ON_A_PAGE, cursor.clone())).await?;
    let now = daemon.now();
    let body = html! {
        (notice::done(done))
        (notice::faults(&daemon))
        @if page.items.is_empty() { (nothing("No audit has begun yet.")) } @else { (scrolled("Audits", table(&page.items, now))) }
        nav.pager aria-label="Pages of the list" {
            @if cursor.is_some() { a href="/audits" { "Newest" } }
            @if let Some(next) = &page.next { a.next rel="next" href=(address::with_query("/audits", [("cursor", next.as_str())])) { "Older" } }
        }
    };
    let lead = html! { p { @if let Some(due) = daemon.next_due() { "Next one due " (time(due)) } @else { "None is due" } } };
    let running = page.items.iter().any(|run| is_live(run.status));
    let refresh = running.then_some(LOOK_AGAIN);
    let body = html! { (form::audit(&viewer)) div data-live[running] id="live" { (body) } };
    Ok(Page { title: "Audits", section: Some(Section::Audits), lead: Some(lead), body, refresh }.render(&viewer))
}

/// Asks for one, and leads to it.
pub async fn ask(viewer: Viewer, State(daemon): State<Arc<Daemon>>, form: Result<Form, Problem>) -> Result<Redirect, Refusal> {
    let form = form?;
    let wish =
        api::Wish { accounts: form::words(&form, "accounts"), regions: form::words(&form, "regions"), rules: form::words(&form, "rules") };
    let (id, done) = match api::ask_for(&daemon, viewer.asker(), wish).await? {
        Admission::Queued(id) => (id, "asked"),
        Admission::Joined(id) => (id, "joined"),
    };
    Ok(Redirect::to(&address::with_query(&address::path(&["audits", id.as_str()]), [("done", done)])))
}

const fn is_live(status: RunStatus) -> bool {
    match status {
        RunStatus::Queued | RunStatus::Running => true,
        RunStatus::Complete | RunStatus::Incomplete | RunStatus::Failed | RunStatus::Cancelled => false,
    }
}

fn table(runs: &[RunRecord], now: Time) -> Markup {
    html! {
        table {
            caption.sr { "Audits" }
            thead { tr {
                th scope="col" { "Began" } th scope="col" { "Outcome" } th scope="col" { "Scope" }
                th.num scope="col" { "Fail" } th.num scope="col" { "Waived" } th.num scope="col" { "Unknown" } th.num scope="col" { "Pass" } th.num scope="col" { "Took" }
            } }
            tbody {
                @for run in runs {
                    @let summary = summary(run);
                    tr {
                        th scope="row" { a href=(address::path(&["audits", run.id.as_str()])) { (time(run.started_at)) } div.under { (age(run.started_at, now)) " ago · " (trigger(&run.trigger)) } }
                        td { (outcome(run.status)) @if let Some(error) = &run.error { div.under { (clipped(error, 120)) } } }
                        td { (scope(&run.scope)) }
                        @match &summary {
                            Some(summary) => {
                                td.num { (number(summary.fail)) } td.num { (number(summary.waived)) } td.num { (number(summary.unknown)) } td.num { (number(summary.pass)) }
                            }
                            None => { td.num { "–" } td.num { "–" } td.num { "–" } td.num { "–" } }
                        }
                        td.num { @if let Some(end) = run.finished_at { (took(run.started_at, end)) } @else { "–" } }
                    }
                }
            }
        }
    }
}

/// What became of a pass, by word and shape.
pub fn outcome(status: RunStatus) -> Markup {
    let word = match status {
        RunStatus::Queued => "waits",
        RunStatus::Running => "under way",
        RunStatus::Complete => "complete",
        RunStatus::Incomplete => "incomplete",
        RunStatus::Failed => "failed",
        RunStatus::Cancelled => "cancelled",
    };
    html! { span class={ "run " (status) } { (word) } }
}

fn trigger(trigger: &str) -> &str {
    match trigger {
        "schedule" => "on schedule",
        "api" => "asked for",
        "start" => "at the start",
        "command" => "by command",
        other => other,
    }
}

fn took(from: Time, to: Time) -> String {
    let millis = (to - from).num_milliseconds().max(0);
    match millis {
        0..10_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        10_000..600_000 => format!("{} s", millis / 1000),
        _ => format!("{} min", millis / 60_000),
    }
}

fn scope(scope: &PassScope) -> Markup {
    if *scope == PassScope::default() {
        return html! { "everything" };
    }
    html! {
        @if let Some(accounts) = &scope.accounts { div { "accounts: " @for one in accounts { (name(one.as_str())) " " } } }
        @if let Some(regions) = &scope.regions { div { "regions: " @for one in regions { (name(one.as_str())) " " } } }
        @if let Some(rules) = &scope.rules { div { (counted(rules.len() as u64, "rule", "rules")) ": " @for one in rules.iter().take(4) { code { (text(one.as_str())) } " " } @if rules.len() > 4 { "…" } } }
    }
}

fn summary(run: &RunRecord) -> Option<Summary> {
    serde_json::from_value(run.summary.clone()).ok()
}

/// One pass.
pub async fn show(
    viewer: Viewer,
    State(daemon): State<Arc<Daemon>>,
    Path(id): Path<String>,
    mut asked: Asked,
) -> Result<Document, Refusal> {
    let done = asked.word("done")?;
    asked.finish(&["done"])?;
    let id = RunId::from(id);
    let run = daemon.store().run(&id).await?.ok_or_else(|| Problem::not_found("there is no audit of this id; old ones are forgotten"))?;
    let live = is_live(run.status);
    let body = html! {
        (notice::done(done))
        div id="live" data-live[live] {
            dl.facts {
                div { dt { "Outcome" } dd { (outcome(run.status)) } }
                div { dt { "Began" } dd { (time(run.started_at)) div.under { (trigger(&run.trigger)) @if let Some(by) = &run.asked_by { " by " (name(by)) } } } }
                div { dt { "Took" } dd { @if let Some(end) = run.finished_at { (took(run.started_at, end)) } @else { (took(run.started_at, daemon.now())) ", so far" } } }
                div.wide { dt { "Scope" } dd { (scope(&run.scope)) } }
                div { dt { "Version" } dd { (text(&run.version)) } }
                @if !run.rules_digest.is_empty() { div.wide { dt { "Digest of the rules" } dd { code { (text(&run.rules_digest)) } } } }
            }
            @if let Some(error) = &run.error { p.notice.bad { (text(error)) } }
            @if live { (progress(run.status, daemon.progress_of(&id).as_deref())) }
            @else {
                @if let Some(summary) = summary(&run) { (results(&summary)) }
                (coverage(&run.coverage))
                (requests(&run.requests))
            }
        }
    };
    let lead = html! { p.crumbs { a href="/audits" { "Audits" } " / " code { (text(run.id.as_str())) } } };
    let title = format!("Audit of {}", run.started_at.format("%Y-%m-%d %H:%M"));
    let refresh = live.then_some(LOOK_AGAIN);
    Ok(Page { title: &title, section: Some(Section::Audits), lead: Some(lead), body, refresh }.render(&viewer))
}

/// How far a pass is. The length grows while listings find more to ask about, so there is no estimate of the time left: it would lie.
fn progress(status: RunStatus, live: Option<&Live>) -> Markup {
    let steps = live.map(Live::steps).unwrap_or_default();
    let (planned, done) =
        steps.iter().fold((0_u64, 0_u64), |(planned, done), step| (planned.saturating_add(step.planned), done.saturating_add(step.done)));
    html! {
        section { h2 { "Progress" }
            p aria-live="polite" {
                @if status == RunStatus::Queued { "It waits for the one under way." }
                @else if planned == 0 { "It has begun; nothing has been asked yet." }
                @else { (number(done)) " of " (number(planned)) " steps that are known so far" }
            }
            @if planned > 0 { progress aria-label="Steps done" max=(planned) value=(done) {} }
            ul.steps {
                @for step in steps.iter().filter(|step| step.done < step.planned).take(12) {
                    li { (clipped(&step.what, 100)) " " span.under { (number(step.done)) " of " (number(step.planned)) } }
                }
            }
        }
    }
}

fn results(summary: &Summary) -> Markup {
    html! {
        section { h2 { "Results" }
            dl.tiles {
                div.bad[summary.fail > 0] { dt { "Fail" } dd { (number(summary.fail)) } }
                div { dt { "Waived" } dd { (number(summary.waived)) } }
                div.doubt[summary.unknown > 0] { dt { "Unknown" } dd { (number(summary.unknown)) } }
                div { dt { "Pass" } dd { (number(summary.pass)) } }
                div { dt { "Not applicable" } dd { (number(summary.not_applicable)) } }
            }
        }
    }
}

/// The rows of a run's coverage; those that cannot be read are left out.
pub fn rows(coverage: &Value) -> Vec<ScopeRow> {
    let scopes = coverage.get("scopes").and_then(Value::as_array);
    scopes.into_iter().flatten().filter_map(|row| serde_json::from_value(row.clone()).ok()).collect()
}

fn coverage(coverage: &Value) -> Markup {
    if coverage.is_null() {
        return html! {};
    }
    let rows = rows(coverage);
    let faults: Vec<&ScopeRow> = rows.iter().filter(|row| row.outcome.is_fault()).collect();
    let left_out: Vec<&ScopeRow> = rows.iter().filter(|row| matches!(row.outcome, Outcome::Skipped | Outcome::NotEnabled)).collect();
    let read = rows.len() - faults.len() - left_out.len();
    html! {
        section { h2 { "Coverage" }
            p { (number(read as u64)) " of " (number((rows.len() - left_out.len()) as u64)) " calls that the rules need were read to their end."
                @if !left_out.is_empty() { " " (number(left_out.len() as u64)) " more were left out on purpose, or their service or region is not enabled." } }
            @if !faults.is_empty() {
                (permissions(&faults))
                (scrolled("What could not be read", gaps("What could not be read", &faults)))
            }
            @if !left_out.is_empty() { details.fold { summary { "What was left out" } (scrolled("What was left out", gaps("What was left out", &left_out))) } }
        }
    }
}

/// The IAM actions whose lack is why; none twice.
pub fn missing<'a>(faults: &[&'a ScopeRow]) -> Vec<&'a str> {
    let mut missing: Vec<&str> = faults.iter().filter_map(|row| row.permission.as_deref()).collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

fn permissions(faults: &[&ScopeRow]) -> Markup {
    let missing = missing(faults);
    html! {
        @if !missing.is_empty() {
            p { "The auditor lacks " (counted(missing.len() as u64, "permission", "permissions")) "; " code { "ledgerline permissions" } " prints the whole policy that it needs." }
            (super::component::code("missing-permissions", "Missing permissions", &missing.join("\n")))
        }
    }
}

fn gaps(caption: &str, rows: &[&ScopeRow]) -> Markup {
    html! {
        table {
            caption.sr { (caption) }
            thead { tr { th scope="col" { "Call" } th scope="col" { "Outcome" } th scope="col" { "Type" } th scope="col" { "Where" } th scope="col" { "Missing permission" } th scope="col" { "What AWS said" } } }
            tbody {
                @for row in rows.iter().take(MOST_GAPS) {
                    tr {
                        th scope="row" { code { (text(row.call.as_str())) } }
                        td { span class={ "outcome " (row.outcome.as_str()) } { (row.outcome.as_str().replace('_', " ")) } }
                        td { (text(row.resource_type.as_str())) }
                        td { (text(row.region.as_str())) div.under { (text(row.account.as_str())) } }
                        td { @if let Some(permission) = &row.permission { code { (text(permission)) } } @else { span.absent { "–" } } }
                        td { @if let Some(reason) = &row.reason { (super::component::foldable(reason, 160)) } }
                    }
                }
                @if rows.len() > MOST_GAPS { tr { td colspan="6" { (number((rows.len() - MOST_GAPS) as u64)) " more; the API tells all of them." } } }
            }
        }
    }
}

fn requests(requests: &Value) -> Markup {
    let Ok(requests) = serde_json::from_value::<Requests>(requests.clone()) else { return html! {} };
    let mut actions: Vec<_> = requests.by_action.iter().collect();
    actions.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    html! {
        section { h2 { "Requests to AWS" }
            p { (counted(requests.total, "request", "requests")) ", " (number(requests.throttled)) " throttled, " (number(requests.retried)) " sent again, "
                (requests.paid_usd.amount().normalize()) " USD charged by AWS." }
            @if !actions.is_empty() {
                details.fold { summary { "By action" }
                    ul.plain { @for (action, count) in &actions { li { code { (text(action.as_str())) } " " (number(**count)) } } }
                }
            }
        }
    }
}
