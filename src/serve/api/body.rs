//! The body of a write. A form (which other pages can send) is no JSON, whatever it holds.

use super::super::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};

/// The JSON text of a body, which may be empty; an empty one needs no type.
///
/// # Errors
/// Where it is too large, could not be read, or is of another type.
pub fn json(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Bytes, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    let media_type = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    match media_type.map(|value| value.split(';').next().unwrap_or_default().trim()) {
        None if body.is_empty() => Ok(body),
        Some(json) if json.eq_ignore_ascii_case("application/json") => Ok(body),
        None | Some(_) => Err(Problem::new(Kind::UnsupportedMediaType, "send application/json")),
    }
}

/// Why a body could not be read.
pub fn unread(rejection: &BytesRejection) -> Problem {
    let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
    Problem::new(if too_large { Kind::BodyTooLarge } else { Kind::InvalidBody }, rejection.body_text())
}

/// What is wrong with a body that is no JSON, or not the one that is wanted.
pub fn wrong(error: &serde_json::Error) -> Problem {
    Problem::new(Kind::InvalidBody, format!("the body is not what it should be: {error}"))
}
