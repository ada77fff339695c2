//! How one finding moves: from what was known and what is seen now to what it becomes.

use crate::model::finding::{ChangeKind, Finding, FindingStatus, Resolution};
use crate::model::report::ResultRow;
use crate::model::value::Time;

/// Why a failure stands: with or without a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody took the responsibility.
    Open,
    /// Somebody did, for a while.
    Waived,
}

impl Failure {
    const fn status(self) -> FindingStatus {
        match self {
            Self::Open => FindingStatus::Open,
            Self::Waived => FindingStatus::Waived,
        }
    }
}

/// The finding of a failure that was not known. None where the row has no resource: a failed listing is no failure.
pub fn opened(row: &ResultRow, failure: Failure, now: Time, details: serde_json::Value) -> Option<Finding> {
    let resource = row.resource.id.clone()?;
    Some(Finding {
        fingerprint: row.fingerprint.clone(),
        rule: row.rule.clone(),
        title: row.title.clone(),
        pillar: row.pillar,
        severity: row.severity,
        status: failure.status(),
        resource_name: row.resource.name.clone().unwrap_or_else(|| resource.shared().clone()),
        resource,
        resource_type: row.resource.resource_type.clone(),
        account: row.resource.account.clone(),
        region: row.resource.region.clone(),
        sub_key: row.sub_key.clone(),
        message: row.message.clone(),
        owner: row.resource.owner.clone(),
        first_seen: now,
        last_seen: now,
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: row.waiver.as_ref().map(|waiver| waiver.id.shared().clone()),
        monthly_savings_usd: row.monthly_savings_usd,
        details,
    })
}

/// A known finding that fails again: what is seen now, with the memory of before.
pub fn seen(known: &Finding, now: Finding, failure: Failure) -> (ChangeKind, Finding) {
    let mut finding = Finding { first_seen: known.first_seen, reopened: known.reopened, ..now };
    let kind = match (known.status, failure) {
        (FindingStatus::Resolved, Failure::Open | Failure::Waived) => {
            finding.reopened = finding.reopened.saturating_add(1);
            ChangeKind::Reopened
        }
        (FindingStatus::Open | FindingStatus::Stale, Failure::Waived) => ChangeKind::Waived,
        (FindingStatus::Waived, Failure::Open) => ChangeKind::WaiverEnded,
        (FindingStatus::Open | FindingStatus::Stale, Failure::Open) | (FindingStatus::Waived, Failure::Waived) => ChangeKind::Seen,
    };
    (kind, finding)
}

/// A known finding that is over. None where it was over before.
pub fn resolved(known: &Finding, resolution: Resolution, now: Time) -> Option<Finding> {
    match known.status {
        FindingStatus::Resolved => None,
        FindingStatus::Open | FindingStatus::Stale | FindingStatus::Waived => Some(Finding {
            status: FindingStatus::Resolved,
            stale_since: None,
            resolved_at: Some(now),
            resolution: Some(resolution),
            ..known.clone()
        }),
    }
}

/// A known finding that cannot be told now. None where that is no news, or where it is over.
pub fn stale(known: &Finding, now: Time) -> Option<Finding> {
    if known.stale_since.is_some() {
        return None;
    }
    let status = match known.status {
        FindingStatus::Resolved => return None,
        FindingStatus::Open | FindingStatus::Stale => FindingStatus::Stale,
        // It stays waived, and counted as such; the time says that it was not seen.
        FindingStatus::Waived => FindingStatus::Waived,
    };
    Some(Finding { status, stale_since: Some(now), ..known.clone() })
}
