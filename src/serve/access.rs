//! Who may ask. Being reached over loopback proves nothing: every page in the operator's browser can reach it too.
//!
//! - `Host` must name us. A page that points its own name at 127.0.0.1 (DNS rebinding) would otherwise be "same origin".
//! - A write must not come from another origin. Reads need no such check: without CORS headers no page can read the answer.
//! - Where a token is configured, every request but the two health checks carries it.

use super::config::{Guard, ServeConfig, Token};
use super::problem::Problem;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use sha2::{Digest as _, Sha256};
use std::net::{IpAddr, SocketAddr};
use subtle::ConstantTimeEq as _;

/// The rules of access.
#[derive(Debug)]
pub struct Access {
    names: Vec<String>,
    token: Option<Token>,
}

/// Whether a request needs the token, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenNeed {
    /// It shows or changes something.
    Needed,
    /// It says only whether we live.
    Open,
}

impl Access {
    /// The rules that the config asks for.
    pub fn new(config: &ServeConfig) -> Self {
        let names = config.hosts.iter().map(|name| host_of(name).to_ascii_lowercase()).collect();
        let token = match &config.guard {
            Guard::Token(token) => Some(token.clone()),
            Guard::Loopback | Guard::Proxy => None,
        };
        Self { names, token }
    }

    /// Whether the request may go on.
    ///
    /// # Errors
    /// The problem to answer with.
    pub fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap, reached_at: SocketAddr, need: TokenNeed) -> Result<(), Problem> {
        let host = self.check_host(uri, headers, reached_at)?;
        if !method.is_safe() {
            check_origin(headers, &host)?;
        }
        match need {
            TokenNeed::Needed => self.check_token(headers),
            TokenNeed::Open => Ok(()),
        }
    }

    /// Every name by which the request calls us must be ours; answers the authority.
    fn check_host(&self, uri: &Uri, headers: &HeaderMap, reached_at: SocketAddr) -> Result<String, Problem> {
        let hosts: Vec<&HeaderValue> = headers.get_all(header::HOST).iter().collect();
        let [host] = hosts.as_slice() else {
            return Err(Problem::bad_request("a request names its host once"));
        };
        let host = host.to_str().ok().filter(|host| host.parse::<Authority>().is_ok_and(|authority| !authority.as_str().contains('@')));
        let named = host.into_iter().chain(uri.authority().map(Authority::as_str));
        for authority in named {
            if !self.is_ours(host_of(authority), reached_at.ip()) {
                return Err(Problem::new(
                    StatusCode::FORBIDDEN,
                    "the request was made to a host name that is not ours; names besides localhost are listed in listen.hosts",
                ));
            }
        }
        host.map(str::to_ascii_lowercase).ok_or_else(|| Problem::bad_request("the Host header is no host"))
    }

    fn is_ours(&self, host: &str, reached_at: IpAddr) -> bool {
        let host = host.to_ascii_lowercase();
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(ip) = plain.parse::<IpAddr>() {
            // The address of the connection itself; behind a port mapping it is another one, which then has to be listed.
            return ip.to_canonical() == reached_at.to_canonical() || self.names.iter().any(|name| name == &host);
        }
        (host == "localhost" && reached_at.to_canonical().is_loopback()) || self.names.contains(&host)
    }

    fn check_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(token) = &self.token else { return Ok(()) };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
            let (scheme, given) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(given.trim())
        });
        // Digests have one length, so that not even the token's length can be timed.
        let same = given.is_some_and(|given| Sha256::digest(given).ct_eq(&Sha256::digest(token.secret())).into());
        if same {
            return Ok(());
        }
        Err(Problem::new(StatusCode::UNAUTHORIZED, "this needs the bearer token of auth.token_file")
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"ledgerline\"")))
    }
}

/// A write comes from ourselves or from no page at all. Browsers send `Origin` with every write; commands send none.
fn check_origin(headers: &HeaderMap, host: &str) -> Result<(), Problem> {
    let foreign = || Problem::new(StatusCode::FORBIDDEN, "a write from a page of another origin is refused");
    if let Some(site) = headers.get("sec-fetch-site")
        && site != "same-origin"
        && site != "none"
    {
        return Err(foreign());
    }
    for origin in headers.get_all(header::ORIGIN) {
        // The scheme is not compared: behind a proxy that ends TLS it differs from what we speak.
        let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
        if authority.is_none_or(|authority| !authority.eq_ignore_ascii_case(host)) {
            return Err(foreign());
        }
    }
    Ok(())
}

/// The host of an authority, without its port; an IPv6 address keeps its brackets.
fn host_of(authority: &str) -> &str {
    if let Some(end) = authority.find(']') {
        return authority.get(..=end).unwrap_or(authority);
    }
    authority.split_once(':').map_or(authority, |(host, _)| host)
}
