//! A change as messages tell it: its values by name, the JSON that programs get, and what a batch says in one line.

use super::template::shortened;
use crate::model::finding::{Change, ChangeKind, FindingStatus};
use crate::model::notice::{Batch, Notice, Purpose};
use crate::model::rule::Severity;
use crate::telemetry::printable;
use serde_json::{Value, json};

/// A notice with what the channel knows besides.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The notice.
    pub notice: &'a Notice,
    /// Where the daemon's page is.
    pub page_url: Option<&'a str>,
}

impl Told<'_> {
    /// The value of a placeholder, without characters that a terminal or a reader would stumble over; empty where there is none.
    pub fn value(&self, name: &str) -> String {
        let Change { run, kind, finding } = &self.notice.change;
        let text = match name {
            "account" => finding.account.as_str(),
            "change" => word(*kind, finding.status),
            "fingerprint" => finding.fingerprint.as_str(),
            "first_seen" => return finding.first_seen.format("%Y-%m-%d %H:%M UTC").to_string(),
            "id" => &self.notice.id,
            "link" => return self.link().unwrap_or_default(),
            "message" => &finding.message,
            "name" => &finding.resource_name,
            "owner" => finding.owner.as_deref().unwrap_or("no owner"),
            "pillar" => finding.pillar.as_str(),
            "region" => finding.region.as_str(),
            "remedy" => finding.details.pointer("/remedy/text").and_then(Value::as_str).unwrap_or_default(),
            "resource" => finding.resource.as_str(),
            "rule" => finding.rule.as_str(),
            "run" => run.as_str(),
            "savings" => return finding.monthly_savings_usd.map(|amount| format!("{amount} USD a month")).unwrap_or_default(),
            "severity" => finding.severity.as_str(),
            "title" => &finding.title,
            "type" => finding.resource_type.as_str(),
            _ => "",
        };
        printable(text).into_owned()
    }

    /// The finding's own page; none where the config does not say where the page is.
    pub fn link(&self) -> Option<String> {
        let page = self.page_url?.trim_end_matches('/');
        Some(format!("{page}/findings/{}", self.notice.change.finding.fingerprint))
    }

    /// What programs get of a change.
    pub fn json(&self) -> Value {
        let Change { run, kind, finding } = &self.notice.change;
        json!({
            "id": self.notice.id.as_str(),
            "change": kind.as_str(),
            "at": self.notice.change.at(),
            "run": run.as_str(),
            "link": self.link(),
            "finding": finding,
        })
    }
}

/// What happened, for people.
pub const fn word(kind: ChangeKind, status: FindingStatus) -> &'static str {
    match (kind, status) {
        (ChangeKind::Opened | ChangeKind::Reopened, FindingStatus::Waived) | (ChangeKind::Waived, _) => "waived",
        (ChangeKind::Opened, _) => "new",
        (ChangeKind::Reopened, _) => "came back",
        (ChangeKind::Resolved, _) => "resolved",
        (ChangeKind::WaiverEnded, _) => "waiver ended",
        (ChangeKind::BecameStale, _) => "cannot be told any more",
        (ChangeKind::Seen, _) => "seen again",
    }
}

/// The notices, the worst first; of equal ones those that opened before those that are over.
pub fn worst_first(batch: &Batch) -> Vec<&Notice> {
    let mut notices: Vec<&Notice> = batch.notices.iter().collect();
    let over = |kind| matches!(kind, ChangeKind::Resolved | ChangeKind::Waived);
    notices.sort_by_key(|notice| (over(notice.change.kind), std::cmp::Reverse(notice.change.finding.severity)));
    notices
}

/// What a batch says in one line: `Ledgerline: 3 new (1 critical, 2 low), 2 resolved`.
pub fn headline(batch: &Batch) -> String {
    if batch.purpose == Purpose::Test {
        return "Ledgerline: this is a test message; nothing happened".to_owned();
    }
    let mut parts = Vec::new();
    for told in ["new", "came back", "waiver ended", "cannot be told any more", "resolved", "waived"] {
        let of: Vec<_> = batch.notices.iter().filter(|one| word(one.change.kind, one.change.finding.status) == told).collect();
        if of.is_empty() {
            continue;
        }
        let by_severity = Severity::ALL.iter().rev().filter_map(|severity| {
            let count = of.iter().filter(|one| one.change.finding.severity == *severity).count();
            (count > 0).then(|| format!("{count} {severity}"))
        });
        parts.push(format!("{} {told} ({})", of.len(), by_severity.collect::<Vec<_>>().join(", ")));
    }
    format!("Ledgerline: {}", parts.join(", "))
}

/// Text of somebody else for a line of ours: no control characters, and not too long.
pub fn quoted(text: &str) -> String {
    shortened(&printable(text.trim()), 300)
}
