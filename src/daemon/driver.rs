//! The loops, and what others may ask of them.

use super::auditor::{Auditor, Trigger};
use super::config::ScheduleConfig;
use super::due::Timetable;
use super::live::Live;
use super::pass::record;
use super::planner::Planner;
use super::queue::{Admission, Entry, Queue, Refusal};
use super::readiness::Readiness;
use super::report::schedule;
use super::ticker::Ticker;
use crate::model::RunId;
use crate::model::run::{PassScope, RunStatus};
use crate::model::value::Time;
use crate::publish::metrics::{Page, Reload};
use crate::store::{PageRequest, Store, StoreError, TaskMemory};
use arcstr::ArcStr;
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

/// The name under which the store remembers when audits were due.
const TASK: &str = "audit";
/// How many passes back the last whole one is looked for.
const RECENT: u32 = 100;

/// What a daemon is made of.
pub struct Parts {
    /// Runs the passes.
    pub auditor: Arc<dyn Auditor>,
    /// The memory.
    pub store: Arc<dyn Store>,
    /// The metrics page, where each pass is published.
    pub page: Page,
    /// When passes are due.
    pub schedules: ScheduleConfig,
    /// Days after which the store forgets what is over.
    pub keep_days: u32,
    /// Tells the time.
    pub clock: fn() -> Time,
}

/// Why a daemon could not begin.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ticker failed.
    #[error("the daemon's ticker could not be started: {0}")]
    Ticker(#[from] tokio_cron_scheduler::JobSchedulerError),
}

/// A daemon. Everything is behind shared references: the loops, the signals and the window hold the same one.
pub struct Daemon {
    pub(super) auditor: Arc<dyn Auditor>,
    pub(super) store: Arc<dyn Store>,
    pub(super) page: Page,
    pub(super) keep_days: u32,
    pub(super) clock: fn() -> Time,
    queue: Mutex<Queue>,
    arrived: Notify,
    pub(super) changed: Notify,
    planner: SyncMutex<Planner>,
    pub(super) report_planner: SyncMutex<Option<Planner>>,
    pub(super) schedules: SyncMutex<ScheduleConfig>,
    readiness: SyncMutex<Readiness>,
    pub(super) live: SyncMutex<Option<(RunId, Arc<Live>)>>,
    pub(super) ending: CancellationToken,
    pub(super) abandoned: CancellationToken,
    ended: CancellationToken,
    reloaded: Notify,
}

impl std::fmt::Debug for Daemon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Daemon").field("store", &self.store.name()).finish_non_exhaustive()
    }
}

impl Daemon {
    /// Takes up where the last process left: publishes the last snapshot, notes passes that ended with it, and asks for a
    /// pass at once where there is nothing to show yet.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn begin(parts: Parts) -> Result<Arc<Self>, DaemonError> {
        let Parts { auditor, store, page, schedules, keep_days, clock } = parts;
        let now = clock();
        let abandoned = store.abandon_running(now).await?;
        if abandoned > 0 {
            tracing::warn!(audits = abandoned, "audits were under way when the last process ended; they are marked as failed");
        }
        let served = store.tasks().await?.get(TASK).and_then(|memory| memory.last_due);
        if served.is_none() {
            // From now on a due time that nobody served is one that was missed.
            store.remember_task(TASK, TaskMemory { last_due: Some(now), last_run: None }).await?;
        }
        let planner = Planner::new(Timetable::new(schedules.audit.clone(), schedules.timezone), served, now);
        let report_planner = schedule::planner(&*store, &schedules, now).await?;
        let snapshot = store.snapshot().await?;
        // A restart is no attempt: the last one was made by the process before.
        let recent = store.runs(&PageRequest::new(RECENT, None)).await?;
        if let Some(last) = recent.items.iter().find(|run| run.scope == PassScope::default()) {
            page.process().audit_began(last.started_at);
        }
        let daemon = Arc::new(Self {
            auditor,
            store,
            page,
            keep_days,
            clock,
            queue: Mutex::default(),
            arrived: Notify::new(),
            changed: Notify::new(),
            planner: SyncMutex::new(planner),
            report_planner: SyncMutex::new(report_planner),
            schedules: SyncMutex::new(schedules),
            readiness: SyncMutex::default(),
            live: SyncMutex::default(),
            ending: CancellationToken::new(),
            abandoned: CancellationToken::new(),
            ended: CancellationToken::new(),
            reloaded: Notify::new(),
        });
        match snapshot {
            Some(snapshot) => {
                daemon.page.publish(&snapshot);
                daemon.readiness_mut().ready = true;
            }
            None => {
                if let Err(refusal) = daemon.submit(Trigger::Start, PassScope::default(), None).await {
                    tracing::error!(%refusal, "the first audit could not be begun");
                }
            }
        }
        Ok(daemon)
    }

    /// Runs the loops until [`Daemon::end`] has been obeyed.
    ///
    /// # Errors
    /// Where the ticker cannot be started.
    pub async fn run(self: &Arc<Self>) -> Result<(), DaemonError> {
        // However it ends, whoever waits for the end must be told.
        let _ended = self.ended.clone().drop_guard();
        let ticker = Ticker::start().await?;
        tokio::join!(self.work(), self.watch(&ticker), self.tell(), self.report(&ticker));
        ticker.stop().await;
        Ok(())
    }

    /// Asks for a pass, under the name of a credential where there is one.
    ///
    /// # Errors
    /// [`Refusal`], where one of the same scope waits already, too many wait, the daemon ends, or the store fails.
    pub async fn submit(&self, trigger: Trigger, scope: PassScope, asked_by: Option<ArcStr>) -> Result<Admission, Refusal> {
        // Held over the store's answer: whoever is told an id finds its record, and two requests cannot both be the first.
        let mut queue = self.queue.lock().await;
        if self.ending.is_cancelled() {
            return Err(Refusal::Ending);
        }
        if let Some(seen) = queue.look(&scope) {
            return seen;
        }
        let now = (self.clock)();
        let entry = Entry { id: run_id(now), trigger, scope, asked_by };
        self.store.begin_run(&record(&entry, RunStatus::Queued, now)).await.map_err(|error| Refusal::Store(error.to_string()))?;
        let admission = queue.admit(entry);
        self.arrived.notify_one();
        admission
    }

    /// Reads config and rules again. A bad file keeps the old ones, and says so in the log, in `/readyz` and in a metric.
    pub async fn reload(&self) {
        let auditor = Arc::clone(&self.auditor);
        // Files are read and rules compiled: that blocks.
        let reloaded = tokio::task::spawn_blocking(move || auditor.reload()).await.unwrap_or_else(|bug| Err(bug.to_string()));
        match reloaded {
            Ok(schedules) => {
                let timetable = Timetable::new(schedules.audit.clone(), schedules.timezone);
                let mut planner = lock(&self.planner);
                *planner = planner.with(timetable, (self.clock)());
                let mut planner = lock(&self.report_planner);
                *planner = schedule::replanned(planner.as_ref(), &schedules, (self.clock)());
                *lock(&self.schedules) = schedules;
                self.readiness_mut().reload_error = None;
                self.page.process().reloaded(Reload::Good);
                self.reloaded.notify_one();
                self.changed.notify_one();
                tracing::info!("config and rules were read again");
            }
            Err(why) => {
                tracing::error!(%why, "config or rules have mistakes; the old ones stay in use");
                self.readiness_mut().reload_error = Some(why);
                self.page.process().reloaded(Reload::Refused);
            }
        }
    }

    /// Ends the daemon: nothing new begins, and the pass under way has `shutdown_secs` to end. Told again, it is abandoned
    /// at once.
    pub fn end(&self) {
        if self.ending.is_cancelled() {
            self.abandoned.cancel();
        }
        self.ending.cancel();
    }

    /// Waits until files have been read again and are good. One waits at a time.
    pub async fn reloaded(&self) {
        self.reloaded.notified().await;
    }

    /// Waits until all loops have ended.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Waits until the daemon was told to end.
    pub async fn ending(&self) {
        self.ending.cancelled().await;
    }

    /// What there is to show, and what is wrong.
    pub fn readiness(&self) -> Readiness {
        self.readiness_mut().clone()
    }

    /// How far a pass is; none where it is not the one that was begun last.
    pub fn progress_of(&self, id: &RunId) -> Option<Arc<Live>> {
        lock(&self.live).as_ref().filter(|(running, _)| running == id).map(|(_, live)| Arc::clone(live))
    }

    /// The next due time.
    pub fn next_due(&self) -> Option<Time> {
        lock(&self.planner).next()
    }

    /// The metrics page.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The time.
    pub fn now(&self) -> Time {
        (self.clock)()
    }

    /// The memory.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The auditor, which knows the rules.
    pub fn auditor(&self) -> &dyn Auditor {
        &*self.auditor
    }

    pub(super) fn readiness_mut(&self) -> MutexGuard<'_, Readiness> {
        lock(&self.readiness)
    }

    /// Puts a pass into the queue whenever one is due.
    async fn watch(&self, ticker: &Ticker) {
        let mut ticks = ticker.ticks();
        loop {
            tokio::select! {
                () = self.ending.cancelled() => return,
                () = ticks.next() => {}
            }
            let Some(due) = lock(&self.planner).take((self.clock)()) else { continue };
            let jitter = jitter(lock(&self.schedules).jitter_secs);
            tracing::info!(due = %due, jitter_secs = jitter.as_secs(), "an audit is due");
            tokio::select! {
                // Not remembered: the next process makes up for it.
                () = self.ending.cancelled() => return,
                () = tokio::time::sleep(jitter) => {}
            }
            self.serve(due).await;
        }
    }

    async fn serve(&self, due: Time) {
        match self.submit(Trigger::Schedule, PassScope::default(), None).await {
            Ok(Admission::Queued(_)) => {}
            Ok(Admission::Joined(run)) | Err(Refusal::Waiting(run)) => {
                tracing::info!(run.id = %run, "the audit that is due joins one that was asked for");
            }
            Err(refusal @ Refusal::Ending) => {
                tracing::debug!(%refusal, "the audit that is due is left to the next process");
                return;
            }
            Err(refusal @ (Refusal::Full | Refusal::Store(_))) => tracing::error!(%refusal, "the audit that is due cannot begin"),
        }
        let memory = TaskMemory { last_due: Some(due), last_run: Some((self.clock)()) };
        if let Err(error) = self.store.remember_task(TASK, memory).await {
            tracing::error!(%error, "that an audit was due could not be noted; a restart would repeat it");
        }
    }

    /// Runs what waits, one after another.
    async fn work(&self) {
        while !self.ending.is_cancelled() {
            let next = self.queue.lock().await.begin();
            match next {
                Some(entry) => {
                    self.audit(entry).await;
                    self.queue.lock().await.end();
                }
                None => tokio::select! {
                    () = self.ending.cancelled() => {}
                    () = self.arrived.notified() => {}
                },
            }
        }
        for entry in self.queue.lock().await.drain() {
            self.note(&entry, RunStatus::Cancelled, "the daemon ended before it began").await;
        }
    }
}

/// A UUID of version 7: sorted by time, and unlike any other.
fn run_id(at: Time) -> RunId {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    RunId::from(uuid::Uuid::new_v7(stamp).to_string())
}

/// Up to so many seconds, at random: daemons that are due at the same minute do not ask AWS at the same second.
fn jitter(most: u64) -> Duration {
    use std::hash::{BuildHasher as _, Hasher as _};
    let random = std::hash::RandomState::new().build_hasher().finish();
    Duration::from_millis(random % most.saturating_mul(1000).saturating_add(1))
}

pub(super) fn lock<T>(mutex: &SyncMutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
