//! The parts that pages are made of: text from accounts, marks of severity and status, times, money, code to copy.
//!
//! A mark says what it means by word and by shape; its colour only helps to find it again.

use crate::model::finding::FindingStatus;
use crate::model::rule::Severity;
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::{Money, RuleId};
use crate::telemetry::printable;
use maud::{Markup, Render, html};

/// Text from outside: escaped, and with characters written out that act on the order of those around them or are not to be seen.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(&'a str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        printable(self.0).as_ref().render_to(buffer);
    }
}

/// Text from outside.
pub fn text(text: &str) -> Text<'_> {
    Text(text)
}

/// A name that somebody gave: it keeps its own direction and turns nothing around it.
pub fn name(name: &str) -> Markup {
    html! { bdi { (text(name)) } }
}

/// The beginning of a long text for a list; the whole of it stands where the link leads.
pub fn clipped(whole: &str, most: usize) -> Markup {
    match whole.char_indices().nth(most) {
        None => name(whole),
        Some((end, _)) => html! { bdi { (text(whole.get(..end).unwrap_or(whole))) } span title="shortened" { "…" } },
    }
}

/// A text that may be long: whole up to `most` characters, else behind its beginning.
pub fn foldable(whole: &str, most: usize) -> Markup {
    if whole.chars().nth(most).is_none() {
        return name(whole);
    }
    html! { details.fold { summary { (clipped(whole, most)) } (name(whole)) } }
}

/// Text of several lines, such as code: lines stay, all else that acts is written out.
pub fn lines(whole: &str) -> Markup {
    html! {
        @for (at, line) in whole.lines().enumerate() {
            @if at > 0 { "\n" }
            (text(line))
        }
    }
}

/// The mark of a severity.
pub fn severity(severity: Severity) -> Markup {
    let (class, shape) = match severity {
        Severity::Critical => ("critical", "M8 1 15 8 8 15 1 8Z"),
        Severity::High => ("high", "M8 1.5 15 14H1Z"),
        Severity::Medium => ("medium", "M2.5 2.5h11v11h-11Z"),
        Severity::Low => ("low", "M8 3a5 5 0 1 0 .01 0Z"),
        Severity::Info => ("info", "M2 6.5h12v3H2Z"),
    };
    html! { span class={ "mark " (class) } { svg viewBox="0 0 16 16" aria-hidden="true" focusable="false" { path d=(shape) {} } (severity) } }
}

/// The mark of where a finding stands.
pub fn standing(status: FindingStatus) -> Markup {
    let (class, word) = match status {
        FindingStatus::Open => ("open", "open"),
        FindingStatus::Stale => ("stale", "not seen lately"),
        FindingStatus::Waived => ("waived", "waived"),
        FindingStatus::Resolved => ("resolved", "resolved"),
    };
    html! { span class={ "state " (class) } { (word) } }
}

/// The word of a verdict as people read it.
pub const fn verdict(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Fail => "fail",
        Status::Waived => "waived",
        Status::Unknown => "unknown",
        Status::NotApplicable => "not applicable",
    }
}

/// A point in time, to the minute, UTC.
pub fn time(at: Time) -> Markup {
    html! { time datetime=(at.format("%Y-%m-%dT%H:%M:%SZ")) { (at.format("%Y-%m-%d %H:%M")) } }
}

/// How long something has been so: `3 d`.
pub fn age(since: Time, now: Time) -> Markup {
    let minutes = (now - since).num_minutes().max(0);
    let (amount, unit) = match minutes {
        0..60 => (minutes, "min"),
        60..2880 => (minutes / 60, "h"),
        _ => (minutes / 1440, "d"),
    };
    html! { time datetime=(since.format("%Y-%m-%dT%H:%M:%SZ")) title=(since.format("%Y-%m-%d %H:%M UTC")) { (number(amount.unsigned_abs())) " " (unit) } }
}

/// A count with its thousands apart: `13,204`.
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// An amount to the cent, the exact one as its title; what is less than a cent is told with the digits that it has.
pub fn usd(amount: Money) -> Markup {
    let exact = amount.amount().normalize();
    let cents = exact.round_dp(2);
    let told = if cents.is_zero() && !exact.is_zero() { exact.round_dp(6).normalize().to_string() } else { format!("{cents:.2}") };
    html! { span.usd title={ (exact) " USD" } { (told) " USD" } }
}

/// One of many: `1 finding`, `2 findings`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A rule's id, leading to its page.
pub fn rule(id: &RuleId) -> Markup {
    html! { a.rule href=(super::address::path(&["rules", id.as_str()])) { code { (text(id.as_str())) } } }
}

/// Code to be copied. The button is the script's; without it, a click into the block selects all of it.
pub fn code(id: &str, label: &str, code: &str) -> Markup {
    html! {
        figure.code {
            figcaption { (label) button.quiet type="button" data-copy=(id) hidden { "Copy" span.sr { " " (label) } } }
            pre id=(id) tabindex="0" aria-label=(label) { code { (lines(code)) } }
        }
    }
}

/// A table that may be wider than the screen: it scrolls on its own, by keyboard too.
pub fn scrolled(label: &str, table: Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}

/// What stands where there is nothing to show.
pub fn nothing(why: &str) -> Markup {
    html! { p.nothing { (why) } }
}
