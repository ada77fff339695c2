//! `ledgerline notify`: whether the channels work, what waits for them, and telling them without a daemon.

mod list;
mod send;
mod test;

use super::parts::Parts;
use super::{Exit, Failure};
use crate::publish::notify::{self, Outlet};
use clap::{Args, Subcommand, ValueEnum};
use std::path::Path;
use std::sync::Arc;

/// Flags of `ledgerline notify`.
#[derive(Clone, Debug, Args)]
pub struct NotifyArgs {
    #[command(subcommand)]
    command: NotifyCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum NotifyCommand {
    /// Send a message that is marked as a test, and say what came back
    Test(TestArgs),
    /// List the channels: what waits for each, what it took, and which are dead
    List(ListArgs),
    /// Tell the channels what waits for them, once, and end: for audits that no daemon runs
    Send(SendArgs),
}

/// Flags of `ledgerline notify test`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline notify test                  every channel
  ledgerline notify test security-team    one of them

Exit codes:
  0 every message was taken · 2 there is no such channel · 3 a message was not taken")]
struct TestArgs {
    /// The channel; left out, all of them
    #[arg(value_name = "CHANNEL")]
    channel: Option<String>,
}

/// Flags of `ledgerline notify list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline notify list
  ledgerline notify list --store sqlite://ledgerline.db --format json")]
struct ListArgs {
    /// The store: sqlite://FILE; left out, the one of the config
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// How they are written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: NotifyFormat,
}

/// Flags of `ledgerline notify send`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline notify send --store sqlite://ledgerline.db

A digest is sent at once. Where a daemon tells the channels, this is not needed, and does no harm.

Exit codes:
  0 nothing waits any more · 3 a channel did not take its messages; they wait")]
struct SendArgs {
    /// The store: sqlite://FILE; left out, the one of the config
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum NotifyFormat {
    /// For people
    #[default]
    Table,
    /// An array, sorted by name
    Json,
}

/// Runs the subcommand.
pub fn run(args: &NotifyArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &[])?;
    match &args.command {
        NotifyCommand::Test(args) => test::run(args, &parts),
        NotifyCommand::List(args) => list::run(args, &parts),
        NotifyCommand::Send(args) => send::run(args, &parts),
    }
}

/// The channel of this name, or all; a mistake where there is none.
fn outlets(parts: &Parts, named: Option<&str>) -> Result<Vec<Arc<Outlet>>, Failure> {
    let all = notify::outlets(&parts.config.notify);
    if all.is_empty() {
        return Err(Failure::input("the config names no channel under `notify`: nobody would be told"));
    }
    let Some(name) = named else { return Ok(all) };
    let names: Vec<String> = all.iter().map(|outlet| outlet.config.name.to_string()).collect();
    let found: Vec<Arc<Outlet>> = all.into_iter().filter(|outlet| outlet.config.name == name).collect();
    if found.is_empty() {
        return Err(Failure::input(format!("there is no channel {name:?}; there are {}", names.join(", "))));
    }
    Ok(found)
}

/// The store that is needed.
async fn store(parts: &Parts, named: Option<&str>) -> Result<Arc<dyn crate::store::Store>, Failure> {
    let missing = || Failure::input("name the store with --store sqlite://FILE, or as store.url in ledgerline.yaml");
    parts.store(named).await?.ok_or_else(missing)
}
