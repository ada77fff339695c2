//! Money in USD: an exact decimal, never a float.
//!
//! `rust_decimal` holds 28 digits and rounds silently when a sum does not fit; here such a sum is an error.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An exact amount of US dollars. Written as a plain decimal string, never with an exponent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(value_type = String, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "12.34")]
#[serde(transparent)]
pub struct Money(#[serde(with = "rust_decimal::serde::str")] Decimal);

/// A sum or product that 28 digits cannot hold exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the amount does not fit into 28 digits")]
pub struct Overflow;

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The amount as it is.
    pub const fn new(amount: Decimal) -> Self {
        Self(amount)
    }

    /// The decimal.
    pub const fn amount(self) -> Decimal {
        self.0
    }

    /// The exact sum.
    ///
    /// # Errors
    /// [`Overflow`] where the sum would have to be rounded.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        let sum = self.0.checked_add(other.0).ok_or(Overflow)?;
        // `checked_add` drops low digits rather than fail: the scale of an exact sum is the larger of the two.
        if sum.scale() < self.0.scale().max(other.0.scale()) && !sum.is_zero() { Err(Overflow) } else { Ok(Self(sum)) }
    }

    /// The exact sum of many.
    ///
    /// # Errors
    /// [`Overflow`] where a partial sum would have to be rounded.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// The amount `times` over, exactly.
    ///
    /// # Errors
    /// [`Overflow`] where the product does not fit.
    pub fn times(self, times: u64) -> Result<Self, Overflow> {
        let product = self.0.checked_mul(Decimal::from(times)).ok_or(Overflow)?;
        if product.scale() < self.0.scale() && !product.is_zero() { Err(Overflow) } else { Ok(Self(product)) }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}
