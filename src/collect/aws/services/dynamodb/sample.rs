//! Whether TTL works: a sample of a table's items, of which only the TTL attribute and the creation attribute are asked for,
//! and of these only figures are kept.
//!
//! At most one `Scan` a table, of tables that the config names (`samples`) and of no others; its policy is one of its own.
//! DynamoDB reads TTL as a Number of whole seconds since 1970: an item whose attribute is missing, of another type, or in
//! milliseconds (a date fifty thousand years ahead) never expires, and nobody is told.

use crate::collect::config::{Stamp, TableSample};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use std::collections::HashMap;

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;

/// From here on a number is milliseconds: as seconds it lies beyond the year 5000, as milliseconds in 1973.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
/// AWS deletes "within a few days"; its documentation said 48 hours for years. What is older should be gone.
const LINGERS_SECS: i64 = 48 * 3600;

/// An item of a page.
pub type Item = HashMap<String, AttributeValue>;

/// What a page of items says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    items: i64,
    missing: i64,
    not_numeric: i64,
    milliseconds: i64,
    expired_long: i64,
    created_unknown: i64,
    /// Seconds from creation to expiry, of each item that tells both.
    distances: Vec<i64>,
}

impl Figures {
    /// Counts a page. `now` is seconds since 1970.
    pub fn of(items: &[Item], attribute: &str, sample: &TableSample, now: i64) -> Self {
        let mut figures = Self::default();
        for item in items {
            figures.items += 1;
            let expiry = match item.get(attribute) {
                None => {
                    figures.missing += 1;
                    continue;
                }
                Some(AttributeValue::N(number)) => whole(number),
                Some(_) => None,
            };
            let Some(expiry) = expiry else {
                figures.not_numeric += 1;
                continue;
            };
            let seconds = if expiry >= MILLISECONDS_FROM {
                figures.milliseconds += 1;
                expiry / 1000
            } else {
                // Of milliseconds AWS deletes nothing: what they would mean as seconds is of no interest.
                figures.expired_long += i64::from(now.saturating_sub(expiry) > LINGERS_SECS);
                expiry
            };
            match item.get(sample.created.as_str()).and_then(|value| created(value, sample.format)) {
                Some(created) => figures.distances.push(seconds.saturating_sub(created)),
                None => figures.created_unknown += 1,
            }
        }
        figures.distances.sort_unstable();
        figures
    }

    /// `state.TtlSample`.
    pub fn state(&self, attribute: &str, sample: &TableSample, consumed: Option<f64>) -> Value {
        let mut state = json!({
            "AttributeName": attribute,
            "Items": self.items,
            "Missing": self.missing,
            "NotNumeric": self.not_numeric,
            "Milliseconds": self.milliseconds,
            "ExpiredLong": self.expired_long,
            "CreationUnknown": self.created_unknown,
            "DeclaredRetentionDays": sample.retention_days,
        });
        if let (Some(object), Some(median)) = (state.as_object_mut(), self.median()) {
            object.insert("MedianDistanceSeconds".to_owned(), median.into());
        }
        if let (Some(object), Some(consumed)) = (state.as_object_mut(), consumed) {
            object.insert("ConsumedCapacityUnits".to_owned(), consumed.into());
        }
        state
    }

    /// The distance in the middle; of two in the middle their mean.
    fn median(&self) -> Option<i64> {
        let middle = self.distances.len() / 2;
        let upper = *self.distances.get(middle)?;
        if self.distances.len() % 2 == 1 {
            return Some(upper);
        }
        let lower = *self.distances.get(middle.checked_sub(1)?)?;
        Some(lower + (upper - lower) / 2)
    }
}

/// A number as DynamoDB writes it, without its fraction; none where it is beyond all times.
fn whole(number: &str) -> Option<i64> {
    use rust_decimal::prelude::ToPrimitive as _;
    let read = rust_decimal::Decimal::from_str_exact(number).or_else(|_| rust_decimal::Decimal::from_scientific(number));
    read.ok().and_then(|number| number.trunc().to_i64())
}

/// When an item was made, in seconds since 1970.
fn created(value: &AttributeValue, format: Stamp) -> Option<i64> {
    match (value, format) {
        (AttributeValue::N(text) | AttributeValue::S(text), Stamp::Seconds) => whole(text),
        (AttributeValue::N(text) | AttributeValue::S(text), Stamp::Milliseconds) => whole(text).map(|number| number.div_euclid(1000)),
        (AttributeValue::S(text), Stamp::Rfc3339) => chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp()),
        _ => None,
    }
}
