//! Money of AWS services: plans of paid calls, projections of a month's end, estimated ranges. Pure; decimals only.

pub mod amount;
pub mod config;
pub mod estimate;
pub mod plan;
pub mod projection;
pub mod service;

#[cfg(test)]
mod tests;
