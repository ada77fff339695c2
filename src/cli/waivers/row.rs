//! A waiver as `waivers list` and `waivers check` write it.

use crate::cli::Failure;
use crate::model::value::Time;
use crate::model::waiver::{Standing, Waiver, WaiverScope, WaiverState};
use crate::telemetry::printable;
use anyhow::Context as _;
use arcstr::ArcStr;
use comfy_table::{Table, presets};
use serde::Serialize;
use std::collections::BTreeMap;

/// One waiver with where it stands.
#[derive(Debug, Serialize)]
pub struct Row<'a> {
    #[serde(flatten)]
    waiver: &'a Waiver,
    state: WaiverState,
    days_left: i64,
    /// How many failures it covers; null where no audit was made, or where it is not known.
    matched: Option<u64>,
    /// The same by rule.
    matched_rules: BTreeMap<&'a str, u64>,
    /// Why it may cover more than is known.
    unseen: Option<&'a str>,
    #[serde(skip)]
    judged: Judged,
}

/// Whether an audit told what it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Yes,
    No,
}

impl<'a> Row<'a> {
    /// By its time alone.
    pub fn of(waiver: &'a Waiver, now: Time) -> Self {
        let (state, days_left) = (waiver.state(now), waiver.days_left(now));
        Self { waiver, state, days_left, matched: None, matched_rules: BTreeMap::new(), unseen: None, judged: Judged::No }
    }

    /// After an audit.
    pub fn judged(standing: &'a Standing, now: Time) -> Self {
        let unseen = standing.unseen.as_ref().map(|gap| gap.detail.as_str());
        let matched = standing.matched();
        Self {
            state: standing.state(now),
            matched: (matched > 0 || unseen.is_none()).then_some(matched),
            matched_rules: standing.rules.iter().map(|(rule, matches)| (rule.as_str(), matches.results)).collect(),
            unseen,
            judged: Judged::Yes,
            ..Self::of(&standing.waiver, now)
        }
    }

    /// Its id, for sorting.
    pub fn id(&self) -> ArcStr {
        self.waiver.id.shared().clone()
    }

    fn standing(&self) -> String {
        match self.state {
            WaiverState::Expiring if self.days_left == 0 => "expiring today".to_owned(),
            WaiverState::Expiring => format!("expiring in {}", days(self.days_left)),
            state => state.to_string(),
        }
    }

    fn covers(&self) -> String {
        match (self.matched, self.unseen) {
            (Some(matched), _) => matched.to_string(),
            (None, Some(why)) => format!("unknown: {why}"),
            (None, None) => String::new(),
        }
    }
}

/// A table for people.
pub fn table(rows: &[Row<'_>]) -> String {
    let judged = rows.iter().any(|row| row.judged == Judged::Yes);
    let mut table = Table::new();
    let covers = judged.then_some("COVERS");
    table
        .load_style(presets::NOTHING)
        .set_header(["WAIVER", "STATE", "UNTIL"].into_iter().chain(covers).chain(["OWNER", "FOR", "REASON", "WHERE"]));
    for row in rows {
        let waiver = row.waiver;
        let reason = match &waiver.ticket {
            Some(ticket) => format!("{} ({ticket})", waiver.reason),
            None => waiver.reason.to_string(),
        };
        let head = [waiver.id.to_string(), row.standing(), waiver.expires.format("%Y-%m-%d").to_string()];
        let rest = [waiver.owner.to_string(), scope(&waiver.scope), reason, waiver.origin.to_string()];
        let cells = head.into_iter().chain(judged.then(|| row.covers())).chain(rest);
        table.add_row(cells.map(|cell| printable(&cell.replace('\n', " ")).into_owned()));
    }
    let mut text = String::new();
    if !rows.is_empty() {
        text.extend(table.lines().map(|line| format!("{}\n", line.trim())));
        text.push('\n');
    }
    text + &format!("{}\n", counted(rows.len()))
}

/// An array for machines.
pub fn json(rows: &[Row<'_>]) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(rows).context("cannot write the list")? + "\n")
}

/// How many there are, in words.
pub fn counted(number: usize) -> String {
    if number == 1 { "1 waiver".to_owned() } else { format!("{number} waivers") }
}

fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

/// The conditions that are given, as they would be written.
fn scope(scope: &WaiverScope) -> String {
    let texts = |name: &str, values: Vec<&str>| (!values.is_empty()).then(|| format!("{name} {}", values.join("|")));
    let plain = |name: &str, values: &[ArcStr]| texts(name, values.iter().map(ArcStr::as_str).collect());
    let tags =
        scope.tags.iter().map(|(key, values)| format!("tag {key}={}", values.iter().map(ArcStr::as_str).collect::<Vec<_>>().join("|")));
    let conditions = [
        plain("rule", &scope.rules),
        plain("resource", &scope.resources),
        plain("type", &scope.types),
        texts("account", scope.accounts.iter().map(crate::model::AccountId::as_str).collect()),
        texts("region", scope.regions.iter().map(crate::model::Region::as_str).collect()),
    ];
    conditions.into_iter().flatten().chain(tags).collect::<Vec<_>>().join(", ")
}
