//! Calls that AWS charges for: a plan with a price, a cap over the month, and a cache. What implements it is the store,
//! through `audit`; collectors only ask.

use super::value::Time;
use super::{AccountId, CallId, Money};
use futures::future::BoxFuture;

/// A paid request that somebody wants to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidRequest {
    /// The account that pays.
    pub account: AccountId,
    /// The call.
    pub call: CallId,
    /// What distinguishes it from other requests of the same call; the cache's key.
    pub key: String,
    /// What one request (one page) costs.
    pub price: Money,
    /// The most pages that it may take.
    pub pages: u32,
}

/// Why a paid request may not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no store that could remember what was spent.
    #[error("paid calls are refused without a store that remembers what they cost; name one with --store or in ledgerline.yaml")]
    NoStore,
    /// Paid calls are off.
    #[error("cost.enabled is false")]
    Off,
    /// The month's cap would be exceeded.
    #[error("{spent} USD of this month's cap of {cap} USD are spent, and {call} costs up to {price} USD more")]
    Cap {
        /// What it is about.
        call: CallId,
        /// Spent this month.
        spent: Money,
        /// The month's cap.
        cap: Money,
        /// The most that the request would cost.
        price: Money,
    },
    /// The account has made its requests of the day.
    #[error("{made} of the {most} requests that this account may pay for on a day are made (cost.requests_a_day)")]
    DayFull {
        /// How many were made.
        made: u32,
        /// How many may be.
        most: u32,
    },
    /// Another process asks for the same.
    #[error("another audit is paying for {call} just now")]
    UnderWay {
        /// What it is about.
        call: CallId,
    },
    /// The store could not be asked.
    #[error("the store could not tell what was spent: {0}")]
    Store(String),
}

/// The budget and cache of paid calls.
pub trait PaidCalls: Send + Sync {
    /// The answer of an equal request that is not older than a day.
    fn cached<'a>(&'a self, request: &'a PaidRequest, now: Time) -> BoxFuture<'a, Option<serde_json::Value>>;

    /// The last answer of an equal request, however old, with its time. A call that is made once in several days lives on it.
    fn kept<'a>(&'a self, request: &'a PaidRequest) -> BoxFuture<'a, Option<(Time, serde_json::Value)>> {
        _ = request;
        Box::pin(std::future::ready(None))
    }

    /// How many requests an account may still pay for today.
    fn room<'a>(&'a self, account: &'a AccountId, now: Time) -> BoxFuture<'a, u32> {
        _ = (account, now);
        Box::pin(std::future::ready(u32::MAX))
    }

    /// Sets the whole price aside before the first page is asked for. It is spent from then on, whatever happens: a
    /// crash between request and record never spends twice the cap.
    fn reserve<'a>(&'a self, request: &'a PaidRequest, now: Time) -> BoxFuture<'a, Result<(), Refusal>>;

    /// Gives back what was not used, and keeps the answer for a day.
    fn settle<'a>(&'a self, request: &'a PaidRequest, pages_used: u32, answer: Option<serde_json::Value>, now: Time) -> BoxFuture<'a, ()>;

    /// The last answer of a request that costs calls and no money, whatever its age, and when it was given. None without a store.
    fn recall<'a>(&'a self, request: &'a PaidRequest) -> BoxFuture<'a, Option<(Time, serde_json::Value)>> {
        _ = request;
        Box::pin(async { None })
    }

    /// Keeps an answer for [`PaidCalls::recall`]. Without a store it is forgotten.
    fn keep<'a>(&'a self, request: &'a PaidRequest, answer: serde_json::Value, now: Time) -> BoxFuture<'a, ()> {
        _ = (request, answer, now);
        Box::pin(async {})
    }
}
