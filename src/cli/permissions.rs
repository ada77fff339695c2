//! `ledgerline permissions`: the least IAM policy that the loaded rules need, from the same table that plans the calls.

use super::flags::RuleFlags;
use super::parts::Parts;
use super::{Exit, Failure, output};
use crate::collect::permissions;
use crate::model::catalogue::Catalogue;
use crate::model::needs::Needs;
use anyhow::Context as _;
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
pub fn run(args: &PermissionsArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let selection = parts.select(&args.rules.only)?;
    let needs = super::plan::needs(&parts, &selection);
    output::write(args.output.as_deref(), text(&needs, &parts.catalogue)?.as_bytes())?;
    Ok(Exit::Clean)
}

/// The policy as a file holds it.
pub fn text(needs: &Needs, catalogue: &Catalogue) -> Result<String, Failure> {
    let policy = serde_json::to_string_pretty(&permissions::policy(needs, catalogue)).context("cannot write the policy")?;
    Ok(policy + "\n")
}
