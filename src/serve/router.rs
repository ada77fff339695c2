//! The routes of the web listener, and what stands before them.

use super::access::{Access, TokenNeed};
use super::connection::ReachedAt;
use super::problem::Problem;
use super::{api, headers, health, page};
use crate::daemon::Daemon;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a request's body.
const LARGEST_BODY: usize = 64 * 1024;
/// How long an answer may take; the store is a local file.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole web listener.
pub fn router(daemon: Arc<Daemon>, access: Arc<Access>) -> Router {
    Router::new()
        .route("/", get(page::overview))
        .route("/style.css", get(page::style))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .nest("/api/v1", api::routes())
        .route("/openapi.json", get(api::openapi))
        .fallback(missing)
        .method_not_allowed_fallback(wrong_method)
        .with_state(daemon)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(access, admitted))
        .layer(from_fn(headers::layer))
}

async fn missing(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at {}", uri.path()))
}

async fn wrong_method(request: Request) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} does not answer to {}", request.uri().path(), request.method()))
}

async fn admitted(State(access): State<Arc<Access>>, request: Request, next: Next) -> Result<Response, Problem> {
    // Only `connection` makes requests, and it always says where they came in.
    let ReachedAt(reached_at) = *request.extensions().get::<ReachedAt>().ok_or_else(|| Problem::bad_request("no connection"))?;
    let need = match request.uri().path() {
        "/healthz" | "/readyz" => TokenNeed::Open,
        _ => TokenNeed::Needed,
    };
    access.check(request.method(), request.uri(), request.headers(), reached_at, need)?;
    Ok(next.run(request).await)
}

async fn in_time(request: Request, next: Next) -> Result<Response, Problem> {
    tokio::time::timeout(ANSWER_TIMEOUT, next.run(request))
        .await
        .map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the answer took too long; try again"))
}
