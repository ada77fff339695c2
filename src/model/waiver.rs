//! Waivers: who takes the responsibility for which failures, why, and until when.
//!
//! A waiver hides nothing. A failure that it covers is marked `waived` and stays in every list and count. So that waivers
//! themselves are watched, each becomes a resource of type [`TYPE`] that ordinary rules judge (`rules/waiver/`).

mod standing;

use super::catalogue::TypeSpec;
use super::rule::words;
use super::value::Time;
use super::{AccountId, Region, WaiverId};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use standing::{Matches, Standing};

/// The type of a waiver as a resource.
pub const TYPE: &str = "Ledgerline::Waiver";

/// Days before its end from which a waiver counts as expiring, in lists and metrics. The rule `waiver-expiring` has the same
/// number as the default of its parameter; a test compares them.
pub const EXPIRING_DAYS: i64 = 14;

words! {
    /// Where a waiver stands. A pass tells `unused`; without one a waiver is at most `expiring`.
    WaiverState { /// It covers what fails.
        Active = "active", /// It is valid, and ends within [`EXPIRING_DAYS`].
        Expiring = "expiring", /// Its time is over: it covers nothing any more.
        Expired = "expired", /// It is valid, and nothing that it speaks of fails.
        Unused = "unused" }
}

/// One waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Waiver {
    /// Its id.
    pub id: WaiverId,
    /// Which failures it covers.
    #[serde(flatten)]
    pub scope: WaiverScope,
    /// Who took the responsibility.
    #[schema(value_type = String)]
    pub owner: ArcStr,
    /// Why.
    #[schema(value_type = String)]
    pub reason: ArcStr,
    /// Where it was talked over.
    #[schema(value_type = Option<String>)]
    pub ticket: Option<ArcStr>,
    /// Who agreed.
    #[schema(value_type = Option<String>)]
    pub approver: Option<ArcStr>,
    /// Since when there is this waiver.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created: Option<Time>,
    /// Its last second. A date alone means the end of that day in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Time,
    /// Where it stands.
    pub origin: WaiverOrigin,
}

/// Which failures a waiver covers: those for which every given condition holds. An empty condition holds for all; not all
/// of them are empty. Patterns are globs, anchored at both ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WaiverScope {
    /// Any of these rules, by id or by a former one.
    #[serde(rename = "rule", default)]
    #[schema(value_type = Vec<String>)]
    pub rules: Vec<ArcStr>,
    /// Any of these resources, by id or by name.
    #[serde(rename = "resource", default)]
    #[schema(value_type = Vec<String>)]
    pub resources: Vec<ArcStr>,
    /// Any of these resource types.
    #[serde(rename = "type", default)]
    #[schema(value_type = Vec<String>)]
    pub types: Vec<ArcStr>,
    /// Any of these accounts.
    #[serde(rename = "account", default)]
    pub accounts: Vec<AccountId>,
    /// Any of these regions; `global` is one.
    #[serde(rename = "region", default)]
    pub regions: Vec<Region>,
    /// All of these tags, each with any of the values. It does not hold where tags could not be read.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Vec<String>>)]
    pub tags: BTreeMap<ArcStr, Vec<ArcStr>>,
}

/// Where a waiver stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WaiverOrigin {
    /// In a file, at a line counted from 1.
    File {
        /// The file as it was named.
        #[schema(value_type = String)]
        file: ArcStr,
        /// The line that it begins on.
        line: u32,
    },
    /// In the store, given through the API.
    Store,
}

impl std::fmt::Display for WaiverOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::Store => f.write_str("the store"),
        }
    }
}

impl Waiver {
    /// Whether its time is not over.
    pub fn is_valid(&self, now: Time) -> bool {
        now <= self.expires
    }

    /// Whole days until it ends, rounded down; negative where it has ended.
    pub fn days_left(&self, now: Time) -> i64 {
        (self.expires - now).num_seconds().div_euclid(86_400)
    }

    /// Where it stands, as far as its time tells.
    pub fn state(&self, now: Time) -> WaiverState {
        if !self.is_valid(now) {
            WaiverState::Expired
        } else if self.days_left(now) < EXPIRING_DAYS {
            WaiverState::Expiring
        } else {
            WaiverState::Active
        }
    }

    /// What a line of a list or a cell of a table says of it: `id by owner until 2026-12-31: reason`.
    pub fn summary(&self) -> String {
        format!("{} by {} until {}: {}", self.id, self.owner, self.expires.format("%Y-%m-%d"), self.reason)
    }
}

impl WaiverScope {
    /// Whether no rule is named, or every rule by `*`.
    pub fn is_any_rule(&self) -> bool {
        is_all(&self.rules)
    }

    /// Whether neither a resource, an account nor a tag narrows it.
    pub fn is_any_resource(&self) -> bool {
        is_all(&self.resources) && self.accounts.is_empty() && self.tags.values().all(|values| is_all(values))
    }

    /// Whether it names nothing at all: every condition is empty or `*`.
    pub fn is_everything(&self) -> bool {
        self.is_any_rule() && self.is_any_resource() && is_all(&self.types) && self.regions.is_empty() && self.tags.is_empty()
    }
}

/// Whether a condition holds for all: no pattern, or one of stars alone.
fn is_all(patterns: &[ArcStr]) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*'))
}

/// What a waiver has as a resource.
///
/// # Panics
/// Never for a binary that passed its tests: the file is embedded when it is built.
pub fn types() -> Vec<TypeSpec> {
    serde_saphyr::from_str(include_str!("waiver.yaml")).unwrap_or_else(|error| panic!("internal error: the catalogue of waivers: {error}"))
}

#[cfg(test)]
mod tests;
