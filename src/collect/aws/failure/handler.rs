//! What Cloud Control says when a type's handler failed. It wraps the answer of the service behind the handler, so its own
//! code says little ("general service exception") and the words say all.

use super::reply::Class;

/// The class of an error of Cloud Control; none where the code is no code of its own.
pub fn classify(code: &str, message: &str) -> Option<Class> {
    let refused = ["not authorized to perform", "AccessDenied", "Access Denied", "UnauthorizedOperation"];
    let slower = ["Rate exceeded", "Throttl", "TooManyRequests"];
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    Some(match code {
        "GeneralServiceException" | "HandlerFailureException" | "HandlerInternalFailureException" | "ServiceInternalErrorException"
            if says(&refused) =>
        {
            Class::Refused
        }
        "GeneralServiceException" | "HandlerFailureException" | "HandlerInternalFailureException" | "ServiceInternalErrorException"
            if says(&slower) =>
        {
            Class::Throttled
        }
        // A service behind the handler asks for patience.
        "ServiceLimitExceededException" => Class::Throttled,
        "HandlerFailureException" | "HandlerInternalFailureException" | "NetworkFailureException" | "NotStabilizedException" => {
            Class::Stumbled
        }
        "GeneralServiceException" => Class::Odd,
        "InvalidCredentialsException" => Class::Stranger,
        // "NotFound" in its name, and still no word on a resource: the type is not there.
        "TypeNotFoundException" => Class::Odd,
        _ => return None,
    })
}
