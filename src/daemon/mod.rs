//! The clock: when passes run. [`Daemon`] is what `serve` and `demo` drive and what the window asks.
//!
//! Four loops. One takes passes from the [`queue`] and runs them, one after another; the other wakes every second, asks the
//! [`planner`] whether a pass is due, and puts it into the queue like anybody else; the third tells the channels what changed
//! (`tell`); the fourth makes [`report`]s when they are due. What a pass is, the daemon does not know: that is the injected
//! [`Auditor`].

mod auditor;
pub mod config;
pub mod courier;
pub mod due;
mod driver;
mod live;
mod pass;
pub mod planner;
pub mod queue;
mod readiness;
pub mod report;
pub mod signals;
mod tell;
mod ticker;

#[cfg(test)]
pub(crate) mod puppet;
#[cfg(test)]
mod tests;

pub use auditor::{AuditFailure, Auditor, Job, Trigger};
pub use driver::{Daemon, DaemonError, Parts};
pub use live::{Live, Step};
pub use readiness::Readiness;
