//! What is looked at: accounts and regions of a live collection, samples of tables, endpoints that are probed.

pub use super::export::config::{AthenaTable, Engine, ExportsConfig};
pub use super::probe::config::{Endpoint, ProbesConfig, Url};

use crate::model::{AccountId, Region};
use arcstr::ArcStr;

/// `accounts` and `regions` of the config file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsConfig {
    /// The accounts; empty for the one that the credentials belong to.
    pub accounts: Vec<AccountConfig>,
    /// The regions; empty for the SDK's own.
    pub regions: Vec<Region>,
}

/// One table of which a few items may be looked at, whether its TTL works (`samples`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSample {
    /// The table's name.
    pub table: ArcStr,
    /// How many items at most.
    pub items: i32,
    /// The attribute that says when an item was made.
    pub created: ArcStr,
    /// How that is written.
    pub format: Stamp,
    /// How long items are meant to live.
    pub retention_days: u32,
}

/// How a point in time stands in an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Text such as `2026-01-31T08:00:00Z`.
    Rfc3339,
}

/// One account and the way into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountConfig {
    /// The account. Credentials that turn out to belong to another one are refused.
    pub id: AccountId,
    /// The role to assume; none to use the credentials as they are.
    pub role_arn: Option<ArcStr>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<ArcStr>,
}
