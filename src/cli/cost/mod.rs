//! `ledgerline cost`: money that AWS takes, and what asking for it costs. One file a subcommand.

mod estimate;
mod judged;
mod ingest;
mod observed;
mod plan;
mod show;

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
    /// Read a billing export (CUR 2.0, FOCUS) into the store
    Ingest(ingest::IngestArgs),
    /// Sum up what billing exports say
    Show(show::ShowArgs),
}

/// Runs the subcommand.
pub fn run(args: &CostArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        CostCommand::Estimate(estimate) => estimate::run(estimate, config),
        CostCommand::Plan(plan) => plan::run(plan, config),
        CostCommand::Ingest(ingest) => ingest::run(ingest, config),
        CostCommand::Show(show) => show::run(show, config),
    }
}
