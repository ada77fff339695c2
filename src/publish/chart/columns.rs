//! Columns of days, each stacked of parts: what each service cost on each day.
//!
//! Refunds and credits are negative: they hang below the line of zero instead of shortening what stands above it.

use super::scale::{Scale, ticks};
use super::series_class;
use maud::{Markup, html};
use rust_decimal::Decimal;

const WIDTH: u32 = 720;
const HEIGHT: u32 = 220;
const LEFT: u32 = 52;
const RIGHT: u32 = 8;
const TOP: u32 = 10;
const BOTTOM: u32 = 24;
/// Labels below columns that have room beside each other.
const MOST_LABELS: usize = 10;

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// What stands below it: a day.
    pub label: &'a str,
    /// Whether its numbers may still change; it is drawn lighter.
    pub provisional: bool,
    /// Its parts, from the line of zero outwards.
    pub parts: Vec<Part>,
}

/// One part of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which series: it says the colour, see [`super::SERIES`].
    pub series: usize,
    /// How much, negative below zero.
    pub amount: Decimal,
    /// What a pointer held over it is told: `Lambda on 12 May: 0.12 USD`.
    pub title: String,
}

/// A drawn part.
struct Bar<'a> {
    series: usize,
    title: &'a str,
    y: Decimal,
    height: Decimal,
}

/// Draws the columns; `label` says what they show, `unit` stands at the axis.
pub fn columns(label: &str, unit: &str, columns: &[Column<'_>]) -> Markup {
    let above = columns.iter().map(|column| sum(column, true)).max().unwrap_or_default();
    let below = columns.iter().map(|column| sum(column, false)).min().unwrap_or_default();
    let steps = ticks(above.max(-below));
    let top = steps.last().copied().unwrap_or_default();
    let floor = steps.iter().map(|step| -*step).find(|step| *step <= below).unwrap_or_default();
    let up = Scale::new((floor, if top.is_zero() { Decimal::ONE } else { top }), (HEIGHT - BOTTOM, TOP));
    let count = u32::try_from(columns.len().max(1)).unwrap_or(u32::MAX);
    let along = Scale::new((Decimal::ZERO, Decimal::from(count)), (LEFT, WIDTH - RIGHT));
    let room = (Decimal::from(WIDTH - RIGHT - LEFT) / Decimal::from(count)).round_dp(2);
    let wide = (room * Decimal::new(72, 2)).round_dp(2).normalize();
    let every = columns.len().div_ceil(MOST_LABELS).max(1);
    html! {
        svg.chart.chart-columns role="img" aria-label=(label) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            text.chart-text x="0" y=(TOP + 2) { (unit) }
            @for tick in steps.iter().chain((floor < Decimal::ZERO).then_some(&floor)) {
                @let y = up.place(*tick);
                line.chart-grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y) y2=(y) {}
                text.chart-text.chart-tick x=(LEFT - 6) y=(y) { (tick) }
            }
            @for (at, column) in (0u32..).zip(columns) {
                @let x = along.place(Decimal::from(at)) + (room - wide) / Decimal::TWO;
                g.chart-provisional[column.provisional] {
                    @for bar in bars(column, &up) {
                        rect class=(series_class(bar.series)) x=(x.round_dp(2).normalize()) width=(wide) y=(bar.y) height=(bar.height) {
                            title { (bar.title) }
                        }
                    }
                }
                @if usize::try_from(at).is_ok_and(|at| at % every == 0) {
                    text.chart-text.chart-day x=((x + wide / Decimal::TWO).round_dp(2).normalize()) y=(HEIGHT - 8) { (column.label) }
                }
            }
        }
    }
}

/// What stands above the line, or hangs below it; amounts too large to add are drawn up to the edge.
fn sum(column: &Column<'_>, above: bool) -> Decimal {
    let side = column.parts.iter().map(|part| part.amount).filter(|amount| (*amount > Decimal::ZERO) == above);
    side.fold(Decimal::ZERO, Decimal::saturating_add)
}

fn bars<'a>(column: &'a Column<'_>, up: &Scale) -> Vec<Bar<'a>> {
    let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
    let drawn = column.parts.iter().map(|part| {
        let reached = if part.amount > Decimal::ZERO { &mut above } else { &mut below };
        let from = up.place(*reached);
        *reached = reached.saturating_add(part.amount);
        let to = up.place(*reached);
        Bar { series: part.series, title: &part.title, y: from.min(to), height: (from - to).abs() }
    });
    drawn.filter(|bar| !bar.height.is_zero()).collect()
}
