//! What is probed: `probes` of the config file.

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;

use crate::model::AccountId;
use arcstr::ArcStr;
use std::time::Duration;

/// `probes` of the config file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProbesConfig {
    /// The endpoints, each under a name of its own.
    pub endpoints: Vec<Endpoint>,
}

/// One endpoint of the deployment, and what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name among the probes.
    pub name: ArcStr,
    /// The account that it belongs to; none where the config names none.
    pub account: Option<AccountId>,
    /// Where it is.
    pub url: Url,
    /// The statuses that an anonymous `GET` may be answered with; empty where any will do.
    pub status: Vec<u16>,
    /// Whether it must refuse an anonymous caller.
    pub protected: bool,
    /// The least days that its certificate must be valid for.
    pub certificate_days: u32,
    /// Whether it may stand at a private address.
    pub allow_private: bool,
    /// How long the whole probe may take.
    pub timeout: Duration,
}

/// An `https` address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// A name, or an address without brackets.
    pub host: ArcStr,
    /// 443 where the URL names none.
    pub port: u16,
    /// With the query; `/` where the URL has none.
    pub path: ArcStr,
}

impl Url {
    /// Reads an address.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: hyper::Uri = text.parse().map_err(|_| "write an address such as https://api.example.com/health".to_owned())?;
        if uri.scheme_str() != Some("https") {
            return Err("only https is probed: write https://…".to_owned());
        }
        let authority = uri.authority().ok_or("the address names no host")?;
        if authority.as_str().contains('@') {
            return Err("an address with a user or a password is not probed: a probe calls as nobody".to_owned());
        }
        if text.contains('#') {
            return Err("take out what follows #: it is never sent".to_owned());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err("the address names no host".to_owned());
        }
        let port = match (authority.port_u16(), authority.as_str().rsplit_once(':')) {
            (Some(0), _) => return Err("port 0 is none".to_owned()),
            (Some(port), _) => port,
            // Written, and not readable as one.
            (None, Some((_, port))) if !port.ends_with(']') => return Err(format!("{port:?} is no port")),
            (None, _) => 443,
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self { host: host.to_ascii_lowercase().into(), port, path: path.into() })
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.to_string() };
        match self.port {
            443 => write!(f, "https://{host}{}", self.path),
            port => write!(f, "https://{host}:{port}{}", self.path),
        }
    }
}
