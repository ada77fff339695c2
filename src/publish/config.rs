//! What is published where: the channels that are told of changes.

pub use super::notify::config::*;
