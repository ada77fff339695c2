//! Requests and replies as AWS's protocols write them: JSON 1.0/1.1, query with XML, REST with JSON, and CBOR.

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
    /// The same in EC2's dialect: no `<XResult>` around the answer.
    Ec2,
    /// Path and method name the operation.
    Rest,
    /// The path names target and operation; CBOR both ways. CloudWatch speaks it.
    Cbor,
}

impl Protocol {
    /// Whether answers are XML.
    pub fn is_xml(self) -> bool {
        matches!(self, Self::Query | Self::Ec2)
    }
}

/// A request, understood.
#[derive(Debug)]
pub struct Call {
    /// `dynamodb:DescribeTable`; empty where no service of ours is meant.
    pub name: String,
    /// How it was asked.
    pub protocol: Protocol,
    /// The access key that it was signed with.
    pub key: String,
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

/// What stands before the operation in `x-amz-target`, or in a CBOR service's path, and the IAM prefix of the service.
const TARGETS: &[(&str, &str)] = &[
    ("AWSBudgetServiceGateway", "budgets"),
    ("AWSCognitoIdentityProviderService", "cognito-idp"),
    ("AWSCognitoIdentityService", "cognito-identity"),
    ("AWSInsightsIndexService", "ce"),
    ("AWSOrganizationsV20161128", "organizations"),
    ("AnyScaleFrontendService", "application-autoscaling"),
    ("CertificateManager", "acm"),
    ("CloudApiService", "cloudformation"),
    ("CloudTrail_20131101", "cloudtrail"),
    ("CostOptimizationHubService", "cost-optimization-hub"),
    ("DynamoDB_20120810", "dynamodb"),
    ("GraniteServiceVersion20100801", "cloudwatch"),
    ("Logs_20140328", "logs"),
    ("ResourceGroupsTaggingAPI_20170126", "tag"),
    ("StarlingDoveService", "config"),
    ("TrentService", "kms"),
    ("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", "cloudtrail"),
];

/// `kms:ListKeys` of `TrentService` and `ListKeys`; empty for a target that no service of ours has.
fn targeted(target: &str, operation: &str) -> String {
    let known = TARGETS.iter().find(|(known, _)| *known == target);
    known.map(|(_, service)| format!("{service}:{operation}")).unwrap_or_default()
}

impl Call {
    /// Understands a request. One that no service of ours is meant by has an empty name.
    pub fn read(request: &Request<Bytes>) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        let (key, region, service) = signature(header("authorization"));
        let digits = key.get(4..16).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let account = digits.unwrap_or("111122223333").to_owned();
        let body = String::from_utf8_lossy(request.body());
        let path = request.uri().path();
        let query = request.uri().query().unwrap_or("");
        let mut text = format!("{path}?{query} {body}");
        let (name, protocol, input) = if let Some((target, operation)) = header("x-amz-target").rsplit_once('.') {
            (targeted(target, operation), Protocol::Json, serde_json::from_str(&body).unwrap_or(Value::Null))
        } else if let Some((target, operation)) = path.strip_prefix("/service/").and_then(|rest| rest.split_once("/operation/")) {
            let input = super::cbor::read(request.body());
            text = format!("{path} {input}");
            (targeted(target, operation), Protocol::Cbor, input)
        } else if body.contains("Action=") {
            let form = pairs(&body);
            let protocol = if service == "ec2" { Protocol::Ec2 } else { Protocol::Query };
            (format!("{service}:{}", form["Action"].as_str().unwrap_or("")), protocol, form)
        } else {
            let mut input = pairs(query);
            for (key, value) in serde_json::from_str::<Value>(&body).unwrap_or(Value::Null).as_object().into_iter().flatten() {
                input[key] = value.clone();
            }
            (super::routes::name(&service, request.method().as_str(), path, &mut input), Protocol::Rest, input)
        };
        Self { name, protocol, key, account, region, input, text }
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
        ["ExclusiveStartTableName", "nextToken", "NextToken", "PaginationToken", "NextPageToken", "Marker", "position"]
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
            Protocol::Query | Protocol::Ec2 => "text/xml",
            Protocol::Rest => "application/json",
            Protocol::Cbor => "application/cbor",
        };
        let mut builder =
            Response::builder().header("content-type", kind).header("x-amzn-requestid", "00000000-0000-0000-0000-000000000000");
        if call.protocol == Protocol::Cbor {
            builder = builder.header("smithy-protocol", "rpc-v2-cbor");
        }
        let operation = call.operation();
        let (builder, body) = match self {
            Self::Json(value) if call.protocol == Protocol::Cbor => (builder, super::cbor::write(&value)),
            Self::Json(value) => (builder, value.to_string().into_bytes()),
            Self::Xml(inside) if call.protocol == Protocol::Ec2 => {
                (builder, format!("<{operation}Response>{inside}</{operation}Response>").into_bytes())
            }
            Self::Xml(inside) => (
                builder,
                format!("<{operation}Response><{operation}Result>{inside}</{operation}Result></{operation}Response>").into_bytes(),
            ),
            Self::Bare(status) => (builder.status(status), Vec::new()),
            Self::Malformed if call.protocol.is_xml() => {
                let half = format!("<{operation}Response><{operation}Result><IsTruncated>false</IsTruncated><RoleDetailList><memb");
                (builder, half.into_bytes())
            }
            // An object of one entry with a list of two, of which one is there.
            Self::Malformed if call.protocol == Protocol::Cbor => (builder, b"\xa1\x6cMetricAlarms\x82\xa0".to_vec()),
            Self::Malformed => (builder, br#"{"TableNames": ["half-a-na"#.to_vec()),
            Self::Error { status, code, message } => {
                let builder = builder.status(status);
                let typed = json!({"__type": format!("com.amazonaws.standin#{code}"), "message": message});
                match call.protocol {
                    Protocol::Query => {
                        let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{}</Message></Error>", escape(&message));
                        (builder, format!("<ErrorResponse>{error}</ErrorResponse>").into_bytes())
                    }
                    Protocol::Ec2 => {
                        let error = format!("<Error><Code>{code}</Code><Message>{}</Message></Error>", escape(&message));
                        (builder, format!("<Response><Errors>{error}</Errors><RequestID>x</RequestID></Response>").into_bytes())
                    }
                    Protocol::Json => (builder, typed.to_string().into_bytes()),
                    Protocol::Cbor => (builder.header("x-amzn-query-error", format!("{code};Sender")), super::cbor::write(&typed)),
                    Protocol::Rest => {
                        (builder.header("x-amzn-errortype", code), json!({"Type": "User", "Message": message}).to_string().into_bytes())
                    }
                }
            }
        };
        builder.body(Full::new(Bytes::from(body))).expect("a response without invalid headers")
    }
}

/// Access key, region and service of a signed request's `Authorization`.
fn signature(header: &str) -> (String, String, String) {
    let scope = header.split_once("Credential=").map_or("", |(_, rest)| rest.split(',').next().unwrap_or(""));
    let mut parts = scope.split('/');
    let key = parts.next().unwrap_or("");
    let region = parts.nth(1).unwrap_or("us-east-2");
    (key.to_owned(), region.to_owned(), parts.next().unwrap_or("").to_owned())
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
