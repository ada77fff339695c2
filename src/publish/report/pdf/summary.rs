//! What the paper says: all of it as text and small numbers, cut to what a page bears.

use super::super::data::{Control, ControlState, Data, Entry, Framework, Standing};
use super::super::trend::Week;
use super::super::words::{self, clip, day};
use crate::model::Fingerprint;
use crate::model::rule::Severity;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Rows of one list of changes.
const MOST_CHANGES: usize = 10;
/// Rows of any other table.
const MOST_ROWS: usize = 30;
/// Controls of a framework that are named.
const MOST_CONTROLS: usize = 24;

/// The order of a bar's pieces.
const STATES: [ControlState; 5] =
    [ControlState::Pass, ControlState::Waived, ControlState::NotEvaluated, ControlState::Unknown, ControlState::Fail];

/// The summary.
pub fn summary(data: &Data) -> Value {
    let audit = &data.audit;
    let entries: HashMap<&Fingerprint, &Entry> =
        data.findings.iter().chain(&data.resolved).map(|entry| (&entry.fingerprint, entry)).collect();
    let accounts: Vec<&str> = audit.accounts.iter().map(|account| account.as_str()).collect();
    let list = |title: &str, prints: &[Fingerprint], most: usize| {
        let shown: Vec<Value> = prints.iter().take(most).filter_map(|print| entries.get(print)).map(|entry| row(data, entry)).collect();
        json!({ "title": title, "count": prints.len().to_string(), "rows": shown, "more": prints.len().saturating_sub(most).to_string() })
    };
    json!({
        "title": format!("Ledgerline report, {}", words::time(data.as_of)),
        "when": words::time(data.as_of),
        "id": text(&data.id, 60),
        "verdict": words::verdict(data),
        "comparable": data.comparison.is_comparable(),
        "comparison": text(&words::comparison(data), 1_200),
        "notes": data.notes.iter().take(10).map(|note| text(note, 400)).collect::<Vec<_>>(),
        "facts": [
            ["Coverage", format!("{}, {} of {} calls", words::percent(audit.coverage.complete, audit.coverage.needed), audit.coverage.complete, audit.coverage.needed)],
            ["Audit", format!("{}, {}", words::time(audit.finished_at), audit.status)],
            [if accounts.len() == 1 { "Account" } else { "Accounts" }, text(&accounts.join(", "), 120)],
            ["Resources", audit.resources.to_string()],
            ["Rules", audit.rules.to_string()],
        ],
        "digest": text(&audit.rules_digest, 64),
        "tiles": tiles(data),
        "since": words::time(data.since),
        "changes": [
            list("New", &data.changes.new, MOST_CHANGES),
            list("Resolved", &data.changes.resolved, MOST_CHANGES),
            list("Reopened", &data.changes.reopened, MOST_CHANGES),
            list("Waived", &data.changes.waived, MOST_CHANGES),
        ],
        "top": [list("By risk", &data.top.risk, 10), list("By USD", &data.top.usd, 10)],
        "due_days": words::due_days(data),
        "owners": data.owners.iter().take(MOST_ROWS).map(|owner| {
            let mut cells = vec![text(&words::owner(owner.owner.as_deref()), 60)];
            cells.extend(Severity::ALL.iter().rev().map(|severity| owner.open.get(severity).copied().unwrap_or_default().to_string()));
            cells.extend([owner.past_due.to_string(), owner.next_due.map_or_else(|| words::NONE.to_owned(), day), words::usd_or_none(owner.savings_usd)]);
            json!({ "cells": cells, "late": owner.past_due > 0 })
        }).collect::<Vec<_>>(),
        "owners_more": data.owners.len().saturating_sub(MOST_ROWS).to_string(),
        "exceptions": data.exceptions.iter().take(MOST_ROWS).map(|one| [
            text(&one.id, 50), text(&one.reason, 240), text(&one.owner, 50),
            one.approver.as_deref().map_or_else(|| "nobody is named".to_owned(), |approver| text(approver, 50)),
            day(one.expires), one.state.to_string(), one.findings.to_string(),
        ]).collect::<Vec<_>>(),
        "exceptions_more": data.exceptions.len().saturating_sub(MOST_ROWS).to_string(),
        "frameworks": data.frameworks.iter().take(MOST_ROWS).map(framework).collect::<Vec<_>>(),
        "costs": costs(data),
        "weeks": weeks(data),
    })
}

fn tiles(data: &Data) -> Vec<Value> {
    let (now, before) = (&data.verdict.now, data.verdict.before.as_ref());
    let tile = |label: &str, of: &dyn Fn(&Standing) -> u64| {
        let change = before.map_or_else(|| "not compared".to_owned(), |before| words::difference(of(before), of(now)));
        let worse = before.is_some_and(|before| of(now) > of(before));
        json!({ "label": label, "number": of(now).to_string(), "change": change, "worse": worse })
    };
    let mut tiles: Vec<Value> =
        Severity::ALL.iter().rev().map(|severity| tile(severity.as_str(), &|standing| standing.of(*severity))).collect();
    tiles.push(tile("open in all", &Standing::total));
    tiles.push(
        json!({ "label": "past due", "number": data.verdict.past_due.to_string(), "change": "", "worse": data.verdict.past_due > 0 }),
    );
    tiles.push(tile("waived", &|standing| standing.waived));
    tiles.push(tile("not seen lately", &|standing| standing.stale));
    tiles.push(json!({ "label": "USD a month to save", "number": data.verdict.savings_usd.map_or_else(|| words::NONE.to_owned(), words::amount), "change": "", "worse": false }));
    tiles
}

fn row(data: &Data, entry: &Entry) -> Value {
    let due = match entry.resolved_at {
        Some(at) => day(at),
        None => words::due(entry, data.as_of),
    };
    json!({
        "severity": entry.severity.as_str(),
        "message": text(&entry.message, 160),
        "rule": text(entry.rule.as_str(), 80),
        "name": text(&entry.name, 70),
        "owner": text(&words::owner(entry.owner.as_deref()), 40),
        "due": due,
        "late": entry.is_past_due(data.as_of),
        "usd": entry.savings_usd.map(words::amount).unwrap_or_default(),
    })
}

fn framework(framework: &Framework) -> Value {
    let of = |state: ControlState| framework.counts.get(&state).copied().unwrap_or_default();
    let named = |state: ControlState| {
        let controls: Vec<&Control> = framework.controls.iter().filter(|control| control.state == state).collect();
        let mut ids: Vec<String> = controls.iter().take(MOST_CONTROLS).map(|control| text(&control.id, 30)).collect();
        if controls.len() > MOST_CONTROLS {
            ids.push(format!("{} more", controls.len() - MOST_CONTROLS));
        }
        ids.join(", ")
    };
    json!({
        "title": text(&framework.title, 90),
        "pieces": STATES.iter().map(|state| json!({ "state": state.as_str(), "name": words::control(*state), "count": of(*state) })).collect::<Vec<_>>(),
        "failing": named(ControlState::Fail),
        "unknown": named(ControlState::Unknown),
        "without": framework.controls_known.map_or(0, |known| known.saturating_sub(framework.controls.len() as u64)).to_string(),
    })
}

fn costs(data: &Data) -> Value {
    let costs = &data.costs;
    let line = match costs.until {
        Some(until) => format!(
            "{} were billed in {} until {until}; {} in the whole month before.",
            words::usd_or_none(costs.month_to_date_usd),
            costs.month,
            words::usd_or_none(costs.previous_month_usd)
        ),
        None => format!("No costs are known for {}.", costs.month),
    };
    let services = costs.services.iter().take(12);
    json!({
        "line": line,
        "month": costs.month.to_string(),
        "services": services.map(|one| [text(&one.service, 70), words::usd(one.month_to_date_usd), words::usd_or_none(one.previous_month_usd)]).collect::<Vec<_>>(),
        "estimates": costs.estimates.iter().take(12).map(|one| [text(&one.component, 70), words::usd(one.low_usd), words::usd(one.high_usd)]).collect::<Vec<_>>(),
        "own": words::usd(costs.auditor_usd),
    })
}

/// Rows of numbers, and for each the points of its line in per mille of width and height.
fn weeks(data: &Data) -> Value {
    let heads: Vec<String> = data.trend.iter().map(|week| day(week.ends).get(5..).unwrap_or_default().to_owned()).collect();
    let row = |name: &str, value: fn(&Week) -> Option<Decimal>| {
        let values: Vec<Option<Decimal>> = data.trend.iter().map(value).collect();
        let cells: Vec<String> =
            values.iter().map(|value| value.map_or_else(|| words::NONE.to_owned(), |value| value.to_string())).collect();
        json!({ "name": name, "cells": cells, "points": points(&values) })
    };
    json!({
        "heads": heads,
        "rows": [
            row("Open", |week| week.open.map(Decimal::from)),
            row("High, critical", |week| week.severe.map(Decimal::from)),
            row("Opened, back", |week| week.opened.map(Decimal::from)),
            row("Resolved", |week| week.resolved.map(Decimal::from)),
            row("Billed, USD", |week| week.billed_usd.map(|amount| amount.amount().round_dp(2).normalize())),
        ],
        "apart": data.trend.iter().filter(|week| week.open.is_some() && !week.comparable).count().to_string(),
    })
}

fn points(values: &[Option<Decimal>]) -> Vec<Option<[u64; 2]>> {
    let most = values.iter().flatten().copied().max().unwrap_or_default().max(Decimal::ONE);
    let last = values.len().saturating_sub(1).max(1) as u64;
    let height = |value: Decimal| (value.max(Decimal::ZERO) * Decimal::from(1000)).checked_div(most).and_then(|high| high.to_u64());
    let placed = (0u64..).zip(values).map(|(at, value)| Some([at * 1000 / last, 1000 - height((*value)?)?.min(1000)]));
    placed.collect()
}

/// A text from outside, cut, that may be broken between lines after the signs that names are made of.
fn text(raw: &str, most: usize) -> String {
    let mut broken = String::new();
    let mut run = 0;
    for character in clip(raw, most).chars() {
        broken.push(character);
        run = if character == ' ' { 0 } else { run + 1 };
        if matches!(character, '/' | ':' | '_' | '-' | '.' | ',') || run >= 18 {
            broken.push('\u{200b}');
            run = 0;
        }
    }
    broken
}
