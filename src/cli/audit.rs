//! `ledgerline audit`: one pass over the configured sources, its results as a table or for machines, and the exit code
//! that pipelines build on.

use super::flags::{self, RegionFlags, RuleFlags, SourceArg, parse_time};
use super::{Exit, Failure};
use crate::model::rule::Severity;
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::publish::export::Format;
use clap::Args;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Flags of `ledgerline audit`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline audit                                      the account of your AWS credentials, their region
  ledgerline audit --region us-east-2 --rule 'iam-*'    only some rules, in one region
  ledgerline audit --source account.ndjson.zst          what `ledgerline collect` recorded; no credentials
  ledgerline audit --format json --output audit.json    for machines
  ledgerline audit --dry-run                            the calls that it would make, and what they cost

Exit codes:
  0 complete, nothing at or above --fail-on · 1 findings at or above it · 2 wrong input
  3 something could not be read · 4 nothing could be audited")]
pub struct AuditArgs {
    /// What to audit: `aws`, or a recording that `ledgerline collect` wrote; may be given several times
    #[arg(long = "source", value_name = "aws|FILE", default_value = "aws")]
    pub sources: Vec<SourceArg>,
    #[command(flatten)]
    pub rules: RuleFlags,
    #[command(flatten)]
    pub regions: RegionFlags,
    /// Remember findings here: sqlite://FILE
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Judge as if it were this time: a date or RFC 3339. For a recording, the time of collection unless given
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub as_of: Option<Time>,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = flags::format())]
    pub format: &'static Format,
    /// Write results to this file, whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Which results are listed; all are counted
    #[arg(long, value_name = "STATUS,…", value_delimiter = ',', default_value = "fail,waived,unknown", value_parser = Status::from_str)]
    pub status: Vec<Status>,
    /// The least severity whose failures make the exit code 1: info, low, medium, high, critical or never
    #[arg(long, value_name = "SEVERITY|never", default_value = "high")]
    pub fail_on: FailOn,
    /// Exit with 0 even where something could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
    /// Show the planned calls and the price of paid ones, and ask AWS nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// The least severity whose failures make the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// This one and all above it.
    AtLeast(Severity),
    /// None.
    Never,
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "never" => Ok(Self::Never),
            word => match word.parse() {
                Ok(severity) => Ok(Self::AtLeast(severity)),
                Err(error) => Err(format!("{error}, never")),
            },
        }
    }
}

/// Runs the audit.
pub fn run(_args: &AuditArgs, _config: Option<&Path>) -> Result<Exit, Failure> {
    Err(Failure::input("`audit` is being wired"))
}
