//! When a schedule is due: the answers of `croner`, made exact where a zone's clocks are turned.
//!
//! `croner` is asked about wall-clock readings only, as if they were UTC, where nothing is ever skipped or repeated; what
//! moment a reading is, this module decides. Asked directly in a zone, it walks by readings: in the hour that comes twice
//! it steps back in time or leaves the second half out, and an expression with two hours loses the one that is skipped.
//!
//! - An expression that names hours (`30 2 * * *`) means readings of a clock. Each reading is due once: one that the clock
//!   skips is due when the clock has been turned, one that comes twice is due the first time.
//! - An expression for every hour (`*/15 * * * *`) means a rhythm. It goes on through both passes of an hour that comes
//!   twice, and has no reading to make up for in one that is skipped.

#[cfg(test)]
mod tests;

use super::config::Schedule;
use crate::model::value::Time;
use chrono::{LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::{GapInfo, Tz};

/// A schedule in a zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Timetable {
    schedule: Schedule,
    zone: Tz,
    sense: Sense,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Readings,
    Rhythm,
}

impl Timetable {
    /// The schedule, read in the zone.
    pub fn new(schedule: Schedule, zone: Tz) -> Self {
        let sense = if schedule.cron().pattern.hours.is_all_set() { Sense::Rhythm } else { Sense::Readings };
        Self { schedule, zone, sense }
    }

    /// The first due time after a moment; none where there is none within croner's range of years.
    pub fn next_after(&self, moment: Time) -> Option<Time> {
        let mut best: Option<Time> = None;
        let mut reading = self.search_from(moment);
        loop {
            reading = self.next_reading(reading)?;
            let (first, second) = self.moments_of(reading);
            for candidate in [first, second].into_iter().flatten().filter(|candidate| *candidate > moment) {
                best = Some(best.map_or(candidate, |best| best.min(candidate)));
            }
            // The first moments of later readings are never earlier, so nothing after this one can beat it.
            if let Some(best) = best
                && first.is_none_or(|first| first >= best || second.is_none())
            {
                return Some(best);
            }
        }
    }

    /// The last due time after one moment and at or before another.
    pub fn last_between(&self, after: Time, until: Time) -> Option<Time> {
        // From the end in growing steps: after a year of downtime nobody walks through every minute of it.
        let mut span = TimeDelta::hours(2);
        loop {
            let from = until.checked_sub_signed(span).map_or(after, |from| from.max(after));
            let mut last = None;
            let mut next = self.next_after(from);
            while let Some(due) = next.filter(|due| *due <= until) {
                last = Some(due);
                next = self.next_after(due);
            }
            if last.is_some() || from == after {
                return last;
            }
            span = span.checked_mul(8)?;
        }
    }

    /// The reading after which to search. In the first pass of an hour that comes twice, earlier readings come again.
    fn search_from(&self, moment: Time) -> NaiveDateTime {
        let reading = self.zone.from_utc_datetime(&moment.naive_utc()).naive_local();
        let whole = reading.with_nanosecond(0).unwrap_or(reading);
        match (self.sense, self.zone.from_local_datetime(&whole)) {
            (Sense::Rhythm, LocalResult::Ambiguous(first, second)) => whole - second.signed_duration_since(first),
            (Sense::Rhythm | Sense::Readings, _) => whole,
        }
    }

    fn next_reading(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        self.schedule.cron().find_next_occurrence(&after.and_utc(), false).ok().map(|found| found.naive_utc())
    }

    /// The moments at which a reading is due.
    fn moments_of(&self, reading: NaiveDateTime) -> (Option<Time>, Option<Time>) {
        match (self.zone.from_local_datetime(&reading), self.sense) {
            (LocalResult::Single(moment), _) => (Some(moment.to_utc()), None),
            (LocalResult::Ambiguous(first, _), Sense::Readings) => (Some(first.to_utc()), None),
            (LocalResult::Ambiguous(first, second), Sense::Rhythm) => (Some(first.to_utc()), Some(second.to_utc())),
            (LocalResult::None, Sense::Readings) => {
                (GapInfo::new(&reading, &self.zone).and_then(|gap| gap.end).map(|end| end.to_utc()), None)
            }
            (LocalResult::None, Sense::Rhythm) => (None, None),
        }
    }
}
