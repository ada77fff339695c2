//! Stage 5: changes → the world: charts, metrics, exports, messages and reports.

pub mod chart;
pub mod config;
pub mod export;
pub mod metrics;
pub mod notify;
pub mod report;
