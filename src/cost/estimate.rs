//! What a month was estimated to cost: a range, and where an amount lies against it.

use crate::model::Money;

/// An estimated month in USD, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    low: Money,
    high: Money,
}

/// Where an amount lies against a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Under the low end: something may not run, or the estimate is old.
    Below,
    /// At either end or between.
    Within,
    /// Over the high end.
    Above,
}

impl Range {
    /// The range from `low` to `high`; none where they are the wrong way round or negative.
    pub fn new(low: Money, high: Money) -> Option<Self> {
        (Money::ZERO <= low && low <= high).then_some(Self { low, high })
    }

    /// The low end.
    pub const fn low(self) -> Money {
        self.low
    }

    /// The high end.
    pub const fn high(self) -> Money {
        self.high
    }

    /// Where an amount lies.
    pub fn place(self, amount: Money) -> Place {
        if amount < self.low {
            Place::Below
        } else if amount > self.high {
            Place::Above
        } else {
            Place::Within
        }
    }
}
