//! Where the daemon listens, and who may ask it.

use arcstr::ArcStr;
use std::net::{Ipv4Addr, SocketAddr};

/// `listen` and `auth` of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeConfig {
    /// The page and the API.
    pub web: SocketAddr,
    /// `/metrics`, on a listener of its own.
    pub metrics: SocketAddr,
    /// Names that `Host` may have besides the listener's own address and `localhost`.
    pub hosts: Vec<ArcStr>,
    /// What guards the web listener.
    pub guard: Guard,
}

/// What guards the web listener. An address beyond loopback needs more than [`Guard::Loopback`]; `config` sees to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Only this machine reaches it.
    Loopback,
    /// Every request to the API carries this bearer token.
    Token(Token),
    /// The operator states that a proxy in front of it asks who is there.
    Proxy,
}

/// A secret. Debug output does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(ArcStr);

impl Token {
    /// Wraps the secret.
    pub fn new(secret: impl Into<ArcStr>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, to be compared in constant time.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            web: SocketAddr::from((Ipv4Addr::LOCALHOST, 8321)),
            metrics: SocketAddr::from((Ipv4Addr::LOCALHOST, 9321)),
            hosts: Vec::new(),
            guard: Guard::Loopback,
        }
    }
}
