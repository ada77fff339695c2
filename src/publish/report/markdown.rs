//! `markdown`: the summary for a ticket, a chat or a repository. What others wrote stays text there: no link, no image, no mention,
//! no markup of theirs survives.

use super::data::{ControlState, Data, Entry};
use super::words::{self, clip, day};
use super::{Format, RenderError};
use crate::model::Fingerprint;
use crate::model::rule::Severity;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The format's entry in the list.
pub const FORMAT: Format = Format {
    name: "markdown",
    about: "a summary for a ticket or a repository",
    part: "report.md",
    media_type: "text/markdown; charset=utf-8",
    render,
};

/// Rows of a list; the complete one is the CSV part.
const MOST: usize = 50;

fn render(data: &Data) -> Result<Vec<u8>, RenderError> {
    let mut out = String::new();
    // Writing to a string cannot fail.
    write(data, &mut out).map_err(|error| RenderError(error.to_string()))?;
    Ok(out.into_bytes())
}

/// A text from outside as text, on one line, cut after so many characters.
pub fn text(raw: &str, most: usize) -> String {
    let clipped = clip(raw, most);
    let mut safe = String::with_capacity(clipped.len() + 8);
    let mut rest = clipped.as_ref();
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let escaped = match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '<' | '>' | '#' | '!' | '|' | '~' | '&' | '@' | '$' => true,
            // What many renderers make a link of by itself: `http://…`, `www.…`.
            ':' => after.starts_with('/'),
            '.' => safe.get(safe.len().saturating_sub(3)..).is_some_and(|before| before.eq_ignore_ascii_case("www")),
            _ => false,
        };
        if escaped {
            safe.push('\\');
        }
        safe.push(character);
        rest = after;
    }
    safe
}

fn write(data: &Data, out: &mut String) -> std::fmt::Result {
    let by_print: HashMap<&Fingerprint, &Entry> =
        data.findings.iter().chain(&data.resolved).map(|entry| (&entry.fingerprint, entry)).collect();
    writeln!(out, "# Ledgerline report, {}\n", words::time(data.as_of))?;
    writeln!(out, "**{}**\n", words::verdict(data))?;
    writeln!(out, "{}\n", text(&words::comparison(data), 2_000))?;
    head(data, out)?;
    for note in &data.notes {
        writeln!(out, "> {}\n", text(note, 1_000))?;
    }
    strip(data, out)?;
    let lists = [
        ("New", &data.changes.new),
        ("Resolved", &data.changes.resolved),
        ("Reopened", &data.changes.reopened),
        ("Waived", &data.changes.waived),
    ];
    writeln!(out, "## What changed since {}\n", words::time(data.since))?;
    for (title, list) in lists {
        writeln!(out, "### {title}: {}\n", list.len())?;
        rows(data, list, &by_print, out)?;
    }
    writeln!(out, "## Where to begin: by risk\n")?;
    rows(data, &data.top.risk, &by_print, out)?;
    writeln!(out, "## Where to begin: by USD a month\n")?;
    rows(data, &data.top.usd, &by_print, out)?;
    owners(data, out)?;
    exceptions(data, out)?;
    controls(data, out)?;
    costs(data, out)?;
    writeln!(
        out,
        "The complete list of findings is `findings.csv`; data and evidence are in `report.json`; `manifest.json` has the digests of all parts."
    )
}

fn head(data: &Data, out: &mut String) -> std::fmt::Result {
    let audit = &data.audit;
    let accounts: Vec<&str> = audit.accounts.iter().map(|account| account.as_str()).collect();
    let sight = audit.coverage;
    writeln!(out, "| | |\n|---|---|")?;
    writeln!(out, "| Accounts | {} |", text(&accounts.join(", "), 600))?;
    writeln!(out, "| Audit | {}, {} |", words::time(audit.finished_at), audit.status)?;
    writeln!(out, "| Coverage | {} ({} of {} calls) |", words::percent(sight.complete, sight.needed), sight.complete, sight.needed)?;
    writeln!(out, "| Resources | {} |", audit.resources)?;
    writeln!(out, "| Rules | {}, digest {} |", audit.rules, text(&audit.rules_digest, 64))?;
    writeln!(out, "| Ledgerline | {} |\n", text(&data.version, 40))
}

fn strip(data: &Data, out: &mut String) -> std::fmt::Result {
    let before = data.verdict.before.as_ref();
    let change = |of: &dyn Fn(&super::data::Standing) -> u64| {
        before.map_or_else(|| words::NONE.to_owned(), |before| words::difference(of(before), of(&data.verdict.now)))
    };
    writeln!(out, "| | now | change |\n|---|---:|---:|")?;
    for severity in Severity::ALL.iter().rev() {
        writeln!(out, "| {severity} | {} | {} |", data.verdict.now.of(*severity), change(&|standing| standing.of(*severity)))?;
    }
    writeln!(out, "| **open** | **{}** | {} |", data.verdict.now.total(), change(&super::data::Standing::total))?;
    writeln!(out, "| of them not seen by the last audit | {} | {} |", data.verdict.now.stale, change(&|standing| standing.stale))?;
    writeln!(out, "| waived | {} | {} |", data.verdict.now.waived, change(&|standing| standing.waived))?;
    writeln!(out, "| past due | {} | |", data.verdict.past_due)?;
    writeln!(out, "| savings, USD a month | {} | |\n", words::usd_or_none(data.verdict.savings_usd))
}

fn rows(data: &Data, list: &[Fingerprint], entries: &HashMap<&Fingerprint, &Entry>, out: &mut String) -> std::fmt::Result {
    if list.is_empty() {
        return writeln!(out, "None.\n");
    }
    writeln!(out, "| severity | finding | resource | owner | due | USD a month |\n|---|---|---|---|---|---:|")?;
    for entry in list.iter().take(MOST).filter_map(|fingerprint| entries.get(fingerprint)) {
        writeln!(
            out,
            "| {} | {} ({}) | {} | {} | {} | {} |",
            entry.severity,
            text(&entry.message, 200),
            text(entry.rule.as_str(), 80),
            text(&entry.name, 100),
            text(&words::owner(entry.owner.as_deref()), 60),
            words::due(entry, data.as_of),
            entry.savings_usd.map(words::amount).unwrap_or_default()
        )?;
    }
    if list.len() > MOST {
        writeln!(out, "\n{} more are in `findings.csv`.", list.len() - MOST)?;
    }
    out.write_char('\n')
}

fn owners(data: &Data, out: &mut String) -> std::fmt::Result {
    writeln!(out, "## By owner\n\n{}\n", words::due_days(data))?;
    if data.owners.is_empty() {
        return writeln!(out, "Nothing is open.\n");
    }
    writeln!(
        out,
        "| owner | critical | high | medium | low | info | past due | next due | USD a month |\n|---|---:|---:|---:|---:|---:|---:|---|---:|"
    )?;
    for owner in data.owners.iter().take(MOST) {
        write!(out, "| {} |", text(&words::owner(owner.owner.as_deref()), 60))?;
        for severity in Severity::ALL.iter().rev() {
            write!(out, " {} |", owner.open.get(severity).copied().unwrap_or_default())?;
        }
        let next = owner.next_due.map_or_else(|| words::NONE.to_owned(), day);
        writeln!(out, " {} | {next} | {} |", owner.past_due, words::usd_or_none(owner.savings_usd))?;
    }
    if data.owners.len() > MOST {
        writeln!(out, "\n{} more owners are in `report.json`.", data.owners.len() - MOST)?;
    }
    out.write_char('\n')
}

fn exceptions(data: &Data, out: &mut String) -> std::fmt::Result {
    writeln!(out, "## Exceptions\n")?;
    if data.exceptions.is_empty() {
        return writeln!(out, "None.\n");
    }
    writeln!(out, "| waiver | covers | findings | owner | approver | reason | expires | state |\n|---|---|---:|---|---|---|---|---|")?;
    for one in data.exceptions.iter().take(MOST) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            text(&one.id, 60),
            text(&one.scope, 200),
            one.findings,
            text(&one.owner, 60),
            one.approver.as_deref().map_or_else(|| "nobody is named".to_owned(), |approver| text(approver, 60)),
            text(&one.reason, 300),
            day(one.expires),
            one.state
        )?;
    }
    if data.exceptions.len() > MOST {
        writeln!(out, "\n{} more are in `report.json`.", data.exceptions.len() - MOST)?;
    }
    out.write_char('\n')
}

fn controls(data: &Data, out: &mut String) -> std::fmt::Result {
    writeln!(out, "## Control coverage\n")?;
    if data.frameworks.is_empty() {
        return writeln!(out, "Nothing was evaluated for any control.\n");
    }
    writeln!(
        out,
        "| framework | passing | failing | unknown | waived | not evaluated | without a rule |\n|---|---:|---:|---:|---:|---:|---:|"
    )?;
    for framework in &data.frameworks {
        let of = |state: ControlState| framework.counts.get(&state).copied().unwrap_or_default();
        let without = framework
            .controls_known
            .map_or_else(|| words::NONE.to_owned(), |known| known.saturating_sub(framework.controls.len() as u64).to_string());
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {without} |",
            text(&framework.title, 100),
            of(ControlState::Pass),
            of(ControlState::Fail),
            of(ControlState::Unknown),
            of(ControlState::Waived),
            of(ControlState::NotEvaluated),
        )?;
    }
    writeln!(out, "\nA control passes only where something was evaluated for it and all of that passed.\n")
}

fn costs(data: &Data, out: &mut String) -> std::fmt::Result {
    let costs = &data.costs;
    writeln!(out, "## Cost\n")?;
    match costs.until {
        Some(until) => writeln!(
            out,
            "{} were billed in {} until {}; {} in the month before.\n",
            words::usd_or_none(costs.month_to_date_usd),
            costs.month,
            until,
            words::usd_or_none(costs.previous_month_usd)
        )?,
        None => writeln!(out, "No costs are known for {}.\n", costs.month)?,
    }
    if !costs.services.is_empty() {
        writeln!(out, "| service | {} | month before |\n|---|---:|---:|", costs.month)?;
        for service in costs.services.iter().take(MOST) {
            let (now, before) = (words::usd(service.month_to_date_usd), words::usd_or_none(service.previous_month_usd));
            writeln!(out, "| {} | {now} | {before} |", text(&service.service, 80))?;
        }
        out.write_char('\n')?;
    }
    writeln!(out, "Ledgerline's own paid calls cost {} this month.\n", words::usd(costs.auditor_usd))
}
