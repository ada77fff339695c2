//! Requests and replies as AWS's protocols write them: JSON 1.0/1.1, query with XML, REST with JSON.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use serde_json::{Value, json};

/// How a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `x-amz-target` names the operation.
    Json,
    /// `Action=` in a form, XML in return.
    Query,
    /// Path and method name the operation.
    Rest,
}

/// A request, understood.
#[derive(Debug)]
pub struct Call {
    /// `dynamodb:DescribeTable`; empty where no service of ours is meant.
    pub name: String,
    /// How it was asked.
    pub protocol: Protocol,
    /// The account that its credentials belong to.
    pub account: String,
    /// The region that it was signed for.
    pub region: String,
    /// The body's JSON, or the form and the path's parameters as an object of text.
    pub input: Value,
    /// Path, query and body, for troubles that befall one item.
    pub text: String,
}

/// An answer.
#[derive(Debug)]
pub enum Reply {
    /// JSON.
    Json(Value),
    /// The inside of `<XResult>`.
    Xml(String),
    /// An error with an AWS code.
    Error {
        /// The HTTP status.
        status: u16,
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
    },
    /// A status and nothing else.
    Bare(u16),
    /// Status 200 and half a document.
    Malformed,
}

const TARGETS: [(&str, &str); 4] = [
    ("DynamoDB_20120810.", "dynamodb"),
    ("Logs_20140328.", "logs"),
    ("ResourceGroupsTaggingAPI_20170126.", "tag"),
    ("AWSInsightsIndexService.", "ce"),
];

impl Call {
    /// Understands a request. One that no service of ours is meant by has an empty name.
    pub fn read(request: &Request<Bytes>) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        let (account, region, service) = signature(header("authorization"));
        let body = String::from_utf8_lossy(request.body());
        let path = request.uri().path();
        let query = request.uri().query().unwrap_or("");
        let text = format!("{path}?{query} {body}");
        let (name, protocol, input) = if let Some(target) = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()) {
            let name = TARGETS
                .iter()
                .find_map(|(prefix, service)| target.strip_prefix(prefix).map(|operation| format!("{service}:{operation}")))
                .unwrap_or_default();
            (name, Protocol::Json, serde_json::from_str(&body).unwrap_or(Value::Null))
        } else if body.contains("Action=") {
            let form = pairs(&body);
            (format!("{service}:{}", form["Action"].as_str().unwrap_or("")), Protocol::Query, form)
        } else {
            let (name, input) = super::lambda::route(request.method(), path, pairs(query));
            (name.to_owned(), Protocol::Rest, input)
        };
        Self { name, protocol, account, region, input, text }
    }

    /// The part of the name before the colon.
    pub fn service(&self) -> &str {
        self.name.split_once(':').map_or("", |(service, _)| service)
    }

    /// The part of the name behind the colon.
    pub fn operation(&self) -> &str {
        self.name.split_once(':').map_or("", |(_, operation)| operation)
    }

    /// Text of the input.
    pub fn field(&self, name: &str) -> &str {
        self.input[name].as_str().unwrap_or("")
    }

    /// What says that this is not the first page.
    pub fn page_token(&self) -> Option<&str> {
        ["ExclusiveStartTableName", "nextToken", "PaginationToken", "NextPageToken", "Marker"]
            .iter()
            .find_map(|name| self.input[*name].as_str())
            .filter(|token| !token.is_empty())
    }

    /// An ARN of this account and region.
    pub fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.region, self.account)
    }
}

impl Reply {
    /// An error of AWS.
    pub fn error(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self::Error { status, code: code.to_owned(), message: message.into() }
    }

    /// Something that this server cannot do. Tests that meet it fail loudly, for nothing expects this code.
    pub fn unknown(call: &Call) -> Self {
        Self::error(501, "NotInTheStandIn", format!("the stand-in does not know {:?}", call.text))
    }

    /// The HTTP response.
    pub fn write(self, call: &Call) -> Response<Full<Bytes>> {
        let kind = match call.protocol {
            Protocol::Json => "application/x-amz-json-1.1",
            Protocol::Query => "text/xml",
            Protocol::Rest => "application/json",
        };
        let builder = Response::builder().header("content-type", kind).header("x-amzn-requestid", "00000000-0000-0000-0000-000000000000");
        let operation = call.operation();
        let (builder, body) = match self {
            Self::Json(value) => (builder, value.to_string()),
            Self::Xml(inside) => {
                (builder, format!("<{operation}Response><{operation}Result>{inside}</{operation}Result></{operation}Response>"))
            }
            Self::Bare(status) => (builder.status(status), String::new()),
            Self::Malformed if call.protocol == Protocol::Query => {
                (builder, format!("<{operation}Response><{operation}Result><IsTruncated>false</IsTruncated><RoleDetailList><memb"))
            }
            Self::Malformed => (builder, r#"{"TableNames": ["half-a-na"#.to_owned()),
            Self::Error { status, code, message } => {
                let builder = builder.status(status);
                match call.protocol {
                    Protocol::Query => {
                        let message = escape(&message);
                        (
                            builder,
                            format!(
                                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
                            ),
                        )
                    }
                    Protocol::Json => (builder, json!({"__type": format!("com.amazonaws.standin#{code}"), "message": message}).to_string()),
                    Protocol::Rest => (builder.header("x-amzn-errortype", code), json!({"Type": "User", "Message": message}).to_string()),
                }
            }
        };
        builder.body(Full::new(Bytes::from(body))).expect("a response without invalid headers")
    }
}

/// Account, region and service of a signed request's `Authorization`.
fn signature(header: &str) -> (String, String, String) {
    let scope = header.split_once("Credential=").map_or("", |(_, rest)| rest.split(',').next().unwrap_or(""));
    let mut parts = scope.split('/');
    let key = parts.next().unwrap_or("");
    let account = key.get(4..16).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or("111122223333");
    let region = parts.nth(1).unwrap_or("us-east-2");
    (account.to_owned(), region.to_owned(), parts.next().unwrap_or("").to_owned())
}

fn pairs(form: &str) -> Value {
    let decode = |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    form.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), Value::String(decode(value)))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Text inside XML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One page of a listing: the items, and the token of the next page.
///
/// With `repeated`, every page is the first and has the same token.
pub fn page<'a, T>(items: &'a [T], token: Option<&str>, size: usize, repeated: bool) -> (&'a [T], Option<String>) {
    let start = match token.and_then(|token| token.strip_prefix("from-")) {
        Some(start) if !repeated => start.parse().unwrap_or(0).min(items.len()),
        _ => 0,
    };
    let end = (start + size.max(1)).min(items.len());
    let next = (end < items.len() || repeated).then(|| format!("from-{end}"));
    (&items[start..end], next)
}
