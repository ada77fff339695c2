//! `ledgerline notify send`: what the daemon does all the time, once. For `ledgerline audit` in somebody else's schedule.

use super::{SendArgs, outlets, store};
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::daemon::courier::Courier;
use crate::publish::metrics::{Build, Process};
use crate::store::Begin;
use anyhow::Context as _;

/// Sends to one channel after another.
pub fn run(args: &SendArgs, parts: &Parts) -> Result<Exit, Failure> {
    let outlets = outlets(parts, None)?;
    let process = Process::new(Build { version: env!("CARGO_PKG_VERSION"), revision: "unknown" }).context("internal error: the metrics")?;
    parts::block_on(async {
        let store = store(parts, args.store.as_deref()).await?;
        let courier = Courier { store: store.as_ref(), process: &process, clock: parts::now };
        let mut exit = Exit::Clean;
        for outlet in outlets {
            let round = courier.deliver(&outlet, Begin::Yes).await?;
            let waiting =
                store.channels().await?.into_iter().find(|state| state.name == outlet.config.name).map_or(0, |state| state.waiting);
            if waiting > 0 {
                exit = Exit::Incomplete;
            }
            let fault = round.fault.map(|fault| format!("; {fault}")).unwrap_or_default();
            output::print(&format!("{}: {} sent, {} refused, {waiting} wait{fault}\n", outlet.config.name, round.sent, round.refused))?;
        }
        store.close().await;
        Ok(exit)
    })
}
