//! From one kind of value to another.

use super::{Val, refused};
use crate::evaluate::expr::val::{decimal_of, to_double};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

pub(super) fn bool<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    match arguments {
        [Val::Bool(bool)] => Val::Bool(*bool),
        [value] => match value.text() {
            Some("true") => Val::Bool(true),
            Some("false") => Val::Bool(false),
            Some(text) => Val::failed(arcstr::format!("{text:?} is neither true nor false")),
            None => refused("bool", arguments),
        },
        _ => refused("bool", arguments),
    }
}

pub(super) fn int<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    let [value] = arguments else { return refused("int", arguments) };
    let int = match value {
        Val::Int(int) => Some(*int),
        Val::Time(millis) => Some(millis.div_euclid(1000)),
        // Towards zero, as CEL has it.
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        Val::Double(double) if double.abs() < 9.2e18 => Some(double.trunc() as i64),
        Val::Decimal(amount) => amount.trunc().to_i64(),
        _ => match value.text() {
            Some(text) => text.parse().ok(),
            None => return refused("int", arguments),
        },
    };
    int.map_or_else(|| unreadable(value, "whole number"), Val::Int)
}

pub(super) fn double<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    let [value] = arguments else { return refused("double", arguments) };
    let double = match value {
        Val::Double(double) => Some(*double),
        Val::Int(int) => Some(to_double(*int)),
        Val::Decimal(amount) => amount.to_f64(),
        _ => match value.text() {
            Some(text) => text.parse().ok().filter(|double: &f64| double.is_finite()),
            None => return refused("double", arguments),
        },
    };
    double.map_or_else(|| unreadable(value, "number"), Val::Double)
}

pub(super) fn decimal<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    let [value] = arguments else { return refused("decimal", arguments) };
    let decimal = match value.text() {
        Some(text) => Decimal::from_str_exact(text).ok(),
        None if matches!(value, Val::Int(_) | Val::Double(_) | Val::Decimal(_)) => decimal_of(value),
        None => return refused("decimal", arguments),
    };
    decimal.map_or_else(|| unreadable(value, "decimal"), Val::Decimal)
}

pub(super) fn string<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    match arguments {
        [text @ (Val::Str(_) | Val::Text(_))] => text.clone(),
        [value @ (Val::Bool(_) | Val::Int(_) | Val::Double(_) | Val::Decimal(_) | Val::Time(_) | Val::Span(_))] => {
            Val::Text(match value {
                // JSON writes 2.0; CEL, and people, write 2.
                Val::Double(double) => arcstr::format!("{double}"),
                other => other.to_value().to_text().into(),
            })
        }
        _ => refused("string", arguments),
    }
}

fn unreadable<'a>(value: &Val<'_>, wanted: &str) -> Val<'a> {
    Val::failed(arcstr::format!("{:?} cannot be read as a {wanted}", value.to_value().to_text()))
}
