//! What can go wrong with a request, and when.

use super::wire::{Call, Protocol, Reply};

/// What happens instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// IAM refuses.
    Denied,
    /// A service control policy refuses.
    DeniedByScp,
    /// The credentials are no longer valid.
    Expired,
    /// Slow down, in the words of the service.
    Throttled,
    /// A server error with an AWS code.
    ServerError,
    /// A status without any body: a proxy's answer, not AWS's.
    Bare(u16),
    /// No answer until the other side gives up.
    Hang,
    /// Status 200 and half a document.
    Malformed,
    /// The connection is closed without an answer.
    Cut,
    /// The thing that is asked about is gone.
    Vanished,
    /// The next page has the token of this one, for ever.
    RepeatedToken,
    /// Any other error of AWS.
    Coded {
        /// The HTTP status.
        status: u16,
        /// AWS's error code.
        code: &'static str,
        /// AWS's message.
        message: &'static str,
    },
}

/// A fault with the requests that it befalls.
#[derive(Clone, Debug)]
pub struct Trouble {
    operation: String,
    fault: Fault,
    item: Option<String>,
    later_pages: bool,
    times: Option<u32>,
}

impl Trouble {
    /// Befalls every request of an operation, `dynamodb:DescribeTable` or `logs:*`.
    pub fn with(operation: &str, fault: Fault) -> Self {
        Self { operation: operation.to_owned(), fault, item: None, later_pages: false, times: None }
    }

    /// Only requests whose path or body names this.
    pub fn on(mut self, item: &str) -> Self {
        self.item = Some(item.to_owned());
        self
    }

    /// Only the second page and those after it.
    pub fn on_later_pages(mut self) -> Self {
        self.later_pages = true;
        self
    }

    /// Only so many times; then all is well.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The fault, where it befalls this request; takes one of its times.
    pub(super) fn strikes(&mut self, call: &Call) -> Option<Fault> {
        let named = match self.operation.strip_suffix('*') {
            Some(service) => call.name.starts_with(service),
            None => call.name == self.operation,
        };
        let befallen = named
            && self.item.as_ref().is_none_or(|item| call.text.contains(item.as_str()))
            && (!self.later_pages || call.page_token().is_some())
            && self.times != Some(0);
        if befallen && let Some(times) = &mut self.times {
            *times -= 1;
        }
        befallen.then(|| self.fault.clone())
    }
}

impl Fault {
    /// The answer in the words of the service; none for faults that are not an answer.
    pub(super) fn reply(&self, call: &Call) -> Option<Reply> {
        let who = format!("arn:aws:sts::{}:assumed-role/auditor/tests", call.account);
        match self {
            Self::Denied => {
                let message = format!(
                    "User: {who} is not authorized to perform: {} because no identity-based policy allows the {} action",
                    call.name, call.name
                );
                Some(Reply::error(403, denied_code(call), message))
            }
            Self::DeniedByScp => {
                let message = format!(
                    "User: {who} is not authorized to perform: {} with an explicit deny in a service control policy: \
                     arn:aws:organizations::000000000000:policy/o-test/service_control_policy/p-test",
                    call.name
                );
                Some(Reply::error(403, denied_code(call), message))
            }
            Self::Expired => {
                let code = if call.protocol.is_xml() { "ExpiredToken" } else { "ExpiredTokenException" };
                Some(Reply::error(403, code, "The security token included in the request is expired"))
            }
            Self::Throttled => {
                let (status, code) = match call.service() {
                    "ce" => (400, "LimitExceededException"),
                    "iam" | "sts" | "sns" | "cloudwatch" => (400, "Throttling"),
                    "lambda" | "apigateway" => (429, "TooManyRequestsException"),
                    "cognito-idp" | "cognito-identity" => (400, "TooManyRequestsException"),
                    "ec2" => (503, "RequestLimitExceeded"),
                    "tag" => (400, "ThrottledException"),
                    _ => (400, "ThrottlingException"),
                };
                Some(Reply::error(status, code, "Rate exceeded"))
            }
            Self::ServerError => {
                let code = if call.protocol.is_xml() { "ServiceFailure" } else { "InternalServerError" };
                Some(Reply::error(500, code, "The request processing has failed because of an unknown error"))
            }
            Self::Vanished => {
                let code = match call.name.as_str() {
                    "dynamodb:DescribeContinuousBackups" => "TableNotFoundException",
                    name if name.starts_with("iam:") => "NoSuchEntity",
                    name if name.starts_with("sns:") => "NotFound",
                    name if name.starts_with("kms:") || name.starts_with("apigateway:") => "NotFoundException",
                    name if name.starts_with("ec2:") => "InvalidGroup.NotFound",
                    _ => "ResourceNotFoundException",
                };
                Some(Reply::error(if call.protocol == Protocol::Json { 400 } else { 404 }, code, "Requested resource not found"))
            }
            Self::Bare(status) => Some(Reply::Bare(*status)),
            Self::Malformed => Some(Reply::Malformed),
            Self::Coded { status, code, message } => Some(Reply::error(*status, code, *message)),
            Self::Hang | Self::Cut | Self::RepeatedToken => None,
        }
    }
}

fn denied_code(call: &Call) -> &'static str {
    match (call.service(), call.protocol) {
        ("sns", _) => "AuthorizationError",
        (_, Protocol::Ec2) => "UnauthorizedOperation",
        (_, Protocol::Query | Protocol::Cbor) => "AccessDenied",
        (_, Protocol::Json | Protocol::Rest) => "AccessDeniedException",
    }
}
