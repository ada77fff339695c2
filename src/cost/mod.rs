//! Money of AWS services: plans of paid calls, projections of a month's end, what rules may ask of prices. Pure; decimals only.

pub mod advice;
pub mod amount;
pub mod anomaly;
pub mod config;
pub mod estimate;
pub mod export;
mod functions;
pub mod ledger;
pub mod plan;
pub mod prices;
pub mod projection;
pub mod service;
pub mod trend;

pub use functions::FUNCTIONS;

#[cfg(test)]
mod tests;
