//! Where the daemon listens, and who may ask it for what.
//!
//! Tokens are random, so their SHA-256 is all that is kept of them: there is nothing in it to guess from, and a slow hash would
//! only make every request slow.

use crate::model::rule::words;
use crate::model::value::Time;
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use subtle::ConstantTimeEq as _;

/// The name under which the token of `auth.token_file` asks.
pub const FILE_TOKEN: &str = "token_file";

/// `listen` and `auth` of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeConfig {
    /// The page and the API.
    pub web: SocketAddr,
    /// `/metrics`, on a listener of its own.
    pub metrics: SocketAddr,
    /// Names that `Host` may have besides the listener's own address and `localhost`.
    pub hosts: Vec<ArcStr>,
    /// TLS on the web listener.
    pub tls: Option<TlsConfig>,
    /// How many requests a client may make in a minute; a sixth of them at once. None for as many as it likes.
    pub requests_per_minute: Option<NonZeroU32>,
    /// What guards the web listener.
    pub guard: Guard,
}

/// `listen.tls`: files in PEM, read when the daemon starts and at SIGHUP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    /// Our certificate, and those between it and a root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Who signs the certificates of clients; none where they are not asked for one.
    pub client_ca: Option<PathBuf>,
    /// Whether `/metrics` speaks TLS too.
    pub metrics: bool,
}

/// What guards the web listener. An address beyond loopback needs more than [`Guard::Loopback`]; `config` sees to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Only this machine reaches it.
    Loopback,
    /// Every request carries a token, a session that a token began, or comes with a client certificate.
    Credentials(Credentials),
    /// The operator states that a proxy in front of it asks who is there.
    Proxy,
}

/// Who may ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Bearer tokens, with names of their own.
    pub tokens: Vec<Token>,
    /// Clients that show a certificate.
    pub certificates: Vec<Certificate>,
    /// How long a browser stays signed in.
    pub session_hours: u32,
}

impl Credentials {
    /// Hours that a browser stays signed in unless the config says otherwise: a day of work.
    pub const SESSION_HOURS: u32 = 12;
}

words! {
    /// What a credential allows. None contains another: what begins audits need not read what they found.
    Scope { /// To see findings, resources, costs, reports: everything but secrets, which are kept nowhere.
        Read = "read", /// To begin audits.
        Audit = "audit", /// To add and revoke waivers.
        Waive = "waive" }
}

/// A bearer token, known by its digest. Debug output does not show that either.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Its name, which audits and waivers remember.
    pub name: ArcStr,
    /// What it allows.
    pub scopes: BTreeSet<Scope>,
    /// Its last second; none where it has no end.
    pub expires: Option<Time>,
    digest: [u8; 32],
}

impl Token {
    /// A token whose secret is at hand; it is forgotten here.
    pub fn of_secret(name: impl Into<ArcStr>, scopes: BTreeSet<Scope>, secret: &str) -> Self {
        Self { name: name.into(), scopes, expires: None, digest: digest(secret) }
    }

    /// A token by its SHA-256 in hex; none where that is not 64 hex digits.
    pub fn of_digest(name: impl Into<ArcStr>, scopes: BTreeSet<Scope>, expires: Option<Time>, sha256: &str) -> Option<Self> {
        let mut digest = [0; 32];
        let (pairs, rest) = sha256.as_bytes().as_chunks::<2>();
        if pairs.len() != digest.len() || !rest.is_empty() {
            return None;
        }
        for (byte, pair) in digest.iter_mut().zip(pairs) {
            let [high, low] = pair.map(|digit| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
            *byte = high? << 4 | low?;
        }
        Some(Self { name: name.into(), scopes, expires, digest })
    }

    /// Whether this is the token of a given secret's digest, in a time that says nothing about either.
    pub fn is(&self, given: &[u8; 32]) -> bool {
        self.digest.ct_eq(given).into()
    }

    /// Whether its time is not over.
    pub fn is_valid(&self, now: Time) -> bool {
        self.expires.is_none_or(|expires| now <= expires)
    }
}

/// What is kept of a secret.
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("name", &self.name).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// A client certificate that is known by its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The name that audits and waivers remember.
    pub name: ArcStr,
    /// The subject as `openssl x509 -noout -subject -nameopt RFC2253` prints it: `CN=prometheus,O=Example`.
    pub subject: ArcStr,
    /// What it allows.
    pub scopes: BTreeSet<Scope>,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            web: SocketAddr::from((Ipv4Addr::LOCALHOST, 8321)),
            metrics: SocketAddr::from((Ipv4Addr::LOCALHOST, 9321)),
            hosts: Vec::new(),
            tls: None,
            // Fifty a second: more than people click, and more than a script needs that pages through everything.
            requests_per_minute: NonZeroU32::new(3000),
            guard: Guard::Loopback,
        }
    }
}
