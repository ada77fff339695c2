//! `ledgerline cost`: money that AWS takes, and what asking for it costs. One file a subcommand.

mod estimate;
mod judged;
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
    /// Estimate a month from what is used, and tell why it costs other than that
    Estimate(estimate::EstimateArgs),
    /// Show the paid requests that an audit would make and their price, and make none
    Plan(plan::PlanArgs),
}

/// Runs the subcommand.
pub fn run(args: &CostArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        CostCommand::Estimate(estimate) => estimate::run(estimate, config),
        CostCommand::Plan(plan) => plan::run(plan, config),
    }
}
