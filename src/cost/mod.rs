//! Money of AWS services: plans of paid calls, projections of a month's end, what rules may ask of prices. Pure; decimals only.

pub mod amount;
pub mod config;
mod functions;
pub mod plan;
mod price;
pub mod projection;
pub mod service;

pub use functions::FUNCTIONS;

#[cfg(test)]
mod tests;
