//! Thirteen weeks: a line for each number, and the numbers themselves.

use super::super::data::Data;
use super::super::trend::Week;
use super::super::words::{self, day};
use super::section;
use crate::publish::chart;
use maud::{Markup, html};
use rust_decimal::Decimal;

/// A row: what it counts, and where the number stands.
type Row = (&'static str, fn(&Week) -> Option<Decimal>);

const ROWS: [Row; 5] = [
    ("Open", |week| week.open.map(Decimal::from)),
    ("High and critical", |week| week.severe.map(Decimal::from)),
    ("Opened or back", |week| week.opened.map(Decimal::from)),
    ("Resolved", |week| week.resolved.map(Decimal::from)),
    ("Billed, USD", |week| week.billed_usd.map(|amount| amount.amount().round_dp(2).normalize())),
];

pub fn weeks(data: &Data) -> Markup {
    let apart = data.trend.iter().filter(|week| week.open.is_some() && !week.comparable).count() as u64;
    let body = html! {
        @if apart > 0 {
            p.lead {
                (words::count(apart, "week was", "weeks were")) " judged by other rules or over other accounts than the last audit, marked "
                span.apart { "*" } ": compare them with care."
            }
        }
        div.scroll tabindex="0" role="region" aria-label="Thirteen weeks" { table.weeks {
            thead { tr {
                th scope="col" { "Week that ended" } th scope="col" { span.hidden { "Trend" } }
                @for week in &data.trend {
                    th.number scope="col" { (short(week)) @if week.open.is_some() && !week.comparable { span.apart { "*" } } }
                }
            } }
            tbody { @for (name, value) in ROWS { @if data.trend.iter().any(|week| value(week).is_some()) { tr {
                th scope="row" { (name) }
                td.spark { (line(name, &data.trend, value)) }
                @for week in &data.trend { td.number { (value(week).map_or_else(|| words::NONE.to_owned(), |value| value.to_string())) } }
            } } } }
        } }
    };
    section("trend", "Thirteen weeks", &body)
}

/// Month and day: the year is in the header.
fn short(week: &Week) -> String {
    day(week.ends).get(5..).unwrap_or_default().to_owned()
}

fn line(name: &str, weeks: &[Week], value: fn(&Week) -> Option<Decimal>) -> Markup {
    let values: Vec<Option<Decimal>> = weeks.iter().map(value).collect();
    let known: Vec<Decimal> = values.iter().filter_map(|value| *value).collect();
    let label = match (known.first(), known.last()) {
        (Some(first), Some(last)) => format!("{name}: from {first} to {last}"),
        _ => format!("{name}: not known"),
    };
    chart::sparkline(&label, &values)
}
