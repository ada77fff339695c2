//! `ledgerline waivers`: which failures somebody takes the responsibility for, until when, and whether that still covers anything.

mod check;
mod list;
mod read;
mod row;

use super::flags::SourceArg;
use super::parts::Parts;
use super::{Exit, Failure};
use crate::audit;
use crate::model::waiver::Waiver;
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use read::read;

/// Flags of `ledgerline waivers`.
#[derive(Clone, Debug, Args)]
pub struct WaiversArgs {
    #[command(subcommand)]
    command: WaiversCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum WaiversCommand {
    /// List the waivers of the config and of the store, with where they stand
    List(ListArgs),
    /// Check waivers and tell every mistake at once; with a source, also what each of them covers
    Check(CheckArgs),
}

/// Flags that both take.
#[derive(Clone, Debug, Args)]
struct Common {
    /// Also load the rules of this directory, which waivers may name; may be given several times
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Also the waivers of this store: sqlite://FILE, which must be there
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// How they are written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: WaiversFormat,
}

/// Flags of `ledgerline waivers list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline waivers list
  ledgerline waivers list --store sqlite://ledgerline.db --format json")]
struct ListArgs {
    #[command(flatten)]
    common: Common,
}

/// Flags of `ledgerline waivers check`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline waivers check                                  are they right: owner, reason, end, rules that there are
  ledgerline waivers check --source account.ndjson.zst      what each of them covers there

Exit codes:
  0 no mistakes · 1 a waiver is unused, too wide, ending or over · 2 mistakes, told all at once
  3 something could not be read · 4 nothing could be audited")]
struct CheckArgs {
    #[command(flatten)]
    common: Common,
    /// Audit this and tell what each waiver covers: `aws`, or a recording; may be given several times
    #[arg(long = "source", value_name = "aws|FILE")]
    sources: Vec<SourceArg>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum WaiversFormat {
    /// For people
    #[default]
    Table,
    /// An array, sorted by id
    Json,
}

/// Runs the subcommand.
pub fn run(args: &WaiversArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        WaiversCommand::List(args) => list::run(args, config),
        WaiversCommand::Check(args) => check::run(args, config),
    }
}

/// The waivers of the files and of the store that is named or configured. A store that is configured and not made yet has none;
/// one that is named must be there.
async fn in_force(parts: &Parts, named: Option<&str>) -> Result<Vec<Arc<Waiver>>, Failure> {
    let there = |url: &str| url.strip_prefix("sqlite://").is_none_or(|file| Path::new(file).exists());
    match (named, parts.config.store.url.as_deref()) {
        (Some(url), _) if !there(url) => return Err(Failure::input(format!("there is no store at {url}"))),
        (None, Some(url)) if !there(url) => return Ok(parts.waivers.clone()),
        _ => {}
    }
    let Some(store) = parts.store(named).await? else { return Ok(parts.waivers.clone()) };
    let waivers = audit::waivers_in_force(&parts.waivers, store.as_ref()).await;
    store.close().await;
    Ok(waivers?)
}
