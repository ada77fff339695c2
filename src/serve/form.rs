//! The body of a form, from the page. A handler that takes a [`Form`] sees only those whose token is right: none can forget it.

use super::access::Asker;
use super::csrf;
use super::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use percent_encoding::percent_decode_str;

/// The fields of a form, in order.
#[derive(Clone, Debug)]
pub struct Form(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let asker = request.extensions().get::<Asker>().cloned().unwrap_or_else(Asker::unknown);
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Problem::new(Kind::UnsupportedMediaType, "send application/x-www-form-urlencoded"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| super::api::body::unread(&rejection))?;
        let form = Self::parse(&body).ok_or_else(|| Problem::new(Kind::InvalidBody, "the form is no list of name=value"))?;
        csrf::verify(&asker, form.single(csrf::FIELD).unwrap_or_default(), chrono::Utc::now())?;
        Ok(form)
    }
}

impl Form {
    fn parse(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let decoded = |part: &str| Some(percent_decode_str(&part.replace('+', " ")).decode_utf8().ok()?.into_owned());
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| Some((decoded(name)?, decoded(value)?)))
            .collect::<Option<_>>()
            .map(Self)
    }

    /// The value of a field; the first one where there are several.
    pub fn single(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }
}
