//! Words that several formats share: dates, differences, how much is told of a text that somebody else wrote.

use super::data::{ControlState, Data, Entry, Standing};
use crate::model::Money;
use crate::model::rule::Severity;
use crate::model::value::Time;
use crate::telemetry::printable;
use std::borrow::Cow;

/// What stands where nothing is known or has a meaning.
pub const NONE: &str = "—";

/// A day.
pub fn day(time: Time) -> String {
    time.format("%Y-%m-%d").to_string()
}

/// A day and a time.
pub fn time(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A text from outside with its hidden characters written out, cut after so many characters.
pub fn clip(text: &str, most: usize) -> Cow<'_, str> {
    let text = printable(text);
    match text.char_indices().nth(most) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
    }
}

/// An amount, at least two decimals, at most four.
pub fn amount(amount: Money) -> String {
    let mut amount = amount.amount().round_dp(4).normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// An amount with its unit.
pub fn usd(of: Money) -> String {
    format!("{} USD", amount(of))
}

/// [`usd`], or that nothing is known.
pub fn usd_or_none(amount: Option<Money>) -> String {
    amount.map_or_else(|| NONE.to_owned(), usd)
}

/// What changed: `+3`, `−2`, `±0`.
pub fn difference(before: u64, now: u64) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => format!("+{}", now - before),
        std::cmp::Ordering::Less => format!("\u{2212}{}", before - now),
        std::cmp::Ordering::Equal => "±0".to_owned(),
    }
}

/// A share in per cent, rounded down, so that 100 % means all; of nothing there is no share.
pub fn percent(part: u64, whole: u64) -> String {
    match (u128::from(part) * 1000).checked_div(u128::from(whole)) {
        None => NONE.to_owned(),
        Some(permille) if permille % 10 == 0 => format!("{} %", permille / 10),
        Some(permille) => format!("{}.{} %", permille / 10, permille % 10),
    }
}

/// A count with its noun.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Who owns something.
pub fn owner(owner: Option<&str>) -> Cow<'_, str> {
    match owner {
        Some(owner) if !owner.is_empty() => clip(owner, 60),
        Some(_) | None => "nobody".into(),
    }
}

/// What a state of a control is called.
pub const fn control(state: ControlState) -> &'static str {
    match state {
        ControlState::Fail => "failing",
        ControlState::Unknown => "unknown",
        ControlState::Waived => "waived",
        ControlState::NotEvaluated => "not evaluated",
        ControlState::Pass => "passing",
    }
}

/// The verdict in a sentence or two, for whoever reads nothing else.
pub fn verdict(data: &Data) -> String {
    let now = &data.verdict.now;
    let named = |severity: Severity| (now.of(severity) > 0).then(|| format!("{} {severity}", now.of(severity)));
    let parts: Vec<String> = Severity::ALL.iter().rev().filter_map(|severity| named(*severity)).collect();
    let mut sentence = match parts.as_slice() {
        [] => "No finding is open".to_owned(),
        [one] => format!("{} open: {one}", count_open(now)),
        [first @ .., last] => format!("{} open: {} and {last}", count_open(now), first.join(", ")),
    };
    if data.verdict.past_due > 0 {
        sentence.push_str(&format!("; {} past due", data.verdict.past_due));
    }
    sentence.push('.');
    let incomplete = data.audit.coverage.complete < data.audit.coverage.needed || data.audit.coverage.needed == 0;
    if incomplete {
        sentence.push_str(" Not everything could be read, so there may be more.");
    }
    sentence
}

fn count_open(now: &Standing) -> String {
    count(now.total(), "finding is", "findings are")
}

/// What the numbers are compared with, or why they are not.
pub fn comparison(data: &Data) -> String {
    match (&data.comparison.baseline, data.comparison.is_comparable()) {
        (Some(baseline), true) => {
            format!("Compared with the audit of {}: same accounts, same rules.", time(baseline.finished_at))
        }
        (Some(baseline), false) => {
            format!("Not compared with the audit of {}, the baseline. {}", time(baseline.finished_at), data.comparison.reasons.join(" "))
        }
        (None, _) => format!("Not compared. {}", data.comparison.reasons.join(" ")),
    }
}

/// When a finding is due, and whether that is over.
pub fn due(entry: &Entry, as_of: Time) -> String {
    match entry.due {
        Some(due) if entry.is_past_due(as_of) => format!("{}, past due", day(due)),
        Some(due) => day(due),
        None => NONE.to_owned(),
    }
}

/// Due dates by severity in a line.
pub fn due_days(data: &Data) -> String {
    let days: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .map(|severity| match data.due_days.get(severity) {
            Some(days) => format!("{severity} {}", count(u64::from(*days), "day", "days")),
            None => format!("{severity} without a due date"),
        })
        .collect();
    format!("Due after a finding was opened or came back: {}.", days.join(", "))
}
