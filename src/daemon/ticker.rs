//! The tick that makes the daemon look at its clock.
//!
//! `tokio-cron-scheduler` ticks, once a second and in UTC, and decides nothing: in a zone it has an open fault where the
//! clocks are turned, and it knows nothing of what was missed while nobody ran. What is due says [`super::planner`].

use std::sync::Arc;
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Ticks while it lives.
pub struct Ticker {
    scheduler: JobScheduler,
    tick: Arc<Notify>,
}

impl std::fmt::Debug for Ticker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticker").finish_non_exhaustive()
    }
}

impl Ticker {
    /// Starts to tick.
    ///
    /// # Errors
    /// What the scheduler says; it has no cause in anything that an operator wrote.
    pub async fn start() -> Result<Self, JobSchedulerError> {
        let tick = Arc::new(Notify::new());
        let scheduler = JobScheduler::new().await?;
        let ticked = Arc::clone(&tick);
        let every_second = Job::new("* * * * * *", move |_, _| ticked.notify_one())?;
        scheduler.add(every_second).await?;
        scheduler.start().await?;
        Ok(Self { scheduler, tick })
    }

    /// Waits for the next tick. Ticks that came while nobody waited count as one.
    pub async fn tick(&self) {
        self.tick.notified().await;
    }

    /// Stops ticking.
    pub async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::debug!(%error, "the ticker did not stop in order");
        }
    }
}
