//! What a pass saw, as it is remembered: one row a resource, without properties. Pages and the API list it; no rule reads it.
//!
//! Properties stay out on purpose. A finding carries the values that decided it; a second copy of everything that an account holds
//! would be the largest and most delicate table of the store, and nothing needs it.

use super::report::Summary;
use super::value::Time;
use super::{AccountId, Region, ResourceId, ResourceKey, ResourceType, RuleId, RunId};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// The most results that could not be told which are kept with a resource; all are counted.
pub const MOST_UNTOLD: usize = 50;

/// A resource as a pass saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SeenResource {
    /// Its id.
    pub id: ResourceId,
    /// Its type.
    #[serde(rename = "type")]
    pub resource_type: ResourceType,
    /// Its name.
    #[schema(value_type = String)]
    pub name: ArcStr,
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// Who owns it; none where nobody is named, or where that could not be told.
    #[schema(value_type = Option<String>)]
    pub owner: Option<ArcStr>,
    /// Its tags, as an object; none where they could not be read, or where nothing asked for them.
    pub tags: Option<serde_json::Value>,
    /// Its results by status; none where no audit has judged it by every rule.
    pub results: Option<Summary>,
    /// Results that could not be told, [`MOST_UNTOLD`] at most.
    pub untold: Vec<Untold>,
}

/// A rule that could not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Untold {
    /// The rule.
    pub rule: RuleId,
    /// Why not.
    #[schema(value_type = String)]
    pub message: ArcStr,
    /// The IAM action that is missing, where that is why.
    #[schema(value_type = Option<String>)]
    pub permission: Option<ArcStr>,
}

/// A resource as the store remembers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KnownResource {
    /// Its identity.
    pub key: ResourceKey,
    /// As it was last seen.
    #[serde(flatten)]
    pub seen: SeenResource,
    /// When it was first seen.
    #[schema(value_type = String, format = DateTime)]
    pub first_seen: Time,
    /// When it was last seen.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Time,
    /// The pass that saw it last.
    pub run: RunId,
    /// Since when it has not been seen, though the listing that would say that it is gone was not complete; none while it is seen.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub stale_since: Option<Time>,
}

/// An account, a region and a type that a pass listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListedScope {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// The type.
    pub resource_type: ResourceType,
    /// Whether the listing reached its last page: only then is what it lacks gone.
    pub complete: bool,
}

/// All that a pass saw, and how far it looked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sight<'a> {
    /// The resources.
    pub resources: &'a [SeenResource],
    /// What it listed.
    pub scopes: &'a [ListedScope],
    /// Whether it looked at every configured account and region by every configured rule: then what it did not see is stale at least.
    pub everywhere: bool,
    /// Whether every configured rule was evaluated: only then are results, tags and owners all there is to know of a resource.
    pub every_rule: bool,
}

impl ResourceKey {
    /// The key of a resource.
    pub fn of(account: &AccountId, region: &Region, resource_type: &ResourceType, id: &ResourceId) -> Self {
        let mut digest = sha2::Sha256::new();
        for part in [account.as_str(), region.as_str(), resource_type.as_str(), id.as_str()] {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        Self::from(digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>())
    }
}

impl SeenResource {
    /// Its identity.
    pub fn key(&self) -> ResourceKey {
        ResourceKey::of(&self.account, &self.region, &self.resource_type, &self.id)
    }
}
