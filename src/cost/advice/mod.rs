//! Advice with dollars: what another way of paying would cost, worked out from what was used.

pub mod capacity;
pub mod mode;

#[cfg(test)]
mod tests;
