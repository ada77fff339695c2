//! `ledgerline report`: the report of any time, in any format, and whether one is as it was made.

mod verify;
mod write;

use super::Exit;
use super::Failure;
use super::flags::parse_time;
use crate::model::value::Time;
use crate::publish::report::{FORMATS, Format, find_format};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// Flags of `ledgerline report`.
#[derive(Clone, Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  ledgerline report                                    the report of now as Markdown
  ledgerline report --as-of 2026-11-01 --output report.pdf
  ledgerline report --output reports/2026-11-23/       every part, with a signed manifest
  ledgerline report --keep                             keep it in the store, as `serve` does on schedules.report
  ledgerline report verify reports/2026-11-23"
)]
pub struct ReportArgs {
    #[command(subcommand)]
    command: Option<ReportCommand>,
    #[command(flatten)]
    make: MakeArgs,
}

#[derive(Clone, Debug, Subcommand)]
enum ReportCommand {
    /// Tell whether reports are as they were made: parts, signature, and their chain
    Verify(verify::VerifyArgs),
}

/// Flags of making one.
#[derive(Clone, Debug, Args)]
pub struct MakeArgs {
    /// The store with the findings: sqlite://FILE, else store.url of the config
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Report of this time: a date or RFC 3339; now unless given
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub as_of: Option<Time>,
    /// How it is written; else by the name of the file, else Markdown; a folder gets every format
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub format: Option<&'static Format>,
    /// Write to this file, or every part with a signed manifest into this folder
    #[arg(long, value_name = "FILE|FOLDER")]
    pub output: Option<PathBuf>,
    /// Keep it in the store, signed and behind the last one that is kept there, and put it to report.s3
    #[arg(long)]
    pub keep: bool,
}

/// Reads the name of a format; help and errors list all that there are.
fn format() -> impl TypedValueParser<Value = &'static Format> {
    let names = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(names).try_map(|name| find_format(&name).ok_or_else(|| format!("{name} is not written")))
}

/// Runs the command.
pub fn run(args: &ReportArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        None => write::run(&args.make, config),
        Some(ReportCommand::Verify(args)) => verify::run(args, config),
    }
}
