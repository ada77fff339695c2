//! Where a finding stood at some time: what the store has now, with what happened since taken back.
//!
//! The store keeps each finding as it is and a line for each change. What a pass found counts from the end of the pass: before
//! that nobody could know it. Old lines may have been forgotten; then the first line that is left tells what was before it.

use crate::model::finding::{ChangeKind, Finding, FindingStatus, HistoryEntry};
use crate::model::value::Time;
use crate::model::{Fingerprint, RunId};
use std::collections::HashMap;

/// The history of all findings.
#[derive(Debug, Default)]
pub struct Past {
    ends: HashMap<RunId, Time>,
    lines: HashMap<Fingerprint, Vec<HistoryEntry>>,
}

impl Past {
    /// Orders the lines by finding. `ends` says when passes ended; the lines of others count from their own time.
    pub fn new(history: Vec<(Fingerprint, HistoryEntry)>, ends: HashMap<RunId, Time>) -> Self {
        let mut lines: HashMap<Fingerprint, Vec<HistoryEntry>> = HashMap::new();
        for (fingerprint, entry) in history {
            lines.entry(fingerprint).or_default().push(entry);
        }
        Self { ends, lines }
    }

    /// From when on a line was known.
    pub fn told_at(&self, entry: &HistoryEntry) -> Time {
        self.ends.get(&entry.run).copied().unwrap_or(entry.at).max(entry.at)
    }

    /// All lines of a finding, oldest first.
    pub fn lines(&self, finding: &Finding) -> &[HistoryEntry] {
        self.lines.get(&finding.fingerprint).map_or(&[], Vec::as_slice)
    }

    /// The lines that were known at a time.
    pub fn known(&self, finding: &Finding, moment: Time) -> impl DoubleEndedIterator<Item = &HistoryEntry> {
        self.lines(finding).iter().filter(move |entry| self.told_at(entry) <= moment)
    }

    /// The lines that came later.
    pub fn later(&self, finding: &Finding, moment: Time) -> impl Iterator<Item = &HistoryEntry> {
        self.lines(finding).iter().filter(move |entry| self.told_at(entry) > moment)
    }

    /// Where a finding stood; none where nobody knew of it yet.
    pub fn status(&self, finding: &Finding, moment: Time) -> Option<FindingStatus> {
        if let Some(last) = self.known(finding, moment).next_back() {
            return Some(last.status);
        }
        match self.later(finding, moment).next().map(|next| next.kind) {
            Some(ChangeKind::Opened) => None,
            _ if finding.first_seen > moment => None,
            Some(ChangeKind::Reopened) => Some(FindingStatus::Resolved),
            Some(ChangeKind::WaiverEnded) => Some(FindingStatus::Waived),
            Some(ChangeKind::Resolved | ChangeKind::BecameStale | ChangeKind::Waived | ChangeKind::Seen) => Some(FindingStatus::Open),
            None => Some(finding.status),
        }
    }

    /// Whether something of a kind happened in a period, its end included.
    pub fn happened(&self, finding: &Finding, kind: ChangeKind, since: Time, until: Time) -> bool {
        self.known(finding, until).any(|entry| entry.kind == kind && self.told_at(entry) > since)
    }
}

/// Whether a finding in this status is not over.
pub const fn is_unresolved(status: FindingStatus) -> bool {
    match status {
        FindingStatus::Open | FindingStatus::Stale | FindingStatus::Waived => true,
        FindingStatus::Resolved => false,
    }
}
