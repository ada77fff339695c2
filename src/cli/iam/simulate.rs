//! `ledgerline iam simulate`: one request from flags, answered for people; or a batch, one JSON line in and one out.

use super::case::{self, Case};
use super::database::DatabaseFlag;
use super::lines;
use crate::cli::{Exit, Failure, output};
use crate::iam::actions::Database;
use crate::iam::document;
use crate::iam::evaluation::{self, Answer, Caller, Context, ContextValue, Outcome, Policies, Policy, Request};
use crate::telemetry::printable;
use anyhow::Context as _;
use arcstr::ArcStr;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Flags of `ledgerline iam simulate`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline iam simulate --principal arn:aws:iam::111122223333:role/app --action s3:GetObject --resource arn:aws:s3:::b/k --identity-policy app.json
  ledgerline iam simulate --batch cases.ndjson

Exit codes of one request: 0 allowed, 1 denied, 3 cannot be told. A batch exits 0 when every line was answered.")]
pub struct SimulateArgs {
    /// Answer every line of this file, `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["principal", "action", "resource"])]
    batch: Option<PathBuf>,
    /// Who asks: an ARN or a service's name; without it an anonymous caller
    #[arg(long, value_name = "ARN|SERVICE")]
    principal: Option<String>,
    /// What for: dynamodb:GetItem
    #[arg(long, value_name = "ACTION", required_unless_present = "batch", requires = "resource")]
    action: Option<String>,
    /// On what: an ARN, or * where the action takes no resource
    #[arg(long, value_name = "ARN", required_unless_present = "batch")]
    resource: Option<String>,
    /// The account of the resource, where its ARN does not say
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// A condition key; given several times, a key with many values
    #[arg(long = "context", value_name = "KEY=VALUE", value_parser = pair)]
    context: Vec<(String, String)>,
    /// A policy of the caller; may be given several times, as may those below
    #[arg(long, value_name = "FILE")]
    identity_policy: Vec<PathBuf>,
    /// The policy of the resource: also a key's, or the trust policy of a role
    #[arg(long, value_name = "FILE")]
    resource_policy: Option<PathBuf>,
    /// The caller's permissions boundary
    #[arg(long, value_name = "FILE")]
    permission_boundary: Vec<PathBuf>,
    /// A policy of the session
    #[arg(long, value_name = "FILE")]
    session_policy: Vec<PathBuf>,
    /// The policy of the VPC endpoint
    #[arg(long, value_name = "FILE")]
    endpoint_policy: Vec<PathBuf>,
    /// A service control policy; each is a level of its own
    #[arg(long, value_name = "FILE")]
    service_control_policy: Vec<PathBuf>,
    /// A resource control policy; each is a level of its own
    #[arg(long, value_name = "FILE")]
    resource_control_policy: Vec<PathBuf>,
    #[command(flatten)]
    database: DatabaseFlag,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE, as in aws:SourceIp=203.0.113.7")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// Answers.
pub fn run(args: &SimulateArgs) -> Result<Exit, Failure> {
    let database = args.database.open()?;
    match (&args.batch, &args.action, &args.resource) {
        (Some(file), _, _) => lines::answer(file, |line| answered_in(line, &database)),
        (None, Some(action), Some(resource)) => single(args, action, resource, &database),
        (None, _, _) => Err(Failure::input("name --action and --resource, or --batch")),
    }
}

/// One answer as a batch writes it.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a serde_json::Value,
    result: &'static str,
    decided_by: Vec<DeciderLine<'a>>,
    reason: &'a str,
}

#[derive(Serialize)]
struct DeciderLine<'a> {
    policy: &'a str,
    statement_index: usize,
}

/// The answer to one line, as a line.
fn answered_in(line: &[u8], database: &Database) -> String {
    let (id, answer) = match case::read(line) {
        Ok(Case { id, request, policies }) => (id, evaluation::evaluate_with(&request, &policies, database)),
        Err(bad) => (bad.id, Answer { outcome: Outcome::Unknown, decided_by: Vec::new(), reason: bad.reason }),
    };
    let decided_by =
        answer.decided_by.iter().map(|one| DeciderLine { policy: &one.policy, statement_index: one.statement_index }).collect();
    let line = Line { id: &id, result: answer.outcome.as_str(), decided_by, reason: &answer.reason };
    // Texts, numbers and lists of them always have a JSON form.
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// [`answered_in`] with what is built in.
#[cfg(test)]
pub(super) fn answered(line: &[u8]) -> String {
    answered_in(line, Database::embedded())
}

fn single(args: &SimulateArgs, action: &str, resource: &str, database: &Database) -> Result<Exit, Failure> {
    let mut context: BTreeMap<String, Vec<ArcStr>> = BTreeMap::new();
    for (key, value) in &args.context {
        context.entry(key.clone()).or_default().push(value.as_str().into());
    }
    let context = context.into_iter().map(|(key, mut values)| match values.pop() {
        Some(value) if values.is_empty() => (key, ContextValue::One(value)),
        last => (key, ContextValue::Many(values.into_iter().chain(last).collect())),
    });
    let request = Request {
        caller: Caller::read(args.principal.as_deref()),
        action: action.into(),
        resource: resource.into(),
        resource_account: args.resource_account.as_deref().map(ArcStr::from),
        context: Context::new(context),
    };
    let levels = |files: &[PathBuf]| files.iter().map(|file| Ok(vec![policy(file)?])).collect::<Result<Vec<_>, Failure>>();
    let policies = Policies {
        identity: read(&args.identity_policy)?,
        resource: args.resource_policy.as_deref().map(policy).transpose()?,
        boundaries: read(&args.permission_boundary)?,
        sessions: read(&args.session_policy)?,
        endpoints: read(&args.endpoint_policy)?,
        service_control: levels(&args.service_control_policy)?,
        resource_control: levels(&args.resource_control_policy)?,
    };
    let answer = evaluation::evaluate_with(&request, &policies, database);
    output::print(&told(&request, &answer))?;
    Ok(match answer.outcome {
        Outcome::Allowed => Exit::Clean,
        Outcome::ImplicitDeny | Outcome::ExplicitDeny => Exit::Findings,
        Outcome::Unknown => Exit::Incomplete,
    })
}

fn read(files: &[PathBuf]) -> Result<Vec<Policy>, Failure> {
    files.iter().map(|file| policy(file)).collect()
}

/// A policy file. One that breaks the grammar is the user's mistake here, where a batch would answer `unknown`.
fn policy(file: &Path) -> Result<Policy, Failure> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let document = document::parse_text(&text).with_context(|| format!("{} is no policy", file.display()))?;
    Ok(Policy { label: ArcStr::from(file.display().to_string()), document: Ok(Arc::new(document)) })
}

fn told(request: &Request, answer: &Answer) -> String {
    let verdict = match answer.outcome {
        Outcome::Allowed => "allowed",
        Outcome::ImplicitDeny => "denied, since nothing allows it",
        Outcome::ExplicitDeny => "denied explicitly",
        Outcome::Unknown => "cannot be told",
    };
    let mut text = format!("{verdict}\n  {} asks for {} on {}\n  {}\n", request.caller, request.action, request.resource, answer.reason);
    for decider in &answer.decided_by {
        // Writing to a string cannot fail.
        _ = writeln!(text, "  decided by {} statement {}", decider.policy, decider.statement_index);
    }
    let change = match answer.outcome {
        Outcome::Allowed => "to deny it, narrow each statement named above, or add one that denies it to any of the policies",
        Outcome::ImplicitDeny => "to allow it, add a statement that allows this action on this resource where it is missing",
        Outcome::ExplicitDeny => "to allow it, every statement named above must let it pass: none that allows can outrank one that denies",
        Outcome::Unknown => "what would decide it is named above",
    };
    _ = writeln!(text, "  {change}");
    text.lines().map(|line| printable(line).into_owned() + "\n").collect()
}
