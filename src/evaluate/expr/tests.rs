//! The expression engine from outside: an expression, a resource, a value.

mod checked;
mod gaps;
mod lookups;
mod oracle;
mod reading;
mod templates;
mod unsure;
mod values;
mod wild;
mod world;
