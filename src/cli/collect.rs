//! `ledgerline collect`: an account's inventory in a file, to be audited elsewhere or later without credentials.

use super::flags::{RegionFlags, RuleFlags};
use super::{Exit, Failure};
use clap::Args;
use std::path::{Path, PathBuf};

/// Flags of `ledgerline collect`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline collect --output account.ndjson.zst                     everything except what AWS charges for
  ledgerline collect --output iam.ndjson.zst --rule 'iam-*'          only what these rules read
  ledgerline audit --source account.ndjson.zst                       audit it, anywhere")]
pub struct CollectArgs {
    /// The recording to write, whole or not at all; readable by its owner alone
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub rules: RuleFlags,
    #[command(flatten)]
    pub regions: RegionFlags,
    /// Exit with 0 even where something could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
}

/// Collects and writes.
pub fn run(_args: &CollectArgs, _config: Option<&Path>) -> Result<Exit, Failure> {
    Err(Failure::input("`collect` is being wired"))
}
