//! `ledgerline cost plan`: what paid AWS calls would cost, before any is made.

use crate::cli::flags::RuleFlags;
use crate::cli::parts::Parts;
use crate::cli::{Exit, Failure, output};
use clap::Args;
use std::path::Path;

/// Flags of `ledgerline cost plan`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  ledgerline cost plan")]
pub(super) struct PlanArgs {
    #[command(flatten)]
    rules: RuleFlags,
    /// The store that remembers what was spent this month: sqlite://FILE
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

/// Prints the plan.
pub(super) fn run(args: &PlanArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let selection = parts.select(&args.rules.only)?;
    let text = crate::cli::plan::price(&crate::cli::plan::needs(&parts, &selection), &parts, args.store.as_deref())?;
    output::print(&text)?;
    Ok(Exit::Clean)
}
