//! Who looks at a page: what they may do decides which forms they see, and the tokens of those forms are theirs.

use crate::serve::access::Asker;
use crate::serve::config::Scope;
use crate::serve::csrf;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use maud::{Markup, html};
use std::convert::Infallible;

/// Who looks.
#[derive(Clone, Debug)]
pub struct Viewer(Asker);

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Asker>().cloned().unwrap_or_else(Asker::unknown)))
    }
}

impl Viewer {
    /// Somebody whom we know nothing of.
    pub fn nobody() -> Self {
        Self(Asker::unknown())
    }

    /// Who asks.
    pub fn asker(&self) -> &Asker {
        &self.0
    }

    /// Whether they may do this.
    pub fn may(&self, scope: Scope) -> bool {
        self.0.may(scope)
    }

    /// The hidden field that every form of theirs carries.
    pub fn token(&self) -> Markup {
        html! { input type="hidden" name=(csrf::FIELD) value=(csrf::issue(&self.0, chrono::Utc::now())); }
    }

    /// The way to sign out, for a browser that signed in.
    pub fn sign_out(&self) -> Markup {
        html! {
            @if self.0.is_session() {
                form.sign-out method="post" action="/sign-out" { (self.token()) button type="submit" { "Sign out" } }
            }
        }
    }
}
