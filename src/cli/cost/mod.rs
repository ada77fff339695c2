//! `ledgerline cost`: money that AWS takes, and what asking for it costs. One file a subcommand.

mod plan;

use super::{Exit, Failure};
use clap::{Args, Subcommand};
use std::path::Path;

/// Flags of `ledgerline cost`.
#[derive(Clone, Debug, Args)]
pub struct CostArgs {
    #[command(subcommand)]
    command: CostCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum CostCommand {
    /// Show the paid requests that an audit would make and their price, and make none
    Plan(plan::PlanArgs),
}

/// Runs the subcommand.
pub fn run(args: &CostArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        CostCommand::Plan(plan) => plan::run(plan, config),
    }
}
