//! `ledgerline audit`: one pass over the configured sources, its results as a table or for machines, and the exit code
//! that pipelines build on.

use super::flags::{self, RegionFlags, RuleFlags, SourceArg, parse_time};
use super::parts::{self, Parts, Selection};
use super::{Exit, Failure, output};
use crate::audit::{self, AuditError, Plan};
use crate::collect::SourceError;
use crate::model::report::Report;
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
  ledgerline audit --source template.yaml               a CloudFormation template, before it is deployed; also plan.json
  ledgerline audit --format json --output audit.json    for machines
  ledgerline audit --dry-run                            the calls that it would make, and what they cost

Exit codes:
  0 complete, nothing at or above --fail-on · 1 findings at or above it · 2 wrong input
  3 something could not be read · 4 nothing could be audited")]
pub struct AuditArgs {
    #[command(flatten)]
    pub rules: RuleFlags,
    #[command(flatten)]
    pub pass: PassFlags,
}

/// What every command takes that audits once: where resources come from, what is remembered, how results are written.
#[derive(Clone, Debug, Args)]
pub struct PassFlags {
    /// What to audit: `aws`, a recording that `ledgerline collect` wrote, a Terraform plan or state, a CloudFormation template; may be
    /// given several times
    #[arg(long = "source", value_name = "aws|FILE", default_value = "aws")]
    pub sources: Vec<SourceArg>,
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
pub fn run(args: &AuditArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let selection = parts.select(&args.rules.only)?;
    conduct(&args.pass, &parts, &selection)
}

/// One pass of these rules, and what it means for a pipeline.
pub fn conduct(args: &PassFlags, parts: &Parts, selection: &Selection) -> Result<Exit, Failure> {
    let scope = parts.scope(selection, &args.regions);
    let sources = parts.sources(&args.sources, &args.regions)?;
    // Failures are always asked for: the exit code is about them, whether they are listed or not.
    let asked: Vec<Status> = Status::ALL.iter().copied().filter(|status| *status == Status::Fail || args.status.contains(status)).collect();
    let plan = Plan {
        rules: &selection.rules,
        whole_rule_set: selection.narrowed.is_none(),
        scope: &scope,
        listed: &asked,
        as_of: args.as_of,
        ..parts.plan()
    };
    if args.dry_run {
        let live = args.sources.contains(&SourceArg::Aws);
        return super::plan::show(&audit::needs(&plan), parts, args.store.as_deref(), live);
    }
    let mut report = parts::block_on(async {
        let store = parts.store(args.store.as_deref()).await?;
        let progress = super::progress::Line::new();
        let pass = audit::run(&plan, &sources, store.as_deref(), &progress, &super::parts::interrupted()).await;
        drop(progress);
        if let Some(store) = &store {
            store.close().await;
        }
        Ok(pass?)
    })?;
    let exit = exit(&report, args.fail_on, args.allow_incomplete);
    report.results.retain(|row| args.status.contains(&row.status));
    match output::write_report(args.format, &report, args.output.as_deref()) {
        // Nobody reads any more; what was found is found all the same.
        Ok(()) | Err(Failure::OutputClosed) => Ok(exit),
        Err(failure) => Err(failure),
    }
}

/// What a report means for a pipeline.
pub fn exit(report: &Report, fail_on: FailOn, allow_incomplete: bool) -> Exit {
    let counts = |severity: Severity| match fail_on {
        FailOn::AtLeast(least) => severity >= least,
        FailOn::Never => false,
    };
    let findings = report.results.iter().any(|row| row.status == Status::Fail && counts(row.severity));
    let incomplete = !allow_incomplete && !report.coverage.is_complete();
    let found = if findings { Exit::Findings } else { Exit::Clean };
    found.first(if incomplete { Exit::Incomplete } else { Exit::Clean })
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Source(SourceError::NothingToAudit(_)) | AuditError::Cancelled => Self::NothingAudited(error.into()),
            AuditError::Source(SourceError::BadInput(_)) => Self::Input(error.into()),
            AuditError::Store(error) => error.into(),
        }
    }
}
