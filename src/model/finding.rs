//! A failure that is remembered between passes, and what becomes of it (design, section 7).

use super::rule::{Pillar, Severity, words};
use super::value::Time;
use super::{AccountId, Fingerprint, Region, ResourceId, ResourceType, RuleId, RunId};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};

words! {
    /// Where a finding stands.
    FindingStatus { /// It fails, and the last look saw it.
        Open = "open", /// It failed when last seen, and the last look could not tell.
        Stale = "stale", /// It fails, and a waiver covers it.
        Waived = "waived", /// It is over.
        Resolved = "resolved" }
}
words! {
    /// Why a finding is over.
    Resolution { /// The resource passes now.
        Fixed = "fixed", /// The resource is gone, and the listing that says so was complete.
        Gone = "gone", /// The rule is gone, or no longer speaks of the resource.
        NotApplicable = "not_applicable" }
}
words! {
    /// What a pass changed about a finding.
    ChangeKind { /// First seen.
        Opened = "opened", /// Seen again.
        Seen = "seen", /// No longer to be seen, and not known to be over.
        BecameStale = "became_stale", /// Over.
        Resolved = "resolved", /// It was over and fails again.
        Reopened = "reopened", /// A waiver covers it now.
        Waived = "waived", /// The waiver that covered it is over.
        WaiverEnded = "waiver_ended" }
}

/// A remembered failure. Everything that a list shows is here, so that the store can answer without the inventory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The rule that fails.
    pub rule: RuleId,
    /// The rule's title when last seen.
    #[schema(value_type = String)]
    pub title: ArcStr,
    /// What the rule protects.
    pub pillar: Pillar,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub status: FindingStatus,
    /// The resource.
    pub resource: ResourceId,
    /// The resource's type.
    pub resource_type: ResourceType,
    /// The resource's name.
    #[schema(value_type = String)]
    pub resource_name: ArcStr,
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// The part of the resource, where it is judged in parts.
    #[schema(value_type = Option<String>)]
    pub sub_key: Option<ArcStr>,
    /// The message when last seen.
    #[schema(value_type = String)]
    pub message: ArcStr,
    /// Who owns the resource.
    #[schema(value_type = Option<String>)]
    pub owner: Option<ArcStr>,
    /// When it was first seen failing.
    #[schema(value_type = String, format = DateTime)]
    pub first_seen: Time,
    /// When it was last seen failing.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Time,
    /// Since when it cannot be told; none while it can.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub stale_since: Option<Time>,
    /// When it was resolved; none while it is not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Time>,
    /// Why it is resolved; none while it is not.
    pub resolution: Option<Resolution>,
    /// How often it came back.
    pub reopened: u32,
    /// The waiver that covers it.
    #[schema(value_type = Option<String>)]
    pub waiver: Option<ArcStr>,
    /// USD a month that mending would save.
    pub monthly_savings_usd: Option<super::Money>,
    /// The full result when last seen, as in `--format json` (evidence, remedy, controls).
    pub details: serde_json::Value,
}

/// What a pass did to a finding: the finding as it is now, and what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The pass.
    pub run: RunId,
    /// What happened.
    pub kind: ChangeKind,
    /// The finding after it.
    pub finding: Finding,
}

/// One line of a finding's history. Passes that merely saw it again leave none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HistoryEntry {
    /// The pass.
    pub run: RunId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// What happened.
    pub kind: ChangeKind,
    /// Where the finding stood after it.
    pub status: FindingStatus,
    /// Why it is over; none where it is not.
    pub resolution: Option<Resolution>,
    /// The message at that time.
    #[schema(value_type = String)]
    pub message: ArcStr,
}

impl Change {
    /// When it happened.
    pub fn at(&self) -> Time {
        let finding = &self.finding;
        match self.kind {
            ChangeKind::Resolved => finding.resolved_at.unwrap_or(finding.last_seen),
            ChangeKind::BecameStale => finding.stale_since.unwrap_or(finding.last_seen),
            ChangeKind::Opened | ChangeKind::Seen | ChangeKind::Reopened | ChangeKind::Waived | ChangeKind::WaiverEnded => {
                finding.last_seen
            }
        }
    }
}
