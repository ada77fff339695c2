//! `markdown`: for pull requests, wikis and tickets: counts, what fails and what could not be told as tables, what could not be
//! read, and how to mend each rule's failures.
//!
//! Names and tags are written by strangers. Backslashes would stop markup, but not what hosts do to the rendered text: `@team`
//! calls people, `#1` links an issue, an address becomes a link. All of them leave code alone, so every foreign text that is
//! not plain words stands in a code span, behind more backticks than it holds ([`code`]); a bar, which ends a cell even in code,
//! is written by its number.

use super::{Format, Look, printable};
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::report::{Report, ResultRow};
use crate::model::verdict::Status;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "markdown", about: "for pull requests, wikis and tickets", write };

/// The sections of results, in order.
const SECTIONS: [(Status, &str); 5] = [
    (Status::Fail, "Failing"),
    (Status::Waived, "Waived"),
    (Status::Unknown, "Unknown"),
    (Status::Pass, "Passing"),
    (Status::NotApplicable, "Not applicable"),
];

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    head(report, out)?;
    for (status, heading) in SECTIONS {
        let mut rows: Vec<&ResultRow> = report.results.iter().filter(|row| row.status == status).collect();
        if rows.is_empty() {
            continue;
        }
        // The sort is stable: within a severity the order of every output stays.
        rows.sort_by_key(|row| Reverse(row.severity));
        writeln!(out, "\n## {heading} ({})\n", rows.len())?;
        writeln!(out, "| Severity | Rule | Resource | Account and region | What was measured |")?;
        writeln!(out, "|---|---|---|---|---|")?;
        for row in rows {
            result(row, out)?;
        }
    }
    savings(report, out)?;
    unread(report, out)?;
    remedies(report, out)
}

fn head(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = &report.summary;
    let started = report.run.started_at.format("%Y-%m-%d %H:%M:%S UTC");
    let sight = if report.coverage.is_complete() { "complete" } else { "**incomplete**: see what could not be read" };
    writeln!(out, "# Ledgerline audit\n")?;
    writeln!(out, "- Audited {started} by version {}, run {}", text(&report.run.version), code(report.run.id.as_str()))?;
    writeln!(out, "- Rules {}", code(&report.run.rules_digest))?;
    writeln!(out, "- Coverage: {sight}")?;
    if let Some(savings) = summary.monthly_savings_usd {
        writeln!(out, "- Mending what fails saves {savings} USD a month")?;
    }
    writeln!(out, "\n| Failing | Waived | Unknown | Passing | Not applicable |\n|--:|--:|--:|--:|--:|")?;
    let counts = [summary.fail, summary.waived, summary.unknown, summary.pass, summary.not_applicable];
    writeln!(out, "| {} |", counts.map(|count| count.to_string()).join(" | "))
}

/// What mending would save, the most first.
fn savings(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let ranked = report.ranked_savings();
    if ranked.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Savings ({})\n\n| USD a month | Rule | Resource |\n|--:|---|---|", ranked.len())?;
    for (row, usd) in ranked {
        let name = row.resource.name.as_deref().or(row.resource.id.as_ref().map(|id| id.as_str())).unwrap_or("(not listed)");
        writeln!(out, "| {usd} | {} | {} |", code(row.rule.as_str()), text(name))?;
    }
    Ok(())
}

fn result(row: &ResultRow, out: &mut dyn io::Write) -> io::Result<()> {
    let resource = &row.resource;
    let name = resource.name.as_deref().or(resource.id.as_ref().map(|id| id.as_str())).unwrap_or("(not listed)");
    let part = row.sub_key.as_ref().map(|part| format!(", {}", code(part))).unwrap_or_default();
    let mut message = text(if row.message.is_empty() { &row.title } else { &row.message });
    if let Some(origin) = &resource.origin {
        message.push_str(&format!(" (at {})", code(&origin.place())));
    }
    if let Some(waiver) = &row.waiver {
        message.push_str(&format!(" (waived: {})", text(&waiver.summary())));
    }
    if let Some(savings) = row.monthly_savings_usd {
        message.push_str(&format!(" (saves {savings} USD a month)"));
    }
    let (rule, kind) = (code(row.rule.as_str()), code(resource.resource_type.as_str()));
    let place = format!("{} {}", code(resource.account.as_str()), code(resource.region.as_str()));
    writeln!(out, "| {} | {rule} | {kind} {}{part} | {place} | {message} |", row.severity, text(name))
}

fn unread(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let rows: Vec<&ScopeRow> = report.coverage.rows().filter(|row| row.outcome != Outcome::Complete).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Not read ({})\n", rows.len())?;
    writeln!(out, "| Outcome | Call | Type | Account and region | Grant | Why |\n|---|---|---|---|---|---|")?;
    for row in rows {
        let grant = row.permission.as_deref().map(code).unwrap_or_default();
        let why = row.reason.as_deref().map(text).unwrap_or_default();
        let place = format!("{} {}", code(row.account.as_str()), code(row.region.as_str()));
        let (call, kind) = (code(row.call.as_str()), code(row.resource_type.as_str()));
        writeln!(out, "| {} | {call} | {kind} | {place} | {grant} | {why} |", row.outcome.as_str())?;
    }
    Ok(())
}

/// How to mend what fails, a rule at a time.
fn remedies(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let failing = report.results.iter().filter(|row| matches!(row.status, Status::Fail | Status::Waived));
    let rules: BTreeMap<&str, &ResultRow> = failing.map(|row| (row.rule.as_str(), row)).collect();
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## How to mend it")?;
    for (rule, row) in rules {
        writeln!(out, "\n### {}\n\nShould be: {}\n", code(rule), text(&row.title))?;
        let controls = row.controls.iter().flat_map(|(framework, ids)| ids.iter().map(move |id| code(&format!("{framework} {id}"))));
        let controls: Vec<String> = controls.collect();
        if !controls.is_empty() {
            writeln!(out, "Controls: {}", controls.join(", "))?;
        }
        // What begins a line may begin a list or a heading: a remedy stands behind a word of ours.
        writeln!(out, "\nRemedy: {}", text(&row.remedy.text))?;
        for (name, snippet) in [("AWS CLI", &row.remedy.cli), ("Terraform", &row.remedy.terraform)] {
            if let Some(snippet) = snippet {
                writeln!(out, "\n{name}:\n\n{}", fenced(snippet))?;
            }
        }
    }
    Ok(())
}

/// Text in a paragraph or a cell: as it is where it is plain words, else as code.
pub(in crate::publish) fn text(content: &str) -> String {
    if is_plain(content) { content.to_owned() } else { code(content) }
}

/// Letters, digits, spaces and the few signs that mean nothing to any Markdown, to no host and to no finder of addresses.
fn is_plain(content: &str) -> bool {
    let mut characters = content.chars().peekable();
    let mut first = true;
    while let Some(character) = characters.next() {
        let harmless = match character {
            ' ' => !first && characters.peek().is_some_and(|next| *next != ' '),
            ',' | ';' | '(' | ')' | '%' => !first,
            '.' => !first && characters.peek().is_none_or(|next| *next == ' '),
            '-' => !first && characters.peek().is_some_and(|next| next.is_alphanumeric()),
            other => other.is_alphanumeric(),
        };
        if !harmless {
            return false;
        }
        first = false;
    }
    !first
}

/// A code span: more backticks than the text holds in a row, so that none of it ends the span.
pub(in crate::publish) fn code(content: &str) -> String {
    let safe = printable(content).replace('|', "\\u{7c}");
    if safe.is_empty() {
        return "–".to_owned();
    }
    let ticks = "`".repeat(longest_run(&safe) + 1);
    // A reader takes one space off each end where there is one at both.
    let pad = if safe.starts_with(['`', ' ']) || safe.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{pad}{safe}{pad}{ticks}")
}

/// Code of several lines, behind a fence longer than any that it holds.
pub(in crate::publish) fn fenced(content: &str) -> String {
    let lines: Vec<_> = content.trim_end().lines().map(printable).collect();
    let safe = lines.join("\n");
    let fence = "`".repeat(longest_run(&safe).max(2) + 1);
    format!("{fence}\n{safe}\n{fence}")
}

/// The longest row of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
