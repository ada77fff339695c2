//! Environments as the operator described them: `dev`, `production`. What belongs to which is decided in `inventory`.

use super::{AccountId, Region};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// One environment. A resource belongs to it where every given condition holds; of several environments the first wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: ArcStr,
    /// Any of these accounts; empty for all.
    pub accounts: Vec<AccountId>,
    /// Any of these regions; empty for all. Global resources match by account, tag and name alone.
    pub regions: Vec<Region>,
    /// All of these tags: key → any of these values, as globs anchored at both ends.
    pub tags: BTreeMap<ArcStr, Vec<ArcStr>>,
    /// Any of these names, as globs anchored at both ends; empty for all.
    pub names: Vec<ArcStr>,
}

/// How the inventory decides what belongs to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// Environments in written order.
    pub environments: Vec<Environment>,
    /// Tag keys that name the owner, the first that is there wins.
    pub owner_tags: Vec<ArcStr>,
}
