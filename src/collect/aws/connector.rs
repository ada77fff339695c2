//! The HTTPS client, and around it the counter that no request can pass by.
//!
//! Counting at the connector rather than by an interceptor: an interceptor must be put into each service's client and
//! does not see what the credential chain sends (`sts:AssumeRole`, SSO). Here nobody can forget it. Who calls is named by
//! the task for our own calls (`Conduit`), and read off the wire for the credential chain, whose requests arise inside any
//! call and must not be counted under that call's name.

use super::salvage::PLAYBACK;
use super::tally::Tally;
use crate::model::CallId;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::sync::Arc;

tokio::task_local! {
    /// The call on whose behalf this task sends requests.
    pub static CALL: CallId;
}

/// HTTPS by rustls with ring; plain `http` endpoints (emulators) work as well. Connections are kept and shared.
pub fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https()
}

/// How a request's call is told.
#[derive(Clone, Copy, Debug)]
pub enum Names {
    /// By [`CALL`].
    Task,
    /// By the request itself: what the credential chain sends.
    Wire,
}

/// A client that counts what it sends.
#[derive(Clone, Debug)]
pub struct Counted {
    inner: SharedHttpClient,
    tally: Arc<Tally>,
    names: Names,
}

impl Counted {
    /// Counts what `inner` sends.
    pub fn new(inner: SharedHttpClient, tally: Arc<Tally>, names: Names) -> Self {
        Self { inner, tally, names }
    }
}

impl HttpClient for Counted {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(CountedConnector {
            inner: self.inner.http_connector(settings, components),
            tally: Arc::clone(&self.tally),
            names: self.names,
        })
    }
}

#[derive(Debug)]
struct CountedConnector {
    inner: SharedHttpConnector,
    tally: Arc<Tally>,
    names: Names,
}

impl HttpConnector for CountedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // An answer that is read once more is no request.
        if let (Names::Task, Ok(playback)) = (self.names, PLAYBACK.try_with(Clone::clone)) {
            return HttpConnectorFuture::ready(Ok(playback.response()));
        }
        let call = match self.names {
            Names::Task => CALL.try_with(Clone::clone).ok().or_else(|| named_by_wire(&request)),
            Names::Wire => named_by_wire(&request),
        };
        if let Some(call) = call {
            self.tally.sent(&call);
            if matches!(self.names, Names::Wire) && is_repeated(&request) {
                self.tally.retried();
            }
        }
        self.inner.call(request)
    }
}

/// The call that a request of the credential chain makes; none where it does not go to AWS but stays on the machine
/// (instance and container metadata).
fn named_by_wire(request: &HttpRequest) -> Option<CallId> {
    // STS speaks the query protocol: the operation is a form field.
    let body = request.body().bytes().unwrap_or_default();
    if let Some(action) = body.split(|byte| *byte == b'&').find_map(|field| field.strip_prefix(b"Action=")) {
        return Some(CallId::new(format!("sts:{}", String::from_utf8_lossy(action))));
    }
    let rest = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    match path.split('?').next().unwrap_or_default() {
        "federation/credentials" => Some("sso:GetRoleCredentials".into()),
        "token" => Some("sso-oauth:CreateToken".into()),
        _ if is_this_machine(authority) => None,
        _ => Some("sts:Credentials".into()),
    }
}

/// Instance metadata, and the agents of containers.
fn is_this_machine(authority: &str) -> bool {
    ["169.254.", "[fd00:ec2::", "127.", "[::1]", "localhost"].iter().any(|here| authority.starts_with(here))
}

/// Whether the SDK's own retries (of the credential chain) send this once more.
fn is_repeated(request: &HttpRequest) -> bool {
    let fields = request.headers().get("amz-sdk-request").unwrap_or_default();
    fields.split(';').filter_map(|field| field.trim().strip_prefix("attempt=")).any(|attempt| attempt != "1")
}

#[cfg(test)]
mod tests;
