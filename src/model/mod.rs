//! What passes between stages: plain data, without I/O, without `await`, without a clock.
//!
//! The stages (collect, inventory, evaluate, findings, publish) do not know each other; they know these types. What is
//! here is either a word of the domain (account, resource, rule, verdict, finding) or the form in which one stage hands
//! its result to the next.

pub mod anomaly;
pub mod call;
pub mod catalogue;
pub mod contract;
pub mod coverage;
pub mod document;
pub mod environment;
pub mod exact;
pub mod export;
pub mod finding;
pub mod function;
pub mod ident;
pub mod inventory;
pub mod judged;
pub mod ledger;
pub mod money;
pub mod needs;
pub mod notice;
pub mod paid;
pub mod path;
pub mod plane;
pub mod report;
pub mod resource;
pub mod rule;
pub mod run;
pub mod sight;
pub mod snapshot;
pub mod value;
pub mod verdict;
pub mod waiver;

pub use call::CallId;
pub use coverage::{Coverage, Outcome, ScopeRow};
pub use ident::{AccountId, Fingerprint, Region, ResourceId, ResourceKey, ResourceType, RuleId, RunId, WaiverId};
pub use inventory::Inventory;
pub use money::Money;
pub use path::Path;
pub use resource::Resource;
pub use value::{Gap, GapKind, Interner, Value};
