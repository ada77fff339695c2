//! `ledgerline rules check` and `ledgerline rules test`: are the files right, and do the rules do what their examples say.

use super::{CheckArgs, TestArgs};
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::collect;
use crate::config::Config;
use crate::diag::Diagnostic;
use crate::evaluate::examples::{ExampleOutcome, run_examples};
use crate::evaluate::{self, LoadOptions, Preview, RuleSource, shipped};
use crate::telemetry::printable;
use std::fmt::Write as _;
use std::path::Path;

/// Reads every file and tells all mistakes; says how many rules there are where there are none.
pub fn run(args: &CheckArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let mut sources = shipped();
    let options = if args.paths.is_empty() {
        let config = Config::load(config)?;
        for directory in config.rules.directories.iter().chain(&args.directories) {
            sources.extend(parts::read_rules(directory)?);
        }
        parts::load_options(&config)
    } else {
        // What the files name (frameworks) is known; shipped rules are not judged again, and settings are not asked for.
        sources.retain(|source| source.pack == shipped::FRAMEWORKS);
        for path in args.paths.iter().chain(&args.directories) {
            sources.extend(parts::read_rules(path)?);
        }
        LoadOptions { preview: Preview::All, ..LoadOptions::default() }
    };
    let rules = evaluate::load(&sources, &collect::catalogue_for(sources.iter().map(|source| source.text.as_str())), &options)?;
    for note in rules.notes() {
        output::tell(&format!("note: {note}"));
    }
    let files = sources.iter().filter(|source| is_rule(source)).count();
    if files == 0 {
        return Err(vec![Diagnostic::whole("rules", "there is no rule file (*.yaml) in what was named")].into());
    }
    output::print(&format!("{files} rule files: no mistakes\n"))?;
    Ok(Exit::Clean)
}

fn is_rule(source: &RuleSource) -> bool {
    source.pack != shipped::FRAMEWORKS && source.pack != shipped::CONTRACTS
}

/// Runs the rules' own examples. Exit code 1 where one fails.
pub fn test(args: &TestArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let selection = parts.select(&args.rules.only)?;
    let outcomes = run_examples(&selection.rules, &parts.catalogue);
    let failed: Vec<&ExampleOutcome> = outcomes.iter().filter(|outcome| outcome.fault.is_some()).collect();
    let mut text = String::new();
    for outcome in &failed {
        let fault = outcome.fault.as_deref().unwrap_or_default();
        // Writing to a string cannot fail.
        _ = writeln!(text, "{}:{}: {}, example {}: {}", outcome.file, outcome.line, outcome.rule, outcome.expected, printable(fault));
    }
    _ = writeln!(text, "{} passed, {} failed", outcomes.len() - failed.len(), failed.len());
    output::print(&text)?;
    Ok(if failed.is_empty() { Exit::Clean } else { Exit::Findings })
}
