//! The metrics page.
//!
//! What comes from the audited accounts is rendered **once**, when a pass ends, and replaced whole: a scrape copies bytes.
//! It neither asks AWS nor the store, it cannot see half a pass, and its cost does not grow with the accounts. What only
//! the process knows (its build, the last attempt, the reload) is read at scrape time by [`Process`].
//!
//! Families are declared once, in `families`, with help text and labels; how many series they may have in all is
//! bounded in `budget`.

mod budget;
mod families;
mod family;
mod page;
mod process;

#[cfg(test)]
mod tests;

pub use budget::DEFAULT_BUDGET;
pub use families::FAMILIES;
pub use family::{Family, FoldedValue, Kind, Label, Reach, Sample};
pub use page::Page;
pub use process::{Build, Process, Reload, Telling};

use crate::model::snapshot::Snapshot;
use prometheus::TextEncoder;

/// The media type of the page.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A snapshot as text, with the counts of what was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exposition {
    /// The families in Prometheus's text format.
    pub text: String,
    /// By family, in the order of the page.
    pub counts: Vec<Count>,
}

/// How many series a family has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The family's name.
    pub family: &'static str,
    /// Series on the page.
    pub series: u64,
    /// Series that were folded into others, because the budget ended.
    pub folded: u64,
}

/// Renders a snapshot within a budget of series.
pub fn render(snapshot: &Snapshot, budget: usize) -> Exposition {
    let mut sampled: Vec<(&'static Family, Vec<Sample>)> =
        FAMILIES.iter().flat_map(|list| list.iter()).map(|family| (family, (family.read)(snapshot))).collect();
    sampled.sort_by_key(|(family, _)| family.name);
    let sizes: Vec<usize> = sampled.iter().map(|(_, samples)| samples.len()).collect();
    let most = budget::share(&sizes, budget);
    let mut exposition = Exposition::default();
    for (family, samples) in sampled {
        let (samples, folded) = budget::fold(family, samples, most);
        exposition.counts.push(Count { family: family.name, series: samples.len() as u64, folded });
        if samples.is_empty() {
            continue; // a family without series has no lines at all: that is what "absent" means to Prometheus
        }
        // Writing to a string fails only for a family without series or without a name.
        let _ = TextEncoder::new().encode_utf8(&[family.proto(&samples)], &mut exposition.text);
    }
    exposition
}
