//! The budget and cache of calls that cost money, kept in the store: what collectors ask before they spend.

use crate::cost::config::CostConfig;
use crate::model::AccountId;
use crate::model::paid::{PaidCalls, PaidRequest, Refusal};
use crate::model::value::Time;
use crate::store::{CacheKey, Cached, PaidWant, Reservation, Reserved, Store};
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long an answer of a paid call is as good as a new one: Cost Explorer's data changes about once a day.
const FRESH: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// Grants paid calls within the month's cap.
pub struct Budget<'a> {
    store: Option<&'a dyn Store>,
    config: CostConfig,
    payers: usize,
    held: Mutex<HashMap<CacheKey, Reservation>>,
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget").field("config", &self.config).finish_non_exhaustive()
    }
}

impl<'a> Budget<'a> {
    /// A budget over a store. Without a store nothing is granted: there is nothing that would remember it.
    pub fn new(store: Option<&'a dyn Store>, config: CostConfig) -> Self {
        Self { store, config, payers: 1, held: Mutex::default() }
    }

    /// The same for so many accounts that pay: they share the cap.
    #[must_use]
    pub fn shared_by(self, payers: usize) -> Self {
        Self { payers, ..self }
    }

    /// How many requests of Cost Explorer an account may make on a day.
    fn most_a_day(&self) -> u32 {
        self.config.requests_of_a_day(self.payers)
    }

    async fn grant(&self, request: &PaidRequest, now: Time) -> Result<(), Refusal> {
        if !self.config.enabled {
            return Err(Refusal::Off);
        }
        let store = self.store.ok_or(Refusal::NoStore)?;
        let price = request.price.times(u64::from(request.pages)).map_err(|error| Refusal::Store(error.to_string()))?;
        let cap = self.config.monthly_cap_usd;
        let want = PaidWant {
            account: request.account.clone(),
            what: format!("{} {}", request.call, request.key),
            at: now,
            requests: request.pages,
            amount: price,
            cap,
            most_a_day: (request.call.service() == "ce").then(|| self.most_a_day()),
        };
        match store.reserve_paid(&want).await.map_err(|error| Refusal::Store(error.to_string()))? {
            Reserved::Granted(reservation) => {
                self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(key_of(request), reservation);
                Ok(())
            }
            Reserved::Refused { spent } => Err(Refusal::Cap { call: request.call.clone(), spent, cap, price }),
            Reserved::DayFull { made } => Err(Refusal::DayFull { made, most: self.most_a_day() }),
            Reserved::UnderWay => Err(Refusal::UnderWay { call: request.call.clone() }),
        }
    }

    async fn keep(&self, request: &PaidRequest, pages_used: u32, answer: Option<serde_json::Value>, now: Time) {
        let Some(store) = self.store else { return };
        let key = key_of(request);
        let reservation = self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        if let (Some(reservation), Ok(used)) = (reservation, request.price.times(u64::from(pages_used)))
            && let Err(error) = store.settle_paid(reservation, used, pages_used).await
        {
            // Unsettled, the whole reservation counts as spent: too much, never too little.
            tracing::warn!(call = %request.call, %error, "the price of a paid call could not be settled; all that was set aside counts as spent");
        }
        if let Some(answer) = answer
            && let Err(error) = store.cache(&key, &Cached { at: now, answer }).await
        {
            tracing::warn!(call = %request.call, %error, "the answer of a paid call could not be kept; it will be asked for again");
        }
    }
}

impl PaidCalls for Budget<'_> {
    fn cached<'a>(&'a self, request: &'a PaidRequest, now: Time) -> BoxFuture<'a, Option<serde_json::Value>> {
        Box::pin(async move {
            // What was paid for is used even where new calls are off: it costs nothing.
            let cached = self.store?.cached(&key_of(request)).await.ok()??;
            (now - cached.at < FRESH && cached.at <= now).then_some(cached.answer)
        })
    }

    fn kept<'a>(&'a self, request: &'a PaidRequest) -> BoxFuture<'a, Option<(Time, serde_json::Value)>> {
        Box::pin(async move {
            let cached = self.store?.cached(&key_of(request)).await.ok()??;
            Some((cached.at, cached.answer))
        })
    }

    fn room<'a>(&'a self, account: &'a AccountId, now: Time) -> BoxFuture<'a, u32> {
        Box::pin(async move {
            let (Some(store), true) = (self.store, self.config.enabled) else { return 0 };
            // A store that cannot tell will refuse the reservation and say why.
            let made = store.paid_requests(account, now.date_naive()).await.unwrap_or(0);
            self.most_a_day().saturating_sub(made)
        })
    }

    fn reserve<'a>(&'a self, request: &'a PaidRequest, now: Time) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(self.grant(request, now))
    }

    fn settle<'a>(&'a self, request: &'a PaidRequest, pages_used: u32, answer: Option<serde_json::Value>, now: Time) -> BoxFuture<'a, ()> {
        Box::pin(self.keep(request, pages_used, answer, now))
    }

    fn recall<'a>(&'a self, request: &'a PaidRequest) -> BoxFuture<'a, Option<(Time, serde_json::Value)>> {
        Box::pin(async move {
            let cached = self.store?.cached(&key_of(request)).await.ok()??;
            Some((cached.at, cached.answer))
        })
    }

    fn keep<'a>(&'a self, request: &'a PaidRequest, answer: serde_json::Value, now: Time) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(store) = self.store else { return };
            if let Err(error) = store.cache(&key_of(request), &Cached { at: now, answer }).await {
                tracing::warn!(call = %request.call, %error, "an answer could not be kept; it will be asked for again");
            }
        })
    }
}

/// Keeps the cache apart by payer and call.
fn key_of(request: &PaidRequest) -> CacheKey {
    CacheKey { account: request.account.clone(), call: request.call.clone(), key: request.key.clone() }
}
