//! Why a message did not get through, and whether trying again helps: all of it is judged here.
//!
//! Three natures. A *passing* fault is tried again with growing pauses. A fault of the *channel* (refused credentials, a redirect,
//! an address that may not be asked) needs somebody to mend it: the channel is dead at once, its messages wait. A fault of the
//! *message* (too large, not understood) is answered by sending its changes one by one, so that a single one does not hold up all.

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;

use super::told::quoted;
use crate::model::value::Time;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::time::Duration;

/// Whether trying again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Later.
    Passing,
    /// Once somebody has mended the channel.
    Channel,
    /// Never with this message.
    Message,
}

/// A message that did not get through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether trying again helps.
    pub nature: Nature,
    /// What happened: one line, printable, without secrets.
    pub reason: String,
    /// How long the other side asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Fault {
    /// A fault of this nature.
    pub fn new(nature: Nature, reason: impl AsRef<str>) -> Self {
        Self { nature, reason: quoted(reason.as_ref()), retry_after: None }
    }

    /// One that passes.
    pub fn passing(reason: impl AsRef<str>) -> Self {
        Self::new(Nature::Passing, reason)
    }

    /// One of the channel.
    pub fn channel(reason: impl AsRef<str>) -> Self {
        Self::new(Nature::Channel, reason)
    }
}

/// By an HTTP status that is no success. 400, 413, 415 and 422 speak of what was sent, 408, 425 and 429 of the moment; what else the
/// client did wrong is wrong with every message.
pub fn of_status(status: u16, retry_after: Option<&str>, said: &str, now: Time) -> Fault {
    let nature = match status {
        408 | 425 | 429 | 500.. => Nature::Passing,
        400 | 413 | 415 | 422 => Nature::Message,
        _ => Nature::Channel,
    };
    let said = quoted(said);
    let reason = if said.is_empty() { format!("it answered {status}") } else { format!("it answered {status}: {said}") };
    Fault { retry_after: retry_after.and_then(|text| pause(text, now)), ..Fault::new(nature, reason) }
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). A day at most: nobody sends us away for ever.
fn pause(text: &str, now: Time) -> Option<Duration> {
    const MOST: Duration = Duration::from_hours(24);
    let text = text.trim();
    let pause = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => chrono::DateTime::parse_from_rfc2822(text).ok()?.to_utc().signed_duration_since(now).to_std().unwrap_or_default(),
    };
    Some(pause.min(MOST))
}

/// By what an HTTP client says that got no answer. The address is left out: it is a secret.
pub fn of_request(error: reqwest::Error) -> Fault {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        reason = format!("{reason}: {inner}");
        source = inner.source();
    }
    if error.is_builder() { Fault::channel(reason) } else { Fault::passing(reason) }
}

/// By what a mail server says. 4yz passes; 552 (too large) and 554 of the content are the message's; other 5yz, which speak of the
/// login, the sender or a recipient, come again with every mail.
pub fn of_mail(error: &lettre::transport::smtp::Error) -> Fault {
    let mut reason = error.to_string();
    if let Some(inner) = std::error::Error::source(error) {
        let inner = inner.to_string();
        if !reason.contains(&inner) {
            reason = format!("{reason}: {inner}");
        }
    }
    let status = error.status().map(|code| code.to_string());
    let nature = match status.as_deref() {
        Some("552") => Nature::Message,
        Some(code) if code.starts_with('5') => Nature::Channel,
        _ => Nature::Passing,
    };
    Fault::new(nature, reason)
}

/// By what the AWS SDK says.
pub fn of_aws<E, R>(call: &str, error: &SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let Some(answer) = error.as_service_error() else {
        let mut reason = String::new();
        let mut source: Option<&dyn std::error::Error> = std::error::Error::source(error);
        while let Some(inner) = source {
            reason = if reason.is_empty() { inner.to_string() } else { format!("{reason}: {inner}") };
            source = inner.source();
        }
        return match error {
            // No credentials, an impossible endpoint: nothing was sent.
            SdkError::ConstructionFailure(_) => Fault::channel(format!("{call} could not be asked: {reason}")),
            _ => Fault::passing(format!("{call} gave no answer: {reason}")),
        };
    };
    let code = answer.code().unwrap_or("no error code");
    Fault::new(of_code(code), format!("{call} answered {code}: {}", answer.message().unwrap_or_default()))
}

/// By the code of an AWS answer. Unknown ones pass: they are tried again, and a channel that keeps failing is dead soon enough.
pub fn of_code(code: &str) -> Nature {
    const CHANNEL: [&str; 22] = [
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "EndpointDisabled",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "KMSAccessDenied",
        "KMSAccessDeniedException",
        "KMSDisabled",
        "KMSNotFound",
        "NoSuchBucket",
        "NotFound",
        "NotFoundException",
        "ResourceNotFoundException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "PermanentRedirect",
    ];
    const MESSAGE: [&str; 7] = [
        "BatchRequestTooLong",
        "EntityTooLarge",
        "InvalidInput",
        "InvalidInputException",
        "InvalidParameter",
        "InvalidParameterValue",
        "ValidationError",
    ];
    match code {
        code if CHANNEL.contains(&code) => Nature::Channel,
        code if MESSAGE.contains(&code) => Nature::Message,
        _ => Nature::Passing,
    }
}
