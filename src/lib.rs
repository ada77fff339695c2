//! Ledgerline audits live AWS accounts for cost, tagging and compliance.
//!
//! **collect → inventory → evaluate → findings → publish**, with [`store`] as the memory between passes, [`audit`] as one
//! pass, [`daemon`] as the clock, [`serve`] as the window, and pure libraries of domain knowledge: [`iam`], [`cost`], [`net`] and [`backup`].
//! Read [`audit::run`] first. Who may use whom is a table in `tests/it/architecture.rs`, and held by that test.

pub mod collect;
pub mod inventory;
pub mod evaluate;
pub mod findings;
pub mod publish;

pub mod iam;
pub mod cost;
pub mod net;
pub mod backup;

pub mod store;
pub mod audit;
pub mod daemon;
pub mod serve;

pub mod config;
pub mod diag;
pub mod model;
pub mod telemetry;
pub mod cli;
