//! How often one may ask, and how often one may be wrong.
//!
//! Requests are counted by `governor`, in one bucket a client. Wrong credentials are counted here: what is wanted is not a
//! quota but a growing wait, and a right credential must not use up anything.

use super::super::problem::{Kind, Problem};
use arcstr::ArcStr;
use axum::http::{HeaderValue, header};
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Clients that are remembered; beyond it, those that are quiet are forgotten.
const MOST_CLIENTS: usize = 10_000;
/// Wrong credentials that cost no wait: people mistype.
const FREE_FAILURES: u32 = 5;
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// After this long without another, wrong credentials are forgotten.
const FORGIVEN: Duration = Duration::from_secs(15 * 60);

/// Who is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// Whoever asks under a name.
    Named(ArcStr),
    /// Whoever asks from an address.
    At(IpAddr),
}

impl Client {
    /// Whoever asks from there. An IPv6 customer has at least 2^64 addresses: they count as one.
    pub fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) if !address.is_loopback() => {
                Self::At(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))))
            }
            address => Self::At(address),
        }
    }
}

type Buckets = RateLimiter<Client, HashMapStateStore<Client>, DefaultClock>;

/// The counts of all clients.
#[derive(Debug)]
pub struct Limits {
    buckets: Option<Buckets>,
    clock: DefaultClock,
    failures: Mutex<HashMap<Client, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    /// When the next credential is looked at.
    fn until(self) -> Instant {
        let doublings = self.count.saturating_sub(FREE_FAILURES);
        if doublings == 0 {
            return self.last;
        }
        let wait = Duration::from_secs(1_u64.checked_shl(doublings - 1).unwrap_or(u64::MAX));
        self.last + wait.min(LONGEST_WAIT)
    }
}

impl Limits {
    /// So many requests in a minute for each client, a sixth of them at once; none for as many as they like.
    pub fn new(requests_per_minute: Option<NonZeroU32>) -> Self {
        let buckets = requests_per_minute.map(|rate| {
            let burst = NonZeroU32::new(rate.get() / 6).unwrap_or(NonZeroU32::MIN);
            RateLimiter::hashmap_with_clock(Quota::per_minute(rate).allow_burst(burst), DefaultClock::default())
        });
        Self { buckets, clock: DefaultClock::default(), failures: Mutex::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// 429 with how long to wait, where it is one too many.
    pub fn count(&self, client: &Client) -> Result<(), Problem> {
        let Some(buckets) = &self.buckets else { return Ok(()) };
        if buckets.len() > MOST_CLIENTS {
            buckets.retain_recent();
        }
        buckets.check_key(client).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            later(Kind::TooManyRequests, "too many requests; listen.requests_per_minute in the config sets how many", wait)
        })
    }

    /// Whether credentials from there are looked at.
    ///
    /// # Errors
    /// 429 with how long to wait, where too many were wrong.
    pub fn look(&self, client: &Client, now: Instant) -> Result<(), Problem> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = failures.get(client).map_or(Duration::ZERO, |failures| failures.until().saturating_duration_since(now));
        if wait.is_zero() { Ok(()) } else { Err(later(Kind::TooManyFailures, "too many wrong credentials came from there; wait", wait)) }
    }

    /// Counts a wrong credential.
    pub fn failed(&self, client: &Client, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |failures: &Failures| now.saturating_duration_since(failures.last) < FORGIVEN;
        if failures.len() >= MOST_CLIENTS {
            failures.retain(|_, one| recent(one));
        }
        let known = failures.get(client).filter(|one| recent(one)).map_or(0, |one| one.count);
        // Of more addresses than that the rest share one count: forgetting would let them begin anew.
        let client = if failures.len() >= MOST_CLIENTS { &Client::At(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) } else { client };
        failures.insert(client.clone(), Failures { count: known.saturating_add(1), last: now });
    }
}

fn later(kind: Kind, detail: &str, wait: Duration) -> Problem {
    let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
    Problem::new(kind, detail).with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
