//! Stops asking where nobody answers: after some failures in a row to connect or to be answered in time, the rest of a
//! (account, region, service) is unreachable at once, so that one dead region costs seconds and not minutes.
//!
//! Per service, because each service of a region has an endpoint of its own. There is no half-open state: a breaker
//! lives as long as the pass, and the next pass is the retry.

use crate::model::call::Place;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many requests without an answer, one after another, open it.
const PATIENCE: u32 = 6;

/// All breakers of a pass.
#[derive(Debug, Default)]
pub struct Breakers(Mutex<HashMap<(Place, String), u32>>);

/// The breaker is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// So many requests in a row were not answered.
    pub failures: u32,
}

impl Breakers {
    /// Whether a request may be sent.
    ///
    /// # Errors
    /// [`Open`] where it may not.
    pub fn check(&self, place: &Place, service: &str) -> Result<(), Open> {
        match self.with(place, service, |failures| *failures) {
            failures if failures >= PATIENCE => Err(Open { failures }),
            _ => Ok(()),
        }
    }

    /// Somebody answered, whatever it was.
    pub fn answered(&self, place: &Place, service: &str) {
        self.with(place, service, |failures| *failures = 0);
    }

    /// Nobody answered.
    pub fn silent(&self, place: &Place, service: &str) {
        self.with(place, service, |failures| *failures = failures.saturating_add(1));
    }

    fn with<T>(&self, place: &Place, service: &str, act: impl FnOnce(&mut u32) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(all.entry((place.clone(), service.to_owned())).or_default())
    }
}

#[cfg(test)]
mod tests;
