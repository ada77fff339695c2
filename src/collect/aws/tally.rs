//! Counts what a pass asks of AWS, where it is asked: every HTTP request, whoever sends it.

use crate::model::run::Requests;
use crate::model::{CallId, Money};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The running count of one pass.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Requests>);

impl Tally {
    /// A request leaves for AWS.
    pub fn sent(&self, call: &CallId) {
        let mut requests = self.lock();
        requests.total += 1;
        *requests.by_action.entry(call.clone()).or_default() += 1;
    }

    /// A request that was sent before is sent again.
    pub fn retried(&self) {
        self.lock().retried += 1;
    }

    /// A request was answered: `ok`, `throttled`, `denied` or `error`.
    pub fn answered(&self, call: &CallId, outcome: &'static str) {
        let mut requests = self.lock();
        if outcome == "throttled" {
            requests.throttled += 1;
        }
        *requests.outcomes.entry(call.clone()).or_default().entry(outcome.into()).or_default() += 1;
    }

    /// A request that AWS charges for was sent. A sum that 28 digits cannot hold stays as it was; at a cent a page none can.
    pub fn paid(&self, price: Money) {
        let mut requests = self.lock();
        requests.paid_usd = requests.paid_usd.plus(price).unwrap_or(requests.paid_usd);
    }

    /// The count so far.
    pub fn requests(&self) -> Requests {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Requests> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
