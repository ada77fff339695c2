//! Whether a condition holds: operators joined by AND, values by OR (NOR where the operator is negated), and what an absent key or
//! one with many values means. The table of both is in its tests.
//!
//! A key that is there with many values never matches an operator without `ForAnyValue` or `ForAllValues`, negated or not: so
//! observed on the live service.

mod operator;
mod typed;

#[cfg(test)]
mod tests;

use super::request::{Context, ContextValue, Found};
use super::truth::Truth;
use super::wild;
use crate::iam::document::{Condition, Quantifier, Version};

pub use operator::Operation;
pub use typed::neighbours;

/// Whether a condition holds for a request.
pub fn holds(condition: &Condition, version: Version, context: &Context) -> Truth {
    let found = match context.find(&condition.key) {
        Found::Ambiguous => return wild::ambiguous(&condition.key),
        Found::Absent => None,
        Found::Value(value) => Some(value),
    };
    let Some(test) = Operation::read(&condition.operator.name) else {
        return Truth::Unsure(arcstr::format!("the operator {} is not known", condition.operator.name));
    };
    if test == Operation::Null {
        let absent = if found.is_none() { "true" } else { "false" };
        return Truth::of(condition.values.iter().any(|value| value.eq_ignore_ascii_case(absent)));
    }
    let passes = |given: &str| {
        let any = Truth::any(condition.values.iter().map(|value| test.matches(value, given, version, context)));
        if test.is_negated() { any.negated().and(|| Truth::of(test.takes(given))) } else { any }
    };
    let values = match found {
        None => {
            let vacuous = condition.operator.if_exists || condition.operator.quantifier == Some(Quantifier::ForAllValues);
            return Truth::of(vacuous || (condition.operator.quantifier.is_none() && test.is_negated()));
        }
        Some(ContextValue::One(value)) => std::slice::from_ref(value),
        Some(ContextValue::Many(values)) => match condition.operator.quantifier {
            None => return Truth::No,
            Some(_) => values.as_slice(),
        },
    };
    match condition.operator.quantifier {
        Some(Quantifier::ForAllValues) => Truth::all(values.iter().map(|value| passes(value))),
        None | Some(Quantifier::ForAnyValue) => Truth::any(values.iter().map(|value| passes(value))),
    }
}
