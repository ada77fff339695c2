//! The report over several weeks: what it says, in every format, and what it never says.

mod assembling;
mod formats;
pub mod hostile;
pub mod story;
