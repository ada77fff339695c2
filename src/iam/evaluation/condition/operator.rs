//! The operators, each with how one value of the policy meets one of the request.

use super::typed::{self, Network};
use crate::iam::document::Version;
use crate::iam::evaluation::request::Context;
use crate::iam::evaluation::truth::Truth;
use crate::iam::evaluation::wild::{self, Expanded, Wild};
use crate::iam::glob::{self, Case};
use std::cmp::Ordering;

/// What an operator asks of a value. The names are AWS's; `IfExists` and the quantifiers are taken off before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `StringEquals` and its kin.
    String {
        /// With wildcards.
        like: bool,
        /// Without regard to case.
        ignore_case: bool,
        /// None of the values may match.
        negated: bool,
    },
    /// `NumericLessThan` and its kin.
    Numeric(Order),
    /// `DateLessThan` and its kin.
    Date(Order),
    /// `Bool`.
    Bool,
    /// `BinaryEquals`: the text in base64.
    Binary,
    /// `IpAddress`, `NotIpAddress`.
    Ip {
        /// None of the networks may hold the address.
        negated: bool,
    },
    /// `ArnLike` and `ArnEquals`, which are the same.
    Arn {
        /// None of the patterns may match.
        negated: bool,
    },
    /// `Null`: whether the key is absent.
    Null,
}

/// How two values that have an order must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Equal.
    Equal,
    /// Not equal, also where one of them is none of its kind.
    NotEqual,
    /// Smaller.
    Less,
    /// Not greater.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Not smaller.
    GreaterOrEqual,
}

impl Order {
    /// The part of an operator's name behind `Numeric` or `Date`.
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "equals" => Self::Equal,
            "notequals" => Self::NotEqual,
            "lessthan" => Self::Less,
            "lessthanequals" => Self::LessOrEqual,
            "greaterthan" => Self::Greater,
            "greaterthanequals" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Whether the request's value stands so to the policy's. For [`Order::NotEqual`] this tells equality, which the caller negates.
    fn holds(self, given: Ordering) -> bool {
        match self {
            Self::Equal | Self::NotEqual => given.is_eq(),
            Self::Less => given.is_lt(),
            Self::LessOrEqual => given.is_le(),
            Self::Greater => given.is_gt(),
            Self::GreaterOrEqual => given.is_ge(),
        }
    }
}

impl Operation {
    /// The operator of this name, whatever its case.
    pub fn read(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let string = |like, ignore_case, negated| Some(Self::String { like, ignore_case, negated });
        match name.as_str() {
            "stringequals" => string(false, false, false),
            "stringnotequals" => string(false, false, true),
            "stringequalsignorecase" => string(false, true, false),
            "stringnotequalsignorecase" => string(false, true, true),
            "stringlike" => string(true, false, false),
            "stringnotlike" => string(true, false, true),
            "bool" => Some(Self::Bool),
            "binaryequals" => Some(Self::Binary),
            "ipaddress" => Some(Self::Ip { negated: false }),
            "notipaddress" => Some(Self::Ip { negated: true }),
            "arnequals" | "arnlike" => Some(Self::Arn { negated: false }),
            "arnnotequals" | "arnnotlike" => Some(Self::Arn { negated: true }),
            "null" => Some(Self::Null),
            name => match (name.strip_prefix("numeric"), name.strip_prefix("date")) {
                (Some(order), _) => Order::read(order).map(Self::Numeric),
                (None, Some(order)) => Order::read(order).map(Self::Date),
                (None, None) => None,
            },
        }
    }

    /// Whether none of the policy's values may match.
    pub fn is_negated(self) -> bool {
        match self {
            Self::String { negated, .. } | Self::Ip { negated } | Self::Arn { negated } => negated,
            Self::Numeric(order) | Self::Date(order) => order == Order::NotEqual,
            Self::Bool | Self::Binary | Self::Null => false,
        }
    }

    /// Whether a value of the request is one that the operator looks at at all: what is no address matches neither `IpAddress` nor
    /// `NotIpAddress`.
    pub fn takes(self, given: &str) -> bool {
        !matches!(self, Self::Ip { .. }) || typed::address(given).is_some()
    }

    /// Whether one value of the policy matches one of the request. Negated operators ask the same and the caller turns it round.
    pub fn matches(self, wanted: &str, given: &str, version: Version, context: &Context) -> Truth {
        match self {
            Self::String { like, ignore_case, .. } => {
                if !wanted.contains("${") {
                    return Truth::of(match (like, ignore_case) {
                        (true, _) => glob::matches(wanted, given, Case::Sensitive),
                        (false, true) => wanted.to_lowercase() == given.to_lowercase(),
                        (false, false) => wanted == given,
                    });
                }
                expanded(wanted, version, context, like, |wild| {
                    Truth::of(if ignore_case { wild.matches_lower(given) } else { wild.matches(given) })
                })
            }
            Self::Arn { .. } if !wanted.contains("${") => wild::plain_arn(wanted, given),
            Self::Arn { .. } => expanded(wanted, version, context, true, |wild| wild.matches_arn(given)),
            Self::Numeric(order) => compared(typed::number(given), typed::number(wanted), order),
            Self::Date(order) => compared(typed::date(given), typed::date(wanted), order),
            Self::Bool => Truth::of(wanted.eq_ignore_ascii_case("true") == given.eq_ignore_ascii_case("true")),
            Self::Binary => Truth::of(wanted == given),
            Self::Ip { .. } => match (Network::read(wanted), typed::address(given)) {
                (Some(network), Some(address)) => Truth::of(network.holds(address)),
                (None, _) | (_, None) => Truth::No,
            },
            Self::Null => Truth::No,
        }
    }
}

fn expanded(wanted: &str, version: Version, context: &Context, wildcards: bool, matches: impl FnOnce(&Wild) -> Truth) -> Truth {
    match Wild::expand(wanted, version, context, wildcards) {
        Expanded::Pattern(wild) => matches(&wild),
        Expanded::Never => Truth::No,
        Expanded::Unsure(why) => why,
    }
}

/// What is none of its kind does not match.
fn compared<T: PartialOrd>(given: Option<T>, wanted: Option<T>, order: Order) -> Truth {
    let stands = given.zip(wanted).and_then(|(given, wanted)| given.partial_cmp(&wanted));
    Truth::of(stands.is_some_and(|stands| order.holds(stands)))
}
