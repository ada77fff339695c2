//! Which lists are found by a key: the one table of it.
//!
//! A list of AWS is seldom an order. Items that have a name are compared with their namesakes, so that a drift names the index
//! and not its place; all other lists are sets: the same items in any order.

use super::expect::{Absent, Extra};

/// How the items of a list are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListKey {
    /// The key, several joined by `+`.
    pub key: &'static str,
    /// What other items mean.
    pub extra: Extra,
    /// What it means that an expected item is not there.
    pub absent: Absent,
}

/// List → key.
const LISTS: &[(&str, ListKey)] = &[
    // DynamoDB defines just the attributes that some key uses: one that is not there is told where the key drifted.
    ("AttributeDefinitions", ListKey { key: "AttributeName", extra: Extra::Free, absent: Absent::ToldElsewhere }),
    ("Dimensions", by("Name")),
    ("DomainValidationOptions", by("DomainName")),
    ("GlobalSecondaryIndexes", by("IndexName")),
    // One partition key and at most one sort key: found by their kind, so that another attribute is one drift and not two.
    ("KeySchema", ListKey { key: "KeyType", extra: Extra::Drift, absent: Absent::Drift }),
    ("LocalSecondaryIndexes", by("IndexName")),
    ("MethodSettings", by("ResourcePath+HttpMethod")),
    ("Policies", by("PolicyName")),
    ("RecoveryMechanisms", by("Name")),
    ("Replicas", by("Region")),
    ("Schema", by("Name")),
    ("Tags", by("Key")),
];

/// Keys that name an item wherever every expected item has one: for types that nobody described.
const NAMES: [&str; 6] = ["Key", "Name", "Id", "Sid", "IndexName", "AttributeName"];

const fn by(key: &'static str) -> ListKey {
    ListKey { key, extra: Extra::Free, absent: Absent::Drift }
}

/// How the items of the list under this property are found; `has` tells whether every expected item has a key, each its own.
pub fn key_of(list: &str, has: impl Fn(&str) -> bool) -> Option<ListKey> {
    let known = LISTS.iter().find(|(name, _)| *name == list).map(|(_, key)| *key);
    known.filter(|known| has(known.key)).or_else(|| NAMES.iter().find(|name| has(name)).map(|name| by(name)))
}
