//! `ledgerline notify list`: where each channel stands.

use super::{ListArgs, NotifyFormat, outlets, store};
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::model::notice::ChannelState;
use crate::model::value::Time;
use crate::telemetry::printable;
use anyhow::Context as _;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

/// Prints the list.
pub fn run(args: &ListArgs, parts: &Parts) -> Result<Exit, Failure> {
    let outlets = outlets(parts, None)?;
    let states = parts::block_on(async {
        let store = store(parts, args.store.as_deref()).await?;
        let states = store.channels().await;
        store.close().await;
        Ok(states?)
    })?;
    let mut rows: Vec<(&'static str, ChannelState)> = outlets
        .iter()
        .map(|outlet| {
            let name = &outlet.config.name;
            let known = states.iter().find(|state| state.name == *name).cloned();
            (outlet.config.kind.as_str(), known.unwrap_or_else(|| ChannelState { name: name.clone(), ..ChannelState::default() }))
        })
        .collect();
    rows.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    output::print(&match args.format {
        NotifyFormat::Table => table(&rows),
        NotifyFormat::Json => json_of(&rows)?,
    })?;
    Ok(Exit::Clean)
}

fn stamp(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// Where a channel stands, in words.
fn standing(state: &ChannelState) -> String {
    let why = state.last_reason.as_deref().map(|why| format!(": {}", printable(why))).unwrap_or_default();
    match (state.dead_since, state.failures, state.last_success) {
        (Some(since), ..) => format!("dead since {}{why}", stamp(since)),
        (None, 1.., _) => {
            let next = state.next_attempt.map(|next| format!(", tried again {}", stamp(next))).unwrap_or_default();
            format!("failed {} times{next}{why}", state.failures)
        }
        (None, 0, Some(last)) => format!("worked {}", stamp(last)),
        (None, 0, None) => "not used yet".to_owned(),
    }
}

fn table(rows: &[(&'static str, ChannelState)]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["CHANNEL", "KIND", "WAITING", "OLDEST", "SENT", "REFUSED", "EXPIRED", "STANDING"]);
    for (kind, state) in rows {
        table.add_row([
            state.name.to_string(),
            (*kind).to_owned(),
            state.waiting.to_string(),
            state.oldest.map(stamp).unwrap_or_default(),
            state.sent.to_string(),
            state.refused.to_string(),
            state.expired.to_string(),
            standing(state),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

fn json_of(rows: &[(&'static str, ChannelState)]) -> Result<String, Failure> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(kind, state)| {
            let mut row = json!(state);
            row["kind"] = (*kind).into();
            row
        })
        .collect();
    Ok(serde_json::to_string_pretty(&rows).context("cannot write the channels")? + "\n")
}
