//! The window: the API, the page and the metrics listener.

pub mod config;
