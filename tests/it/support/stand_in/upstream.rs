//! The server behind this one: passes requests on and gives its answers as they are, or with a page token that comes back.

use super::server::Cut;
use super::wire::{Call, Protocol};
use super::{Page, Shared};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// The token that comes back for ever.
const AGAIN: &str = "again";

/// What the server behind this one answers. With `repeated`, a listing's first page comes for ever.
///
/// # Errors
/// Where it gives no answer.
pub fn answer(shared: &Shared, call: &Call, request: Request<Bytes>, repeated: bool) -> Result<Response<Full<Bytes>>, Cut> {
    let first_page: Option<Page> =
        if repeated && call.page_token().is_some() { shared.book().first_pages.get(&call.name).cloned() } else { None };
    let (status, (headers, body)) = match first_page {
        Some(page) => (200, page),
        None => {
            let upstream = shared.upstream.as_deref().unwrap_or("");
            let asked = format!("{} {} {} {}", call.key, call.region, call.name, call.text);
            let before = shared.book().remembered.as_ref().and_then(|remembered| remembered.get(&asked).cloned());
            let (status, (headers, body)) = match (before, call.protocol) {
                (Some(answer), _) => answer,
                (None, Protocol::Cbor) => translated(upstream, call, request)?,
                (None, _) => passed_on(upstream, request)?,
            };
            if let Some(remembered) = &mut shared.book().remembered {
                remembered.insert(asked, (status, (headers.clone(), body.clone())));
            }
            let body = if repeated { with_token(call, &body) } else { body };
            (status, (headers, body))
        }
    };
    let body = if call.name == "tag:GetResources" && status == 200 { with_tags(shared, call, &body) } else { body };
    if repeated {
        shared.book().first_pages.insert(call.name.clone(), (headers.clone(), body.clone()));
    }
    if call.name == "sts:GetCallerIdentity"
        && let Some((_, rest)) = String::from_utf8_lossy(&body).split_once("<Account>")
        && let Some((account, _)) = rest.split_once('<')
    {
        shared.book().accounts.insert(call.key.clone(), account.to_owned());
    }
    let mut reply = Response::builder().status(status);
    for (name, value) in headers {
        reply = reply.header(name, value);
    }
    reply.body(Full::new(Bytes::from(body))).map_err(|_| Cut)
}

/// Status, headers and body of the answer of the server behind this one.
fn passed_on(upstream: &str, request: Request<Bytes>) -> Result<(u16, Page), Cut> {
    static AGENT: OnceLock<ureq::Agent> = OnceLock::new();
    let agent = AGENT.get_or_init(|| ureq::Agent::config_builder().http_status_as_error(false).build().into());
    let (head, body) = request.into_parts();
    let mut builder = ureq::http::Request::builder().method(head.method.as_str()).uri(format!("{upstream}{}", head.uri));
    for (name, value) in &head.headers {
        if !matches!(name.as_str(), "host" | "content-length" | "connection" | "transfer-encoding" | "expect") {
            builder = builder.header(name.as_str(), value.as_bytes());
        }
    }
    let request = builder.body(body.to_vec()).map_err(|_| Cut)?;
    let mut response = agent.run(request).map_err(|_| Cut)?;
    let kept = |name: &str| name.starts_with("x-amzn") || matches!(name, "content-type" | "smithy-protocol");
    let headers = response.headers().iter().filter(|(name, _)| kept(name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
    let bytes = response.body_mut().with_config().limit(64 << 20).read_to_vec().map_err(|_| Cut)?;
    Ok((response.status().as_u16(), (headers, bytes)))
}

/// The tags that the emulator tells of, and on the last page those that it leaves out.
fn with_tags(shared: &Shared, call: &Call, body: &[u8]) -> Vec<u8> {
    let mut answer: Value = serde_json::from_slice(body).unwrap_or(json!({}));
    if answer["PaginationToken"].as_str().is_none_or(str::is_empty)
        && let Some(mappings) = answer["ResourceTagMappingList"].as_array_mut()
    {
        mappings.extend(shared.book().tagged.iter().filter_map(|tagged| tagged.mapping(call)));
    }
    answer.to_string().into_bytes()
}

/// The emulator speaks CloudWatch's JSON and not its CBOR.
fn translated(upstream: &str, call: &Call, mut request: Request<Bytes>) -> Result<(u16, Page), Cut> {
    *request.uri_mut() = hyper::Uri::from_static("/");
    let target = format!("GraniteServiceVersion20100801.{}", call.operation());
    request.headers_mut().remove("smithy-protocol");
    request.headers_mut().insert("x-amz-target", target.parse().map_err(|_| Cut)?);
    request.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static("application/x-amz-json-1.0"));
    *request.body_mut() = call.input.to_string().into();
    let (status, (_, body)) = passed_on(upstream, request)?;
    let mut answer: Value = serde_json::from_slice(&body).unwrap_or(json!({}));
    tag_times(&mut answer);
    let headers = [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")];
    Ok((status, (headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), super::cbor::write(&answer))))
}

/// Times as CBOR has them.
fn tag_times(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tag_times),
        Value::Object(entries) => {
            for (key, value) in entries {
                let time = key.ends_with("Timestamp") || key == "LastModified";
                #[expect(clippy::cast_possible_truncation, reason = "whole seconds are near enough")]
                let seconds = value.as_f64().map(|seconds| seconds as i64);
                let read = value.as_str().and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
                match seconds.or(read.map(|time| time.timestamp())) {
                    Some(seconds) if time => *value = json!(format!("@{seconds}")),
                    _ => tag_times(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A page of a listing with the token of a next one, under the name that the service gives it.
fn with_token(call: &Call, body: &[u8]) -> Vec<u8> {
    let name = match call.name.as_str() {
        "dynamodb:ListTables" => "LastEvaluatedTableName",
        "tag:GetResources" => "PaginationToken",
        name if name.starts_with("apigateway:") && !call.text.starts_with("/v2/") => "position",
        name if name.starts_with("iam:") => "Marker",
        name if name.starts_with("kms:") || name.starts_with("lambda:") => "NextMarker",
        name if ["apigateway:", "access-analyzer:", "ec2:", "logs:"].iter().any(|service| name.starts_with(service)) => "nextToken",
        _ => "NextToken",
    };
    let put = |mut answer: Value| {
        answer[name] = json!(AGAIN);
        // KMS believes this and not the marker.
        if name == "NextMarker" && call.service() == "kms" {
            answer["Truncated"] = json!(true);
        }
        answer
    };
    match call.protocol {
        Protocol::Json | Protocol::Rest => put(serde_json::from_slice(body).unwrap_or(json!({}))).to_string().into_bytes(),
        Protocol::Cbor => super::cbor::write(&put(super::cbor::read(body))),
        Protocol::Query | Protocol::Ec2 => {
            let text = String::from_utf8_lossy(body).replace("<IsTruncated>false</IsTruncated>", "<IsTruncated>true</IsTruncated>");
            let end = if call.protocol == Protocol::Ec2 { "Response>" } else { "Result>" };
            let end = format!("</{}{end}", call.operation());
            text.replacen(&end, &format!("<{name}>{AGAIN}</{name}>{end}"), 1).into_bytes()
        }
    }
}
