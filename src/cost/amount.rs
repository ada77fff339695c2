//! Amounts as AWS writes them, read exactly or not at all.
//!
//! Cost Explorer writes plain decimals and, for tiny amounts, exponents (`1.5E-7`). `rust_decimal`'s own reader of
//! exponents rounds what does not fit; here that is an error, as everywhere with money.

use rust_decimal::Decimal;

#[cfg(test)]
mod tests;

/// The digits behind the point that a decimal can hold.
const MOST_DIGITS: i64 = 28;

/// Text that is no amount, or one that 28 digits cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an amount that can be held exactly")]
pub struct NotAnAmount(pub String);

/// Reads an amount.
///
/// # Errors
/// [`NotAnAmount`] where the text is none, or has more digits than can be held.
pub fn read(text: &str) -> Result<Decimal, NotAnAmount> {
    exact(text).ok_or_else(|| NotAnAmount(text.chars().take(60).collect()))
}

fn exact(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let amount = Decimal::from_str_exact(digits).ok()?.normalize();
    if amount.is_zero() {
        return Some(Decimal::ZERO);
    }
    let scale = i64::from(amount.scale()).checked_sub(exponent)?;
    if scale > MOST_DIGITS {
        return None;
    }
    // Shifting the point to the right of the last digit is a multiplication.
    let mut shifted = amount;
    shifted.set_scale(u32::try_from(scale.max(0)).ok()?).ok()?;
    for _ in scale..0 {
        shifted = shifted.checked_mul(Decimal::TEN)?;
    }
    Some(shifted)
}
