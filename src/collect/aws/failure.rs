//! The one place that judges what became of a request to AWS: outcome, reason in people's words, missing permission, and
//! whether to try again.
//!
//! Judged by AWS's error *code*, never by the HTTP status alone: proxies, captive portals and wrong endpoints answer with
//! statuses too, and a bare 404 read as "there is none" would pass what nobody saw. A status without a code is `broken`.

use crate::model::call::Place;
use crate::model::{CallId, Gap, GapKind, Outcome, Region};
use crate::telemetry::is_hidden;
use arcstr::ArcStr;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;

mod handler;
mod region;
mod reply;
#[cfg(test)]
mod tests;
mod unsent;

pub use reply::{Reply, judge_reply};
use unsent::judge_unsent;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind it is.
    pub kind: Kind,
    /// AWS's error code, where it gave one.
    pub code: Option<ArcStr>,
    /// What happened, one line for people.
    pub reason: ArcStr,
    /// The IAM action that is missing, where that is why.
    pub permission: Option<ArcStr>,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was asked about does not exist. Whether that means "gone", "none" or a fault, the caller knows.
    Vanished,
    /// A fault of the kind that coverage speaks of.
    Fault(Outcome),
}

impl Failure {
    /// A fault without a code.
    pub fn fault(outcome: Outcome, reason: impl Into<ArcStr>) -> Self {
        Self { kind: Kind::Fault(outcome), code: None, reason: reason.into(), permission: None }
    }

    /// A success without what the call is asked for.
    pub fn empty(call: &str) -> Self {
        Self::fault(Outcome::Broken, format!("{call} was answered without what it is asked for"))
    }

    /// Whether AWS said with a code that what was asked about does not exist.
    pub fn vanished(&self) -> bool {
        self.kind == Kind::Vanished
    }

    /// Whether this is AWS's error code.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_ref().is_some_and(|mine| mine == code)
    }

    /// What coverage calls it. Where nothing can vanish (a listing), "does not exist" is an answer we did not understand.
    pub fn outcome(&self) -> Outcome {
        match self.kind {
            Kind::Vanished => Outcome::Broken,
            Kind::Fault(outcome) => outcome,
        }
    }

    /// The gap that it leaves.
    pub fn gap(&self, call: &CallId) -> Gap {
        Gap {
            kind: self.outcome().gap_kind().unwrap_or(GapKind::Broken),
            call: Some(call.clone()),
            permission: self.permission.clone(),
            detail: self.reason.clone(),
        }
    }
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// No: the answer will be the same.
    Never,
    /// Yes, more slowly.
    Slower,
    /// Yes: the server stumbled.
    Soon,
    /// Perhaps: nobody answered.
    Silent,
}

/// A failure and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What it is.
    pub failure: Failure,
    /// Whether to try again.
    pub again: Again,
}

/// Why a collector does not send a request once more: a call that ends with this as the cause of a construction failure is
/// broken and not tried again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GivenUp(String);

impl GivenUp {
    /// For this reason, after this error.
    pub fn after(reason: &str, error: &dyn Error) -> Self {
        Self(format!("{reason}: {}", chain(error)))
    }
}

/// What was asked, where.
#[derive(Clone, Debug)]
pub struct Site {
    /// The account and region.
    pub place: Place,
    /// The call.
    pub call: CallId,
    /// The IAM action that it needs.
    pub permission: ArcStr,
    /// The region that told who we are, by the same credentials: it is on. None as long as none did.
    pub proven: Option<Region>,
}

/// Judges what the SDK says.
pub fn judge<E>(error: &SdkError<E, HttpResponse>, site: &Site) -> Judged
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let call = &site.call;
    match error {
        SdkError::ServiceError(reply) => judge_reply(
            &Reply { status: reply.raw().status().as_u16(), code: reply.err().meta().code(), message: reply.err().meta().message() },
            site,
        ),
        SdkError::TimeoutError(_) => silent(format!("{call} was not answered in time")),
        SdkError::ResponseError(reply) => Judged {
            failure: Failure::fault(
                Outcome::Broken,
                line(&format!(
                    "{call} was answered with HTTP {} that is not what AWS says: {}",
                    reply.raw().status().as_u16(),
                    chain(error)
                )),
            ),
            again: Again::Soon,
        },
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => judge_unsent(error, site),
        other => Judged { failure: Failure::fault(Outcome::Broken, line(&format!("{call}: {}", chain(other)))), again: Again::Never },
    }
}

/// Judges the end of our own deadline.
pub fn judge_deadline(site: &Site) -> Judged {
    silent(format!("{} was not answered in time", site.call))
}

fn silent(reason: String) -> Judged {
    Judged { failure: Failure::fault(Outcome::Unreachable, line(&reason)), again: Again::Silent }
}

/// The words of an error and of all that caused it, without those that only repeat.
fn chain(error: &dyn Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut cause = Some(error);
    while let Some(here) = cause {
        let text = here.to_string();
        if !text.is_empty() && !words.iter().any(|known| known.contains(&text)) {
            words.push(text);
        }
        cause = here.source();
    }
    words.join(": ")
}

/// One line of bearable length: error texts come from whoever answers, and go into coverage, gaps and messages.
pub fn line(text: &str) -> ArcStr {
    const LONGEST: usize = 500;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut clean: String = words.chars().filter(|letter| !is_hidden(*letter)).collect();
    if let Some((cut, _)) = clean.char_indices().nth(LONGEST) {
        clean.truncate(cut);
        clean.push('…');
    }
    clean.into()
}
