//! `ledgerline rules check` and `ledgerline rules test`: are the files right, do the rules do what their examples say, and what
//! do the examples leave out.

use super::{CheckArgs, TestArgs};
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output, rule_files};
use crate::collect;
use crate::config::Config;
use crate::diag::Diagnostic;
use crate::evaluate::coverage::{self, Reached, RuleCoverage};
use crate::evaluate::examples::{ExampleOutcome, run_examples};
use crate::evaluate::{self, LoadOptions, Preview, RuleSource, shipped};
use crate::telemetry::printable;
use std::fmt::Write as _;
use std::path::Path;

/// Checks once, or whenever something changes.
pub fn run(args: &CheckArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    if args.watch { super::watch::run(args, config) } else { run_once(args, config) }
}

/// Reads every file and tells all mistakes; says how many rules there are where there are none.
pub fn run_once(args: &CheckArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let mut sources = shipped();
    let options = if args.paths.is_empty() {
        let config = Config::load(config)?;
        sources.extend(rule_files::configured(&config.rules, &args.directories)?.rules);
        parts::load_options(&config)
    } else {
        // What the files name (frameworks) is known; shipped rules are not judged again, and settings are not asked for.
        sources.retain(|source| source.pack == shipped::FRAMEWORKS);
        for path in args.paths.iter().chain(&args.directories) {
            sources.extend(rule_files::read(path)?.rules);
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
    let noun = if files == 1 { "rule file" } else { "rule files" };
    output::print(&format!("{files} {noun}: no mistakes\n"))?;
    Ok(Exit::Clean)
}

fn is_rule(source: &RuleSource) -> bool {
    source.pack != shipped::FRAMEWORKS && source.pack != shipped::CONTRACTS
}

/// Runs the rules' own examples. Exit code 1 where one fails, or where they reach less than was asked for.
pub fn test(args: &TestArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let selection = parts.select(&args.rules.only)?;
    let mut text = String::new();
    let (outcomes, enough) = if args.coverage || args.require_coverage.is_some() {
        let covered: Vec<RuleCoverage> = selection.rules.rules().iter().map(|rule| coverage::of_rule(rule, &parts.catalogue)).collect();
        let reached = tell_coverage(&covered, &mut text);
        let enough = args.require_coverage.is_none_or(|least| reached.percent() >= usize::from(least));
        (covered.into_iter().flat_map(|covered| covered.outcomes).collect(), enough)
    } else {
        (run_examples(&selection.rules, &parts.catalogue), true)
    };
    let failed: Vec<&ExampleOutcome> = outcomes.iter().filter(|outcome| outcome.fault.is_some()).collect();
    for outcome in &failed {
        let fault = outcome.fault.as_deref().unwrap_or_default();
        // Writing to a string cannot fail.
        _ = writeln!(text, "{}:{}: {}, example {}: {}", outcome.file, outcome.line, outcome.rule, outcome.expected, printable(fault));
    }
    _ = writeln!(text, "{} passed, {} failed", outcomes.len() - failed.len(), failed.len());
    output::print(&text)?;
    if let Some(least) = args.require_coverage.filter(|_| !enough) {
        output::tell(&format!("the examples reach less than the {least} % that --require-coverage asks for"));
    }
    Ok(if failed.is_empty() && enough { Exit::Clean } else { Exit::Findings })
}

/// Each verdict and side that no example reaches, and how much is reached in all.
fn tell_coverage(covered: &[RuleCoverage], text: &mut String) -> Reached {
    for missing in covered.iter().flat_map(|covered| &covered.missing) {
        // Writing to a string cannot fail.
        _ = writeln!(text, "{}: {}", missing.place, printable(&missing.what.to_string()));
    }
    let sum = |of: fn(&RuleCoverage) -> Reached| covered.iter().map(of).fold(Reached::default(), Reached::plus);
    let (verdicts, sides) = (sum(|covered| covered.verdicts), sum(|covered| covered.sides));
    for (name, reached) in [("verdicts", verdicts), ("sides of conditions", sides)] {
        _ = writeln!(text, "{name}: {} of {} reached ({} %)", reached.reached, reached.all, reached.percent());
    }
    verdicts.plus(sides)
}
