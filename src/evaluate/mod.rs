//! Stage 3: rules × inventory → verdicts. Pure: time, rule texts and parameters come in as arguments.

pub mod config;
pub mod expr;
