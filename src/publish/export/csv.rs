//! `csv`: one result a line by RFC 4180, for spreadsheets.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, and tags are written by strangers: such
//! a cell gets an apostrophe before it, which spreadsheets hide and which makes it text. Line ends inside a quoted cell
//! stay; other control characters mean nothing in a spreadsheet and are shown by their number.

use super::json::line;
use super::{Format, Look, is_hidden, printable};
use crate::model::report::{Report, ResultRow};
use crate::model::{Money, ResourceId};
use serde_json::json;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "csv", about: "one result a line, safe to open in a spreadsheet", write };

/// The columns, in order. New ones are added at the end.
pub const COLUMNS: [&str; 23] = [
    "run",
    "account",
    "region",
    "type",
    "resource",
    "name",
    "rule",
    "title",
    "pillar",
    "severity",
    "status",
    "fingerprint",
    "message",
    "sub_key",
    "owner",
    "tags",
    "monthly_cost_usd",
    "monthly_savings_usd",
    "waiver",
    "remedy",
    "controls",
    "evidence",
    "call",
];

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    csv.write_record(COLUMNS)?;
    for row in &report.results {
        csv.write_record(cells(report.run.id.as_str(), row))?;
    }
    csv.flush()
}

fn cells(run: &str, row: &ResultRow) -> [String; 23] {
    let controls: Vec<String> =
        row.controls.iter().flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework}:{id}"))).collect();
    let evidence: Vec<_> = row
        .evidence
        .iter()
        .map(|one| {
            json!({"path": one.path.to_string(), "observed": one.observed.to_json(),
                   "expected": one.expected.as_ref().map(crate::model::Value::to_json), "call": one.call})
        })
        .collect();
    [
        text(run),
        text(row.resource.account.as_str()),
        text(row.resource.region.as_str()),
        text(row.resource.resource_type.as_str()),
        text(row.resource.id.as_ref().map_or("", ResourceId::as_str)),
        text(row.resource.name.as_deref().unwrap_or_default()),
        text(row.rule.as_str()),
        text(&row.title),
        text(row.pillar.as_str()),
        text(row.severity.as_str()),
        text(row.status.as_str()),
        text(row.fingerprint.as_str()),
        text(&row.message),
        text(row.sub_key.as_deref().unwrap_or_default()),
        text(row.resource.owner.as_deref().unwrap_or_default()),
        if row.resource.tags.is_null() { String::new() } else { text(&line(&row.resource.tags)) },
        money(row.monthly_cost_usd),
        money(row.monthly_savings_usd),
        text(&row.waiver.as_ref().map(|waiver| waiver.summary()).unwrap_or_default()),
        text(&row.remedy.text),
        text(&controls.join(" ")),
        text(&line(&evidence)),
        text(row.failed_call().map_or("", crate::model::CallId::as_str)),
    ]
}

/// An amount is a number by type: its sign begins no formula.
fn money(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

/// A cell of text: no formula, no control characters but line ends.
pub(in crate::publish) fn text(content: &str) -> String {
    let mut cell = String::with_capacity(content.len() + 1);
    // The full-width forms are formulas too in spreadsheets set to East Asian languages.
    if content.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        cell.push('\'');
    }
    for piece in content.split_inclusive(is_hidden) {
        match piece.chars().next_back() {
            Some('\n' | '\r' | '\t') => cell.push_str(piece),
            Some(_) | None => cell.push_str(&printable(piece)),
        }
    }
    cell
}
