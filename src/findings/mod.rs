//! Stage 4: verdicts × what was known → changes. Pure.
//!
//! [`results()`] turns verdicts into the rows that every output shows, [`summarise`] counts them, and [`reconcile()`] holds the
//! life of a finding (design, section 7). Before all of them, [`waivers`] marks the failures that somebody took the responsibility for.

pub mod config;
pub mod waivers;

mod finding;
mod judged;
mod reconcile;
mod results;

#[cfg(test)]
mod tests;

pub use judged::judged;
pub use reconcile::{Reconcile, reconcile};
pub use results::{Shown, results, summarise};
