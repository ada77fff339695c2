//! Errors as RFC 9457 problem documents: what is wrong, and what to do about it.
//!
//! `type` is what programs decide by, so each kind has one that stays. It is a URN: an address would promise a page there.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The kinds of problems. A kind, its word and its status never change; there may be more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request makes no sense as HTTP.
    BadRequest,
    /// A parameter of the query is unknown, given twice, or not what it should be.
    InvalidParameter,
    /// The cursor is none that this list gave out.
    InvalidCursor,
    /// The body is not what it should be.
    InvalidBody,
    /// No credential, or none that is known.
    Unauthenticated,
    /// The credential does not allow it.
    MissingScope,
    /// The host name is not ours.
    ForeignHost,
    /// A page of another origin wants to write.
    ForeignOrigin,
    /// The form's token is not one that we gave to this client, or is too old.
    InvalidFormToken,
    /// There is no such thing.
    NotFound,
    /// It does not answer to this method.
    MethodNotAllowed,
    /// None of the media types that are asked for can be had.
    NotAcceptable,
    /// What is wanted cannot be, beside what is there.
    Conflict,
    /// The body is too large.
    BodyTooLarge,
    /// The body is of a type that is not taken.
    UnsupportedMediaType,
    /// The client asks too often.
    TooManyRequests,
    /// Too many wrong credentials came from there.
    TooManyFailures,
    /// We failed.
    Internal,
    /// Not now; later.
    Unavailable,
}

impl Kind {
    /// Its word and its status.
    const fn parts(self) -> (&'static str, StatusCode) {
        match self {
            Self::BadRequest => ("urn:ledgerline:problem:bad-request", StatusCode::BAD_REQUEST),
            Self::InvalidParameter => ("urn:ledgerline:problem:invalid-parameter", StatusCode::BAD_REQUEST),
            Self::InvalidCursor => ("urn:ledgerline:problem:invalid-cursor", StatusCode::BAD_REQUEST),
            Self::InvalidBody => ("urn:ledgerline:problem:invalid-body", StatusCode::BAD_REQUEST),
            Self::Unauthenticated => ("urn:ledgerline:problem:unauthenticated", StatusCode::UNAUTHORIZED),
            Self::MissingScope => ("urn:ledgerline:problem:missing-scope", StatusCode::FORBIDDEN),
            Self::ForeignHost => ("urn:ledgerline:problem:foreign-host", StatusCode::FORBIDDEN),
            Self::ForeignOrigin => ("urn:ledgerline:problem:foreign-origin", StatusCode::FORBIDDEN),
            Self::InvalidFormToken => ("urn:ledgerline:problem:invalid-form-token", StatusCode::FORBIDDEN),
            Self::NotFound => ("urn:ledgerline:problem:not-found", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("urn:ledgerline:problem:method-not-allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::NotAcceptable => ("urn:ledgerline:problem:not-acceptable", StatusCode::NOT_ACCEPTABLE),
            Self::Conflict => ("urn:ledgerline:problem:conflict", StatusCode::CONFLICT),
            Self::BodyTooLarge => ("urn:ledgerline:problem:body-too-large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::UnsupportedMediaType => ("urn:ledgerline:problem:unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::TooManyRequests => ("urn:ledgerline:problem:too-many-requests", StatusCode::TOO_MANY_REQUESTS),
            Self::TooManyFailures => ("urn:ledgerline:problem:too-many-failures", StatusCode::TOO_MANY_REQUESTS),
            Self::Internal => ("urn:ledgerline:problem:internal", StatusCode::INTERNAL_SERVER_ERROR),
            Self::Unavailable => ("urn:ledgerline:problem:unavailable", StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Document {
    /// What kind of problem it is: a word that stays, for programs.
    #[serde(rename = "type")]
    #[schema(example = "urn:ledgerline:problem:not-found")]
    problem_type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status, as in the answer's head.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong here, for people. It may change.
    detail: String,
}

/// An answer that says no.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem with a sentence for people. It says nothing that the asker may not know.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), header: None }
    }

    /// A parameter of the request is wrong.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::InvalidParameter, detail)
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, detail)
    }

    /// We failed; the reason goes to the log, not to the asker.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request could not be answered");
        Self::new(Kind::Internal, "the request could not be answered; the log says why")
    }

    /// This problem with a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }

    /// The document.
    pub fn document(&self) -> Document {
        let (problem_type, status) = self.kind.parts();
        Document {
            problem_type,
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: crate::telemetry::printable(&self.detail).into_owned(),
        }
    }

    /// The document as text.
    pub fn text(&self) -> String {
        serde_json::to_string(&self.document()).unwrap_or_default()
    }

    /// The header that belongs to it.
    pub fn header(&self) -> Option<&(HeaderName, HeaderValue)> {
        self.header.as_ref()
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.kind.parts().1
    }

    /// What kind of problem it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What is wrong, for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// The media type of problem documents.
pub const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.document())).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, CONTENT_TYPE);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
