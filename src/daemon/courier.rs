//! Takes what waits for one channel out of the outbox, sends it, and notes what became of it. Also what `ledgerline notify send` does.
//!
//! It takes no input but the channel: what is to be sent, the store knows. A crash at any point leaves a batch that is sent again
//! under the same ids.

use crate::model::notice::Batch;
use crate::model::value::Time;
use crate::publish::metrics::{Process, Telling};
use crate::publish::notify::fault::{Fault, Nature};
use crate::publish::notify::{Delivered, Outlet, backoff};
use crate::store::{Begin, Claim, Dead, Settlement, Store, StoreError};
use chrono::TimeDelta;

/// Longer than any channel's own deadline: who holds a batch for longer has died.
const LEASE: TimeDelta = TimeDelta::seconds(150);

/// What a courier works with.
#[derive(Clone, Copy)]
pub struct Courier<'a> {
    /// The memory.
    pub store: &'a dyn Store,
    /// Where it is counted.
    pub process: &'a Process,
    /// Tells the time.
    pub clock: fn() -> Time,
}

impl std::fmt::Debug for Courier<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").finish_non_exhaustive()
    }
}

/// What a round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Changes that the channel took.
    pub sent: u64,
    /// Changes that it does not take.
    pub refused: u64,
    /// Why it stopped before all was sent; none where nothing is left.
    pub fault: Option<String>,
}

impl Courier<'_> {
    /// Sends what waits for a channel until nothing is left or something fails. `begin` says whether new batches may begin.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn deliver(&self, outlet: &Outlet, begin: Begin) -> Result<Round, StoreError> {
        let mut round = Round::default();
        let channel = outlet.config.name.as_str();
        loop {
            let claim = Claim { channel, most: outlet.most(), begin, now: (self.clock)(), lease: LEASE };
            let Some(batch) = self.store.claim(&claim).await? else { return Ok(round) };
            match outlet.send(&batch).await {
                Ok(delivered) => {
                    self.delivered(&batch, &delivered, &mut round).await?;
                    // What it may take later is not pressed upon it now.
                    if !delivered.again.is_empty() {
                        return Ok(round);
                    }
                }
                Err(fault) => {
                    if self.failed(outlet, &batch, fault, &mut round).await? == Next::Rest {
                        return Ok(round);
                    }
                }
            }
        }
    }

    async fn delivered(&self, batch: &Batch, delivered: &Delivered, round: &mut Round) -> Result<(), StoreError> {
        let settlement = Settlement::Sent { refused: &delivered.refused, again: &delivered.again };
        self.store.settle(batch, &settlement, (self.clock)()).await?;
        let refused = delivered.refused.len();
        let sent = batch.notices.len().saturating_sub(refused + delivered.again.len());
        self.count(batch, Telling::Sent, sent, &mut round.sent);
        self.count(batch, Telling::Refused, refused, &mut round.refused);
        if let Some((_, reason)) = delivered.refused.first() {
            tracing::warn!(channel.name = %batch.channel, refused, %reason, "a channel does not take some changes; they are not sent again");
        }
        tracing::debug!(channel.name = %batch.channel, sent, receipt = %delivered.receipt, "a channel was told of changes");
        Ok(())
    }

    fn count(&self, batch: &Batch, outcome: Telling, count: usize, sum: &mut u64) {
        self.process.told(&batch.channel, outcome, count as u64);
        *sum += count as u64;
    }

    async fn failed(&self, outlet: &Outlet, batch: &Batch, fault: Fault, round: &mut Round) -> Result<Next, StoreError> {
        let now = (self.clock)();
        let Fault { nature, reason, retry_after } = fault;
        let states = self.store.channels().await?;
        let before = states.iter().find(|state| state.name == batch.channel);
        let failures = before.map_or(0, |state| state.failures).saturating_add(1);
        let too_many = failures >= outlet.config.dead_after;
        match nature {
            Nature::Message if batch.notices.len() > 1 => {
                self.process.told(&batch.channel, Telling::Failed, 1);
                tracing::warn!(channel.name = %batch.channel, %reason, "a channel does not take these changes together; each is sent alone");
                self.store.settle(batch, &Settlement::Split { reason: &reason }, now).await?;
                return Ok(Next::GoOn);
            }
            // One that refuses one change after another refuses all: then somebody has to look, and nothing more is lost.
            Nature::Message if !too_many => {
                let refused: Vec<_> = batch.notices.iter().map(|notice| (notice.id.clone(), reason.clone())).collect();
                self.delivered(batch, &Delivered { refused, ..Delivered::default() }, round).await?;
                return Ok(Next::GoOn);
            }
            Nature::Message | Nature::Passing | Nature::Channel => {}
        }
        self.process.told(&batch.channel, Telling::Failed, 1);
        let dead = if nature == Nature::Channel || too_many { Dead::Yes } else { Dead::No };
        let pause = match nature {
            Nature::Passing => backoff::pause(failures, retry_after, backoff::random()),
            Nature::Channel | Nature::Message => backoff::pause_of_broken(backoff::random()),
        };
        let next_attempt = now + TimeDelta::from_std(pause).unwrap_or(TimeDelta::hours(1));
        let was_dead = before.is_some_and(|state| state.dead_since.is_some());
        if dead == Dead::Yes && !was_dead {
            tracing::error!(channel.name = %batch.channel, failures, %reason, "a channel is dead: it takes no messages until somebody mends it");
        } else {
            tracing::warn!(channel.name = %batch.channel, failures, %reason, next_attempt = %next_attempt, "a channel was not told; it is tried again");
        }
        round.fault = Some(reason.clone());
        self.store.settle(batch, &Settlement::Failed { reason: &reason, next_attempt, dead }, now).await?;
        Ok(Next::Rest)
    }
}

/// Whether the round goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Rest,
}
