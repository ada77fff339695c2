//! Money of AWS services: plans of paid calls, projections of a month's end, estimated ranges. Pure; decimals only.

pub mod amount;
pub mod config;
pub mod estimate;
mod functions;
pub mod plan;
mod price;
pub mod projection;
pub mod service;

pub use functions::FUNCTIONS;

#[cfg(test)]
mod tests;
