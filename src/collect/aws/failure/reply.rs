//! What AWS's error codes mean, wherever they come from: each service has its own words for the same few things.

use super::{Again, Failure, Judged, Kind, Site, handler, line, region};
use crate::model::Outcome;
use arcstr::ArcStr;

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
pub(super) enum Class {
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
