//! Who may ask. Being reached over loopback proves nothing: every page in the operator's browser can reach it too.
//!
//! - `Host` must name us. A page that points its own name at 127.0.0.1 (DNS rebinding) would otherwise be "same origin".
//! - A write must not come from another origin. Reads need no such check: without CORS headers no page can read the answer.
//! - Where credentials are configured, every request but the health checks and the way to sign in carries one: a bearer token,
//!   the cookie of a session that a token began, or a client certificate. What it allows is decided here, before the handler.

mod asker;
mod limits;
mod session;

use super::config::{Credentials, Guard, Scope, ServeConfig, Token, digest};
use super::connection::Peer;
use super::problem::{Kind, Problem};
use crate::model::value::Time;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use chrono::TimeDelta;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

pub use asker::Asker;
use limits::{Client, Limits};
use session::Sessions;
pub use session::random_hex;

/// The rules of access, and who is signed in.
#[derive(Debug)]
pub struct Access {
    names: Vec<String>,
    guard: RwLock<Arc<Guard>>,
    limits: Limits,
    sessions: Sessions,
    clock: fn() -> Time,
}

/// What a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It says only whether we live: nothing, as often as one likes.
    Health,
    /// It shows nothing that is not in the program itself.
    Open,
    /// A credential that allows this.
    Scope(Scope),
    /// A credential that allows everything.
    Everything,
}

/// A request as far as access goes.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its target.
    pub uri: &'a Uri,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Where it came from and in.
    pub peer: &'a Peer,
}

impl Access {
    /// The rules that the config asks for.
    pub fn new(config: &ServeConfig, clock: fn() -> Time) -> Self {
        let names = config.hosts.iter().map(|name| host_of(name).to_ascii_lowercase()).collect();
        let guard = RwLock::new(Arc::new(config.guard.clone()));
        Self { names, guard, limits: Limits::new(config.requests_per_minute), sessions: Sessions::default(), clock }
    }

    /// Other credentials from now on, as the config was read again. What is no list of credentials stays as it was: whether
    /// an address may go without is decided when it is bound.
    pub fn renew(&self, guard: &Guard) {
        let mut held = self.guard.write().unwrap_or_else(PoisonError::into_inner);
        if let (Guard::Credentials(_), Guard::Credentials(_)) = (&**held, guard) {
            *held = Arc::new(guard.clone());
        }
    }

    fn guard(&self) -> Arc<Guard> {
        Arc::clone(&self.guard.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether browsers sign in here.
    pub fn has_sign_in(&self) -> bool {
        matches!(&*self.guard(), Guard::Credentials(credentials) if !credentials.tokens.is_empty())
    }

    /// Who asks, if the request may go on.
    ///
    /// # Errors
    /// The problem to answer with.
    pub fn admit(&self, asked: Asked<'_>, need: Need) -> Result<Asker, Problem> {
        let host = self.check_host(asked)?;
        if !asked.method.is_safe() {
            check_origin(asked.headers, &host)?;
        }
        let guard = self.guard();
        let from = Client::at(address(asked, &guard));
        match need {
            Need::Health => return Ok(Asker::unknown()),
            Need::Open => {
                self.limits.count(&from)?;
                return Ok(Asker::unknown());
            }
            Need::Scope(_) | Need::Everything => {}
        }
        let asker = match self.who(asked, &guard, &from) {
            Ok(asker) => asker,
            Err(problem) => {
                self.limits.count(&from)?;
                return Err(problem);
            }
        };
        self.limits.count(&asker.name().map_or(from, |name| Client::Named(name.clone())))?;
        let scopes = if let Need::Scope(scope) = &need { std::slice::from_ref(scope) } else { Scope::ALL };
        scopes.iter().try_for_each(|scope| asker.must(*scope))?;
        Ok(asker)
    }

    fn who(&self, asked: Asked<'_>, guard: &Guard, from: &Client) -> Result<Asker, Problem> {
        let credentials = match guard {
            Guard::Loopback | Guard::Proxy => return Ok(Asker::trusted()),
            Guard::Credentials(credentials) => credentials,
        };
        if let Some(given) = asked.headers.get(header::AUTHORIZATION) {
            let token = self.token(credentials, bearer(given), from)?;
            return Ok(Asker::of_token(token.name.clone(), token.scopes.clone()));
        }
        if let Some(asker) = cookie(asked).and_then(|cookie| self.session(credentials, cookie)) {
            return Ok(asker);
        }
        if let Some(subject) = &asked.peer.subject {
            let known = credentials.certificates.iter().find(|certificate| certificate.subject == *subject);
            return match known {
                Some(certificate) => Ok(Asker::of_certificate(certificate.name.clone(), certificate.scopes.clone())),
                None => Err(unauthenticated(format!("no entry of auth.certificates has the subject {subject}"))),
            };
        }
        Err(unauthenticated("this needs a bearer token, or to sign in at /sign-in"))
    }

    /// The token with this secret.
    fn token<'a>(&self, credentials: &'a Credentials, given: Option<&str>, from: &Client) -> Result<&'a Token, Problem> {
        let now = Instant::now();
        self.limits.look(from, now)?;
        let given = given.map(digest);
        // All are compared, so that the time does not tell which came near.
        let known =
            given.and_then(|given| credentials.tokens.iter().fold(None, |known, token| if token.is(&given) { Some(token) } else { known }));
        match known {
            Some(token) if token.is_valid((self.clock)()) => Ok(token),
            Some(token) => Err(unauthenticated(format!("the token {} is over since {:?}", token.name, token.expires))),
            None => {
                self.limits.failed(from, now);
                tracing::warn!(client = ?from, "a wrong token was refused");
                Err(unauthenticated("the token is none of those that the config knows"))
            }
        }
    }

    fn session(&self, credentials: &Credentials, cookie: &str) -> Option<Asker> {
        let now = (self.clock)();
        let session = self.sessions.find(cookie, now)?;
        let token = credentials.tokens.iter().find(|token| token.name == session.token && token.is_valid(now))?;
        Some(Asker::of_session(token.name.clone(), token.scopes.clone(), session.mark))
    }

    /// Turns a token into a session: answers the `Set-Cookie` header.
    ///
    /// # Errors
    /// Where the token is wrong or over, too many were, or nobody signs in here.
    pub fn sign_in(&self, asked: Asked<'_>, secret: &str) -> Result<HeaderValue, Problem> {
        let guard = self.guard();
        let Guard::Credentials(credentials) = &*guard else {
            return Err(Problem::not_found("nobody needs to sign in here"));
        };
        let token = self.token(credentials, Some(secret), &Client::at(address(asked, &guard)))?;
        let now = (self.clock)();
        let lasts = now + TimeDelta::hours(i64::from(credentials.session_hours));
        let ends = token.expires.map_or(lasts, |expires| expires.min(lasts));
        let failed = || Problem::new(Kind::Unavailable, "the system has no randomness to give; try again");
        let secret = self.sessions.begin(token.name.clone(), now, ends).ok_or_else(failed)?;
        tracing::info!(token = %token.name, "somebody signed in");
        set_cookie(asked.peer, &secret, (ends - now).num_seconds().max(0)).ok_or_else(failed)
    }

    /// Ends the session of a request: answers the `Set-Cookie` header that takes the cookie away.
    pub fn sign_out(&self, asked: Asked<'_>) -> Option<HeaderValue> {
        if let Some(cookie) = cookie(asked) {
            self.sessions.end(cookie);
        }
        set_cookie(asked.peer, "", 0)
    }

    /// Every name by which the request calls us must be ours; answers the authority.
    fn check_host(&self, asked: Asked<'_>) -> Result<String, Problem> {
        let reached_at = asked.peer.reached_at.ip();
        let hosts: Vec<&HeaderValue> = asked.headers.get_all(header::HOST).iter().collect();
        let [host] = hosts.as_slice() else {
            return Err(Problem::new(Kind::BadRequest, "a request names its host once"));
        };
        let host = host.to_str().ok().filter(|host| host.parse::<Authority>().is_ok_and(|authority| !authority.as_str().contains('@')));
        let named = host.into_iter().chain(asked.uri.authority().map(Authority::as_str));
        for authority in named {
            if !self.is_ours(host_of(authority), reached_at) {
                let detail = "the request was made to a host name that is not ours; names besides localhost are listed in listen.hosts";
                return Err(Problem::new(Kind::ForeignHost, detail));
            }
        }
        host.map(str::to_ascii_lowercase).ok_or_else(|| Problem::new(Kind::BadRequest, "the Host header is no host"))
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
}

/// The address of whoever asks. Behind a proxy that guards us it is what that proxy saw, which it wrote last.
fn address(asked: Asked<'_>, guard: &Guard) -> IpAddr {
    let seen = || {
        let last = asked.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    };
    let forwarded = if *guard == Guard::Proxy { seen() } else { None };
    forwarded.unwrap_or_else(|| asked.peer.address.ip())
}

fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, given) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(given.trim())
}

fn unauthenticated(detail: impl Into<String>) -> Problem {
    let challenge = HeaderValue::from_static("Bearer realm=\"ledgerline\"");
    Problem::new(Kind::Unauthenticated, detail).with_header(header::WWW_AUTHENTICATE, challenge)
}

/// The name of the cookie. Browsers take one that begins with `__Host-` only over TLS, for this host alone.
fn cookie_name(peer: &Peer) -> &'static str {
    if peer.tls { "__Host-ledgerline" } else { "ledgerline" }
}

fn set_cookie(peer: &Peer, value: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = if peer.tls { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", cookie_name(peer));
    HeaderValue::from_str(&text).ok()
}

/// The cookie of a session.
fn cookie<'a>(asked: Asked<'a>) -> Option<&'a str> {
    let name = cookie_name(asked.peer);
    let headers = asked.headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = headers.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(one, value)| *one == name && !value.is_empty()).map(|(_, value)| value)
}

/// A write comes from ourselves or from no page at all. Browsers send `Origin` with every write; commands send none.
fn check_origin(headers: &HeaderMap, host: &str) -> Result<(), Problem> {
    let foreign = || Problem::new(Kind::ForeignOrigin, "a write from a page of another origin is refused");
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
