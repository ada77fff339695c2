//! The clock: when passes run.

pub mod config;
pub mod due;
pub mod planner;
