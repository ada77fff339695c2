//! The one place that judges what became of a request to AWS: outcome, reason in people's words, missing permission, and
//! whether to try again.
//!
//! Judged by AWS's error *code*, never by the HTTP status alone: proxies, captive portals and wrong endpoints answer with
//! statuses too, and a bare 404 read as "there is none" would pass what nobody saw. A status without a code is `broken`.

use crate::model::call::Place;
use crate::model::{CallId, Gap, GapKind, Outcome, Region};
use crate::telemetry::is_hidden;
use arcstr::ArcStr;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;

mod handler;
mod region;
#[cfg(test)]
mod tests;

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

/// An error reply, as far as judging needs it.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The HTTP status.
    pub status: u16,
    /// AWS's error code.
    pub code: Option<&'a str>,
    /// AWS's words.
    pub message: Option<&'a str>,
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

fn judge_unsent<E>(error: &SdkError<E, HttpResponse>, site: &Site) -> Judged
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

fn judge_credentials(error: &CredentialsError, call: &CallId) -> Judged {
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

fn silent(reason: String) -> Judged {
    Judged { failure: Failure::fault(Outcome::Unreachable, line(&reason)), again: Again::Silent }
}

/// Judges an error reply.
pub fn judge_reply(reply: &Reply<'_>, site: &Site) -> Judged {
    let call = &site.call;
    let Some(code) = reply.code.map(str::trim).filter(|code| !code.is_empty()) else {
        let again = match reply.status {
            429 => Again::Slower,
            500..=599 => Again::Soon,
            _ => Again::Never,
        };
        let reason = format!("{call} was answered with HTTP {} without an AWS error code", reply.status);
        return Judged { failure: Failure::fault(Outcome::Broken, reason), again };
    };
    let words = reply.message.map(str::trim).filter(|message| !message.is_empty());
    let said = words.map_or_else(|| format!("{call}: {code}"), |words| format!("{call}: {code}: {words}"));
    let class = classify(code, words.unwrap_or_default(), reply.status, site);
    let (kind, again) = match class {
        Class::Refused | Class::Stranger | Class::Disowned => (Kind::Fault(Outcome::Denied), Again::Never),
        Class::NotEnabled => (Kind::Fault(Outcome::NotEnabled), Again::Never),
        Class::Throttled => (Kind::Fault(Outcome::Throttled), Again::Slower),
        Class::Vanished => (Kind::Vanished, Again::Never),
        Class::Stumbled => (Kind::Fault(Outcome::Unreachable), Again::Soon),
        Class::Odd => (Kind::Fault(Outcome::Broken), Again::Never),
    };
    let permission = matches!(class, Class::Refused).then(|| missing(words.unwrap_or_default()).unwrap_or_else(|| site.permission.clone()));
    let reason = match (class, words.and_then(denied_by)) {
        (Class::Refused, Some(policy)) => format!("{call} is refused by {policy} (explicit deny): {said}"),
        (Class::Disowned, _) => format!(
            "the keys are no longer valid, or {} was switched off for account {} during the audit: {said}",
            site.place.region, site.place.account
        ),
        (Class::NotEnabled, _) => format!("{} is not enabled for account {}: {said}", site.place.region, site.place.account),
        _ => said,
    };
    Judged { failure: Failure { kind, code: Some(code.into()), reason: line(&reason), permission }, again }
}

#[derive(Clone, Copy)]
enum Class {
    /// We are known, and may not.
    Refused,
    /// We are not known, or not any more.
    Stranger,
    /// We are not known any more where we were known before, in a region that can be switched off.
    Disowned,
    NotEnabled,
    Throttled,
    Vanished,
    Stumbled,
    Odd,
}

/// AWS's codes, from each service's list of common errors and from the SDKs' retry lists.
fn classify(code: &str, message: &str, status: u16, site: &Site) -> Class {
    if let Some(class) = handler::classify(code, message) {
        return class;
    }
    match code {
        "OptInRequired" | "SubscriptionRequiredException" | "RegionDisabledException" | "RegionDisabled" => Class::NotEnabled,
        // A region that an account has not opted into does not know its credentials. Regions that are on for every account
        // cannot be off: there the same words mean that the key itself is gone.
        "UnrecognizedClientException" | "InvalidClientTokenId" | "AuthFailure" | "InvalidAccessKeyId"
            if region::is_opt_in(site.place.region.as_str()) =>
        {
            // One that told who we are was on a moment ago.
            if site.proven.as_ref() == Some(&site.place.region) { Class::Disowned } else { Class::NotEnabled }
        }
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "TokenRefreshRequired"
        | "InvalidToken"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RequestTimeTooSkewed" => Class::Stranger,
        "UnauthorizedOperation"
        | "UnauthorizedAccess"
        | "NotAuthorized"
        | "NotAuthorizedException"
        | "AuthorizationError"
        | "AuthorizationErrorException"
        | "Unauthorized"
        | "UnauthorizedException"
        | "ForbiddenException"
        | "Forbidden" => Class::Refused,
        _ if code.contains("AccessDenied") => Class::Refused,
        "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "LimitExceeded"
        | "TooManyRequestsException"
        | "TooManyRequests"
        | "ProvisionedThroughputExceededException"
        | "TransactionInProgressException"
        | "PriorRequestNotComplete"
        | "SlowDown" => Class::Throttled,
        _ if code.contains("Throttl") => Class::Throttled,
        _ if status == 429 => Class::Throttled,
        _ if code.contains("NotFound") || code.starts_with("NoSuch") => Class::Vanished,
        "RequestTimeout" | "RequestTimeoutException" => Class::Stumbled,
        _ if status >= 500 => Class::Stumbled,
        // Some front ends answer a refusal of the whole account with a code of their own and these words.
        _ if status == 403 && message.contains("not authorized to perform") => Class::Refused,
        _ => Class::Odd,
    }
}

/// The action that AWS's words name: "… is not authorized to perform: dynamodb:DescribeTable on resource …".
fn missing(message: &str) -> Option<ArcStr> {
    let (_, rest) = message.split_once("not authorized to perform")?;
    let word = rest.trim_start_matches([':', ' ']).split_whitespace().next()?.trim_end_matches([',', '.']);
    let (service, action) = word.split_once(':')?;
    let plain = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    (plain(service) && plain(action)).then(|| word.into())
}

/// The kind of policy whose explicit deny AWS names. Against the first two not even an administrator of the account helps.
fn denied_by(message: &str) -> Option<&'static str> {
    let (_, rest) = message.split_once("with an explicit deny in ")?;
    [
        "a service control policy",
        "a resource control policy",
        "a permissions boundary",
        "a session policy",
        "a VPC endpoint policy",
        "a resource-based policy",
        "an identity-based policy",
    ]
    .into_iter()
    .find(|policy| rest.starts_with(policy))
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
