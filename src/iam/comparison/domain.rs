//! One variable under constraints: is there a value that meets them all, and which is the shortest?

use super::automaton::{Search, Set, Token, search};
use super::literal::{Id, Literals, OnKey, OnValue, Says, Var};
use crate::iam::document::Quantifier;
use crate::iam::evaluation::{Context, ContextValue, Truth, condition_holds, neighbours};
use arcstr::ArcStr;

/// A value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The key is absent.
    Absent,
    /// This text.
    Text(String),
    /// These values of a key that may have many.
    Many(Vec<String>),
}

/// What became of a search for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This value meets all.
    Value(Value),
    /// None does.
    Nothing,
    /// It is not known.
    Unknown(&'static str),
}

/// Searches for a value that meets every constraint: a literal and whether it must hold. `budget` counts states down.
pub fn solve(var: Var, constraints: &[(Id, bool)], literals: &Literals, budget: &mut usize) -> Verdict {
    let said: Vec<(&Says, bool)> = constraints.iter().filter_map(|(id, holds)| Some((&literals.get(*id)?.1, *holds))).collect();
    if let Var::Key(_) = var {
        let conditions: Vec<(&OnKey, bool)> = said
            .iter()
            .filter_map(|(says, holds)| if let Says::Condition(on_key) = says { Some((on_key, *holds)) } else { None })
            .collect();
        return key(&conditions, budget);
    }
    // Neither an action nor a resource is empty; an action has a service and a name.
    let shape = match var {
        Var::Action => Set {
            patterns: vec![vec![Token::One(false), Token::Any(false), Token::Unit(u16::from(b':')), Token::One(true), Token::Any(true)]],
            fold: false,
        },
        Var::Resource | Var::Key(_) => Set { patterns: vec![vec![Token::One(true), Token::Any(true)]], fold: false },
    };
    let mut sets: Vec<(&Set, bool)> = said
        .iter()
        .filter_map(|(says, holds)| if let Says::In(set, inside) = says { Some((set, *holds == *inside)) } else { None })
        .collect();
    sets.push((&shape, true));
    found(search(&sets, budget), Value::Text)
}

fn found(search: Search, value: impl FnOnce(String) -> Value) -> Verdict {
    match search {
        Search::Found(text) => Verdict::Value(value(text)),
        Search::Empty => Verdict::Nothing,
        Search::TooMany => Verdict::Unknown("the patterns make more states than are looked at"),
    }
}

/// Absent, then one value, then many: what an operator means differs between them.
fn key(conditions: &[(&OnKey, bool)], budget: &mut usize) -> Verdict {
    if conditions.iter().all(|(on_key, holds)| on_key.absent == *holds) {
        return Verdict::Value(Value::Absent);
    }
    let one = one_value(conditions, budget);
    let quantified = conditions.iter().any(|(on_key, _)| on_key.condition.operator.quantifier.is_some());
    if matches!(one, Verdict::Value(_)) || !quantified {
        return one;
    }
    match (many_values(conditions, budget), one) {
        (Verdict::Nothing, one) => one,
        (many, _) => many,
    }
}

fn one_value(conditions: &[(&OnKey, bool)], budget: &mut usize) -> Verdict {
    let (mut texts, mut points) = (Vec::new(), false);
    for (on_key, holds) in conditions {
        match &on_key.value {
            OnValue::Const(always) if always != holds => return Verdict::Nothing,
            OnValue::Const(_) => {}
            OnValue::Text(set, inside) => texts.push((set, inside == holds)),
            OnValue::Point(_) => points = true,
        }
    }
    if points {
        return point(conditions, !texts.is_empty());
    }
    let filled = Set { patterns: vec![vec![Token::One(true), Token::Any(true)]], fold: false };
    // An empty value is a value too, but a witness without one reads better.
    texts.push((&filled, true));
    match search(&texts, budget) {
        Search::Empty => {
            texts.pop();
            found(search(&texts, budget), Value::Text)
        }
        other => found(other, Value::Text),
    }
}

/// Numbers, dates and addresses: between two neighbouring end points nothing changes, so that a point of each stretch is enough.
fn point(conditions: &[(&OnKey, bool)], mixed: bool) -> Verdict {
    let mut candidates: Vec<String> = Vec::new();
    for (on_key, _) in conditions {
        match &on_key.value {
            OnValue::Point(operation) => candidates.extend(on_key.condition.values.iter().flat_map(|value| neighbours(*operation, value))),
            OnValue::Text(..) => candidates.extend(on_key.condition.values.iter().map(ArcStr::to_string)),
            OnValue::Const(_) => {}
        }
    }
    let meets = |candidate: &String| {
        conditions.iter().all(|(on_key, holds)| {
            let context = Context::new([(on_key.condition.key.as_str(), ContextValue::One(candidate.as_str().into()))]);
            condition_holds(&on_key.condition, on_key.version, &context) == Truth::of(*holds)
        })
    };
    match candidates.into_iter().find(meets) {
        Some(value) => Verdict::Value(Value::Text(value)),
        None if mixed => Verdict::Unknown("one key is compared as text and as something else"),
        None => Verdict::Nothing,
    }
}

/// A set, and whether a text must be in it.
type Wanted<'a> = (&'a Set, bool);

/// A key with many values: all of them are in `within`, and each of `some` has one of them.
fn many_values(conditions: &[(&OnKey, bool)], budget: &mut usize) -> Verdict {
    let (mut within, mut some): (Vec<Wanted<'_>>, Vec<Wanted<'_>>) = (Vec::new(), Vec::new());
    for (on_key, holds) in conditions {
        let Some(quantifier) = on_key.condition.operator.quantifier else {
            match on_key.value {
                // Null asks whether the key is there, not what it holds.
                OnValue::Const(always) if always == *holds => {}
                OnValue::Text(..) | OnValue::Point(_) if !holds => {}
                OnValue::Const(_) | OnValue::Text(..) | OnValue::Point(_) => return Verdict::Nothing,
            }
            continue;
        };
        match (&on_key.value, quantifier) {
            (OnValue::Text(set, inside), Quantifier::ForAllValues) if *holds => within.push((set, *inside)),
            (OnValue::Text(set, inside), Quantifier::ForAllValues) => some.push((set, !*inside)),
            (OnValue::Text(set, inside), Quantifier::ForAnyValue) if *holds => some.push((set, *inside)),
            (OnValue::Text(set, inside), Quantifier::ForAnyValue) => within.push((set, !*inside)),
            (OnValue::Const(_) | OnValue::Point(_), _) => return Verdict::Unknown("many values that are no text"),
        }
    }
    let mut values = Vec::new();
    if some.is_empty() {
        match search(&within, budget) {
            Search::Found(text) => values.push(text),
            // A key without any value is no key: no request of AWS has one.
            Search::Empty => return Verdict::Nothing,
            Search::TooMany => return Verdict::Unknown("the patterns make more states than are looked at"),
        }
    }
    for one in some {
        let mut sets = within.clone();
        sets.push(one);
        match search(&sets, budget) {
            Search::Found(text) => values.push(text),
            Search::Empty => return Verdict::Nothing,
            Search::TooMany => return Verdict::Unknown("the patterns make more states than are looked at"),
        }
    }
    values.sort();
    values.dedup();
    Verdict::Value(Value::Many(values))
}
