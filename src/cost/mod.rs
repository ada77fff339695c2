//! Money of AWS services: plans of paid calls, the ledger, projections. Pure; decimals only.

pub mod config;
