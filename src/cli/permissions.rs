//! `ledgerline permissions`: the least IAM policy that the loaded rules need, from the same table that plans the calls.

use super::flags::RuleFlags;
use super::parts::Parts;
use super::{Exit, Failure, output};
use crate::collect::permissions;
use crate::model::catalogue::Catalogue;
use crate::model::needs::Needs;
use crate::publish::notify;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Flags of `ledgerline permissions`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline permissions > ledgerline-policy.json
  ledgerline permissions --rule 'dynamodb-*' --rule 'logs-*'     only what these rules need
  ledgerline permissions --for exports                           what reading billing exports needs besides, on the named bucket
  ledgerline permissions --for sampling                          what samples of items need besides, on the named tables
  ledgerline permissions --for publishing                        what messages need besides, on the named topics, buckets, products")]
pub struct PermissionsArgs {
    #[command(flatten)]
    pub rules: RuleFlags,
    /// What the policy is for, where it is not auditing: it is off unless the config asks for it
    #[arg(long = "for", value_enum, value_name = "PURPOSE")]
    pub purpose: Option<Purpose>,
    /// Write to this file, whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What goes beyond auditing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Purpose {
    /// Looking at a few items of the tables that the config names under `samples`
    Sampling,
    /// Reading the billing exports that the config names under `cost.exports`
    Exports,
    /// Telling the channels under `notify` that are AWS's own (SNS, S3, Security Hub), and putting reports to `report.s3`
    Publishing,
}

/// Prints the policy.
pub fn run(args: &PermissionsArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let config = &parts.config;
    let policy = match args.purpose {
        None => None,
        Some(Purpose::Sampling) if config.samples.is_empty() => {
            return Err(Failure::input("the config names no table under `samples`: nothing would be sampled"));
        }
        Some(Purpose::Sampling) => Some(permissions::sampling(&config.samples, &config.aws.accounts, &config.aws.regions)),
        Some(Purpose::Exports) => {
            let policy = permissions::exports(&config.exports, &config.aws.accounts);
            let nothing = "the config names no bucket and no Athena under `cost.exports`: files on this machine need no permission";
            Some(policy.ok_or_else(|| Failure::input(nothing))?)
        }
        Some(Purpose::Publishing) => {
            let nothing = || {
                Failure::input(
                    "the config names no SNS topic, bucket or Security Hub under `notify`, and no report.s3: nothing would be published over AWS",
                )
            };
            Some(notify::permissions::policy(&config.notify, config.report.s3.as_slice()).ok_or_else(nothing)?)
        }
    };
    if let Some(policy) = policy {
        output::write(args.output.as_deref(), pretty(&policy)?.as_bytes())?;
        return Ok(Exit::Clean);
    }
    let selection = parts.select(&args.rules.only)?;
    let needs = super::plan::needs(&parts, &selection);
    output::write(args.output.as_deref(), text(&needs, &parts.catalogue)?.as_bytes())?;
    Ok(Exit::Clean)
}

/// The policy as a file holds it.
pub fn text(needs: &Needs, catalogue: &Catalogue) -> Result<String, Failure> {
    pretty(&permissions::policy(needs, catalogue))
}

fn pretty(policy: &serde_json::Value) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(policy).context("cannot write the policy")? + "\n")
}
