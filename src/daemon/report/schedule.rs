//! Reports on schedule: due like audits, made up for once after a restart, and tried again where something failed.
//!
//! A report speaks of the time at which it was due, not of the time at which it was made: late or repeated, it is the same.

use super::super::config::ScheduleConfig;
use super::super::driver::{Daemon, lock};
use super::super::due::Timetable;
use super::super::planner::Planner;
use super::super::ticker::Ticker;
use super::{ReportError, keep, key_file, make, put, signing_key};
use crate::model::value::Time;
use crate::publish::report::FORMATS;
use crate::store::{KeptReport, PageRequest, Store, StoreError, TaskMemory};
use chrono::TimeDelta;

/// The name under which the store remembers when reports were due.
const TASK: &str = "report";
/// How long after a failure it is tried again.
const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// When reports are due; none where none are wanted.
pub fn timetable(schedules: &ScheduleConfig) -> Option<Timetable> {
    schedules.report.as_ref().map(|report| Timetable::new(report.clone(), schedules.timezone))
}

/// The plan of a process that begins now.
///
/// # Errors
/// Where the store fails.
pub async fn planner(store: &dyn Store, schedules: &ScheduleConfig, now: Time) -> Result<Option<Planner>, StoreError> {
    let served = store.tasks().await?.get(TASK).and_then(|memory| memory.last_due);
    if served.is_none() {
        // From now on a due time that nobody served is one that was missed.
        store.remember_task(TASK, TaskMemory { last_due: Some(now), last_run: None }).await?;
    }
    Ok(timetable(schedules).map(|timetable| Planner::new(timetable, served, now)))
}

/// The plan under schedules that were read again: what was served stays served.
pub fn replanned(planner: Option<&Planner>, schedules: &ScheduleConfig, now: Time) -> Option<Planner> {
    let timetable = timetable(schedules)?;
    Some(match planner {
        Some(planner) => planner.with(timetable, now),
        None => Planner::new(timetable, Some(now), now),
    })
}

impl Daemon {
    /// Makes each report that is due until the daemon ends.
    pub(in crate::daemon) async fn report(&self, ticker: &Ticker) {
        let process = self.page.process();
        match self.store.reports(&PageRequest::new(1, None)).await {
            Ok(page) => page.items.iter().for_each(|last| process.report_made(last.made_at)),
            Err(error) => tracing::warn!(%error, "when the last report was made could not be read"),
        }
        let mut ticks = ticker.ticks();
        let (mut due, mut not_before): (Option<Time>, Option<Time>) = (None, None);
        loop {
            let now = (self.clock)();
            due = {
                let mut planner = lock(&self.report_planner);
                // One that was missed while another was tried again takes its place: the newest is wanted.
                let taken = planner.as_mut().and_then(|planner| planner.take(now));
                let next = planner.as_ref().and_then(Planner::next);
                let due = taken.or(due).filter(|_| planner.is_some());
                process.report_due(due.or(next));
                due
            };
            if let Some(moment) = due.filter(|_| not_before.is_none_or(|time| now >= time)) {
                (due, not_before) = match self.report_due(moment).await {
                    Ok(()) => (None, None),
                    Err(error) => {
                        tracing::error!(%error, due = %moment, "the report that is due could not be made; it is tried again in five minutes");
                        (due, Some(now + PAUSE))
                    }
                };
            }
            tokio::select! {
                () = self.ending.cancelled() => return,
                () = ticks.next() => {}
            }
        }
    }

    /// Makes the report of a time, keeps it, and notes that it was served.
    async fn report_due(&self, due: Time) -> Result<(), ReportError> {
        match self.make_report(due).await {
            Ok(kept) => {
                tracing::info!(report.id = %kept.id, report.number = kept.number, "a report was made");
                self.page.process().report_made(kept.made_at);
                // Tried again with the report, which is kept and stays as it is.
                put(&*self.store, &self.auditor.report_settings(), &kept).await.map_err(|why| ReportError::Place { id: kept.id, why })?;
            }
            // Nothing that happens later changes that.
            Err(ReportError::NoAudit(why)) => tracing::warn!(%why, "a report is due and left out"),
            Err(error) => return Err(error),
        }
        let memory = TaskMemory { last_due: Some(due), last_run: Some((self.clock)()) };
        Ok(self.store.remember_task(TASK, memory).await?)
    }

    async fn make_report(&self, as_of: Time) -> Result<KeptReport, ReportError> {
        let settings = self.auditor.report_settings();
        let key = signing_key(&key_file(&settings.config, &*self.store))?;
        let made = make(&*self.store, &settings, as_of, FORMATS).await?;
        keep(&*self.store, &made, &key, (self.clock)()).await
    }
}
