//! What a pass could see: one row for each call that a loaded rule needs in an (account, region, type).

use super::call::Place;
use super::{AccountId, CallId, Gap, GapKind, Region, ResourceType};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of a call in one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All was read. The best.
    Complete,
    /// Not asked for on purpose: off by configuration, or beyond the budget of paid calls.
    Skipped,
    /// The region or service is not enabled for this account.
    NotEnabled,
    /// Asked to slow down until our patience ended.
    Throttled,
    /// No answer.
    Unreachable,
    /// An answer that we could not understand, or an error without an AWS code.
    Broken,
    /// AWS refused. The worst: only a person can change it.
    Denied,
}

impl Outcome {
    /// All outcomes, in the order of their names' appearance in metrics.
    pub const ALL: [Self; 7] =
        [Self::Complete, Self::Skipped, Self::NotEnabled, Self::Throttled, Self::Unreachable, Self::Broken, Self::Denied];

    /// The word in JSON and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Skipped => "skipped",
            Self::NotEnabled => "not_enabled",
            Self::Throttled => "throttled",
            Self::Unreachable => "unreachable",
            Self::Broken => "broken",
            Self::Denied => "denied",
        }
    }

    /// Whether something that should have been seen was not.
    pub const fn is_fault(self) -> bool {
        match self {
            Self::Complete | Self::Skipped | Self::NotEnabled => false,
            Self::Throttled | Self::Unreachable | Self::Broken | Self::Denied => true,
        }
    }

    /// The kind of gap that this outcome leaves; `Complete` leaves none.
    pub const fn gap_kind(self) -> Option<GapKind> {
        match self {
            Self::Complete => None,
            Self::Skipped => Some(GapKind::NotRecorded),
            Self::NotEnabled => Some(GapKind::NotEnabled),
            Self::Throttled => Some(GapKind::Throttled),
            Self::Unreachable => Some(GapKind::Unreachable),
            Self::Broken => Some(GapKind::Broken),
            Self::Denied => Some(GapKind::Denied),
        }
    }
}

/// One call in one (account, region, type).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRow {
    /// The account.
    pub account: AccountId,
    /// The region, or `global`.
    pub region: Region,
    /// The type.
    #[serde(rename = "type")]
    pub resource_type: ResourceType,
    /// The call.
    pub call: CallId,
    /// What became of it; of several failures the worst.
    pub outcome: Outcome,
    /// How many resources of the type the call was complete for.
    pub resources: u64,
    /// What AWS said, where it is a fault.
    pub reason: Option<ArcStr>,
    /// The IAM action that is missing, where it was denied.
    pub permission: Option<ArcStr>,
}

impl ScopeRow {
    /// Whether it is about a file that declares resources, instead of a call.
    pub fn declares(&self) -> bool {
        declares(self.call.as_str())
    }

    /// The gap that this row's failure leaves; none where the row is complete.
    pub fn gap(&self) -> Option<Gap> {
        let kind = self.outcome.gap_kind()?;
        let detail = self.reason.clone().unwrap_or_else(|| arcstr::format!("{} {}", self.call, self.outcome.as_str()));
        Some(Gap { kind, call: Some(self.call.clone()), permission: self.permission.clone(), detail })
    }
}

/// The reading of a Terraform plan: stands in coverage where a live account names the listing of a type.
pub const PLAN: &str = "terraform:plan";
/// The same of a Terraform state.
pub const STATE: &str = "terraform:state";
/// The same of a CloudFormation template.
pub const TEMPLATE: &str = "cloudformation:template";

/// Whether a call stands for reading a file that declares resources.
pub fn declares(call: &str) -> bool {
    [PLAN, STATE, TEMPLATE].contains(&call)
}

/// All rows of a pass, one a key, sorted.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    rows: BTreeMap<(AccountId, Region, ResourceType, CallId), ScopeRow>,
}

impl Coverage {
    /// Adds a row. Rows of one key fold into one: the worst outcome with its reason, the resources summed.
    pub fn add(&mut self, row: ScopeRow) {
        let key = (row.account.clone(), row.region.clone(), row.resource_type.clone(), row.call.clone());
        match self.rows.entry(key) {
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(row);
            }
            std::collections::btree_map::Entry::Occupied(mut occupied) => {
                let resources = occupied.get().resources.saturating_add(row.resources);
                if row.outcome > occupied.get().outcome {
                    occupied.insert(row);
                }
                occupied.get_mut().resources = resources;
            }
        }
    }

    /// All rows, sorted by account, region, type, call.
    pub fn rows(&self) -> impl Iterator<Item = &ScopeRow> {
        self.rows.values()
    }

    /// The row of a call in a scope.
    pub fn find(&self, place: &Place, resource_type: &ResourceType, call: &CallId) -> Option<&ScopeRow> {
        self.rows.get(&(place.account.clone(), place.region.clone(), resource_type.clone(), call.clone()))
    }

    /// The row that tells whether all of a type was seen: that of its listing, else that of the file which declares it.
    pub fn listing(&self, place: &Place, resource_type: &ResourceType, listing: &CallId) -> Option<&ScopeRow> {
        let declared = || [PLAN, STATE, TEMPLATE].into_iter().find_map(|call| self.find(place, resource_type, &call.into()));
        self.find(place, resource_type, listing).or_else(declared)
    }

    /// True when no row is denied, throttled, unreachable or broken.
    pub fn is_complete(&self) -> bool {
        self.rows.values().all(|row| !row.outcome.is_fault())
    }

    /// Complete rows over rows that are neither `not_enabled` nor `skipped`; 1 if there are none.
    pub fn ratio(&self) -> f64 {
        ratio(self.rows.values())
    }

    /// [`Coverage::ratio`] of one account.
    pub fn ratio_of(&self, account: &AccountId) -> f64 {
        ratio(self.rows.values().filter(|row| row.account == *account))
    }

    /// Whether the listing of this (account, region, type) reached its last page: only then is "not seen" "gone".
    pub fn listing_is_complete(&self, place: &Place, resource_type: &ResourceType, listing: &CallId) -> bool {
        self.find(place, resource_type, listing).is_some_and(|row| row.outcome == Outcome::Complete)
    }
}

fn ratio<'a>(rows: impl Iterator<Item = &'a ScopeRow>) -> f64 {
    let (mut complete, mut all) = (0_u32, 0_u32);
    for row in rows {
        match row.outcome {
            Outcome::Complete => {
                complete += 1;
                all += 1;
            }
            Outcome::Skipped | Outcome::NotEnabled => {}
            Outcome::Throttled | Outcome::Unreachable | Outcome::Broken | Outcome::Denied => all += 1,
        }
    }
    if all == 0 { 1.0 } else { f64::from(complete) / f64::from(all) }
}
