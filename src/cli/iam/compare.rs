//! `ledgerline iam compare`: does a policy grant what another does not? Two files, or a batch of JSON lines.

use super::database::DatabaseFlag;
use super::lines;
use crate::cli::{Exit, Failure, output};
use crate::iam::actions::Database;
use crate::iam::comparison::{self, Comparison, Kind};
use crate::iam::document::{self, Document, Fault};
use crate::iam::evaluation::{Caller, ContextValue, Request};
use crate::model::Value;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Flags of `ledgerline iam compare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline iam compare --existing today.json --new tomorrow.json --type identity
  ledgerline iam compare --batch pairs.ndjson

Exit codes of one pair: 0 no new access, 1 new access, 2 bad input, 3 unknown. A batch exits 0 when every line was answered.")]
pub struct CompareArgs {
    /// Answer every line of this file, `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["existing", "new"])]
    batch: Option<PathBuf>,
    /// The policy that is there
    #[arg(long, value_name = "FILE", required_unless_present = "batch", requires = "new")]
    existing: Option<PathBuf>,
    /// The policy that is to be
    #[arg(long, value_name = "FILE", required_unless_present = "batch", requires = "existing")]
    new: Option<PathBuf>,
    /// What kind of policies they are
    #[arg(long = "type", value_enum, value_name = "TYPE", default_value_t)]
    kind: KindArg,
    /// How requests are imagined
    #[arg(long, value_enum, value_name = "MODE", default_value_t)]
    mode: Mode,
    #[command(flatten)]
    database: DatabaseFlag,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum KindArg {
    /// Of a user, a group or a role
    #[default]
    Identity,
    /// Of a resource, or of trust in a role
    Resource,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Any action on any resource, as IAM Access Analyzer compares
    #[default]
    Compat,
    /// Each action on what it takes, with the condition keys that it knows, by the action database
    Typed,
}

impl From<KindArg> for Kind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Identity => Self::Identity,
            KindArg::Resource => Self::Resource,
        }
    }
}

/// Compares.
pub fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    let database = args.database.open()?;
    match (&args.batch, &args.existing, &args.new) {
        (Some(file), _, _) => lines::answer(file, |line| answered_in(line, args.mode, &database)),
        (None, Some(existing), Some(new)) => {
            let (existing, new) = (read(existing)?, read(new)?);
            let line = Line::of(serde_json::Value::Null, || args.mode.compare(&existing, &new, args.kind.into(), &database));
            output::print(&(serde_json::to_string_pretty(&line.without_id()).unwrap_or_default() + "\n"))?;
            Ok(match line.result {
                "no_new_access" => Exit::Clean,
                "new_access" => Exit::Findings,
                _ => Exit::Incomplete,
            })
        }
        (None, _, _) => Err(Failure::input("name --existing and --new, or --batch")),
    }
}

fn read(file: &Path) -> Result<Document, Failure> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(document::parse_text(&text).with_context(|| format!("{} is no policy", file.display()))?)
}

/// One answer.
#[derive(Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<serde_json::Value>,
    result: &'static str,
    statement_index: Option<usize>,
    witness: Option<Witness>,
    reason: Option<String>,
    micros: u64,
}

#[derive(Serialize)]
struct Witness {
    principal: Option<String>,
    action: String,
    resource: String,
    context: BTreeMap<String, serde_json::Value>,
}

impl Line {
    fn of(id: serde_json::Value, compare: impl FnOnce() -> Comparison) -> Self {
        let started = Instant::now();
        let comparison = compare();
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let blank = Self { id: Some(id), result: "no_new_access", statement_index: None, witness: None, reason: None, micros };
        match comparison {
            Comparison::NoNewAccess => blank,
            Comparison::NewAccess { statement_index, witness } => Self {
                result: "new_access",
                statement_index: Some(statement_index),
                reason: Some(format!("statement {statement_index} of the new policy allows {} on {}", witness.action, witness.resource)),
                witness: Some(Witness::of(&witness)),
                ..blank
            },
            Comparison::Unknown(why) => Self { result: "unknown", reason: Some(why), ..blank },
        }
    }

    fn without_id(&self) -> impl Serialize + use<'_> {
        #[derive(Serialize)]
        struct Single<'a> {
            result: &'static str,
            statement_index: Option<usize>,
            witness: &'a Option<Witness>,
            reason: &'a Option<String>,
            micros: u64,
        }
        Single {
            result: self.result,
            statement_index: self.statement_index,
            witness: &self.witness,
            reason: &self.reason,
            micros: self.micros,
        }
    }
}

impl Witness {
    fn of(request: &Request) -> Self {
        let value = |value: &ContextValue| match value {
            ContextValue::One(text) => serde_json::Value::from(text.as_str()),
            ContextValue::Many(texts) => texts.iter().map(|text| serde_json::Value::from(text.as_str())).collect(),
        };
        Self {
            principal: match &request.caller {
                Caller::Anonymous => None,
                Caller::Arn(text) | Caller::Named(text) => Some(text.to_string()),
            },
            action: request.action.to_string(),
            resource: request.resource.to_string(),
            context: request.context.iter().map(|(key, given)| (key.to_owned(), value(given))).collect(),
        }
    }
}

impl Mode {
    fn compare(self, existing: &Document, new: &Document, kind: Kind, database: &Database) -> Comparison {
        match self {
            Self::Compat => comparison::compare(existing, new, kind),
            Self::Typed => comparison::compare_typed(existing, new, kind, database),
        }
    }
}

/// The answer to one line, as a line, in the mode of the line, else in this one.
fn answered_in(line: &[u8], mode: Mode, database: &Database) -> String {
    let (id, pair) = pair(line, mode);
    let line = Line::of(id, || match pair {
        Ok((existing, new, kind, mode)) => mode.compare(&existing, &new, kind, database),
        Err(why) => Comparison::Unknown(why),
    });
    // Texts, numbers and lists of them always have a JSON form.
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// [`answered_in`] with what is built in.
#[cfg(test)]
pub(super) fn answered(line: &[u8]) -> String {
    answered_in(line, Mode::Compat, Database::embedded())
}

/// What one line asks: the policy that exists, the new one, their kind, and how they are compared.
type Pair = (Document, Document, Kind, Mode);

fn pair(line: &[u8], usual: Mode) -> (serde_json::Value, Result<Pair, String>) {
    let (value, twice) = match lines::read(line) {
        Ok(read) => read,
        Err(why) => return (serde_json::Value::Null, Err(why)),
    };
    let id = value.get("id").map(Value::to_json).unwrap_or_default();
    let kind = match value.get("type").map(Value::as_str) {
        None | Some(Some("identity")) => Ok(Kind::Identity),
        Some(Some("resource")) => Ok(Kind::Resource),
        Some(_) => Err("`type` is neither identity nor resource".to_owned()),
    };
    let mode = match value.get("mode").map(Value::as_str) {
        None => Ok(usual),
        Some(Some("compat")) => Ok(Mode::Compat),
        Some(Some("typed")) => Ok(Mode::Typed),
        Some(_) if matches!(value.get("mode"), Some(Value::Null)) => Ok(usual),
        Some(_) => Err("`mode` is neither compat nor typed".to_owned()),
    };
    let policy = |key: &str| policy(&value, key, &twice);
    (id, mode.and_then(|mode| Ok((policy("existing")?, policy("new")?, kind?, mode))))
}

fn policy(case: &Value, key: &str, twice: &[Fault]) -> Result<Document, String> {
    let value = case.get(key).ok_or_else(|| format!("`{key}` is missing"))?;
    if let Some(fault) = lines::fault_in(key, twice) {
        return Err(fault.to_string());
    }
    document::parse(value).map_err(|faults| format!("`{key}`: {faults}"))
}
