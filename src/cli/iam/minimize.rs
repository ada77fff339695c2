//! `ledgerline iam minimize`: a narrower policy for a role, a policy or a file, proven before it is shown.

use super::baseline;
use super::database::{Chosen, DatabaseFlag};
use super::sources;
use crate::cli::flags::SourceArg;
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::collect;
use crate::iam::document::{self, Document};
use crate::iam::replacement::evidence::Evidence;
use crate::iam::replacement::holders::{self, Held, TYPES};
use crate::iam::replacement::{self, Depth, Place, Proposal, Replacement, Request};
use crate::model::needs::Needs;
use crate::model::{Interner, Path as Property, ResourceType, Value};
use crate::telemetry::printable;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Flags of `ledgerline iam minimize`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline iam minimize shop-lambda --source account.ndjson.zst
  ledgerline iam minimize arn:aws:iam::111122223333:policy/shop --baseline needed.json --format json
  ledgerline iam minimize policy.json --used used.txt --format json

What was used is IAM's last-accessed data, as it was collected, or what --used names: an answer of
`aws iam get-service-last-accessed-details` at ACTION_LEVEL, or a list of actions, one a line or as a JSON array.
In a list what is not named was not used; {\"used\": [...], \"tracked\": [...]} says what would have been seen.

Exit codes: 0 as narrow as can be proven · 1 a narrower policy is shown · 2 bad input · 3 not proven, or the use is not known")]
pub struct MinimizeArgs {
    /// A role, user, group or managed policy by name or ARN, or a file with a policy
    #[arg(value_name = "ROLE|POLICY|FILE")]
    target: String,
    /// Where it is: a recording that `ledgerline collect` wrote, a Terraform plan or state, a CloudFormation template, or `aws`; may be
    /// given several times; without it `aws`
    #[arg(long = "source", value_name = "aws|FILE")]
    sources: Vec<SourceArg>,
    /// A policy that says what is needed: grant no more than it does; or a Terraform plan or state with a policy of the same name
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// What was used, in place of what the source knows
    #[arg(long, value_name = "FILE")]
    used: Option<PathBuf>,
    /// How much to take away at most
    #[arg(long, value_enum, value_name = "DEPTH", default_value_t)]
    depth: DepthArg,
    /// How the result is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    database: DatabaseFlag,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DepthArg {
    /// Services that were not used
    Services,
    /// Tracked actions that were not used, too
    Actions,
    /// What the baseline does not grant, too
    #[default]
    Baseline,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For machines
    Json,
}

impl From<DepthArg> for Depth {
    fn from(depth: DepthArg) -> Self {
        match depth {
            DepthArg::Services => Self::Services,
            DepthArg::Actions => Self::Actions,
            DepthArg::Baseline => Self::Baseline,
        }
    }
}

/// One policy and what came of it.
struct Answer {
    held: Held,
    proposal: Proposal,
}

/// Proposes.
pub fn run(args: &MinimizeArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let database = args.database.open()?;
    let parts = Parts::load(config, &[])?;
    let used = args.used.as_deref().map(evidence).transpose()?;
    let held = if args.sources.is_empty() && Path::new(&args.target).is_file() {
        vec![of_file(Path::new(&args.target))?]
    } else {
        let sources = if args.sources.is_empty() { vec![SourceArg::Aws] } else { args.sources.clone() };
        let collected = sources::collect(&sources, &needs(), &parts)?;
        holders::find(&collected.resources, &args.target, parts::now()).map_err(|why| Failure::input(why.to_string()))?
    };
    let mut answers = Vec::with_capacity(held.len());
    for mut held in held {
        if let Some(used) = &used {
            held.evidence = used.clone();
            held.unrecorded.clear();
        }
        let baseline = args.baseline.as_deref().map(|file| baseline::read(file, held.place.name(), &parts)).transpose()?;
        let proposal = match &held.document {
            Err(why) => Proposal { replacement: None, reasons: vec![format!("the policy is not known: {why}")], proven: false },
            Ok(current) => replacement::propose(&Request {
                current,
                place: &held.place,
                evidence: &held.evidence,
                baseline: baseline.as_ref(),
                depth: args.depth.into(),
                database: &database,
            }),
        };
        answers.push(Answer { held, proposal });
    }
    match args.format {
        Format::Json => {
            output::print(&(serde_json::to_string_pretty(&told(&args.target, &answers, &database)).unwrap_or_default() + "\n"))?
        }
        Format::Text => output::print(&text(&answers))?,
    }
    let whole = answers.iter().all(|answer| answer.proposal.proven && (answer.held.unrecorded.is_empty() || args.baseline.is_some()));
    Ok(match (answers.iter().any(|answer| answer.proposal.replacement.is_some()), whole) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Clean,
        (false, false) => Exit::Incomplete,
    })
}

/// What is read of an account: the policies, and what their holders used of them.
fn needs() -> Needs {
    let (mut needs, catalogue) = (Needs::default(), collect::catalogue());
    for kind in TYPES.map(ResourceType::from) {
        needs.read(&kind, &Property::root("properties"), &catalogue);
        if matches!(kind.as_str(), "AWS::IAM::Role" | "AWS::IAM::User") {
            needs.read(&kind, &Property::root("state").key("LastAccessed"), &catalogue);
        }
    }
    needs
}

fn of_file(file: &Path) -> Result<Held, Failure> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Held {
        label: file.display().to_string(),
        place: Place::File { name },
        document: Ok(policy(file)?),
        evidence: Evidence::nothing(),
        serves: Vec::new(),
        unrecorded: vec![file.display().to_string()],
    })
}

fn policy(file: &Path) -> Result<Document, Failure> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(document::parse_text(&text).with_context(|| format!("{} is no policy", file.display()))?)
}

/// A file is JSON where it begins like it, else a list.
fn evidence(file: &Path) -> Result<Evidence, Failure> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(Evidence::of_lines(&text));
    }
    let json: Json = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
    Ok(Evidence::read(&Value::from_json(&json, &Interner::new()))
        .with_context(|| format!("{} does not say what was used", file.display()))?)
}

fn told(target: &str, answers: &[Answer], database: &Chosen) -> Json {
    let policies: Vec<Json> = answers
        .iter()
        .map(|answer| {
            json!({
                "policy": answer.held.label,
                "serves": answer.held.serves,
                "use_not_recorded_of": answer.held.unrecorded,
                "replacement": answer.proposal.replacement.as_ref().map(replacement::as_json),
                "reasons": answer.proposal.reasons,
            })
        })
        .collect();
    json!({"target": target, "database_date": database.date().to_string(), "policies": policies})
}

fn text(answers: &[Answer]) -> String {
    let mut text = String::new();
    for Answer { held, proposal } in answers {
        // Writing to a string cannot fail.
        _ = match &proposal.replacement {
            Some(found) => write!(text, "{}", shown(held, found)),
            None if proposal.proven && held.unrecorded.is_empty() => writeln!(text, "{}: nothing can be taken away", held.label),
            None if proposal.proven => writeln!(text, "{}: what was used is not recorded of {}", held.label, held.unrecorded.join(", ")),
            None => writeln!(text, "{}: nothing was proven", held.label),
        };
        proposal.reasons.iter().for_each(|reason| _ = writeln!(text, "  not at this depth: {reason}"));
    }
    if answers.is_empty() {
        text.push_str("there are no policies\n");
    }
    text.lines().map(|line| printable(line).into_owned() + "\n").collect()
}

fn shown(held: &Held, found: &Replacement) -> String {
    let mut text = format!("{}: narrowed by {}\n", held.label, found.depth.as_str());
    _ = writeln!(text, "  taken away: {}", or_none(&found.removed));
    if !found.untracked.is_empty() {
        _ = writeln!(text, "  kept, since nobody records their use: {}", found.untracked.join(", "));
    }
    for open in &found.open {
        _ = writeln!(text, "  could be narrower: {} allows {} on *", open.statement, open.actions.join(", "));
    }
    text.push_str("  proven: it grants nothing new; it grants all that was used, and what is not tracked");
    text.push_str(if found.within_baseline.is_some() { "; it stays inside the baseline\n" } else { "\n" });
    if found.documents.len() > 1 {
        _ = writeln!(text, "  {} policies, {} characters at most each", found.documents.len(), found.quota);
    }
    _ = write!(text, "\n{}\n{}\n", found.diff, found.terraform);
    _ = writeln!(text, "way back: {} {}", found.undo.text, found.undo.cli);
    text
}

fn or_none(list: &[String]) -> String {
    if list.is_empty() { "no whole action".to_owned() } else { list.join(", ") }
}
