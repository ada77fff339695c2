//! Equality and order, with gaps: a difference counts only where it is certain.

use super::number::compare;
use super::{RESOURCE_KEYS, Val, part};
use crate::model::Value;
use std::cmp::Ordering;

/// Whether two values are equal.
#[derive(Debug)]
pub enum Equality<'a> {
    /// They are, or certainly are not.
    Certain(bool),
    /// A gap in one of them decides.
    Gap(Val<'a>),
}

/// Compares two values as CEL does: numbers by their amount whatever their kind, lists and maps by what they hold, and
/// values of different kinds as different. A gap inside makes the answer a gap, unless known parts differ.
pub fn equal<'a>(a: &Val<'a>, b: &Val<'a>) -> Equality<'a> {
    match (a, b) {
        (Val::Gap(_) | Val::Fresh(_), _) => Equality::Gap(a.clone().outrank(b.clone())),
        (_, Val::Gap(_) | Val::Fresh(_)) => Equality::Gap(b.clone()),
        (Val::Null, Val::Null) => Equality::Certain(true),
        (Val::Bool(a), Val::Bool(b)) => Equality::Certain(a == b),
        (Val::Time(a), Val::Time(b)) | (Val::Span(a), Val::Span(b)) => Equality::Certain(a == b),
        (Val::Int(_) | Val::Double(_) | Val::Decimal(_), Val::Int(_) | Val::Double(_) | Val::Decimal(_)) => {
            Equality::Certain(compare(a, b) == Some(Ordering::Equal))
        }
        (Val::Resource(a), Val::Resource(b)) => Equality::Certain(a.id == b.id),
        (a, b) => match (a.text(), b.text()) {
            (Some(a), Some(b)) => Equality::Certain(a == b),
            (None, None) => match (length(a), length(b)) {
                (Some(_), Some(_)) => lists(a, b),
                (None, None) => match (keys(a), keys(b)) {
                    (Some(keys), Some(_)) => maps(a, keys, b),
                    _ => Equality::Certain(false),
                },
                _ => Equality::Certain(false),
            },
            _ => Equality::Certain(false),
        },
    }
}

/// The order of two values of one kind; none where they have none.
pub fn order(a: &Val<'_>, b: &Val<'_>) -> Option<Ordering> {
    match (a, b) {
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(b)),
        (Val::Time(a), Val::Time(b)) | (Val::Span(a), Val::Span(b)) => Some(a.cmp(b)),
        _ => match (a.text(), b.text()) {
            (Some(a), Some(b)) => Some(a.cmp(b)),
            _ => compare(a, b),
        },
    }
}

/// How many items a list has; none where it is no list.
pub fn length(list: &Val<'_>) -> Option<usize> {
    match list {
        Val::Data(Value::List(items)) => Some(items.len()),
        Val::Items(items) => Some(items.len()),
        _ => None,
    }
}

/// The item of a list at a position.
pub fn item<'a>(list: &Val<'a>, position: usize) -> Option<Val<'a>> {
    match list {
        Val::Data(Value::List(items)) => items.get(position).map(Val::from),
        Val::Items(items) => items.get(position).cloned(),
        _ => None,
    }
}

/// Whether a gap in this list may stand for any number of items.
fn is_loose(list: &Val<'_>) -> bool {
    matches!(list, Val::Items(items) if items.iter().any(|item| item.gap().is_some()))
}

fn lists<'a>(a: &Val<'a>, b: &Val<'a>) -> Equality<'a> {
    let (Some(many), Some(few)) = (length(a), length(b)) else { return Equality::Certain(false) };
    let loose = is_loose(a) || is_loose(b);
    if many != few && !loose {
        return Equality::Certain(false);
    }
    let mut unknown: Option<Val<'a>> = None;
    for position in 0..many.max(few) {
        let (left, right) = match (item(a, position), item(b, position)) {
            (Some(left), Some(right)) => (left, right),
            // One list ends here: that is certain unless the other's rest is gaps, or a gap came before.
            (Some(rest), None) | (None, Some(rest)) => match (rest.gap().is_some(), unknown) {
                (_, Some(gap)) => return Equality::Gap(gap),
                (true, None) => return Equality::Gap(rest),
                (false, None) => return Equality::Certain(false),
            },
            (None, None) => break,
        };
        match equal(&left, &right) {
            Equality::Certain(true) => {}
            Equality::Certain(false) => return Equality::Certain(false),
            Equality::Gap(gap) if loose => {
                // Behind such a gap, positions mean nothing any more.
                return Equality::Gap(gap);
            }
            Equality::Gap(gap) => unknown = Some(unknown.map_or(gap.clone(), |known| known.outrank(gap))),
        }
    }
    unknown.map_or(Equality::Certain(true), Equality::Gap)
}

/// The keys of a map; none where it is no map.
pub fn keys(map: &Val<'_>) -> Option<Vec<String>> {
    match map {
        Val::Data(Value::Map(map)) => Some(map.shape().keys().iter().map(ToString::to_string).collect()),
        Val::Entries(entries) => Some(entries.keys().map(ToString::to_string).collect()),
        Val::Resource(_) => Some(RESOURCE_KEYS.iter().map(ToString::to_string).collect()),
        _ => None,
    }
}

/// The value under a key of a map, where it is there; none at all where this is no map.
pub fn look<'a>(map: &Val<'a>, key: &str) -> Option<Option<Val<'a>>> {
    match map {
        Val::Data(Value::Map(map)) => Some(map.get(key).map(Val::from)),
        Val::Entries(entries) => Some(entries.get(key).cloned()),
        Val::Resource(resource) => Some(part(resource, key)),
        _ => None,
    }
}

fn maps<'a>(a: &Val<'a>, mut keys_of_a: Vec<String>, b: &Val<'a>) -> Equality<'a> {
    keys_of_a.extend(keys(b).unwrap_or_default());
    keys_of_a.sort();
    keys_of_a.dedup();
    let mut unknown: Option<Val<'a>> = None;
    for key in keys_of_a {
        let found = match (look(a, &key).flatten(), look(b, &key).flatten()) {
            (Some(left), Some(right)) => equal(&left, &right),
            // A key whose value is a gap may not be there at all.
            (Some(only), None) | (None, Some(only)) if only.gap().is_some() => Equality::Gap(only),
            _ => Equality::Certain(false),
        };
        match found {
            Equality::Certain(true) => {}
            Equality::Certain(false) => return Equality::Certain(false),
            Equality::Gap(gap) => unknown = Some(unknown.map_or(gap.clone(), |known| known.outrank(gap))),
        }
    }
    unknown.map_or(Equality::Certain(true), Equality::Gap)
}
