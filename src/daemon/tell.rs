//! The loop that tells the channels. It looks at the outbox every second and whenever a pass has ended, and sends to each channel
//! that has something to be told: each in a task of its own, so that one that is slow or dead keeps nobody else waiting.
//!
//! A digest is due like an audit: what was missed is made up for once.

use super::config::Schedule;
use super::courier::Courier;
use super::driver::{Daemon, lock};
use super::due::Timetable;
use super::planner::Planner;
use crate::model::notice::ChannelState;
use crate::model::value::Time;
use crate::publish::metrics::Telling;
use crate::publish::notify::Outlet;
use crate::store::{Begin, StoreError, TaskMemory};
use arcstr::ArcStr;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinSet};

/// How often the outbox is looked at: another process may have put something in.
const LOOK: Duration = Duration::from_secs(1);
/// How often old changes are given up.
const SWEEP: TimeDelta = TimeDelta::hours(1);
/// What nobody took for so long is old news.
const TOO_OLD: TimeDelta = TimeDelta::days(14);
/// How long messages under way may take when the daemon ends. What does not get through is sent again by the next process.
const GRACE: Duration = Duration::from_secs(5);

/// What the loop remembers between two looks.
#[derive(Default)]
struct Desk {
    outlets: Arc<Vec<Arc<Outlet>>>,
    digests: BTreeMap<ArcStr, Planner>,
    tasks: JoinSet<()>,
    busy: HashMap<Id, ArcStr>,
    swept: Option<Time>,
}

impl Daemon {
    /// Tells the channels until the daemon ends.
    pub(super) async fn tell(self: &Arc<Self>) {
        let mut desk = Desk::default();
        loop {
            if let Err(error) = self.look(&mut desk).await {
                tracing::error!(%error, "channels could not be told what changed; it is tried again");
            }
            tokio::select! {
                () = self.ending.cancelled() => break,
                () = self.changed.notified() => {}
                Some(done) = desk.tasks.join_next_with_id(), if !desk.tasks.is_empty() => match done {
                    Ok((id, ())) => _ = desk.busy.remove(&id),
                    Err(bug) => {
                        tracing::error!(%bug, "internal error: telling a channel");
                        desk.busy.remove(&bug.id());
                    }
                },
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        let rest = async { while desk.tasks.join_next().await.is_some() {} };
        _ = tokio::time::timeout(GRACE, rest).await;
    }

    /// One look at the outbox.
    async fn look(self: &Arc<Self>, desk: &mut Desk) -> Result<(), StoreError> {
        let outlets = self.auditor.outlets();
        let none = outlets.is_empty() && desk.outlets.is_empty();
        if desk.swept.is_none() || !(none || Arc::ptr_eq(&outlets, &desk.outlets)) {
            self.take_up(desk, outlets).await?;
        }
        let now = (self.clock)();
        if desk.swept.is_none_or(|swept| now - swept >= SWEEP) {
            self.sweep(desk, now).await?;
        }
        if desk.outlets.is_empty() {
            return Ok(());
        }
        let states: BTreeMap<ArcStr, ChannelState> = self.store.channels().await?.into_iter().map(|one| (one.name.clone(), one)).collect();
        let busy: BTreeSet<ArcStr> = desk.busy.values().cloned().collect();
        for outlet in desk.outlets.iter() {
            let name = &outlet.config.name;
            let unknown = ChannelState { name: name.clone(), ..ChannelState::default() };
            let state = states.get(name).unwrap_or(&unknown);
            self.page.process().channel_stands(state);
            if busy.contains(name) || state.next_attempt.is_some_and(|next| next > now) {
                continue;
            }
            let begin = match desk.digests.get_mut(name) {
                None => Begin::Yes,
                Some(digest) => match digest.take(now) {
                    Some(due) => {
                        self.store.remember_task(&task(name), TaskMemory { last_due: Some(due), last_run: Some(now) }).await?;
                        Begin::Yes
                    }
                    None => Begin::No,
                },
            };
            if (begin == Begin::Yes && state.waiting > 0) || state.begun > 0 {
                let (daemon, outlet) = (Arc::clone(self), Arc::clone(outlet));
                let handle = desk.tasks.spawn(async move {
                    let courier = Courier { store: daemon.store(), process: daemon.page.process(), clock: daemon.clock };
                    if let Err(error) = courier.deliver(&outlet, begin).await {
                        tracing::error!(channel.name = %outlet.config.name, %error, "a channel could not be told what changed");
                    }
                });
                desk.busy.insert(handle.id(), name.clone());
            }
        }
        Ok(())
    }

    /// Takes up the channels of a config that was read.
    async fn take_up(&self, desk: &mut Desk, outlets: Arc<Vec<Arc<Outlet>>>) -> Result<(), StoreError> {
        if !outlets.is_empty() {
            self.store.release_channels().await?;
        }
        let (now, zone) = ((self.clock)(), lock(&self.schedules).timezone);
        let known = self.store.tasks().await?;
        let mut digests = BTreeMap::new();
        for outlet in outlets.iter() {
            let (name, Some(text)) = (&outlet.config.name, &outlet.config.digest) else { continue };
            // The config refuses what is no schedule.
            let Ok(schedule) = text.parse::<Schedule>() else { continue };
            let served = known.get(&task(name)).and_then(|memory| memory.last_due);
            if served.is_none() {
                self.store.remember_task(&task(name), TaskMemory { last_due: Some(now), last_run: None }).await?;
            }
            digests.insert(name.clone(), Planner::new(Timetable::new(schedule, zone), served, now));
        }
        for gone in desk.outlets.iter().filter(|old| outlets.iter().all(|new| new.config.name != old.config.name)) {
            self.page.process().channel_gone(&gone.config.name);
        }
        (desk.outlets, desk.digests, desk.swept) = (outlets, digests, None);
        Ok(())
    }

    /// Gives up what is old, and what waits for channels that are not configured any more.
    async fn sweep(&self, desk: &mut Desk, now: Time) -> Result<(), StoreError> {
        let known: Vec<ArcStr> = desk.outlets.iter().map(|outlet| outlet.config.name.clone()).collect();
        for (channel, changes) in self.store.give_up(now - TOO_OLD, &known, now).await? {
            tracing::warn!(channel.name = %channel, changes, "changes that a channel did not take in time, or that is not configured any more, are given up");
            if known.contains(&channel) {
                self.page.process().told(&channel, Telling::Expired, changes);
            }
        }
        desk.swept = Some(now);
        Ok(())
    }
}

/// The name under which the store remembers when a channel's digest was due.
fn task(channel: &str) -> String {
    format!("digest:{channel}")
}

#[cfg(test)]
#[path = "tell_tests.rs"]
mod tests;
