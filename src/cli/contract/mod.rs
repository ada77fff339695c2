//! `ledgerline contract`: what a deployment must contain, and whether it does.

mod check;
mod terraform;

use super::audit::PassFlags;
use super::flags::RegionFlags;
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
    /// Write a contract from a Terraform state or plan
    FromTerraform(FromTerraformArgs),
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

/// Flags of `ledgerline contract from-terraform`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline contract from-terraform terraform.tfstate --output rules/contracts/shop-dev.yaml
  terraform show -json plan.out > plan.json && ledgerline contract from-terraform plan.json

Where the output is there already, what a person has edited is kept: entries that were changed by hand stay as they are, new resources
are added, entries that nobody touched are renewed, and resources that are gone are told and stay.")]
struct FromTerraformArgs {
    /// A state (version 4), or a plan as `terraform show -json` writes it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write to this file, whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The contract's name; else that of the output, else that of the file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Keep what was edited in this contract, where it is not the output
    #[arg(long, value_name = "FILE")]
    update: Option<PathBuf>,
    #[command(flatten)]
    regions: RegionFlags,
}

/// Runs the subcommand.
pub fn run(args: &ContractArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        ContractCommand::Check(args) => check::run(args, config),
        ContractCommand::FromTerraform(args) => terraform::run(args, config),
    }
}
