//! Which accounts and regions a live collection looks at.

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
