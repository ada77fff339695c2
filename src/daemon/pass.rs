//! One pass from the queue: run, published or noted as failed, and abandoned where the daemon must end.

use super::auditor::{AuditFailure, Job};
use super::driver::{Daemon, lock};
use super::live::Live;
use super::queue::Entry;
use crate::model::run::{PassScope, RunRecord, RunStatus};
use crate::model::value::Time;
use std::sync::Arc;
use std::time::Duration;

/// How long an abandoned pass is given to write its record, after the time that it had to end by itself.
const GRACE: Duration = Duration::from_secs(5);

impl Daemon {
    /// Runs a pass to its end and publishes what it found.
    pub(super) async fn audit(&self, entry: Entry) {
        let began = tokio::time::Instant::now();
        if entry.scope == PassScope::default() {
            self.page.process().audit_began((self.clock)());
        }
        tracing::info!(run.id = %entry.id, trigger = %entry.trigger, "an audit begins");
        let outcome = self.until_done_or_abandoned(&entry).await;
        self.page.process().audit_ended(began.elapsed());
        let duration_ms = began.elapsed().as_millis();
        match outcome {
            Ok(()) => {
                tracing::info!(run.id = %entry.id, duration_ms, "an audit ended");
                self.publish().await;
            }
            Err(AuditFailure::Cancelled) => {
                tracing::warn!(run.id = %entry.id, duration_ms, "an audit was abandoned");
                self.note(&entry, RunStatus::Cancelled, "the audit was abandoned").await;
            }
            Err(AuditFailure::Failed(why)) => {
                tracing::error!(run.id = %entry.id, duration_ms, %why, "an audit failed; the results of the last good one stay");
                self.note(&entry, RunStatus::Failed, &why).await;
                self.readiness_mut().audit_error = Some(why);
            }
        }
    }

    /// Runs a pass in a task of its own, so that a bug in it ends the pass and not the daemon.
    async fn until_done_or_abandoned(&self, entry: &Entry) -> Result<(), AuditFailure> {
        let cancel = self.abandoned.child_token();
        let progress = Arc::new(Live::default());
        *lock(&self.live) = Some((entry.id.clone(), Arc::clone(&progress)));
        let job = Job { id: entry.id.clone(), trigger: entry.trigger, scope: entry.scope.clone(), progress, cancel: cancel.clone() };
        let auditor = Arc::clone(&self.auditor);
        let mut task = tokio::spawn(async move { auditor.audit(job).await });
        let finished = tokio::select! {
            finished = &mut task => Some(finished),
            () = self.out_of_patience() => {
                cancel.cancel();
                tokio::time::timeout(GRACE, &mut task).await.ok()
            }
        };
        match finished {
            Some(Ok(outcome)) => outcome,
            Some(Err(bug)) => Err(AuditFailure::Failed(format!("internal error: {bug}"))),
            None => {
                task.abort();
                Err(AuditFailure::Cancelled)
            }
        }
    }

    /// Comes when a pass under way must be abandoned: some time after the daemon was told to end, or when told so twice.
    async fn out_of_patience(&self) {
        self.ending.cancelled().await;
        let patience = Duration::from_secs(lock(&self.schedules).shutdown_secs);
        tokio::select! {
            () = self.abandoned.cancelled() => {}
            () = tokio::time::sleep(patience) => {}
        }
    }

    async fn publish(&self) {
        self.changed.notify_one();
        match self.store.snapshot().await {
            Ok(Some(snapshot)) => {
                self.page.publish(&snapshot);
                let mut readiness = self.readiness_mut();
                readiness.ready = true;
                readiness.audit_error = None;
            }
            Ok(None) => tracing::warn!("an audit ended well and left no snapshot; the metrics stay as they were"),
            Err(error) => tracing::error!(%error, "the metrics of the last audit could not be read; they stay as they were"),
        }
        let before = (self.clock)() - chrono::TimeDelta::days(i64::from(self.keep_days));
        if let Err(error) = self.store.prune(before).await {
            tracing::warn!(%error, "what is old could not be forgotten");
        }
    }

    /// Writes what became of a pass that found nothing out, where it did not write that itself.
    pub(super) async fn note(&self, entry: &Entry, status: RunStatus, why: &str) {
        let now = (self.clock)();
        // Where the store cannot be asked, writing will tell.
        let known = self.store.run(&entry.id).await.ok().flatten().unwrap_or_else(|| record(entry, status, now));
        if known.finished_at.is_some() {
            return;
        }
        let record = RunRecord { status, error: Some(why.into()), finished_at: Some(now), ..known };
        if let Err(error) = self.store.fail_run(&record).await {
            tracing::warn!(run.id = %entry.id, %error, "what became of an audit could not be noted");
        }
    }
}

/// The record of a pass that has found nothing out yet.
pub(super) fn record(entry: &Entry, status: RunStatus, now: Time) -> RunRecord {
    RunRecord {
        id: entry.id.clone(),
        status,
        trigger: entry.trigger.as_str().into(),
        asked_by: entry.asked_by.clone(),
        scope: entry.scope.clone(),
        started_at: now,
        finished_at: None,
        version: env!("CARGO_PKG_VERSION").into(),
        rules_digest: arcstr::ArcStr::new(),
        error: None,
        coverage: serde_json::Value::Null,
        summary: serde_json::Value::Null,
        requests: serde_json::Value::Null,
    }
}
