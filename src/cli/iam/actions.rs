//! `ledgerline iam actions`: what a pattern matches, and the other way round the patterns that match exactly a set.

use super::database::DatabaseFlag;
use crate::cli::{Exit, Failure, output};
use crate::iam::actions::{Action, Database, reduce};
use crate::telemetry::printable;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};

/// Flags of `ledgerline iam actions`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline iam actions 's3:Get*'
  ledgerline iam actions --format json dynamodb:PutItem
  ledgerline iam actions 's3:*Tagging' | ledgerline iam actions --reduce

Exit codes: 0 done, 1 a pattern matches nothing that is listed, 2 bad input.")]
pub struct ActionsArgs {
    /// Patterns such as s3:Get*; with --reduce also names, and from standard input where none is given
    #[arg(value_name = "PATTERN", required_unless_present = "reduce")]
    patterns: Vec<String>,
    /// Find the fewest readable patterns that match exactly these actions and no other
    #[arg(long)]
    reduce: bool,
    /// How the answer is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    database: DatabaseFlag,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

#[derive(Serialize)]
struct Expanded<'a> {
    date: String,
    version: &'a str,
    actions: Vec<ActionLine<'a>>,
}

#[derive(Serialize)]
struct ActionLine<'a> {
    action: String,
    access_levels: Vec<&'static str>,
    resource_types: Vec<TypeLine<'a>>,
    condition_keys: Vec<&'a str>,
}

#[derive(Serialize)]
struct TypeLine<'a> {
    name: &'a str,
    arn: &'a str,
    required: bool,
    condition_keys: Vec<&'a str>,
}

#[derive(Serialize)]
struct Reduced<'a> {
    date: String,
    version: &'a str,
    patterns: Vec<String>,
}

/// The most bytes of standard input that are read: all actions of AWS take less than one megabyte.
const LONGEST: u64 = 16 << 20;

/// Expands or reduces.
pub fn run(args: &ActionsArgs) -> Result<Exit, Failure> {
    let database = args.database.open()?;
    let given = if args.patterns.is_empty() { piped()? } else { args.patterns.clone() };
    let missed: Vec<&String> = given.iter().filter(|pattern| database.expand(pattern).next().is_none()).collect();
    for pattern in &missed {
        output::tell(&format!("note: {} matches no action that AWS listed on {}", printable(pattern), database.date()));
    }
    let text = if args.reduce { reduced(&given, args.format, &database) } else { expanded(&given, args.format, &database) };
    output::print(&text)?;
    Ok(if missed.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Names from standard input: the first word of each line, or a JSON list of texts.
fn piped() -> Result<Vec<String>, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Failure::input("name actions, or pipe them in, one a line"));
    }
    let mut text = String::new();
    stdin.lock().take(LONGEST).read_to_string(&mut text).context("cannot read standard input")?;
    if text.trim_start().starts_with('[') {
        return Ok(serde_json::from_str(&text).context("standard input is no list of texts")?);
    }
    Ok(text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

fn reduced(given: &[String], format: Format, database: &Database) -> String {
    let patterns = reduce(database, given.iter().map(String::as_str));
    match format {
        Format::Human => patterns.iter().map(|pattern| format!("{}\n", printable(pattern))).collect(),
        Format::Json => {
            let answer = Reduced { date: database.date().to_string(), version: database.version(), patterns };
            serde_json::to_string_pretty(&answer).unwrap_or_default() + "\n"
        }
    }
}

fn expanded(patterns: &[String], format: Format, database: &Database) -> String {
    // What several patterns match is told once.
    let mut actions: BTreeMap<String, Action<'_>> = BTreeMap::new();
    for pattern in patterns {
        actions.extend(database.expand(pattern).map(|action| (action.to_string(), action)));
    }
    match format {
        Format::Human => {
            let width = actions.keys().map(String::len).max().unwrap_or_default();
            let line = |(name, action): (&String, &Action<'_>)| {
                let levels: Vec<&str> = action.access_levels().map(crate::iam::actions::AccessLevel::as_str).collect();
                let types: Vec<String> =
                    action.resource_types().map(|ty| ty.name.to_owned() + if ty.required { "*" } else { "" }).collect();
                format!("{name:width$}  {:24}  {}", levels.join(", "), types.join(", ")).trim_end().to_owned() + "\n"
            };
            actions.iter().map(line).collect()
        }
        Format::Json => {
            let actions = actions.iter().map(|(name, action)| ActionLine {
                action: name.clone(),
                access_levels: action.access_levels().map(crate::iam::actions::AccessLevel::as_str).collect(),
                resource_types: action
                    .resource_types()
                    .map(|ty| TypeLine { name: ty.name, arn: ty.arn, required: ty.required, condition_keys: ty.condition_keys().collect() })
                    .collect(),
                condition_keys: action.condition_keys().collect(),
            });
            let answer = Expanded { date: database.date().to_string(), version: database.version(), actions: actions.collect() };
            serde_json::to_string_pretty(&answer).unwrap_or_default() + "\n"
        }
    }
}
