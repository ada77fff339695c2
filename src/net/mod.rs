//! Addresses and ports: what a list of security group rules lets in, decided over all of them together.
//!
//! A rule at a time is not enough: `0.0.0.0/1` and `128.0.0.0/1` are each half of the internet and together all of it, and
//! so are a hundred smaller blocks. [`block`] reads CIDRs and adds them up, [`rules`] reads rules in CloudFormation's words
//! and adds up their ports and protocols, [`functions`] is what rule files call. [`address`] tells what kind of address one is.

pub mod address;
mod block;
mod functions;
mod rules;

#[cfg(test)]
mod tests;

pub use functions::FUNCTIONS;
