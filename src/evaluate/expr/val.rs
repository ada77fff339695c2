//! A value while an expression is evaluated: borrowed from the resource, the parameters or the program wherever it can be.

mod equal;
mod number;

pub use equal::{Equality, equal, item, keys, length, look, order};
pub use number::{decimal_of, of_double, to_double};

use super::frame::Asked;
use super::types::Fit;
use crate::model::{Gap, GapKind, Interner, Resource, Value};
use arcstr::ArcStr;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// A value in the making.
#[derive(Clone, Debug)]
pub enum Val<'a> {
    /// Nothing, said explicitly.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Double(f64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A point in time, in milliseconds.
    Time(i64),
    /// A length of time, in milliseconds.
    Span(i64),
    /// Text that somebody else holds.
    Str(&'a ArcStr),
    /// Text that was made.
    Text(ArcStr),
    /// A list or map that somebody else holds.
    Data(&'a Value),
    /// A list that was made. A gap among its items may stand for any number of them, none included.
    Items(Rc<Vec<Val<'a>>>),
    /// A map that was made.
    Entries(Rc<BTreeMap<ArcStr, Val<'a>>>),
    /// A resource, looked at as a map.
    Resource(&'a Resource),
    /// Not known; why is held by somebody else.
    Gap(&'a Arc<Gap>),
    /// Not known; why was worked out.
    Fresh(Arc<Gap>),
}

/// The keys of a resource looked at as a map.
pub const RESOURCE_KEYS: [&str; 8] = ["account", "id", "name", "properties", "region", "state", "tags", "type"];

impl<'a> From<&'a Value> for Val<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Int(int) => Self::Int(*int),
            Value::Double(double) => Self::Double(*double),
            Value::Str(text) => Self::Str(text),
            Value::Decimal(amount) => Self::Decimal(**amount),
            Value::Time(millis) => Self::Time(*millis),
            Value::Span(millis) => Self::Span(*millis),
            Value::List(_) | Value::Map(_) => Self::Data(value),
            Value::Gap(gap) => Self::Gap(gap),
        }
    }
}

impl<'a> Val<'a> {
    /// A run-time error: the rule cannot be decided.
    pub fn failed(detail: impl Into<ArcStr>) -> Self {
        Self::Fresh(Arc::new(Gap::new(GapKind::Failed, detail)))
    }

    /// A list of these.
    pub fn items(items: Vec<Self>) -> Self {
        Self::Items(Rc::new(items))
    }

    /// A list of these, as an expression makes it. An item that went wrong spoils the list, as in CEL; one that could not be
    /// read stays in it, so that what is certain of the others stays certain.
    pub fn list(items: Vec<Self>) -> Self {
        let gaps = || items.iter().filter(|item| item.gap().is_some());
        if gaps().any(|item| item.gap().is_some_and(|gap| is_error(gap.kind))) {
            return gaps().cloned().reduce(Self::outrank).unwrap_or(Self::Null);
        }
        Self::items(items)
    }

    /// The gap, where this is one.
    pub fn gap(&self) -> Option<&Arc<Gap>> {
        match self {
            Self::Gap(gap) => Some(gap),
            Self::Fresh(gap) => Some(gap),
            _ => None,
        }
    }

    /// The text, where this is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// This gap or that, whichever matters more: what could not be read outranks what went wrong in the expression.
    #[must_use]
    pub fn outrank(self, other: Self) -> Self {
        match (self.gap().map(|gap| is_error(gap.kind)), other.gap().map(|gap| is_error(gap.kind))) {
            (Some(true), Some(false)) | (None, Some(_)) => other,
            _ => self,
        }
    }

    /// The gap of this value or, of lists and maps, the first among what they directly hold: such a list has no certain
    /// size and such a map no certain keys.
    pub fn direct_gap(&self) -> Option<Self> {
        match self {
            Self::Gap(_) | Self::Fresh(_) => Some(self.clone()),
            Self::Data(Value::List(items)) => items.iter().find_map(Value::as_gap).map(Self::Gap),
            Self::Data(Value::Map(map)) => map.values().iter().find_map(Value::as_gap).map(Self::Gap),
            Self::Items(items) => items.iter().find(|item| item.gap().is_some()).cloned(),
            Self::Entries(entries) => entries.values().find(|value| value.gap().is_some()).cloned(),
            _ => None,
        }
    }

    /// The first gap at any depth.
    pub fn deep_gap(&self) -> Option<Self> {
        match self {
            Self::Gap(_) | Self::Fresh(_) => Some(self.clone()),
            Self::Data(value) => value.first_gap().map(Self::Gap),
            Self::Items(items) => items.iter().find_map(Self::deep_gap),
            Self::Entries(entries) => entries.values().find_map(Self::deep_gap),
            Self::Resource(resource) => {
                [&resource.tags, &resource.properties, &resource.state].into_iter().find_map(Value::first_gap).map(Self::Gap)
            }
            _ => None,
        }
    }

    /// What kind of value it is, for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Double(_) => "a number",
            Self::Decimal(_) => "a decimal",
            Self::Time(_) => "a point in time",
            Self::Span(_) => "a length of time",
            Self::Str(_) | Self::Text(_) => "text",
            Self::Data(Value::List(_)) | Self::Items(_) => "a list",
            Self::Data(_) | Self::Entries(_) | Self::Resource(_) => "a map",
            Self::Gap(_) | Self::Fresh(_) => "not known",
        }
    }

    /// The value as what its place promises; a gap where it is something else.
    pub fn fitted(self, fit: Fit, place: &str) -> Self {
        let fits = match (fit, &self) {
            (Fit::Any, _) | (_, Self::Gap(_) | Self::Fresh(_)) => true,
            (Fit::Bool, Self::Bool(_)) | (Fit::Int, Self::Int(_)) | (Fit::Double, Self::Double(_)) => true,
            (Fit::Decimal, Self::Decimal(_)) | (Fit::Time, Self::Time(_)) | (Fit::Span, Self::Span(_)) => true,
            (Fit::Text, Self::Str(_) | Self::Text(_)) => true,
            (Fit::List, Self::Data(Value::List(_)) | Self::Items(_)) => true,
            (Fit::Map, Self::Data(Value::Map(_)) | Self::Entries(_) | Self::Resource(_)) => true,
            (Fit::Double, Self::Int(int)) => return Self::Double(to_double(*int)),
            (Fit::Decimal, Self::Int(int)) => return Self::Decimal(Decimal::from(*int)),
            (Fit::Decimal, Self::Double(double)) => return of_double(*double).map_or_else(|| misfit(place, &self), Self::Decimal),
            _ => false,
        };
        if fits { self } else { misfit(place, &self) }
    }

    /// Roughly how much comparing it costs, in steps: the items that it holds, two levels deep.
    pub fn weight(&self) -> usize {
        let data = |value: &Value| value.as_list().map_or_else(|| value.as_map().map_or(0, crate::model::value::Map::len), <[Value]>::len);
        match self {
            Self::Data(Value::List(items)) => items.len() + items.iter().map(data).sum::<usize>(),
            Self::Data(Value::Map(map)) => map.len() + map.values().iter().map(data).sum::<usize>(),
            Self::Items(items) => items.len(),
            Self::Entries(entries) => entries.len(),
            _ => 0,
        }
    }

    /// What an answer of a library function is remembered by.
    pub fn asked(&self) -> Option<Asked> {
        match self {
            Self::Data(value) => Some(Asked::Place(std::ptr::from_ref(*value).addr())),
            Self::Str(text) => Some(Asked::Text((*text).clone())),
            Self::Text(text) => Some(Asked::Text(text.clone())),
            Self::Int(int) => Some(Asked::Number(*int)),
            Self::Bool(bool) => Some(Asked::Number(i64::from(*bool))),
            Self::Resource(resource) => Some(Asked::Place(std::ptr::from_ref(*resource).addr())),
            _ => None,
        }
    }

    /// The value on its own.
    pub fn to_value(&self) -> Value {
        self.own(&Interner::new())
    }

    fn own(&self, interner: &Interner) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(bool) => Value::Bool(*bool),
            Self::Int(int) => Value::Int(*int),
            Self::Double(double) => Value::Double(*double),
            Self::Decimal(amount) => Value::decimal(*amount),
            Self::Time(millis) => Value::Time(*millis),
            Self::Span(millis) => Value::Span(*millis),
            Self::Str(text) => Value::Str((*text).clone()),
            Self::Text(text) => Value::Str(text.clone()),
            Self::Data(value) => (*value).clone(),
            Self::Items(items) => Value::List(items.iter().map(|item| item.own(interner)).collect()),
            Self::Entries(entries) => Value::map(entries.iter().map(|(key, value)| (key.clone(), value.own(interner))), interner),
            Self::Resource(resource) => {
                let entry = |key: &str| Some((ArcStr::from(key), part(resource, key)?.own(interner)));
                Value::map(RESOURCE_KEYS.into_iter().filter_map(entry), interner)
            }
            Self::Gap(gap) => Value::Gap(Arc::clone(gap)),
            Self::Fresh(gap) => Value::Gap(Arc::clone(gap)),
        }
    }
}

/// A resource's value under one of [`RESOURCE_KEYS`].
pub fn part<'a>(resource: &'a Resource, key: &str) -> Option<Val<'a>> {
    Some(match key {
        "account" => Val::Str(resource.account.shared()),
        "id" => Val::Str(resource.id.shared()),
        "name" => Val::Str(&resource.name),
        "properties" => Val::from(&resource.properties),
        "region" => Val::Str(resource.region.shared()),
        "state" => Val::from(&resource.state),
        "tags" => Val::from(&resource.tags),
        "type" => Val::Str(resource.resource_type.shared()),
        _ => return None,
    })
}

/// Whether the gap is a fault of the expression over this data, rather than something that could not be read.
fn is_error(kind: GapKind) -> bool {
    match kind {
        GapKind::Absent | GapKind::StepLimit | GapKind::Failed => true,
        GapKind::Denied
        | GapKind::Throttled
        | GapKind::Unreachable
        | GapKind::Broken
        | GapKind::NotEnabled
        | GapKind::NotRecorded
        | GapKind::KnownAfterApply
        | GapKind::Price
        | GapKind::Undecidable => false,
    }
}

fn misfit<'a>(place: &str, value: &Val<'_>) -> Val<'a> {
    Val::failed(arcstr::format!("{place} is {}, which the rule does not expect", value.kind()))
}
