//! How fast we ask: one lane per (account, region, call), because AWS's limits are per action and far apart.
//!
//! A lane begins at the pace that the service's collector names and adapts as TCP does: halved when AWS asks to slow down
//! (once for all requests that were under way at that moment), a tenth faster after a second's worth of good answers, never
//! above where it began. The SDK's adaptive retry mode was the alternative: it keeps one bucket for a whole service, so that a
//! throttled `ListTagsOfResource` would slow down `DescribeTable`.
//!
//! A lane on which even the slowest pace is throttled, time after time, is closed: the rest is `throttled` at once,
//! instead of hours at two requests a second.

use crate::model::CallId;
use crate::model::call::Place;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Sustained requests a second.
    pub per_second: u32,
    /// Requests at once after a rest.
    pub burst: u32,
}

impl Pace {
    /// A pace of so many a second, and so many at once.
    pub const fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst }
    }
}

impl Default for Pace {
    /// What most control-plane actions bear: AWS documents 10 to 100 a second for those with a figure.
    fn default() -> Self {
        Self::new(20, 20)
    }
}

/// Throttles that arrive within this time of a slow-down belong to requests that were already under way.
const SAME_EVENT: Duration = Duration::from_millis(250);
/// No lane gets slower than this many a second.
const SLOWEST: u32 = 2;
/// So many throttles in a row at the slowest pace close a lane.
const PATIENCE: u32 = 8;

/// All lanes of a pass.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<HashMap<(Place, CallId), Arc<Lane>>>);

/// The pace of one call in one place.
#[derive(Debug)]
pub struct Lane {
    top: Pace,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    gate: Arc<DefaultDirectRateLimiter>,
    per_second: u32,
    good: u32,
    slowed: Option<Instant>,
    /// Throttles since the last good answer, at the slowest pace.
    in_vain: u32,
}

/// The lane is closed: AWS kept asking to slow down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl Limiter {
    /// The lane of a call.
    pub fn lane(&self, place: &Place, call: &CallId, pace: Pace) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry((place.clone(), call.clone())).or_insert_with(|| Arc::new(Lane::new(pace))))
    }
}

impl Lane {
    /// A lane that nobody went along yet.
    pub fn new(top: Pace) -> Self {
        let state = State { gate: gate(top), per_second: top.per_second, good: 0, slowed: None, in_vain: 0 };
        Self { top, state: Mutex::new(state) }
    }

    /// Waits until a request may be sent.
    ///
    /// # Errors
    /// [`Closed`] where none may any more.
    pub async fn ready(&self) -> Result<(), Closed> {
        loop {
            let gate = {
                let state = self.lock();
                if state.in_vain >= PATIENCE {
                    return Err(Closed);
                }
                Arc::clone(&state.gate)
            };
            let wait = match gate.check() {
                Ok(()) => return Ok(()),
                Err(not_yet) => not_yet.wait_time_from(DefaultClock::default().now()),
            };
            // Not longer, so that a change of pace reaches those who wait.
            tokio::time::sleep(wait.clamp(Duration::from_millis(1), SAME_EVENT)).await;
        }
    }

    /// A request was answered well.
    pub fn good(&self) {
        let mut state = self.lock();
        state.in_vain = 0;
        if state.per_second >= self.top.per_second {
            return;
        }
        state.good += 1;
        if state.good >= state.per_second {
            let faster = state.per_second.saturating_add(1 + state.per_second / 10).min(self.top.per_second);
            state.set(faster, self.top);
        }
    }

    /// AWS asked to slow down.
    pub fn throttled(&self, now: Instant) {
        let mut state = self.lock();
        let slowest = SLOWEST.min(self.top.per_second);
        let at_slowest = state.per_second <= slowest;
        if state.slowed.is_some_and(|slowed| now.duration_since(slowed) < SAME_EVENT) {
            return;
        }
        state.slowed = Some(now);
        if at_slowest {
            state.in_vain = state.in_vain.saturating_add(1);
        } else {
            let slower = (state.per_second / 2).max(slowest);
            state.set(slower, self.top);
        }
    }

    /// The present pace, requests a second.
    #[cfg(test)]
    pub fn per_second(&self) -> u32 {
        self.lock().per_second
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn set(&mut self, per_second: u32, top: Pace) {
        self.good = 0;
        if per_second != self.per_second {
            self.per_second = per_second;
            // A slowed lane has no burst: what AWS's own bucket held is spent.
            let burst = if per_second >= top.per_second { top.burst } else { 1 };
            self.gate = gate(Pace { per_second, burst });
        }
    }
}

fn gate(pace: Pace) -> Arc<DefaultDirectRateLimiter> {
    let at_least_one = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    Arc::new(RateLimiter::direct(Quota::per_second(at_least_one(pace.per_second)).allow_burst(at_least_one(pace.burst))))
}

#[cfg(test)]
mod tests;
