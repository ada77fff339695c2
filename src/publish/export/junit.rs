//! `junit`: JUnit XML, for the test reports of CI servers. A rule is a suite, a resource one of its cases.
//!
//! A failure is a failure; what is waived, unknown or not applicable is skipped with its reason; what could not be read is an
//! error of a suite of its own, `coverage`. CI servers agree on no schema: what is written here is what all of them read.
//! The XML is written by hand, in the few lines that it takes: no crate of our tree writes any.

use super::{Format, Look, printable};
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::report::{Report, ResultRow};
use crate::model::verdict::Status;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "junit", about: "JUnit XML, for the test reports of CI servers", write };

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<&ResultRow>> = BTreeMap::new();
    for row in &report.results {
        suites.entry(row.rule.as_str()).or_default().push(row);
    }
    let unread: Vec<&ScopeRow> = report.coverage.rows().filter(|row| row.outcome != Outcome::Complete).collect();
    let mut all = Counts { errors: faults(&unread), tests: unread.len(), skipped: unread.len() - faults(&unread), failures: 0 };
    for rows in suites.values() {
        all.add(&Counts::of(rows));
    }
    let seconds = (report.run.finished_at - report.run.started_at).num_milliseconds().max(0);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"ledgerline\"{all} time=\"{}.{:03}\">", seconds / 1000, seconds % 1000)?;
    let timestamp = report.run.started_at.format("%Y-%m-%dT%H:%M:%S").to_string();
    if !unread.is_empty() {
        let counts = Counts { errors: faults(&unread), tests: unread.len(), skipped: unread.len() - faults(&unread), failures: 0 };
        writeln!(out, "  <testsuite name=\"coverage\"{counts} timestamp=\"{timestamp}\" time=\"0\">")?;
        for row in unread {
            out.write_all(scope(row).as_bytes())?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    for (rule, rows) in suites {
        writeln!(out, "  <testsuite name=\"{}\"{} timestamp=\"{timestamp}\" time=\"0\">", escaped(rule), Counts::of(&rows))?;
        for row in rows {
            out.write_all(case(row).as_bytes())?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// What a suite counts.
#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(rows: &[&ResultRow]) -> Self {
        let count = |wanted: fn(Status) -> bool| rows.iter().filter(|row| wanted(row.status)).count();
        Self {
            tests: rows.len(),
            failures: count(|status| status == Status::Fail),
            errors: 0,
            skipped: count(|status| matches!(status, Status::Waived | Status::Unknown | Status::NotApplicable)),
        }
    }

    fn add(&mut self, other: &Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { tests, failures, errors, skipped } = self;
        write!(f, " tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
    }
}

fn faults(rows: &[&ScopeRow]) -> usize {
    rows.iter().filter(|row| row.outcome.is_fault()).count()
}

/// One result as a case. Its class is the rule, its name the resource: what CI servers follow over time.
fn case(row: &ResultRow) -> String {
    let resource = &row.resource;
    let name = resource.name.as_deref().or(resource.id.as_ref().map(|id| id.as_str())).unwrap_or("(not listed)");
    let part = row.sub_key.as_ref().map(|key| format!(" [{key}]")).unwrap_or_default();
    let name = format!("{} {name}{part} ({}/{})", resource.resource_type, resource.account, resource.region);
    let mut case = format!("    <testcase classname=\"{}\" name=\"{}\"", escaped(row.rule.as_str()), escaped(&name));
    if let Some(origin) = &resource.origin {
        let _ = write!(case, " file=\"{}\"", escaped(&origin.file));
        if let Some(line) = origin.line {
            let _ = write!(case, " line=\"{line}\"");
        }
    }
    case.push_str(" time=\"0\"");
    let message = escaped(&row.message);
    match row.status {
        Status::Pass => case.push_str("/>\n"),
        Status::Fail => {
            let _ = write!(
                case,
                ">\n      <failure type=\"{}\" message=\"{message}\">{}</failure>\n    </testcase>\n",
                row.severity,
                body(row)
            );
        }
        Status::Waived => {
            let why = row.waiver.as_ref().map(|waiver| format!("waived: {}", waiver.summary())).unwrap_or_default();
            let _ = write!(case, ">\n      <skipped message=\"{}\"/>\n    </testcase>\n", escaped(&why));
        }
        Status::Unknown => {
            let _ = write!(case, ">\n      <skipped message=\"unknown: {message}\"/>\n    </testcase>\n");
        }
        Status::NotApplicable => {
            let _ = write!(case, ">\n      <skipped message=\"not applicable: {message}\"/>\n    </testcase>\n");
        }
    }
    case
}

/// What a person needs who reads only this: where, what was expected, how to mend it.
fn body(row: &ResultRow) -> String {
    let mut lines = vec![row.title.to_string()];
    if let Some(id) = &row.resource.id {
        lines.push(format!("resource: {id}"));
    }
    if let Some(origin) = &row.resource.origin {
        lines.push(format!("written at: {}", origin.place()));
    }
    for evidence in &row.evidence {
        let expected = evidence.expected.as_ref().map(|expected| format!(", expected {}", expected.to_text())).unwrap_or_default();
        lines.push(format!("{}: {}{expected}", evidence.path, evidence.observed.to_text()));
    }
    lines.push(format!("remedy: {}", row.remedy.text));
    lines.push(format!("fingerprint: {}", row.fingerprint));
    let lines: Vec<String> = lines.iter().map(|line| escaped(line).into_owned()).collect();
    format!("\n{}\n", lines.join("\n"))
}

/// A row of coverage that is not complete.
fn scope(row: &ScopeRow) -> String {
    let name = format!("{} {} ({}/{})", row.resource_type, row.call, row.account, row.region);
    let reason = row.reason.as_deref().unwrap_or(row.outcome.as_str());
    let grant = row.permission.as_ref().map(|permission| format!("; grant {permission}")).unwrap_or_default();
    let message = format!("{}: {reason}{grant}", row.outcome.as_str());
    let inner = if row.outcome.is_fault() {
        format!("<error type=\"{}\" message=\"{}\"/>", row.outcome.as_str(), escaped(&message))
    } else {
        format!("<skipped message=\"{}\"/>", escaped(&message))
    };
    format!("    <testcase classname=\"coverage\" name=\"{}\" time=\"0\">\n      {inner}\n    </testcase>\n", escaped(&name))
}

/// Text inside an attribute or element. Characters that XML 1.0 cannot hold, or that a terminal would obey, are written by
/// their number.
fn escaped(text: &str) -> Cow<'_, str> {
    let safe = printable(text);
    if !safe.contains(['<', '>', '&', '"', '\'', '\u{fffe}', '\u{ffff}']) {
        return safe;
    }
    let mut escaped = String::with_capacity(safe.len() + 16);
    for character in safe.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // XML 1.0, production 2: no characters of XML.
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
            }
            plain => escaped.push(plain),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests;
