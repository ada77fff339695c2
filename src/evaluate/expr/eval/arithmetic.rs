//! Arithmetic: checked, so that an overflow is a gap and not another number.

use super::Evaluation;
use crate::evaluate::expr::node::Arithmetic;
use crate::evaluate::expr::val::{self, Val};
use arcstr::ArcStr;
use rust_decimal::Decimal;

/// The longest text that an expression may put together, in bytes.
const LONGEST_TEXT: usize = 1 << 20;

impl<'a> Evaluation<'a> {
    pub(super) fn arithmetic(&self, how: Arithmetic, a: Val<'a>, b: Val<'a>) -> Val<'a> {
        match (&a, &b) {
            (Val::Int(a), Val::Int(b)) => whole(how, *a, *b),
            (Val::Double(a), Val::Double(b)) => broken(how, *a, *b),
            (Val::Int(a), Val::Double(b)) => broken(how, val::to_double(*a), *b),
            (Val::Double(a), Val::Int(b)) => broken(how, *a, val::to_double(*b)),
            (Val::Decimal(_), Val::Int(_) | Val::Double(_) | Val::Decimal(_)) | (Val::Int(_) | Val::Double(_), Val::Decimal(_)) => {
                match (val::decimal_of(&a), val::decimal_of(&b)) {
                    (Some(a), Some(b)) => exact(how, a, b),
                    _ => overflow(),
                }
            }
            (Val::Time(time), Val::Span(span)) => match how {
                Arithmetic::Add => time.checked_add(*span).map_or_else(overflow, Val::Time),
                Arithmetic::Subtract => time.checked_sub(*span).map_or_else(overflow, Val::Time),
                Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Remainder => unfit(how, &a, &b),
            },
            (Val::Span(span), Val::Time(time)) if how == Arithmetic::Add => time.checked_add(*span).map_or_else(overflow, Val::Time),
            (Val::Time(a), Val::Time(b)) if how == Arithmetic::Subtract => a.checked_sub(*b).map_or_else(overflow, Val::Span),
            (Val::Span(x), Val::Span(y)) => match how {
                Arithmetic::Add => x.checked_add(*y).map_or_else(overflow, Val::Span),
                Arithmetic::Subtract => x.checked_sub(*y).map_or_else(overflow, Val::Span),
                Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Remainder => unfit(how, &a, &b),
            },
            _ if how == Arithmetic::Add => self.join(&a, &b),
            _ => unfit(how, &a, &b),
        }
    }

    /// Texts end to end, or lists.
    fn join(&self, a: &Val<'a>, b: &Val<'a>) -> Val<'a> {
        if let (Some(x), Some(y)) = (a.text(), b.text()) {
            if x.len() + y.len() > LONGEST_TEXT {
                return Val::failed("the text becomes too long");
            }
            return if self.spend((x.len() + y.len()) / 64) { Val::Text(arcstr::format!("{x}{y}")) } else { self.exhausted() };
        }
        match (val::length(a), val::length(b)) {
            (Some(x), Some(y)) if self.spend(x + y) => {
                let from = |list: &Val<'a>, count: usize| (0..count).filter_map(|at| val::item(list, at)).collect::<Vec<_>>();
                let mut items = from(a, x);
                items.extend(from(b, y));
                Val::items(items)
            }
            (Some(_), Some(_)) => self.exhausted(),
            _ => unfit(Arithmetic::Add, a, b),
        }
    }
}

pub(super) fn negate(value: Val<'_>) -> Val<'_> {
    match value {
        Val::Int(int) => int.checked_neg().map_or_else(overflow, Val::Int),
        Val::Double(double) => Val::Double(-double),
        Val::Decimal(amount) => Val::Decimal(-amount),
        Val::Span(millis) => millis.checked_neg().map_or_else(overflow, Val::Span),
        gap @ (Val::Gap(_) | Val::Fresh(_)) => gap,
        other => Val::failed(arcstr::format!("{} has no negative", other.kind())),
    }
}

fn whole<'a>(how: Arithmetic, a: i64, b: i64) -> Val<'a> {
    let result = match how {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide | Arithmetic::Remainder if b == 0 => return Val::failed("division by zero"),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Remainder => a.checked_rem(b),
    };
    result.map_or_else(overflow, Val::Int)
}

fn broken<'a>(how: Arithmetic, a: f64, b: f64) -> Val<'a> {
    let result = match how {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide if b == 0.0 => return Val::failed("division by zero"),
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => return Val::failed("% is for whole numbers"),
    };
    if result.is_finite() { Val::Double(result) } else { overflow() }
}

fn exact<'a>(how: Arithmetic, a: Decimal, b: Decimal) -> Val<'a> {
    let scale = a.scale().max(b.scale());
    let result = match how {
        // Sums that would drop digits are no sums.
        Arithmetic::Add => a.checked_add(b).filter(|sum| sum.scale() >= scale || sum.is_zero()),
        Arithmetic::Subtract => a.checked_sub(b).filter(|sum| sum.scale() >= scale || sum.is_zero()),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide | Arithmetic::Remainder if b.is_zero() => return Val::failed("division by zero"),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Remainder => a.checked_rem(b),
    };
    result.map_or_else(overflow, Val::Decimal)
}

fn overflow<'a>() -> Val<'a> {
    Val::failed("the result is too large")
}

fn unfit<'a>(how: Arithmetic, a: &Val<'_>, b: &Val<'_>) -> Val<'a> {
    let detail: ArcStr = arcstr::format!("{} {} {} has no meaning", a.kind(), how.sign(), b.kind());
    Val::failed(detail)
}
