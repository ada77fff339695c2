//! Amounts in the forms of files, as exact decimals.
//!
//! The one place where a float is touched: many exports hold costs as DOUBLE. Such a number means the shortest decimal that reads back
//! as the same DOUBLE: that is what was written before somebody made it a float, for up to 15 digits always, and what every other
//! tool prints.

use crate::model::exact::Exact;

/// Ten to the tenth, exactly.
const SHIFT: f64 = 1e10;
const SHIFTED: u32 = 10;
/// Below this a decimal of ten places has at most 15 digits.
const FIFTEEN_DIGITS: f64 = 1e15;

/// The shortest decimal that reads back as this DOUBLE; none for what is no number, or finer than can be held.
pub fn of_double(number: f64) -> Option<Exact> {
    // Nearly every cost has at most ten places. Then `number × 10¹⁰`, rounded, is that decimal's digits, if dividing gives the number
    // back: both sides are exact integers below 2⁵³, so the division is the nearest double to that decimal, and no two decimals
    // of 15 digits share one.
    let digits = (number * SHIFT).round();
    #[expect(clippy::float_cmp, clippy::cast_possible_truncation, reason = "the very same double is what is asked for; it is below 10¹⁵")]
    if digits.abs() < FIFTEEN_DIGITS && digits / SHIFT == number {
        return Exact::new(i128::from(digits as i64), SHIFTED);
    }
    if !number.is_finite() {
        return None;
    }
    format!("{number:e}").parse().ok()
}

/// The same for a single-precision number.
pub fn of_single(number: f32) -> Option<Exact> {
    if number.is_finite() { format!("{number:e}").parse().ok() } else { None }
}

/// An integer of so many places; fewer than none are zeros behind it.
pub fn of_integer(digits: i128, places: i8) -> Option<Exact> {
    match u32::try_from(places) {
        Ok(scale) => Exact::new(digits, scale),
        Err(_) => Exact::new(digits.checked_mul(10_i128.checked_pow(u32::from(places.unsigned_abs()))?)?, 0),
    }
}

/// A text; nothing and `NULL` are no amount.
pub fn of_text(text: &str) -> Result<Option<Exact>, String> {
    let text = text.trim();
    if crate::cost::export::words::is_null(text) {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: crate::model::exact::Inexact| error.to_string())
}
