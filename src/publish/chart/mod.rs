//! Small charts as inline SVG, for the page and the report: a line of weeks, columns of days, a value within its estimate.
//!
//! Drawn by ourselves, since a chart here is forty lines of geometry, while chart crates bring fonts, scripts or inline styles
//! that a strict Content-Security-Policy refuses. Everything is a decimal: money never passes through a float, and the same
//! data gives the same bytes on every machine. Colours come from the style sheet by class: `chart-line`, `chart-area`,
//! `chart-dot`, `chart-grid`, `chart-text`, `chart-s0` … `chart-s7` for series, `chart-provisional`, `chart-band`,
//! `chart-below`, `chart-within`, `chart-above`.
//!
//! A chart is an image with a name (`aria-label`); whoever shows one also shows its numbers as text or as a table.

mod columns;
mod estimate;
mod scale;
mod sparkline;

#[cfg(test)]
mod tests;

pub use columns::{Column, Part, columns};
pub use estimate::{Estimate, estimate};
pub use sparkline::sparkline;

/// Series that have a colour of their own; later ones share the last.
pub const SERIES: usize = 8;

/// The class of a series.
fn series_class(series: usize) -> &'static str {
    const CLASSES: [&str; SERIES] = ["chart-s0", "chart-s1", "chart-s2", "chart-s3", "chart-s4", "chart-s5", "chart-s6", "chart-s7"];
    CLASSES.get(series).copied().unwrap_or("chart-s7")
}
