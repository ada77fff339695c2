//! The clock: when passes run.

pub mod config;
