//! The memory between passes.

pub mod config;
