//! Contracts: what a deployment must contain, compared with what is there.
//!
//! A contract is a file `rules/contracts/<name>.yaml` ([`mod@read`]): resources by type and name, each with the properties, state and
//! tags that it must have. The comparison is partial ([`compare`]): what a contract does not name is free. It yields three rules,
//! [`rules`], which are code and not rule files, since they judge what is not there and need no expression.
//!
//! A name with a `*` stands for every resource that it matches: the log groups of all functions are one fact, not ten. It is missing
//! where it matches nothing.
//!
//! Where several contracts hold, each is judged on its own and must not contradict another ([`contradict`]). Those of the operator
//! hold always. A shipped one holds where it is named, and else where at least one resource is there that it names and that lies
//! within the deployment's own names: a deployment of which nothing is there is not this account's.

pub mod compare;

pub mod costs;
pub mod expect;
pub mod render;
pub mod rules;
pub mod set;
pub mod table;
pub mod terms;
pub mod update;

mod contradict;
mod declared;
mod document;
mod judge;
mod lists;
mod month;
mod need;
mod read;
mod value;
mod verdict;
mod yaml;

#[cfg(test)]
mod tests;

pub use declared::{Extent, declare};
pub use judge::judge;
pub use need::{Answer, answers};
pub use set::{ContractSet, ContractSource};
pub use terms::{Contract, Holds};
