//! Every family that is rendered from a snapshot, by subject.
//!
//! A series falls to zero rather than vanish while its subject exists: where the labels are words of our own, every
//! combination is written for each account, so that a count that fell to zero is seen to fall.

mod aws;
mod cost;
mod findings;
mod sight;
mod waivers;

use super::family::Family;

/// The lists of families; the page sorts them by name.
pub const FAMILIES: &[&[Family]] = &[aws::FAMILIES, cost::FAMILIES, findings::FAMILIES, sight::FAMILIES, waivers::FAMILIES];

/// A count as Prometheus's only type of number. Exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "Prometheus knows floats only; no count of ours reaches 2^53")]
const fn count(number: u64) -> f64 {
    number as f64
}

/// A time as seconds since 1970.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53")]
fn seconds(time: crate::model::value::Time) -> f64 {
    time.timestamp_millis() as f64 / 1000.0
}

/// An amount as Prometheus's only type of number: the last step, after all sums were exact.
fn dollars(amount: crate::model::Money) -> f64 {
    use rust_decimal::prelude::ToPrimitive as _;
    amount.amount().to_f64().unwrap_or(f64::NAN)
}
