//! A line as high as a word, for how a number went over weeks. A week without a number is a break in the line, not a zero.

use super::scale::Scale;
use maud::{Markup, html};
use rust_decimal::Decimal;
use std::fmt::Write as _;

const WIDTH: u32 = 120;
const HEIGHT: u32 = 28;
/// Room for the dot of the last value.
const MARGIN: u32 = 3;

/// The values, oldest first; `label` says what they are and how they went, since the drawing alone tells nobody who cannot
/// see it. The scale begins at zero, or below where a value is negative.
pub fn sparkline(label: &str, values: &[Option<Decimal>]) -> Markup {
    let known = || values.iter().flatten().copied();
    let low = known().min().unwrap_or(Decimal::ZERO).min(Decimal::ZERO);
    let high = known().max().unwrap_or(Decimal::ZERO).max(Decimal::ZERO);
    let up = Scale::new((low, high), (HEIGHT - MARGIN, MARGIN));
    let last = u32::try_from(values.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let along = Scale::new((Decimal::ZERO, Decimal::from(last)), (MARGIN, WIDTH - MARGIN));
    let places: Vec<Option<(Decimal, Decimal)>> =
        (0u32..).zip(values).map(|(week, value)| value.map(|value| (along.place(Decimal::from(week)), up.place(value)))).collect();
    html! {
        svg.chart.chart-spark role="img" aria-label=(label) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            path.chart-line d=(path(&places)) {}
            @for (x, y) in lonely(&places) { circle.chart-dot cx=(x) cy=(y) r="1.5" {} }
            @if let Some((x, y)) = places.iter().rev().flatten().next() { circle.chart-dot.chart-last cx=(x) cy=(y) r="2.5" {} }
        }
    }
}

/// Lines through neighbours; a gap begins a new one.
fn path(places: &[Option<(Decimal, Decimal)>]) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for place in places {
        if let Some((x, y)) = place {
            // Writing to a string cannot fail.
            let _ = write!(path, "{}{x} {y}", if drawing { "L" } else { "M" });
        }
        drawing = place.is_some();
    }
    path
}

/// Values without a neighbour: no line would show them.
fn lonely(places: &[Option<(Decimal, Decimal)>]) -> impl Iterator<Item = (Decimal, Decimal)> {
    let known = |at: Option<usize>| at.and_then(|at| places.get(at)).is_some_and(Option::is_some);
    places.iter().enumerate().filter(move |(at, _)| !known(at.checked_sub(1)) && !known(at.checked_add(1))).filter_map(|(_, place)| *place)
}
