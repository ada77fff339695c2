//! The functions of the language: one table, from which the checker, the evaluator, the documentation and the test over
//! gaps all work. A function never meets a gap: arguments that are one, or lists and maps that hold one, are the answer.

mod convert;
mod text;
mod time;

use super::types::{Fit, Type};
use super::val::{self, Val};

/// A function of the language.
#[derive(Debug)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub style: Style,
    /// What it takes, the receiver first, and what it then gives.
    pub overloads: &'static [(&'static [Takes], Gives)],
    /// A call over plain values, for documentation and tests.
    pub example: &'static str,
    /// The function itself. The arguments are as many as one of the overloads has.
    pub(super) run: for<'a> fn(&[Val<'a>]) -> Val<'a>,
}

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `f(x)`
    Global,
    /// `x.f()`
    Method,
    /// Either.
    Both,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// An exact decimal.
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

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// An exact decimal.
    Decimal,
    /// Text.
    Text,
    /// A point in time.
    Time,
    /// A length of time.
    Span,
    /// A list of texts.
    Texts,
}

/// All functions, sorted by name. `matches` is not among them: its pattern is compiled when the rule is loaded.
pub static ALL: &[Builtin] = &[
    Builtin {
        name: "bool",
        style: Style::Global,
        overloads: &[(&[Takes::Bool], Gives::Bool), (&[Takes::Text], Gives::Bool)],
        example: "bool('true')",
        run: convert::bool,
    },
    Builtin {
        name: "contains",
        style: Style::Method,
        overloads: &[(&[Takes::Text, Takes::Text], Gives::Bool)],
        example: "'abc'.contains('b')",
        run: text::contains,
    },
    Builtin { name: "days", style: Style::Global, overloads: &[(&[Takes::Int], Gives::Span)], example: "days(90)", run: time::days },
    Builtin {
        name: "decimal",
        style: Style::Global,
        overloads: &[
            (&[Takes::Decimal], Gives::Decimal),
            (&[Takes::Int], Gives::Decimal),
            (&[Takes::Double], Gives::Decimal),
            (&[Takes::Text], Gives::Decimal),
        ],
        example: "decimal('0.1')",
        run: convert::decimal,
    },
    Builtin {
        name: "double",
        style: Style::Global,
        overloads: &[
            (&[Takes::Double], Gives::Double),
            (&[Takes::Int], Gives::Double),
            (&[Takes::Decimal], Gives::Double),
            (&[Takes::Text], Gives::Double),
        ],
        example: "double(1)",
        run: convert::double,
    },
    Builtin {
        name: "duration",
        style: Style::Global,
        overloads: &[(&[Takes::Text], Gives::Span), (&[Takes::Span], Gives::Span)],
        example: "duration('90d')",
        run: time::duration,
    },
    Builtin {
        name: "endsWith",
        style: Style::Method,
        overloads: &[(&[Takes::Text, Takes::Text], Gives::Bool)],
        example: "'abc'.endsWith('c')",
        run: text::ends_with,
    },
    Builtin {
        name: "getDays",
        style: Style::Method,
        overloads: &[(&[Takes::Span], Gives::Int)],
        example: "duration('90d').getDays()",
        run: time::whole_days,
    },
    Builtin {
        name: "getHours",
        style: Style::Method,
        overloads: &[(&[Takes::Span], Gives::Int)],
        example: "duration('90d').getHours()",
        run: time::whole_hours,
    },
    Builtin {
        name: "getMinutes",
        style: Style::Method,
        overloads: &[(&[Takes::Span], Gives::Int)],
        example: "duration('90m').getMinutes()",
        run: time::whole_minutes,
    },
    Builtin {
        name: "getSeconds",
        style: Style::Method,
        overloads: &[(&[Takes::Span], Gives::Int)],
        example: "duration('90s').getSeconds()",
        run: time::whole_seconds,
    },
    Builtin {
        name: "int",
        style: Style::Global,
        overloads: &[
            (&[Takes::Int], Gives::Int),
            (&[Takes::Double], Gives::Int),
            (&[Takes::Decimal], Gives::Int),
            (&[Takes::Text], Gives::Int),
            (&[Takes::Time], Gives::Int),
        ],
        example: "int('12')",
        run: convert::int,
    },
    Builtin {
        name: "join",
        style: Style::Method,
        overloads: &[(&[Takes::List], Gives::Text), (&[Takes::List, Takes::Text], Gives::Text)],
        example: "['a', 'b'].join(', ')",
        run: text::join,
    },
    Builtin {
        name: "lowerAscii",
        style: Style::Method,
        overloads: &[(&[Takes::Text], Gives::Text)],
        example: "'ABC'.lowerAscii()",
        run: text::lower,
    },
    Builtin {
        name: "replace",
        style: Style::Method,
        overloads: &[(&[Takes::Text, Takes::Text, Takes::Text], Gives::Text)],
        example: "'a.b'.replace('.', '-')",
        run: text::replace,
    },
    Builtin {
        name: "size",
        style: Style::Both,
        overloads: &[(&[Takes::Text], Gives::Int), (&[Takes::List], Gives::Int), (&[Takes::Map], Gives::Int)],
        example: "size(['a', 'b'])",
        run: size,
    },
    Builtin {
        name: "split",
        style: Style::Method,
        overloads: &[(&[Takes::Text, Takes::Text], Gives::Texts)],
        example: "'a,b'.split(',')",
        run: text::split,
    },
    Builtin {
        name: "startsWith",
        style: Style::Method,
        overloads: &[(&[Takes::Text, Takes::Text], Gives::Bool)],
        example: "'abc'.startsWith('a')",
        run: text::starts_with,
    },
    Builtin {
        name: "string",
        style: Style::Global,
        overloads: &[
            (&[Takes::Text], Gives::Text),
            (&[Takes::Bool], Gives::Text),
            (&[Takes::Int], Gives::Text),
            (&[Takes::Double], Gives::Text),
            (&[Takes::Decimal], Gives::Text),
            (&[Takes::Time], Gives::Text),
            (&[Takes::Span], Gives::Text),
        ],
        example: "string(12)",
        run: convert::string,
    },
    Builtin { name: "sum", style: Style::Both, overloads: &[(&[Takes::List], Gives::Int)], example: "sum([1, 2])", run: sum },
    Builtin {
        name: "timestamp",
        style: Style::Global,
        overloads: &[(&[Takes::Text], Gives::Time), (&[Takes::Time], Gives::Time), (&[Takes::Int], Gives::Time)],
        example: "timestamp('2026-01-01')",
        run: time::timestamp,
    },
    Builtin { name: "trim", style: Style::Method, overloads: &[(&[Takes::Text], Gives::Text)], example: "' a '.trim()", run: text::trim },
    Builtin {
        name: "upperAscii",
        style: Style::Method,
        overloads: &[(&[Takes::Text], Gives::Text)],
        example: "'abc'.upperAscii()",
        run: text::upper,
    },
];

/// The function of this name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    ALL.binary_search_by(|builtin| builtin.name.cmp(name)).ok().and_then(|position| ALL.get(position))
}

impl Takes {
    /// Whether a value of this type can be such an argument.
    pub(super) fn accepts(self, ty: &Type<'_>) -> bool {
        match ty.fit() {
            Fit::Any => !matches!(ty, Type::Null),
            Fit::Bool => self == Self::Bool,
            Fit::Int => self == Self::Int,
            Fit::Double => self == Self::Double,
            Fit::Decimal => self == Self::Decimal,
            Fit::Text => self == Self::Text,
            Fit::Time => self == Self::Time,
            Fit::Span => self == Self::Span,
            Fit::List => self == Self::List,
            Fit::Map => self == Self::Map,
        }
    }

    /// The argument in words.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Double => "a number",
            Self::Decimal => "a decimal",
            Self::Text => "text",
            Self::Time => "a point in time",
            Self::Span => "a length of time",
            Self::List => "a list",
            Self::Map => "a map",
        }
    }
}

impl Gives {
    /// The type of the answer.
    pub(super) fn ty<'c>(self) -> Type<'c> {
        match self {
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Double => Type::Double,
            Self::Decimal => Type::Decimal,
            Self::Text => Type::TEXT,
            Self::Time => Type::Time,
            Self::Span => Type::Span,
            Self::Texts => Type::list(Type::TEXT),
        }
    }
}

/// What a function says to arguments that it does not take.
fn refused<'a>(name: &str, arguments: &[Val<'_>]) -> Val<'a> {
    let kinds: Vec<&str> = arguments.iter().map(Val::kind).collect();
    Val::failed(arcstr::format!("{name}() does not take {}", kinds.join(", ")))
}

fn size<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    let [of] = arguments else { return refused("size", arguments) };
    let count = match of.text() {
        // Characters, as CEL has it, not bytes.
        Some(text) => Some(text.chars().count()),
        None => val::length(of).or_else(|| val::keys(of).map(|keys| keys.len())),
    };
    count.and_then(|count| i64::try_from(count).ok()).map_or_else(|| refused("size", arguments), Val::Int)
}

/// Of whole numbers: the units of tables and their indexes.
fn sum<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    let [of] = arguments else { return refused("sum", arguments) };
    let Some(count) = val::length(of) else { return refused("sum", arguments) };
    let mut total = 0_i64;
    for position in 0..count {
        match val::item(of, position) {
            Some(Val::Int(number)) => match total.checked_add(number) {
                Some(sum) => total = sum,
                None => return Val::failed("the sum does not fit into 64 bits"),
            },
            Some(other) => return Val::failed(arcstr::format!("sum() needs whole numbers, and item {position} is {}", other.kind())),
            None => break,
        }
    }
    Val::Int(total)
}
