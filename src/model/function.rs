//! A function that rules may call, as a library of domain knowledge offers it to the expression engine.
//!
//! `iam` and `cost` may not know `evaluate`, nor it their insides: they hand over a table of these, and the engine checks
//! arguments and results against it when a rule is loaded. Types are constants, so that such a table is a constant too.

use super::{Gap, Value};

/// One function, pure and total: the same arguments give the same result, and nothing else is read.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The name as rules write it, with its library before the dot: `iam.admin_statements`.
    pub name: &'static str,
    /// What it takes, in order. The engine calls with exactly as many arguments; a gap among them is the result, and the
    /// function is not called.
    pub parameters: &'static [Parameter],
    /// What it returns.
    pub returns: Kind,
    /// One sentence for `ledgerline rules docs`.
    pub help: &'static str,
    /// The function itself. A gap means that the answer is not known; it never means "nothing".
    pub call: fn(&[Value]) -> Result<Value, Gap>,
}

/// One parameter of a [`Function`].
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, for messages.
    pub name: &'static str,
    /// What it must be.
    pub kind: Kind,
}

/// The type of an argument or result, as far as a rule can be checked against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything; not checked when a rule is loaded.
    Any,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// An exact decimal.
    Decimal,
    /// Text.
    String,
    /// A point in time.
    Time,
    /// Values in order, all of one type.
    List(&'static Kind),
    /// A map with these keys, all of them always there.
    Object(&'static [(&'static str, Kind)]),
}
