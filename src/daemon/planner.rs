//! Whether a scheduled task is due now: the timetable against what was remembered.
//!
//! What is remembered is the due time that was served, not when it was served. So a restart neither loses nor repeats one,
//! however late the last one began, and any number of missed ones is made up for by exactly one.

use super::due::Timetable;
use crate::model::value::Time;
use chrono::TimeDelta;

/// A remembered time further ahead than this was written by a clock that went wrong; nearer ones are a clock that was set
/// back a little, by hand or at most by a day's confusion of zones.
const FARTHEST_AHEAD: TimeDelta = TimeDelta::hours(25);

/// Decides when a task runs.
#[derive(Clone, Debug)]
pub struct Planner {
    timetable: Timetable,
    served: Time,
    next: Option<Time>,
}

impl Planner {
    /// A plan that goes on behind the due time that was served last, or begins now.
    pub fn new(timetable: Timetable, served: Option<Time>, now: Time) -> Self {
        let served = match served {
            Some(served) if served <= now + FARTHEST_AHEAD => served,
            Some(_) | None => now,
        };
        let next = timetable.next_after(served);
        Self { timetable, served, next }
    }

    /// The due time to serve now, if there is one: the last of those that came since the one served before. Asked again,
    /// it is not due any more.
    pub fn take(&mut self, now: Time) -> Option<Time> {
        if self.next.is_none_or(|next| next > now) {
            return None;
        }
        let due = self.timetable.last_between(self.served, now)?;
        self.served = due;
        self.next = self.timetable.next_after(due);
        Some(due)
    }

    /// When the task is due next; past where it is due already.
    pub fn next(&self) -> Option<Time> {
        self.next
    }

    /// The same plan by another timetable: what was served stays served.
    #[must_use]
    pub fn with(&self, timetable: Timetable, now: Time) -> Self {
        if timetable == self.timetable {
            return self.clone();
        }
        // A due time of the new timetable that lies in the past was never promised to anybody.
        Self::new(timetable, Some(self.served.max(now)), now)
    }
}

#[cfg(test)]
mod tests;
