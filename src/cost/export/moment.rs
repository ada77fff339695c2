//! Times in exports: of a charge its day, of a bill its month, both in UTC.

use crate::model::ledger::Month;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime};

/// The day of a text such as `2026-10-01`, `2026-10-01 00:00:00`, `2026-10-01T00:00Z`, `2026-10-01T02:00:00+02:00`; as days since 1970.
pub fn day(text: &str) -> Option<i32> {
    let text = text.trim();
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let date_alone = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let day = match rest.trim_end_matches(" UTC") {
        "" | "Z" => date_alone,
        rest if !rest.starts_with(['T', ' ']) => return None,
        rest => {
            let clock = rest.get(1..)?;
            match clock.find(['+', '-']) {
                None => {
                    let clock = clock.trim_end_matches('Z');
                    let whole = format!("{date}T{clock}");
                    let read = NaiveDateTime::parse_from_str(&whole, "%Y-%m-%dT%H:%M:%S%.f");
                    read.or_else(|_| NaiveDateTime::parse_from_str(&whole, "%Y-%m-%dT%H:%M")).ok()?.date()
                }
                Some(_) => {
                    let whole = format!("{date}T{clock}");
                    let read = DateTime::parse_from_str(&whole, "%Y-%m-%dT%H:%M:%S%.f%#z");
                    read.or_else(|_| DateTime::parse_from_str(&whole, "%Y-%m-%dT%H:%M%#z")).ok()?.naive_utc().date()
                }
            }
        }
    };
    Some(day.to_epoch_days())
}

/// The date of a day since 1970.
pub fn date(day: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(day)
}

/// The month of a day since 1970, counted from year 0.
pub fn month_number(day: i32) -> Option<i32> {
    let date = date(day)?;
    date.year().checked_mul(12)?.checked_add(i32::try_from(date.month0()).ok()?)
}

/// The month of such a number.
pub fn month(number: i32) -> Option<Month> {
    let month0 = u32::try_from(number.rem_euclid(12)).ok()?;
    NaiveDate::from_ymd_opt(number.div_euclid(12), month0 + 1, 1).map(Month::of)
}
