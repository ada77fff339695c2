//! `ledgerline iam check`: what is wrong with policy files, drawn where it stands, or as JSON.

use super::database::DatabaseFlag;
use crate::cli::{Exit, Failure, output};
use crate::diag::{self, Diagnostic, Gravity, Source};
use crate::iam::actions::Database;
use crate::iam::validation::{self, Check, Checked, Kind, Severity};
use crate::telemetry::printable;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Flags of `ledgerline iam check`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline iam check policies/*.json
  ledgerline iam check --type scp --format json guardrail.json
  ledgerline iam check --explain pass-role-with-star-in-resource

Permissions boundaries and session policies are checked as identity policies, policies of VPC endpoints as resource policies.

Exit codes: 0 nothing found, 1 something found, 2 a file could not be read (the others are checked all the same).")]
pub struct CheckArgs {
    /// Policy files, `-` for standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["list", "explain"])]
    files: Vec<PathBuf>,
    /// What the policies are; told from each document where it is not given
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    kind: Option<KindArg>,
    /// How findings are written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    database: DatabaseFlag,
    /// List all checks with their codes
    #[arg(long, conflicts_with_all = ["files", "explain"])]
    list: bool,
    /// Explain a check by its code or Access Analyzer's, with examples
    #[arg(long, value_name = "CODE", conflicts_with = "files")]
    explain: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KindArg {
    /// Of a user, a group or a role; a boundary; a session
    Identity,
    /// Of a resource; of a VPC endpoint
    Resource,
    /// Of who may assume a role
    Trust,
    /// A service control policy
    Scp,
    /// A resource control policy
    Rcp,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

impl From<KindArg> for Kind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Identity => Self::Identity,
            KindArg::Resource => Self::Resource,
            KindArg::Trust => Self::Trust,
            KindArg::Scp => Self::ServiceControl,
            KindArg::Rcp => Self::ResourceControl,
        }
    }
}

/// One finding as programs read it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Entry {
    pub(super) file: String,
    // Files, paths and codes are the order; the rest follows them.
    #[serde(skip)]
    order: (String, String),
    pub(super) code: String,
    pub(super) access_analyzer_code: Option<&'static str>,
    pub(super) path: String,
    pub(super) severity: &'static str,
    pub(super) message: String,
}

/// The most bytes of a file that are read. The largest policy of AWS has 20,480 characters.
const LONGEST: u64 = 32 << 20;
/// How many findings of a file are drawn: each costs a walk over the file.
const DRAWN: usize = 200;

/// Checks the files.
pub fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    if let Some(code) = &args.explain {
        output::print(&explained(code)?)?;
        return Ok(Exit::Clean);
    }
    if args.list {
        output::print(&listed())?;
        return Ok(Exit::Clean);
    }
    let database = args.database.open()?;
    let mut drawn = String::new();
    let (exit, entries) = checked(args, &database, |file, checked| {
        if args.format == Format::Human {
            drawn += &draw(file, checked);
        }
    });
    match args.format {
        Format::Json => output::print(&(serde_json::to_string_pretty(&entries).unwrap_or_default() + "\n"))?,
        Format::Human => output::print(&(drawn + &summary(&entries, args.files.len(), &database)))?,
    }
    Ok(exit)
}

/// All findings, in the order in which programs read them.
#[cfg(test)]
pub(super) fn entries(args: &CheckArgs) -> Result<(Exit, Vec<Entry>), Failure> {
    let database = args.database.open()?;
    Ok(checked(args, &database, |_, _| {}))
}

fn checked(args: &CheckArgs, database: &Database, mut seen: impl FnMut(&str, &Result<Checked, String>)) -> (Exit, Vec<Entry>) {
    let mut entries = Vec::new();
    let mut unreadable = false;
    for file in &args.files {
        let name = file.display().to_string();
        let checked = read(file).map(|bytes| validation::check(&bytes, args.kind.map(Kind::from), database));
        seen(&name, &checked);
        match checked {
            Ok(checked) => entries.extend(entries_of(&name, &checked)),
            Err(why) => {
                unreadable = true;
                entries.push(Entry::unreadable(name, why));
            }
        }
    }
    entries.sort();
    let exit = match (unreadable, entries.is_empty()) {
        (true, _) => Exit::BadInput,
        (false, false) => Exit::Findings,
        (false, true) => Exit::Clean,
    };
    (exit, entries)
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        std::fs::File::open(file).map_err(cannot)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    }
    if bytes.len() as u64 > LONGEST { Err(format!("has more than the {LONGEST} bytes that are read")) } else { Ok(bytes) }
}

impl Entry {
    fn unreadable(file: String, why: String) -> Self {
        Self {
            file,
            order: (String::new(), "unreadable-file".to_owned()),
            code: "unreadable-file".to_owned(),
            access_analyzer_code: None,
            path: String::new(),
            severity: Severity::Error.as_str(),
            message: why,
        }
    }
}

/// The findings of one file.
pub(super) fn entries_of(file: &str, checked: &Checked) -> Vec<Entry> {
    let entries = checked.issues.iter().map(|issue| Entry {
        file: file.to_owned(),
        order: (issue.path.clone(), issue.check.code()),
        code: issue.check.code(),
        access_analyzer_code: issue.check.access_analyzer(),
        path: issue.path.clone(),
        severity: issue.check.severity.as_str(),
        message: issue.message.clone(),
    });
    entries.collect()
}

fn draw(file: &str, checked: &Result<Checked, String>) -> String {
    let checked = match checked {
        Err(why) => return diag::render(&[Diagnostic::whole(file, why.as_str())], output::stdout_colour()) + "\n",
        Ok(checked) if checked.issues.is_empty() => return String::new(),
        Ok(checked) => checked,
    };
    let source = Source::new(file, checked.text.as_str());
    let mut issues: Vec<_> = checked.issues.iter().collect();
    // People read from the top of the file.
    issues.sort_by_key(|issue| (issue.span.start, issue.check.severity));
    let diagnostics: Vec<Diagnostic> = issues
        .iter()
        .take(DRAWN)
        .map(|issue| {
            let gravity = match issue.check.severity {
                Severity::Error => Gravity::Error,
                Severity::SecurityWarning => Gravity::SecurityWarning,
                Severity::Warning => Gravity::Warning,
                Severity::Suggestion => Gravity::Suggestion,
            };
            Diagnostic::at(&source, issue.span.clone(), issue.message.as_str()).of_kind(issue.check.code(), gravity)
        })
        .collect();
    let mut text = diag::render(&diagnostics, output::stdout_colour()) + "\n";
    if let Some(more) = issues.len().checked_sub(DRAWN).filter(|more| *more > 0) {
        // Writing to a string cannot fail.
        _ = writeln!(text, "{}: {more} more findings are not drawn; --format json lists them all\n", printable(file));
    }
    text
}

fn summary(entries: &[Entry], files: usize, database: &Database) -> String {
    let of = |severity: Severity| entries.iter().filter(|entry| entry.severity == severity.as_str()).count();
    let counted: Vec<String> = [
        (Severity::Error, "error", "errors"),
        (Severity::SecurityWarning, "security warning", "security warnings"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Suggestion, "suggestion", "suggestions"),
    ]
    .into_iter()
    .filter_map(|(severity, one, many)| match of(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    })
    .collect();
    let found = if counted.is_empty() { "nothing found".to_owned() } else { counted.join(", ") };
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    format!("{found} in {files}; actions as AWS listed them on {}\n", database.date())
}

fn listed() -> String {
    let checks = validation::checks();
    let width = checks.iter().map(|check| check.code().len()).max().unwrap_or_default();
    let mut text = String::new();
    for check in checks {
        _ = writeln!(text, "{:width$}  {:16}  {}", check.code(), check.severity.as_str(), check.meaning);
    }
    text
}

fn explained(code: &str) -> Result<String, Failure> {
    let wanted = code.to_ascii_lowercase().replace('_', "-");
    let Some(check) = validation::checks().into_iter().find(|check| check.code() == wanted) else {
        let checks = validation::checks();
        let codes: Vec<String> = checks.iter().map(|check| check.code()).collect();
        let meant = diag::suggest(&wanted, codes.iter().map(String::as_str));
        let hint = meant.map_or_else(|| "--list shows all".to_owned(), |meant| format!("did you mean {meant}?"));
        return Err(Failure::input(format!("there is no check {code}; {hint}")));
    };
    Ok(explanation(check))
}

fn explanation(check: &Check) -> String {
    let example = |text: String| match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) if text.len() < 2_000 => serde_json::to_string_pretty(&value).unwrap_or(text),
        _ => text.chars().take(200).collect(),
    };
    let indented = |text: String| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    format!(
        "{} ({})\n  {}\n  Access Analyzer: {}\n  {}\n\nA {} with it:\n{}\nWithout it:\n{}",
        check.code(),
        check.severity.as_str(),
        check.meaning,
        check.access_analyzer().unwrap_or("has no such check"),
        check.source(),
        check.kind.as_str(),
        indented(example(check.bad())),
        indented(example(check.good())),
    )
}
