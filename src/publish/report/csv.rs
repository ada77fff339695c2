//! `csv`: the complete list, one finding a line, with what was resolved in the period. Safe to open in a spreadsheet: see
//! [`crate::publish::export::csv`].

use super::data::{Data, Entry};
use super::{Format, RenderError};
use crate::model::Money;
use crate::model::value::Time;
use crate::publish::export::csv::text;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format {
    name: "csv",
    about: "every finding, one a line, safe to open in a spreadsheet",
    part: "findings.csv",
    media_type: "text/csv; charset=utf-8",
    render,
};

/// The columns, in order. New ones are added at the end.
pub const COLUMNS: [&str; 24] = [
    "fingerprint",
    "status",
    "change",
    "severity",
    "pillar",
    "rule",
    "title",
    "account",
    "region",
    "type",
    "resource",
    "name",
    "sub_key",
    "message",
    "owner",
    "first_seen",
    "last_seen",
    "due",
    "past_due",
    "resolved_at",
    "reopened",
    "waiver",
    "monthly_savings_usd",
    "controls",
];

fn render(data: &Data) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    write(data, &mut bytes).map_err(|error| RenderError(error.to_string()))?;
    Ok(bytes)
}

fn write(data: &Data, out: &mut impl io::Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    csv.write_record(COLUMNS)?;
    for entry in data.findings.iter().chain(&data.resolved) {
        csv.write_record(cells(data, entry))?;
    }
    csv.flush()
}

fn cells(data: &Data, entry: &Entry) -> [String; 24] {
    let rule = data.rules.get(&entry.rule);
    let controls: Vec<String> = rule
        .map(|rule| rule.controls.iter().flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework}:{id}"))).collect())
        .unwrap_or_default();
    let changes: Vec<&str> = entry.changes.iter().map(|change| change.as_str()).collect();
    [
        text(entry.fingerprint.as_str()),
        entry.status.to_string(),
        changes.join(" "),
        entry.severity.to_string(),
        rule.map(|rule| rule.pillar.to_string()).unwrap_or_default(),
        text(entry.rule.as_str()),
        text(rule.map_or("", |rule| &rule.title)),
        text(entry.account.as_str()),
        text(entry.region.as_str()),
        text(entry.resource_type.as_str()),
        text(entry.resource.as_str()),
        text(&entry.name),
        text(entry.sub_key.as_deref().unwrap_or_default()),
        text(&entry.message),
        text(entry.owner.as_deref().unwrap_or_default()),
        moment(Some(entry.first_seen)),
        moment(Some(entry.last_seen)),
        moment(entry.due),
        if entry.due.is_some() { entry.is_past_due(data.as_of).to_string() } else { String::new() },
        moment(entry.resolved_at),
        entry.reopened.to_string(),
        text(entry.waiver.as_deref().unwrap_or_default()),
        // An amount is a number by type: its sign begins no formula.
        entry.savings_usd.as_ref().map(Money::to_string).unwrap_or_default(),
        text(&controls.join(" ")),
    ]
}

fn moment(time: Option<Time>) -> String {
    time.map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}
