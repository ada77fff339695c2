//! Points and lengths of time. Beside CEL's own forms: `days(90)`, `duration('90d')`, dates without a time.

use super::{Val, refused};
use chrono::{DateTime, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

const DAY: i64 = 86_400_000;

pub(super) fn days<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    match arguments {
        [Val::Int(days)] => days.checked_mul(DAY).map_or_else(|| Val::failed("that many days are too many"), Val::Span),
        _ => refused("days", arguments),
    }
}

pub(super) fn timestamp<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    match arguments {
        [Val::Time(millis)] => Val::Time(*millis),
        [Val::Int(seconds)] => seconds.checked_mul(1000).map_or_else(|| Val::failed("that point in time is too far away"), Val::Time),
        [value] => match value.text() {
            Some(text) => read_time(text)
                .map_or_else(|| Val::failed(arcstr::format!("{text:?} is no time such as 2026-01-31T12:00:00Z or 2026-01-31")), Val::Time),
            None => refused("timestamp", arguments),
        },
        _ => refused("timestamp", arguments),
    }
}

pub(super) fn duration<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    match arguments {
        [Val::Span(millis)] => Val::Span(*millis),
        [value] => match value.text() {
            Some(text) => read_span(text)
                .map_or_else(|| Val::failed(arcstr::format!("{text:?} is no length of time such as 90d or 1h30m")), Val::Span),
            None => refused("duration", arguments),
        },
        _ => refused("duration", arguments),
    }
}

fn whole<'a>(name: &str, arguments: &[Val<'a>], unit: i64) -> Val<'a> {
    match arguments {
        // Towards zero, as CEL has it.
        [Val::Span(millis)] => Val::Int(millis / unit),
        _ => refused(name, arguments),
    }
}

pub(super) fn whole_days<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    whole("getDays", arguments, DAY)
}

pub(super) fn whole_hours<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    whole("getHours", arguments, 3_600_000)
}

pub(super) fn whole_minutes<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    whole("getMinutes", arguments, 60_000)
}

pub(super) fn whole_seconds<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    whole("getSeconds", arguments, 1000)
}

fn read_time(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.timestamp_millis())
        .ok()
        .or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()))
}

/// Numbers with units one after another: `1h30m`, `1.5h`, `-90d`. Cut to the millisecond.
fn read_span(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum = Decimal::ZERO;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|&length| length > 0)?;
        let (digits, behind) = rest.split_at(number);
        let unit = behind.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(unit);
        let millis = match unit {
            "d" => Decimal::from(DAY),
            "h" => Decimal::from(3_600_000),
            "m" => Decimal::from(60_000),
            "s" => Decimal::from(1000),
            "ms" => Decimal::ONE,
            "us" | "µs" => Decimal::new(1, 3),
            "ns" => Decimal::new(1, 6),
            _ => return None,
        };
        let digits = digits.strip_suffix('.').unwrap_or(digits);
        sum = sum.checked_add(Decimal::from_str_exact(digits).ok()?.checked_mul(millis)?)?;
        rest = behind;
    }
    let millis = sum.trunc().to_i64()?;
    Some(if negative { -millis } else { millis })
}
