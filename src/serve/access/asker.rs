//! Who asks, and what they may do. Handlers take an [`Asker`] as an argument; the middleware in front of them found it out.

use super::super::config::Scope;
use super::super::problem::{Kind, Problem};
use arcstr::ArcStr;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::collections::BTreeSet;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    how: How,
    scopes: BTreeSet<Scope>,
}

/// How we know.
#[derive(Clone, Debug, PartialEq, Eq)]
enum How {
    /// Nobody asked who it is: health checks, and the page that asks.
    Unknown,
    /// There are no credentials: this machine alone reaches us, or a proxy guards us.
    Trusted,
    /// By a token, under its name.
    Token(ArcStr),
    /// By a client certificate, under its name.
    Certificate(ArcStr),
    /// By a session that a token began, under the token's name.
    Session { name: ArcStr, mark: [u8; 32] },
}

impl Asker {
    /// Somebody whom we did not ask.
    pub fn unknown() -> Self {
        Self { how: How::Unknown, scopes: BTreeSet::new() }
    }

    /// Anybody, where access is guarded by something else.
    pub fn trusted() -> Self {
        Self { how: How::Trusted, scopes: Scope::ALL.iter().copied().collect() }
    }

    /// Who holds a token.
    pub fn of_token(name: ArcStr, scopes: BTreeSet<Scope>) -> Self {
        Self { how: How::Token(name), scopes }
    }

    /// Who holds a certificate.
    pub fn of_certificate(name: ArcStr, scopes: BTreeSet<Scope>) -> Self {
        Self { how: How::Certificate(name), scopes }
    }

    /// A browser that signed in with a token; `mark` is what the session is known by.
    pub fn of_session(name: ArcStr, scopes: BTreeSet<Scope>, mark: [u8; 32]) -> Self {
        Self { how: How::Session { name, mark }, scopes }
    }

    /// The name that audits and waivers remember; none where there are no names.
    pub fn name(&self) -> Option<&ArcStr> {
        match &self.how {
            How::Unknown | How::Trusted => None,
            How::Token(name) | How::Certificate(name) | How::Session { name, .. } => Some(name),
        }
    }

    /// Whether this is a browser that signed in, and may sign out.
    pub fn is_session(&self) -> bool {
        matches!(self.how, How::Session { .. })
    }

    /// Whether it may do this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// That it may do this.
    ///
    /// # Errors
    /// Names what is missing.
    pub fn must(&self, scope: Scope) -> Result<(), Problem> {
        if self.may(scope) {
            return Ok(());
        }
        let who = self.name().map_or("this credential", ArcStr::as_str);
        Err(Problem::new(Kind::MissingScope, format!("{who} lacks the scope {scope}; scopes are given under auth in the config")))
    }

    /// What tells it from others: what the tokens of its forms are bound to.
    pub fn mark(&self) -> &[u8] {
        match &self.how {
            How::Unknown => b"unknown",
            How::Trusted => b"trusted",
            How::Token(name) | How::Certificate(name) => name.as_bytes(),
            How::Session { mark, .. } => mark,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(Self::unknown))
    }
}
