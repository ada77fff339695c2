//! Numbers of three kinds side by side: whole, with a fraction, exact.
//!
//! Comparisons between kinds are exact: a whole number beyond 2^53 is not rounded to meet a double, and a double meets a
//! decimal by its shortest text, which is the text that the author or AWS wrote.

use super::Val;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// The nearest double.
#[expect(clippy::cast_precision_loss, reason = "asked for: a place of doubles holds a whole number")]
pub fn to_double(int: i64) -> f64 {
    int as f64
}

/// The exact decimal of a double's shortest text; none where it has none (not a number, too large).
pub fn of_double(double: f64) -> Option<Decimal> {
    let text = double.to_string();
    Decimal::from_str_exact(&text).ok()
}

/// The exact decimal of a number, where there is one.
pub fn decimal_of(value: &Val<'_>) -> Option<Decimal> {
    match value {
        Val::Int(int) => Some(Decimal::from(*int)),
        Val::Double(double) => of_double(*double),
        Val::Decimal(amount) => Some(*amount),
        _ => None,
    }
}

/// The order of two numbers; none where one is not a number (NaN) or no number at all.
pub fn compare(a: &Val<'_>, b: &Val<'_>) -> Option<Ordering> {
    match (a, b) {
        (Val::Int(a), Val::Int(b)) => Some(a.cmp(b)),
        (Val::Double(a), Val::Double(b)) => a.partial_cmp(b),
        (Val::Decimal(a), Val::Decimal(b)) => Some(a.cmp(b)),
        (Val::Int(int), Val::Double(double)) => compare_mixed(*int, *double),
        (Val::Double(double), Val::Int(int)) => compare_mixed(*int, *double).map(Ordering::reverse),
        (Val::Decimal(amount), Val::Double(double)) => {
            beyond(*double).map(Ordering::reverse).or_else(|| Some(amount.cmp(&of_double(*double)?)))
        }
        (Val::Double(double), Val::Decimal(amount)) => beyond(*double).or_else(|| Some(of_double(*double)?.cmp(amount))),
        (a, b) => Some(decimal_of(a)?.cmp(&decimal_of(b)?)),
    }
}

/// A double that no decimal reaches is larger, or smaller, than all of them.
fn beyond(double: f64) -> Option<Ordering> {
    const REACH: f64 = 7.9e28;
    if double > REACH {
        Some(Ordering::Greater)
    } else if double < -REACH {
        Some(Ordering::Less)
    } else {
        None
    }
}

fn compare_mixed(int: i64, double: f64) -> Option<Ordering> {
    const EDGE: f64 = 9_223_372_036_854_775_808.0; // 2^63
    if double.is_nan() {
        None
    } else if double >= EDGE {
        Some(Ordering::Less)
    } else if double < -EDGE {
        Some(Ordering::Greater)
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "within the range of whole numbers, see above")]
        let whole = double.trunc() as i64;
        Some(int.cmp(&whole).then_with(|| 0.0.partial_cmp(&double.fract()).unwrap_or(Ordering::Equal)))
    }
}
