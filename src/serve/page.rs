//! `/`: what matters on one plain page, without a script. Everything that comes from an account is escaped.

use super::problem::Problem;
use crate::daemon::Daemon;
use crate::model::finding::{Finding, FindingStatus};
use crate::model::rule::Severity;
use crate::model::run::RunRecord;
use crate::model::snapshot::Snapshot;
use crate::model::verdict::Status;
use crate::store::{FindingFilter, PageRequest, StoreError};
use crate::telemetry::printable;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::Html;
use std::fmt::Write as _;
use std::sync::Arc;

/// Findings on the page; the rest is behind the API.
const MOST_FINDINGS: u32 = 50;

/// The style sheet: a file of its own, so that the page needs no exception from its policy.
pub async fn style() -> ([(HeaderName, &'static str); 2], &'static str) {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], include_str!("style.css"))
}

/// The overview.
pub async fn overview(State(daemon): State<Arc<Daemon>>) -> Result<Html<String>, Problem> {
    let failed = |error: StoreError| Problem::internal(&error);
    let snapshot = daemon.store().snapshot().await.map_err(failed)?;
    let last = daemon.store().runs(&PageRequest::new(1, None)).await.map_err(failed)?.items.pop();
    let findings = worst(&daemon).await.map_err(failed)?;
    Ok(Html(render(&daemon, snapshot.as_ref(), last.as_ref(), &findings)))
}

/// The worst findings that are not resolved.
async fn worst(daemon: &Daemon) -> Result<Vec<Finding>, StoreError> {
    let mut worst = Vec::new();
    for severity in Severity::ALL.iter().rev() {
        let left = MOST_FINDINGS.saturating_sub(u32::try_from(worst.len()).unwrap_or(u32::MAX));
        if left == 0 {
            break;
        }
        let filter = FindingFilter {
            severities: vec![*severity],
            statuses: vec![FindingStatus::Open, FindingStatus::Stale],
            ..FindingFilter::default()
        };
        worst.extend(daemon.store().findings(&filter, &PageRequest::new(left, None)).await?.items);
    }
    Ok(worst)
}

fn render(daemon: &Daemon, snapshot: Option<&Snapshot>, last: Option<&RunRecord>, findings: &[Finding]) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Ledgerline</title><link rel=\"stylesheet\" href=\"/style.css\"></head><body><h1>Ledgerline</h1>\n",
    );
    match snapshot {
        Some(snapshot) => counts(&mut page, snapshot),
        None => page.push_str("<p>No audit has ended yet. The first one is on its way.</p>\n"),
    }
    state(&mut page, daemon, last);
    table(&mut page, findings);
    page.push_str(
        "<nav><a href=\"/api/v1/findings?status=open\">findings</a> <a href=\"/api/v1/audits\">audits</a> \
         <a href=\"/api/v1/rules\">rules</a> <a href=\"/api/v1/waivers\">waivers</a> <a href=\"/openapi.json\">API description</a></nav></body></html>\n",
    );
    page
}

fn counts(page: &mut String, snapshot: &Snapshot) {
    page.push_str("<dl>");
    for severity in Severity::ALL.iter().rev() {
        let of_severity = snapshot.findings.iter().filter(|(_, _, one, status, _)| one == severity && *status != FindingStatus::Waived);
        let number: u64 = of_severity.map(|(.., number)| number).sum();
        pair(page, severity.as_str(), &number.to_string(), severity.as_str());
    }
    let waived: u64 = snapshot.findings.iter().filter(|(.., status, _)| *status == FindingStatus::Waived).map(|(.., number)| number).sum();
    pair(page, "waived", &waived.to_string(), "info");
    let unknown = snapshot.results.iter().find(|(status, _)| *status == Status::Unknown).map_or(0, |(_, number)| *number);
    pair(page, "unknown", &unknown.to_string(), "unknown");
    let faults: u64 = snapshot.coverage.iter().filter(|(outcome, _)| outcome.is_fault()).map(|(_, rows)| rows).sum();
    let coverage = if faults == 0 { "complete".to_owned() } else { format!("{faults} calls failed") };
    pair(page, "coverage", &coverage, if faults == 0 { "info" } else { "high" });
    page.push_str("</dl>\n");
}

fn pair(page: &mut String, term: &str, value: &str, class: &str) {
    let _ = write!(page, "<div class=\"{class}\"><dt>{}</dt><dd>{}</dd></div>", escape(term), escape(value));
}

fn state(page: &mut String, daemon: &Daemon, last: Option<&RunRecord>) {
    page.push_str("<p>");
    if let Some(run) = last {
        let when = run.finished_at.unwrap_or(run.started_at).format("%Y-%m-%d %H:%M UTC");
        let _ = write!(page, "Last audit: <a href=\"/api/v1/audits/{}\">{}</a>, {when}. ", escape(run.id.as_str()), run.status);
    }
    if let Some(due) = daemon.next_due() {
        let _ = write!(page, "Next one due {}.", due.format("%Y-%m-%d %H:%M UTC"));
    }
    page.push_str("</p>\n");
    let readiness = daemon.readiness();
    if let Some(error) = readiness.audit_error {
        let _ = writeln!(page, "<p class=\"high\">The last audit failed; what is shown is older: {}</p>", escape(&error));
    }
    if let Some(error) = readiness.reload_error {
        let _ = writeln!(page, "<p class=\"high\">Config or rules have mistakes; the old ones are in use.</p><pre>{}</pre>", lines(&error));
    }
}

fn table(page: &mut String, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    page.push_str("<table><thead><tr><th>severity</th><th>rule</th><th>resource</th><th>finding</th></tr></thead><tbody>\n");
    for finding in findings {
        let stale = if finding.status == FindingStatus::Stale { " (not seen by the last audit)" } else { "" };
        let _ = writeln!(
            page,
            "<tr><td class=\"{0}\">{0}</td><td>{1}</td><td><a href=\"/api/v1/findings/{2}\">{3}</a></td><td>{4}{stale}</td></tr>",
            finding.severity,
            escape(finding.rule.as_str()),
            escape(finding.fingerprint.as_str()),
            escape(&finding.resource_name),
            escape(&finding.message),
        );
    }
    page.push_str("</tbody></table>\n");
}

/// Text as HTML, in which nothing is markup and nothing turns the direction of what follows.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

fn lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}
