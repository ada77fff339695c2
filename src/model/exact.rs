//! Sums of any number of amounts, exact to the last digit.
//!
//! [`Money`](super::Money) holds 28 digits and refuses what does not fit. A billing export adds up a hundred million amounts, some
//! with 17 digits far behind the point: such a sum may need more. Here the whole part and 37 digits behind the point stand in an
//! integer each, so that adding is two integer additions; what needs still more is refused, never rounded.

use std::fmt;
use std::str::FromStr;

#[cfg(test)]
#[path = "exact_tests.rs"]
mod tests;

/// The digits behind the point that are held.
const PLACES: u32 = 37;
const POWERS: [i128; 38] = powers();
/// One, in units of the last digit that is held.
const ONE: i128 = POWERS[37];

const fn powers() -> [i128; 38] {
    let mut powers = [1_i128; 38];
    let mut at = 1;
    while at < 38 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
}

/// An exact decimal: up to 38 digits before the point and 37 behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact {
    /// The largest whole number that is not above the amount.
    whole: i128,
    /// What is above it, in units of 10⁻³⁷: 0 or more and less than one. So each amount is written in one way, and the order of the
    /// two is the order of the amounts.
    part: i128,
}

/// Text that is no decimal, or an amount or a sum that cannot be held exactly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an amount that can be held exactly")]
pub struct Inexact(pub String);

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self { whole: 0, part: 0 };

    /// `digits` × 10^−`scale`; none where it cannot be held.
    pub fn new(digits: i128, scale: u32) -> Option<Self> {
        let (whole, rest) = match (i64::try_from(digits), scale) {
            (_, 0) => (digits, 0),
            // Divisions of 64 bits are many times faster, and nearly all amounts are that small.
            (Ok(small), 1..=18) => {
                let power = 10_i64.pow(scale);
                (i128::from(small.div_euclid(power)), i128::from(small.rem_euclid(power)))
            }
            _ => {
                let power = *POWERS.get(scale as usize)?;
                (digits.div_euclid(power), digits.rem_euclid(power))
            }
        };
        Some(Self { whole, part: rest * *POWERS.get((PLACES - scale) as usize)? })
    }

    /// The exact sum.
    ///
    /// # Errors
    /// [`Inexact`] beyond 38 digits before the point.
    #[inline]
    pub fn plus(self, other: Self) -> Result<Self, Inexact> {
        let part = self.part + other.part;
        let (carry, part) = if part >= ONE { (1, part - ONE) } else { (0, part) };
        let whole = self.whole.checked_add(other.whole).and_then(|whole| whole.checked_add(carry));
        whole.map(|whole| Self { whole, part }).ok_or_else(|| Inexact(format!("{self} + {other}")))
    }

    /// The exact sum of many.
    ///
    /// # Errors
    /// As [`Exact::plus`].
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Inexact> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// The exact difference.
    ///
    /// # Errors
    /// As [`Exact::plus`].
    pub fn minus(self, other: Self) -> Result<Self, Inexact> {
        // −(whole + part) is the complement of whole, and one less the part.
        let negative = match other.part {
            0 => other.whole.checked_neg().map(|whole| Self { whole, part: 0 }),
            part => Some(Self { whole: !other.whole, part: ONE - part }),
        };
        self.plus(negative.ok_or_else(|| Inexact(format!("-{other}")))?)
    }

    /// The amount so many times over.
    ///
    /// # Errors
    /// As [`Exact::plus`].
    pub fn times(self, mut times: u64) -> Result<Self, Inexact> {
        let (mut sum, mut doubled) = (Self::ZERO, self);
        while times > 0 {
            if times & 1 == 1 {
                sum = sum.plus(doubled)?;
            }
            times >>= 1;
            if times > 0 {
                doubled = doubled.plus(doubled)?;
            }
        }
        Ok(sum)
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.whole == 0 && self.part == 0
    }
}

impl fmt::Display for Exact {
    /// A plain decimal without an exponent and without zeros at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Below zero the whole part is rounded down: -0.25 is held as -1 and 0.75.
        let (sign, whole, part) = match (self.whole < 0, self.part) {
            (false, part) => ("", self.whole.unsigned_abs(), part),
            (true, 0) => ("-", self.whole.unsigned_abs(), 0),
            (true, part) => ("-", (self.whole + 1).unsigned_abs(), ONE - part),
        };
        let mut text = format!("{sign}{whole}");
        if part != 0 {
            let digits = format!("{part:037}");
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        f.pad_integral(true, "", &text)
    }
}

impl FromStr for Exact {
    type Err = Inexact;

    /// Reads plain decimals and those with an exponent (`1.5E-7`), with a sign or without.
    fn from_str(text: &str) -> Result<Self, Inexact> {
        read(text.trim()).ok_or_else(|| Inexact(text.chars().take(60).collect()))
    }
}

fn read(text: &str) -> Option<Exact> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if before.is_empty() && behind.is_empty() || !before.bytes().chain(behind.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let behind = behind.trim_end_matches('0');
    let before = before.trim_start_matches('0');
    if before.is_empty() && behind.is_empty() {
        return Some(Exact::ZERO);
    }
    let scale = i64::try_from(behind.len()).ok()?.checked_sub(exponent)?;
    let mut digits = 0_i128;
    let held = before.bytes().chain(behind.bytes()).all(|byte| {
        let next = digits.checked_mul(10).and_then(|digits| digits.checked_add(i128::from(byte - b'0')));
        next.is_some_and(|next| {
            digits = next;
            true
        })
    });
    if !held {
        return if exponent == 0 { long(negative, before, behind) } else { None };
    }
    // An exponent may leave zeros at the end of what stands before the point.
    let (mut digits, mut scale) = (digits, scale);
    while scale > 0 && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale - 1);
    }
    if scale < 0 {
        digits = digits.checked_mul(*POWERS.get(usize::try_from(-scale).ok()?)?)?;
        scale = 0;
    }
    let signed = if negative { -digits } else { digits };
    Exact::new(signed, u32::try_from(scale).ok().filter(|scale| *scale <= PLACES)?)
}

/// A plain decimal of more digits than one integer holds: the two sides of the point on their own.
fn long(negative: bool, before: &str, behind: &str) -> Option<Exact> {
    let whole: i128 = if before.is_empty() { 0 } else { before.parse().ok()? };
    let places = u32::try_from(behind.len()).ok().filter(|places| *places <= PLACES)?;
    let part = Exact::new(if behind.is_empty() { 0 } else { behind.parse().ok()? }, places)?;
    let whole = Exact { whole, part: 0 };
    let amount = whole.plus(part).ok()?;
    if negative { Exact::ZERO.minus(amount).ok() } else { Some(amount) }
}
