//! The last part of a path: which one.

use super::super::problem::{Kind, Problem};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

/// An id out of a path.
#[derive(Clone, Debug)]
pub struct Key<T>(pub T);

impl<T: From<String>, S: Send + Sync> FromRequestParts<S> for Key<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let key = Path::<String>::from_request_parts(parts, state).await;
        // Percent-encoded bytes that are no UTF-8.
        key.map(|Path(key)| Self(T::from(key))).map_err(|_| Problem::new(Kind::InvalidParameter, "the path is no text"))
    }
}
