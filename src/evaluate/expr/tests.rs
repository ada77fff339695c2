//! The expression engine from outside: an expression, a resource, a value.

mod values;
mod world;
