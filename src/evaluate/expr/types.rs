//! The types that the checker works with: the catalogue's, and those that expressions make of them.

use crate::model::ResourceType;
use crate::model::catalogue::{Field, FieldType, TypeSpec};
use crate::model::function::Kind;
use arcstr::ArcStr;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The type of an expression.
#[derive(Clone, Debug)]
pub enum Type<'c> {
    /// Not known before the rule runs.
    Any,
    /// `null` itself.
    Null,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// An exact decimal.
    Decimal,
    /// Text; one of these values, where there are any.
    Text(&'c [ArcStr]),
    /// A point in time.
    Time,
    /// A length of time.
    Span,
    /// Values in order.
    List(Rc<Type<'c>>),
    /// Values under keys that users choose.
    Map(Rc<Type<'c>>),
    /// Values under keys that AWS names.
    Object(&'c BTreeMap<ArcStr, Field>),
    /// The parameters of a rule.
    Params(&'c BTreeMap<ArcStr, FieldType>),
    /// A map that a library function makes.
    Made(&'static [(&'static str, Kind)]),
    /// A resource; without a specification where the catalogue does not know the type.
    Resource(ResourceType, Option<&'c TypeSpec>),
    /// This, or null: what `find` yields.
    Maybe(Rc<Type<'c>>),
}

/// What a value at a place must be, for the check while it runs: a place whose value does not fit its type is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Anything.
    Any,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction; whole ones are read as such.
    Double,
    /// An exact decimal; whole numbers are read as such.
    Decimal,
    /// Text.
    Text,
    /// A point in time.
    Time,
    /// A length of time.
    Span,
    /// A list.
    List,
    /// A map.
    Map,
}

impl<'c> From<&'c FieldType> for Type<'c> {
    fn from(ty: &'c FieldType) -> Self {
        match ty {
            FieldType::Bool => Self::Bool,
            FieldType::Int => Self::Int,
            FieldType::Double => Self::Double,
            FieldType::Decimal => Self::Decimal,
            FieldType::String { values } => Self::Text(values),
            FieldType::Timestamp => Self::Time,
            FieldType::List { items } => Self::List(Rc::new(Self::from(items.as_ref()))),
            FieldType::Map { items } => Self::Map(Rc::new(Self::from(items.as_ref()))),
            FieldType::Object { fields } => Self::Object(fields),
            FieldType::Any => Self::Any,
        }
    }
}

impl From<Kind> for Type<'_> {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Any => Self::Any,
            Kind::Bool => Self::Bool,
            Kind::Int => Self::Int,
            Kind::Decimal => Self::Decimal,
            Kind::String => Self::TEXT,
            Kind::Time => Self::Time,
            Kind::List(items) => Self::list(Self::from(*items)),
            Kind::Object(fields) => Self::Made(fields),
        }
    }
}

impl<'c> Type<'c> {
    /// Any text.
    pub const TEXT: Self = Self::Text(&[]);

    /// A list of these.
    pub fn list(items: Self) -> Self {
        Self::List(Rc::new(items))
    }

    /// The type in words, for a message: "text", "a list of whole numbers".
    pub fn describe(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Int => "a whole number".to_owned(),
            Self::Double => "a number".to_owned(),
            Self::Decimal => "a decimal".to_owned(),
            Self::Text(_) => "text".to_owned(),
            Self::Time => "a point in time".to_owned(),
            Self::Span => "a length of time".to_owned(),
            Self::List(items) if matches!(**items, Self::Any) => "a list".to_owned(),
            Self::List(items) => format!("a list ({} each)", items.describe()),
            Self::Map(_) | Self::Object(_) | Self::Params(_) | Self::Made(_) => "a map".to_owned(),
            Self::Resource(resource_type, _) => format!("a resource ({resource_type})"),
            Self::Maybe(inner) => format!("{} or null", inner.describe()),
        }
    }

    /// What the value must be when it is read.
    pub fn fit(&self) -> Fit {
        match self {
            Self::Any | Self::Null | Self::Maybe(_) => Fit::Any,
            Self::Bool => Fit::Bool,
            Self::Int => Fit::Int,
            Self::Double => Fit::Double,
            Self::Decimal => Fit::Decimal,
            Self::Text(_) => Fit::Text,
            Self::Time => Fit::Time,
            Self::Span => Fit::Span,
            Self::List(_) => Fit::List,
            Self::Map(_) | Self::Object(_) | Self::Params(_) | Self::Made(_) | Self::Resource(..) => Fit::Map,
        }
    }

    /// Whether this is a number of any kind.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Decimal)
    }

    /// Whether this is looked into by keys.
    pub fn is_keyed(&self) -> bool {
        self.fit() == Fit::Map
    }

    /// Whether a value of this type can equal one of that.
    pub fn may_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) | (Self::Null, Self::Null | Self::Maybe(_)) | (Self::Maybe(_), Self::Null) => true,
            (Self::Maybe(inner), other) | (other, Self::Maybe(inner)) => inner.may_equal(other),
            (Self::List(a), Self::List(b)) => a.may_equal(b),
            (a, b) if a.is_number() && b.is_number() => true,
            (a, b) if a.is_keyed() && b.is_keyed() => true,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }

    /// Whether values of these types have an order.
    pub fn may_order(&self, other: &Self) -> bool {
        let ordered = |ty: &Self| {
            matches!(ty, Self::Any | Self::Bool | Self::Int | Self::Double | Self::Decimal | Self::Text(_) | Self::Time | Self::Span)
        };
        ordered(self) && ordered(other) && self.may_equal(other)
    }

    /// The one type of both, where there is one, else anything.
    pub fn join(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Null, Self::Null) => Self::Null,
            (Self::Null, Self::Maybe(_)) => other,
            (Self::Maybe(_), Self::Null) => self,
            (Self::Null, _) | (_, Self::Null) | (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::Text(_), Self::Text(_)) => Self::TEXT,
            (Self::List(a), Self::List(b)) => Self::list(a.as_ref().clone().join(b.as_ref().clone())),
            (Self::Map(a), Self::Map(b)) => Self::Map(Rc::new(a.as_ref().clone().join(b.as_ref().clone()))),
            (Self::Object(a), Self::Object(b)) if std::ptr::eq(*a, *b) => self,
            (Self::Resource(a, _), Self::Resource(b, _)) if a == b => self,
            (a, b) if a.fit() == b.fit() && !matches!(a.fit(), Fit::Any | Fit::Map) => self,
            _ => Self::Any,
        }
    }
}
