//! Every call to AWS goes through here: pace, breaker, deadline, retries, count, judgement.
//!
//! We retry ourselves and switch the SDK's retries off. Its standard mode keeps a quota of retries per client that a
//! throttled region empties for all calls, its adaptive mode one pace per service; and neither asks our breaker or our
//! pace between attempts. So a retry waits for its turn as a first attempt does, and what is retried is judged in one
//! place, `failure`.

use super::breaker::Breakers;
use super::connector::CALL;
use super::failure::{Again, Failure, Judged, Kind, Site, judge, judge_deadline};
use super::limiter::{Lane, Limiter, Pace};
use super::patience::Patience;
use super::tally::Tally;
use crate::model::Outcome;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

#[cfg(test)]
mod tests;

/// What all calls of a pass share.
#[derive(Debug)]
pub struct Conduit {
    patience: Patience,
    limiter: Limiter,
    breakers: Breakers,
    in_flight: Semaphore,
    tally: Arc<Tally>,
}

impl Conduit {
    /// A conduit that nothing went through yet.
    pub fn new(patience: Patience, tally: Arc<Tally>) -> Self {
        let in_flight = Semaphore::new(patience.in_flight.max(1));
        Self { patience, limiter: Limiter::default(), breakers: Breakers::default(), in_flight, tally }
    }

    /// How patient it is.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// The count of requests.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Makes a call: `send` builds and sends one request, and is called once an attempt.
    ///
    /// # Errors
    /// What the last attempt failed with; or that this call is not worth trying any more.
    pub async fn call<T, E, Fut>(&self, site: &Site, pace: Pace, send: impl Fn() -> Fut) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let lane = self.limiter.lane(&site.place, &site.call, pace);
        let (mut attempts, mut spent) = (0, Duration::ZERO);
        loop {
            self.admit(site, &lane).await?;
            let began = Instant::now();
            let left = self.patience.operation.saturating_sub(spent);
            let answer = {
                // The semaphore is never closed.
                let _permit = self.in_flight.acquire().await;
                if attempts > 0 {
                    self.tally.retried();
                }
                tokio::time::timeout(left, CALL.scope(site.call.clone(), send())).await
            };
            attempts += 1;
            spent += began.elapsed();
            let judged = match answer {
                Ok(Ok(answer)) => {
                    self.breakers.answered(&site.place, site.call.service());
                    lane.good();
                    self.tally.answered(&site.call, "ok");
                    return Ok(answer);
                }
                Ok(Err(error)) => judge(&error, site),
                Err(_) => judge_deadline(site),
            };
            self.note(site, &lane, &judged);
            let most = match judged.again {
                Again::Never => attempts,
                Again::Slower => self.patience.throttled_attempts,
                Again::Soon => self.patience.attempts,
                Again::Silent => self.patience.silent_attempts,
            };
            let pause = self.patience.pause_after(attempts);
            if attempts >= most || spent + pause >= self.patience.operation {
                return Err(judged.failure);
            }
            spent += pause;
            tokio::time::sleep(pause).await;
        }
    }

    /// Waits for our turn, unless asking is of no use any more.
    async fn admit(&self, site: &Site, lane: &Lane) -> Result<(), Failure> {
        let check = || {
            self.breakers.check(&site.place, site.call.service()).map_err(|open| {
                Failure::fault(
                    Outcome::Unreachable,
                    format!(
                        "{} was not asked: {} requests in a row to {} in {} were not answered",
                        site.call,
                        open.failures,
                        site.call.service(),
                        site.place.region
                    ),
                )
            })
        };
        check()?;
        lane.ready().await.map_err(|_| {
            Failure::fault(Outcome::Throttled, format!("{} was not asked any more: AWS kept asking to slow down", site.call))
        })?;
        // Others may have found out while we waited.
        check()
    }

    fn note(&self, site: &Site, lane: &Lane, judged: &Judged) {
        match judged.again {
            Again::Silent => self.breakers.silent(&site.place, site.call.service()),
            Again::Never | Again::Slower | Again::Soon => self.breakers.answered(&site.place, site.call.service()),
        }
        if judged.again == Again::Slower {
            lane.throttled(Instant::now());
        }
        let outcome = match (judged.again, judged.failure.kind) {
            (Again::Slower, _) => "throttled",
            // "Does not exist" is as good an answer as any.
            (_, Kind::Vanished) => "ok",
            (_, Kind::Fault(Outcome::Denied)) => "denied",
            (_, Kind::Fault(_)) => "error",
        };
        self.tally.answered(&site.call, outcome);
        tracing::debug!(
            call = %site.call, account.id = %site.place.account, region = %site.place.region, again = ?judged.again,
            "{}", judged.failure.reason
        );
    }
}
