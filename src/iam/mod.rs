//! What AWS policies mean: documents, the dated action database, and the facts that rules ask for. Pure.
//!
//! This is the seed of the decision procedure (evaluation, comparison, minimisation), so documents are parsed into types
//! that lose nothing, and everything that cannot be understood is said rather than skipped: a malformed document gives a
//! gap, an action that the database lacks is "unlisted", never "does not exist".

pub mod actions;
pub mod comparison;
pub mod document;
pub mod escalation;
pub mod evaluation;
mod facts;
mod functions;
pub mod glob;
pub mod replacement;
pub mod validation;

pub use functions::FUNCTIONS;
