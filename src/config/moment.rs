//! A point in time as operators write it: a date, or a date with a time.

use crate::diag::Faults;
use crate::diag::yaml::Node;
use crate::model::value::Time;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// The time of a node. A date alone is that day in UTC at `time`.
pub fn moment(node: &Node, what: &str, time: NaiveTime, faults: &mut Faults) -> Option<Time> {
    let text = node.word(what, faults)?;
    if let Ok(moment) = DateTime::parse_from_rfc3339(&text) {
        return Some(moment.with_timezone(&Utc));
    }
    if let Ok(date) = NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
        return Some(date.and_time(time).and_utc());
    }
    faults.add(&node.span, format!("{what} must be a date (2026-12-31) or a time (2026-12-31T12:00:00Z), not {:?}", text.as_str()));
    None
}
