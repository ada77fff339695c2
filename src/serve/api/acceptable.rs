//! Whether an asker takes what there is. One that takes only XML should be told, not given JSON that it then cannot read.

use super::super::problem::{Kind, Problem};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

/// Around everything that answers in JSON.
pub async fn json(request: Request, next: Next) -> Result<Response, Problem> {
    check(request.headers(), "application/json")?;
    Ok(next.run(request).await)
}

/// That the asker takes a media type, parameters aside (RFC 9110, section 12.5.1). Without `Accept` everything is taken.
///
/// # Errors
/// 406.
pub fn check(headers: &HeaderMap, media_type: &str) -> Result<(), Problem> {
    let mut ranges =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(',')).peekable();
    if ranges.peek().is_none() || ranges.any(|range| takes(range, media_type)) {
        return Ok(());
    }
    Err(Problem::new(Kind::NotAcceptable, format!("there is {media_type} only")))
}

fn takes(range: &str, media_type: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default();
    let refused = parts
        .filter_map(|part| part.split_once('='))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|quality| quality <= 0.0));
    let (kind, rest) = range.split_once('/').unwrap_or((range, ""));
    let (wanted_kind, wanted_rest) = media_type.split_once('/').unwrap_or((media_type, ""));
    let same = |one: &str, other: &str| one == "*" || one.eq_ignore_ascii_case(other);
    !refused && (range.is_empty() || (same(kind, wanted_kind) && same(rest, wanted_rest)))
}

#[cfg(test)]
#[path = "acceptable_tests.rs"]
mod tests;
