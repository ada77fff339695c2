//! What may be asked of the lists, and how they are paged.
//!
//! Pages go by key, not by offset: a page stays right while findings come and go before it. The cursor is the key of the
//! last item, in hex, and opaque to whoever carries it.

use super::StoreError;
use crate::model::finding::FindingStatus;
use crate::model::rule::{Pillar, Severity, words};
use crate::model::{AccountId, Region, ResourceType, RuleId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Which findings. An empty list asks for all; of several conditions all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Any of these.
    pub statuses: Vec<FindingStatus>,
    /// Any of these.
    pub severities: Vec<Severity>,
    /// Any of these.
    pub pillars: Vec<Pillar>,
    /// Any of these.
    pub rules: Vec<RuleId>,
    /// Any of these.
    pub accounts: Vec<AccountId>,
    /// Any of these; `global` is one.
    pub regions: Vec<Region>,
    /// Any of these.
    pub types: Vec<ResourceType>,
    /// Any of these.
    pub owners: Vec<String>,
    /// A part of the resource's id or name; ASCII letters match in either case.
    pub resource: Option<String>,
    /// A part of message, title, rule, or of the resource's id or name; ASCII letters match in either case.
    pub text: Option<String>,
}

words! {
    /// How findings are sorted.
    FindingOrder { /// As results are: by account, region, type, resource, rule, sub-key.
        Account = "account", /// The worst first, of those the oldest; what is over last, as in the two below.
        Severity = "severity", /// The oldest first.
        Age = "age", /// What mending would save most first.
        Savings = "savings" }
}

/// Which resources. An empty list asks for all; of several conditions all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceFilter {
    /// Any of these.
    pub accounts: Vec<AccountId>,
    /// Any of these; `global` is one.
    pub regions: Vec<Region>,
    /// Any of these.
    pub types: Vec<ResourceType>,
    /// Any of these.
    pub owners: Vec<String>,
    /// Only those with results that fail, waived ones included; or only those without.
    pub failing: Option<bool>,
    /// Only those that the last look could not see; or only those that it saw.
    pub stale: Option<bool>,
    /// A part of id, name, owner or tags (keys and values, as JSON); ASCII letters match in either case.
    pub text: Option<String>,
}

/// Which page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    /// Where the last page ended; none for the first.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The most items that a page has.
    pub const MOST: u32 = 1000;

    /// A page of at most so many items, at least one and at most [`PageRequest::MOST`].
    pub fn new(limit: u32, cursor: Option<String>) -> Self {
        Self { limit: limit.clamp(1, Self::MOST), cursor }
    }

    /// The most items that this page has.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The key in the cursor; none on the first page.
    ///
    /// # Errors
    /// Where this list never gave out such a cursor.
    pub fn key<K: DeserializeOwned>(&self) -> Result<Option<K>, StoreError> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = unhex(cursor).ok_or(StoreError::BadCursor)?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| StoreError::BadCursor)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(100, None)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; none where this is the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The page of these items, of which there is one too many if another page follows.
    pub fn cut<K: Serialize>(mut items: Vec<T>, request: &PageRequest, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next = last.and_then(|item| serde_json::to_vec(&key(item)).ok()).map(|key| hex(&key));
        Self { items, next }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| if let [high, low] = *pair { Some(digit(high)? << 4 | digit(low)?) } else { None }).collect()
}
