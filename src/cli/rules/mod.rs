//! `ledgerline rules`: what is loaded, whether it is right, and what a rule says.

mod check;
mod explain;
mod list;

use super::flags::{RegionFlags, RuleFlags, SourceArg, parse_time};
use super::parts::Parts;
use super::{Exit, Failure, output};
use crate::evaluate::docs;
use crate::model::value::Time;
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// Flags of `ledgerline rules`.
#[derive(Clone, Debug, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum RulesCommand {
    /// List the loaded rules
    List(ListArgs),
    /// Check rule files and tell every mistake at once
    Check(CheckArgs),
    /// Run the examples that rules carry as their own tests
    Test(TestArgs),
    /// Show a rule: why, how to mend it, its parameters; or its verdict on one resource
    Explain(ExplainArgs),
    /// Write the index of all rules as Markdown
    Docs(DocsArgs),
}

/// Flags of `ledgerline rules list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline rules list
  ledgerline rules list --rule 'dynamodb-*' --format json")]
struct ListArgs {
    #[command(flatten)]
    rules: RuleFlags,
    /// How the list is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// For people
    #[default]
    Table,
    /// An array, sorted by id
    Json,
}

/// Flags of `ledgerline rules check`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline rules check                                   everything that an audit would load
  ledgerline rules check my-rules/cost/big-table.yaml      only these files and directories, with their framework names")]
struct CheckArgs {
    /// Rule files or directories to check, instead of everything that is loaded
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// Also load the rules of this directory; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    directories: Vec<PathBuf>,
}

/// Flags of `ledgerline rules test`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline rules test
  ledgerline rules test --rules my-rules --rule big-table")]
struct TestArgs {
    #[command(flatten)]
    rules: RuleFlags,
}

/// Flags of `ledgerline rules explain`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline rules explain dynamodb-table-provisioned
  ledgerline rules explain dynamodb-table-provisioned --resource arn:aws:dynamodb:us-east-2:313476888312:table/users
  ledgerline rules explain dynamodb-table-provisioned --source account.ndjson.zst --resource users --format json")]
struct ExplainArgs {
    /// The rule's id, or a former one
    #[arg(value_name = "ID")]
    id: String,
    /// Also load the rules of this directory; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    directories: Vec<PathBuf>,
    /// Explain the verdict on the resource with this id, or name
    #[arg(long, value_name = "ARN|NAME")]
    resource: Option<String>,
    /// Where the resource is looked for: `aws` (unless given), a recording, a plan; may be given several times
    #[arg(long = "source", value_name = "aws|FILE", requires = "resource")]
    sources: Vec<SourceArg>,
    #[command(flatten)]
    regions: RegionFlags,
    /// Judge as if it were this time: a date or RFC 3339. For a recording, the time of collection unless given
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    as_of: Option<Time>,
    /// How the explanation is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ExplainFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// For people
    #[default]
    Text,
    /// One object, for machines
    Json,
}

/// Flags of `ledgerline rules docs`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  ledgerline rules docs --output RULES.md")]
struct DocsArgs {
    #[command(flatten)]
    rules: RuleFlags,
    /// Write to this file, whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the subcommand.
pub fn run(args: &RulesArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        RulesCommand::List(args) => list::run(args, config),
        RulesCommand::Check(args) => check::run(args, config),
        RulesCommand::Test(args) => check::test(args, config),
        RulesCommand::Explain(args) => explain::run(args, config),
        RulesCommand::Docs(args) => {
            let parts = Parts::load(config, &args.rules.rules)?;
            let selection = parts.select(&args.rules.only)?;
            output::write(args.output.as_deref(), docs::reference(&selection.rules, &parts.catalogue).as_bytes())?;
            Ok(Exit::Clean)
        }
    }
}
