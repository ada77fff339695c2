//! `ledgerline contract`: what a deployment must contain, and whether it does.

mod check;

use super::audit::PassFlags;
use super::{Exit, Failure};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// Flags of `ledgerline contract`.
#[derive(Clone, Debug, Args)]
pub struct ContractArgs {
    #[command(subcommand)]
    command: ContractCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum ContractCommand {
    /// Report what is missing, what has drifted and what is there unexpectedly
    Check(CheckArgs),
}

/// Flags of `ledgerline contract check`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline contract check                                          every contract, the account of your credentials
  ledgerline contract check diatonic-dev --source account.ndjson.zst     one contract, what was recorded
  ledgerline contract check my-contract.yaml --format json

Exit codes:
  0 complete, nothing at or above --fail-on · 1 findings at or above it · 2 wrong input
  3 something could not be read · 4 nothing could be audited")]
struct CheckArgs {
    /// Contracts by name, or their files; all without it
    #[arg(value_name = "NAME|FILE")]
    contracts: Vec<String>,
    /// Also load the rules and contracts of this directory; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    directories: Vec<PathBuf>,
    #[command(flatten)]
    pass: PassFlags,
}

/// Runs the subcommand.
pub fn run(args: &ContractArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        ContractCommand::Check(args) => check::run(args, config),
    }
}
