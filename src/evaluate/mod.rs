//! Stage 3: rules × inventory → verdicts. Pure: time, rule texts and parameters come in as arguments.
//!
//! [`load()`] turns rule files into a [`RuleSet`], [`run`] turns a set and an inventory into evaluations. Expressions are the
//! business of [`expr`]; what they may not do is to guess: what could not be read makes a verdict `unknown`.

pub mod config;
pub mod contract;
pub mod coverage;
pub mod docs;
pub mod examples;
pub mod explain;
pub mod expr;
pub mod pack;
pub mod parameter;
pub mod scaffold;
pub mod schema;
pub mod severity;
pub mod shipped;

mod evidence;
mod judge;
mod load;
mod pass;
mod rule;
mod rulefile;
mod ruleset;

#[cfg(test)]
mod tests;

pub use load::{LoadOptions, Preview, RuleSource, load};
pub use pass::{Pass, run, run_on};
pub use rule::Rule;
pub use rulefile::example::Example;
pub use rulefile::framework::Framework;
pub use ruleset::RuleSet;
pub use shipped::shipped;
