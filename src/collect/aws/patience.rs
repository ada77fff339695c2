//! Deadlines and limits of the requests to AWS.

use std::time::Duration;

/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How long to wait and how hard to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until one request is answered.
    pub attempt: Duration,
    /// Until a call succeeded, its retries and the pauses between them included; waiting for our own limits is not.
    pub operation: Duration,
    /// The most requests that one call may take.
    pub attempts: u32,
    /// The most requests that one call may take where AWS asks to slow down: each waits for its turn on a slower lane.
    pub throttled_attempts: u32,
    /// The most requests that one call may take where nobody answers at all.
    pub silent_attempts: u32,
    /// The pause before the first retry; each further one is twice as long, and each is cut by up to a half at random.
    pub pause: Duration,
    /// The most requests under way at once, over all accounts and regions.
    pub in_flight: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(10),
            operation: Duration::from_secs(30),
            attempts: 5,
            throttled_attempts: 8,
            silent_attempts: 3,
            pause: Duration::from_millis(200),
            // 3,100 requests of 30 ms each take a second with 96 side by side, three with 32.
            in_flight: 96,
        }
    }
}

impl Patience {
    /// The pause after so many attempts (from 1).
    pub fn pause_after(&self, attempts: u32) -> Duration {
        let whole = self.pause.saturating_mul(1 << attempts.saturating_sub(1).min(6)).min(LONGEST_PAUSE);
        // Half of it at random, so that requests throttled together do not come back together. The hasher's keys are random.
        let random = std::hash::BuildHasher::hash_one(&std::collections::hash_map::RandomState::new(), attempts);
        whole / 2 + (whole / 2).mul_f64((random % 1024) as f64 / 1024.0)
    }
}
