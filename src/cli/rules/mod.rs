//! `ledgerline rules`: what is loaded, whether it is right, and what a rule says.

mod check;
mod explain;
mod list;
mod new;
mod pack;
mod schema;
mod watch;

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
    /// Begin a rule file of your own
    New(NewArgs),
    /// Pack the rules of a folder into one archive with a version and a digest
    Pack(PackArgs),
    /// Write the JSON schema of rule files, the config or waivers, for editors
    Schema(SchemaArgs),
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
  ledgerline rules check my-rules/cost/big-table.yaml      only these files and directories, with their framework names
  ledgerline rules check --watch my-rules                  again whenever a file changes, until Ctrl-C")]
struct CheckArgs {
    /// Rule files or directories to check, instead of everything that is loaded
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// Also load the rules of this directory or pack; may be given several times
    #[arg(long = "rules", value_name = "DIR|FILE")]
    directories: Vec<PathBuf>,
    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long)]
    watch: bool,
}

/// Flags of `ledgerline rules test`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline rules test
  ledgerline rules test --rules my-rules --rule big-table
  ledgerline rules test --rules my-rules --rule 'acme-*' --require-coverage 100")]
struct TestArgs {
    #[command(flatten)]
    rules: RuleFlags,
    /// Also tell which verdicts, and which sides of `&&`, `||` and `? :`, no example reaches
    #[arg(long)]
    coverage: bool,
    /// Exit with 1 where the examples reach less than so much per cent of them
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    require_coverage: Option<u8>,
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

/// Flags of `ledgerline rules new`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline rules new acme-table-small --resource AWS::DynamoDB::Table
  ledgerline rules new acme-topic-open --resource AWS::SNS::Topic --pack acme --dir my-rules")]
struct NewArgs {
    /// The rule's id: small words joined by `-` that name the fault
    #[arg(value_name = "ID")]
    id: String,
    /// The CloudFormation type that it judges
    #[arg(long, value_name = "TYPE")]
    resource: String,
    /// The folder below DIR that it belongs to
    #[arg(long, value_name = "NAME")]
    pack: Option<String>,
    /// Where your rules are
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// Flags of `ledgerline rules pack`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  ledgerline rules pack my-rules --name acme --version 1.2.0 --output acme-1.2.0.tar.zst")]
struct PackArgs {
    /// The folder with the rules
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The pack's name; that in DIR/pack.yaml unless given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The pack's version, as in 1.2.0; that in DIR/pack.yaml unless given
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// The archive to write: .tar.zst or .tar.gz
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// Flags of `ledgerline rules schema`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline rules schema --output my-rules/rule.schema.json
  ledgerline rules schema config --output ledgerline.schema.json

A file names its schema in its first line: # yaml-language-server: $schema=./rule.schema.json")]
struct SchemaArgs {
    /// The kind of file
    #[arg(value_enum, value_name = "KIND", default_value_t)]
    of: SchemaOf,
    /// Write to this file, whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// A rule file
    #[default]
    Rule,
    /// ledgerline.yaml
    Config,
    /// A file of waivers
    Waivers,
}

/// Runs the subcommand.
pub fn run(args: &RulesArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        RulesCommand::List(args) => list::run(args, config),
        RulesCommand::Check(args) => check::run(args, config),
        RulesCommand::Test(args) => check::test(args, config),
        RulesCommand::Explain(args) => explain::run(args, config),
        RulesCommand::New(args) => new::run(args, config),
        RulesCommand::Pack(args) => pack::run(args),
        RulesCommand::Schema(args) => schema::run(args),
        RulesCommand::Docs(args) => {
            let parts = Parts::load(config, &args.rules.rules)?;
            let selection = parts.select(&args.rules.only)?;
            output::write(args.output.as_deref(), docs::reference(&selection.rules, &parts.catalogue).as_bytes())?;
            Ok(Exit::Clean)
        }
    }
}
