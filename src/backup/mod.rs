//! AWS Backup: which resources a selection means.
//!
//! No call of the service says whether a resource is in a plan; its documentation says how selections are read. That is
//! written in [`selection`], and [`functions`] is what rule files call.

mod functions;
mod selection;

#[cfg(test)]
mod tests;

pub use functions::FUNCTIONS;
