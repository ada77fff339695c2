//! A value against its estimated range: a band from low to high, a bar up to the value. The eye sees below, within, above.

use super::scale::{Scale, ticks};
use maud::{Markup, html};
use rust_decimal::Decimal;

const WIDTH: u32 = 320;
const HEIGHT: u32 = 36;
const TRACK: u32 = 14;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The least that was estimated.
    pub low: Decimal,
    /// The most that was estimated.
    pub high: Decimal,
    /// What it is by now.
    pub actual: Decimal,
    /// What it will be at the month's end, where that can be told.
    pub projected: Option<Decimal>,
}

impl Estimate {
    /// The class that says where the value stands: the projection where there is one.
    fn standing(&self) -> &'static str {
        let value = self.projected.unwrap_or(self.actual);
        if value > self.high {
            "chart-above"
        } else if value < self.low {
            "chart-below"
        } else {
            "chart-within"
        }
    }
}

/// Draws it; `label` says the same in words.
pub fn estimate(label: &str, estimate: &Estimate) -> Markup {
    let most = estimate.high.max(estimate.actual).max(estimate.projected.unwrap_or_default());
    let steps = ticks(most);
    let end = steps.last().copied().unwrap_or_default();
    let along = Scale::new((Decimal::ZERO, if end.is_zero() { Decimal::ONE } else { end }), (0, WIDTH));
    let (low, high) = (along.place(estimate.low), along.place(estimate.high));
    let actual = along.place(estimate.actual);
    html! {
        svg class={ "chart chart-estimate " (estimate.standing()) } role="img" aria-label=(label) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            rect.chart-track x="0" y="0" width=(WIDTH) height=(TRACK) {}
            rect.chart-band x=(low) y="0" width=(high - low) height=(TRACK) {}
            rect.chart-value x="0" y="4" width=(actual) height=(TRACK - 8) {}
            @if let Some(projected) = estimate.projected {
                @let x = along.place(projected);
                line.chart-projected x1=(x) x2=(x) y1="0" y2=(TRACK) {}
            }
            @for (at, tick) in steps.iter().enumerate() {
                @let end = if at == 0 { "chart-first" } else if Some(tick) == steps.last() { "chart-final" } else { "chart-mid" };
                text.chart-text class=(end) x=(along.place(*tick)) y=(HEIGHT - 6) { (tick) }
            }
        }
    }
}
