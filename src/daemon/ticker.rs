//! The tick that makes the daemon look at its clock.
//!
//! `tokio-cron-scheduler` ticks, once a second and in UTC, and decides nothing: in a zone it has an open fault where the
//! clocks are turned, and it knows nothing of what was missed while nobody ran. What is due says [`super::planner`].

use tokio::sync::watch;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Ticks while it lives.
pub struct Ticker {
    scheduler: JobScheduler,
    ticks: watch::Receiver<()>,
}

/// The ticks as one loop hears them.
#[derive(Debug)]
pub struct Ticks(watch::Receiver<()>);

impl Ticks {
    /// Waits for the next tick. Ticks that came while the loop was busy count as one.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The ticker is gone, and so is the daemon: nothing is due any more.
            std::future::pending::<()>().await;
        }
    }
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
        let (tick, ticks) = watch::channel(());
        let scheduler = JobScheduler::new().await?;
        let every_second = Job::new("* * * * * *", move |_, _| _ = tick.send(()))?;
        scheduler.add(every_second).await?;
        scheduler.start().await?;
        Ok(Self { scheduler, ticks })
    }

    /// The ticks from now on, for one loop.
    pub fn ticks(&self) -> Ticks {
        Ticks(self.ticks.clone())
    }

    /// Stops ticking.
    pub async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::debug!(%error, "the ticker did not stop in order");
        }
    }
}
