//! `ledgerline cost`: what paid AWS calls would cost.

use super::flags::RuleFlags;
use super::parts::Parts;
use super::{Exit, Failure, output};
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
    Plan(PlanArgs),
}

/// Flags of `ledgerline cost plan`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  ledgerline cost plan")]
struct PlanArgs {
    #[command(flatten)]
    rules: RuleFlags,
    /// The store that remembers what was spent this month: sqlite://FILE
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

/// Prints the plan.
pub fn run(args: &CostArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let CostCommand::Plan(plan) = &args.command;
    let parts = Parts::load(config, &plan.rules.rules)?;
    let selection = parts.select(&plan.rules.only)?;
    let text = super::plan::price(&super::plan::needs(&parts, &selection), &parts, plan.store.as_deref())?;
    output::print(&text)?;
    Ok(Exit::Clean)
}
