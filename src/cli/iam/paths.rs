//! `ledgerline iam paths`: who can become an administrator, from a recording, a plan, a state, a template, or the live account.
//!
//! Standard output holds what is proven and nothing else. What cannot be told, and what could not be read, is said on standard error,
//! and is the exit code where nothing was found: "none" is only said of an account that was seen whole.

use super::sources;
use crate::cli::flags::SourceArg;
use crate::cli::parts::Parts;
use crate::cli::{Exit, Failure, output};
use crate::collect;
use crate::iam::escalation::{self, Chain, Escalations, Step, TYPES};
use crate::model::catalogue::Catalogue;
use crate::model::needs::Needs;
use crate::model::{Coverage, Outcome, Path as Place, ResourceType};
use crate::telemetry::printable;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

/// The most lines that are told of each kind of what is not known.
const MOST_TOLD: usize = 20;

/// Flags of `ledgerline iam paths`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline iam paths --source account.ndjson.zst
  ledgerline iam paths --source plan.json --format json

Exit codes: 0 nobody, and all was read · 1 somebody can · 2 bad input · 3 nobody is proven to, and something could not be read or told")]
pub struct PathsArgs {
    /// Where the principals are: a recording that `ledgerline collect` wrote, a Terraform plan or state, a CloudFormation template, or
    /// `aws`; may be given several times
    #[arg(long = "source", value_name = "aws|FILE", required = true)]
    sources: Vec<SourceArg>,
    /// How the result is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For machines
    Json,
}

/// Finds them.
pub fn run(args: &PathsArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &[])?;
    let needs = needs(&collect::catalogue(), args.sources.contains(&SourceArg::Aws));
    let collected = sources::collect(&args.sources, &needs, &parts)?;
    let found = escalation::find(&collected.resources, &collected.coverage);
    let text = match args.format {
        Format::Json => json(&found.chains),
        Format::Text => text(&found),
    };
    output::print(&text)?;
    let unseen = unseen(&collected.coverage);
    tell("could not be read", unseen.iter().chain(&found.unread).cloned());
    let undecided = found.undecided.iter();
    tell("cannot be told", undecided.map(|one| format!("{} by {} to {}: {}", one.principal, one.path_id, one.target, one.reason)));
    let whole = unseen.is_empty() && found.unread.is_empty() && found.undecided.is_empty() && found.principals > 0;
    Ok(match (found.chains.is_empty(), whole) {
        (false, _) => Exit::Findings,
        (true, true) => Exit::Clean,
        (true, false) => Exit::Incomplete,
    })
}

/// What the search reads. Files have types that no collector brings, and they are read as they are; a live account is not asked for them.
fn needs(catalogue: &Catalogue, live: bool) -> Needs {
    let mut needs = Needs::default();
    let kinds = TYPES.into_iter().chain(escalation::table::hosts().map(|host| host.kind)).map(ResourceType::from);
    for kind in kinds.filter(|kind| !live || catalogue.find(kind).is_some()) {
        needs.read(&kind, &Place::root("properties"), catalogue);
        match kind.as_str() {
            "AWS::IAM::Role" | "AWS::IAM::User" => needs.read(&kind, &Place::root("tags"), catalogue),
            "AWS::Organizations::Organization" => needs.read(&kind, &Place::root("state"), catalogue),
            _ => {}
        }
        if kind.as_str() == "AWS::IAM::User" {
            for state in ["AccessKeys", "PasswordEnabled"] {
                needs.read(&kind, &Place::root("state").key(state), catalogue);
            }
        }
    }
    needs
}

/// What of IAM was asked for and not answered, or never recorded.
fn unseen(coverage: &Coverage) -> Vec<String> {
    let rows = coverage.rows().filter(|row| row.call.as_str() == "iam:GetAccountAuthorizationDetails" && row.outcome != Outcome::Complete);
    rows.map(|row| {
        let why = row.reason.as_deref().unwrap_or(row.outcome.as_str());
        format!("{} of {} by {}: {why}", row.resource_type, row.account, row.call)
    })
    .collect()
}

fn tell(what: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    for line in lines.iter().take(MOST_TOLD) {
        output::tell(&printable(&format!("{what}: {line}")));
    }
    if lines.len() > MOST_TOLD {
        output::tell(&format!("{what}: and {} more", lines.len() - MOST_TOLD));
    }
}

#[derive(Serialize)]
struct Line<'a> {
    path_id: &'a str,
    principal: &'a str,
    target: &'a str,
    steps: Vec<StepLine<'a>>,
    fix: Option<FixLine<'a>>,
}

#[derive(Serialize)]
struct StepLine<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    path_id: &'a str,
}

#[derive(Serialize)]
struct FixLine<'a> {
    policy: &'a str,
    statement_index: usize,
    text: &'a str,
}

fn json(chains: &[Chain]) -> String {
    let lines: Vec<Line<'_>> = chains.iter().map(line).collect();
    // Texts and numbers always have a JSON form.
    serde_json::to_string_pretty(&lines).unwrap_or_default() + "\n"
}

fn line(chain: &Chain) -> Line<'_> {
    Line {
        path_id: chain.path_id,
        principal: &chain.principal,
        target: &chain.target,
        steps: chain.steps.iter().map(step_line).collect(),
        fix: chain.fix.as_ref().map(|fix| FixLine { policy: &fix.policy, statement_index: fix.statement_index, text: &fix.text }),
    }
}

fn step_line(step: &Step) -> StepLine<'_> {
    StepLine { principal: &step.principal, action: step.action, resource: &step.resource, path_id: step.path_id }
}

fn text(found: &Escalations) -> String {
    let mut text = String::new();
    for chain in &found.chains {
        // Writing to a string cannot fail.
        _ = writeln!(text, "{} becomes an administrator by {}: {}", chain.principal, chain.path_id, chain.target);
        for step in &chain.steps {
            _ = writeln!(text, "  {} {} on {}", step.principal, step.action, step.resource);
        }
        match &chain.fix {
            Some(fix) => _ = writeln!(text, "  to stop it: in {}, statement {}: {}", fix.policy, fix.statement_index, fix.text),
            None => text.push_str("  no edit of one statement stops it\n"),
        }
    }
    let plural = |count: usize, one: &'static str, more: &'static str| format!("{count} {}", if count == 1 { one } else { more });
    let principals = plural(found.principals, "principal", "principals");
    _ = writeln!(text, "{} over {principals}", plural(found.chains.len(), "chain", "chains"));
    text.lines().map(|line| printable(line).into_owned() + "\n").collect()
}
