//! `ledgerline permissions`: the least IAM policy that the loaded rules need, from the same table that plans the calls.

use super::flags::RuleFlags;
use super::{Exit, Failure, output};
use clap::Args;
use std::path::{Path, PathBuf};

/// Flags of `ledgerline permissions`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline permissions > ledgerline-policy.json
  ledgerline permissions --rule 'dynamodb-*' --rule 'logs-*'     only what these rules need")]
pub struct PermissionsArgs {
    #[command(flatten)]
    pub rules: RuleFlags,
    /// Write to this file, whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Prints the policy.
pub fn run(_args: &PermissionsArgs, _config: Option<&Path>) -> Result<Exit, Failure> {
    let _ = output::write;
    Err(Failure::input("`permissions` is being wired"))
}
