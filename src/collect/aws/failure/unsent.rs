//! What kept a request from being sent: credentials that nobody gives, a role that could not be assumed, a network without a
//! way. The cause that stands deepest says most, so it is looked for in the whole chain of errors.

use super::{Again, Failure, GivenUp, Judged, Site, chain, judge, line, silent};
use crate::model::{CallId, Outcome};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use std::error::Error;

/// Judges a request that did not reach AWS.
pub fn judge_unsent<E>(error: &SdkError<E, HttpResponse>, site: &Site) -> Judged
where
    E: Error + 'static,
{
    let call = &site.call;
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(here) = cause {
        // A role that could not be assumed stands deepest: it says most.
        if let Some(assume) = here.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>() {
            let site = Site { call: "sts:AssumeRole".into(), permission: arcstr::literal!("sts:AssumeRole"), ..site.clone() };
            return judge(assume, &site);
        }
        if let Some(given_up) = here.downcast_ref::<GivenUp>() {
            return Judged { failure: Failure::fault(Outcome::Broken, line(&format!("{call}: {given_up}"))), again: Again::Never };
        }
        cause = here.source();
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(here) = cause {
        if let Some(credentials) = here.downcast_ref::<CredentialsError>() {
            return judge_credentials(credentials, call);
        }
        cause = here.source();
    }
    match error {
        SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => {
            silent(format!("{call} was not answered in time: {}", chain(error)))
        }
        SdkError::DispatchFailure(dispatch) if dispatch.is_user() => Judged {
            failure: Failure::fault(Outcome::Broken, line(&format!("{call} could not be sent: {}", chain(error)))),
            again: Again::Never,
        },
        SdkError::DispatchFailure(_) => silent(format!("{call} reached nobody: {}", chain(error))),
        _ => Judged {
            failure: Failure::fault(Outcome::Broken, line(&format!("{call} could not be built: {}", chain(error)))),
            again: Again::Never,
        },
    }
}

pub(super) fn judge_credentials(error: &CredentialsError, call: &CallId) -> Judged {
    let words = chain(error);
    let (outcome, reason) = match error {
        CredentialsError::ProviderTimedOut(_) => {
            return silent(format!("{call} was not sent: whoever gives the credentials did not answer: {words}"));
        }
        CredentialsError::CredentialsNotLoaded(_) => {
            // The words list every place that was asked; a profile is the one that somebody named.
            let profile = words.split(": ").flat_map(str::lines).find(|part| part.starts_with("profile `"));
            (Outcome::Denied, profile.map_or("no credentials were found".to_owned(), |part| format!("no credentials were found: {part}")))
        }
        _ => (Outcome::Denied, format!("the credentials could not be loaded: {words}")),
    };
    Judged { failure: Failure::fault(outcome, line(&reason)), again: Again::Never }
}
