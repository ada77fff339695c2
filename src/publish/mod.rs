//! Stage 5: changes → the world: metrics, exports, and later messages and reports.

pub mod export;
pub mod metrics;
