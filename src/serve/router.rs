//! The routes of the web listener, and what stands before them.

use super::access::{Access, Asked, Need};
use super::config::Scope;
use super::connection::Peer;
use super::problem::{Kind, Problem};
use super::{api, headers, health, sign_in, ui};
use crate::daemon::Daemon;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Bytes of a request's body.
const LARGEST_BODY: usize = 64 * 1024;
/// How long an answer may take; the store is a local file.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole web listener.
pub fn router(daemon: Arc<Daemon>, access: Arc<Access>) -> Router {
    let described = OpenApiRouter::new().routes(routes!(health::alive)).routes(routes!(health::ready)).nest("/api/v1", api::routes());
    Router::new()
        .merge(ui::routes())
        .merge(api::describe(described))
        .merge(sign_in::routes(Arc::clone(&access)))
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
    Problem::new(Kind::MethodNotAllowed, format!("{} does not answer to {}", request.uri().path(), request.method()))
}

/// What a request needs, by what it begins with. A write that is not named here needs everything: forgetting one here shows
/// at once, forgetting a check in a handler would not.
fn need(method: &Method, path: &str) -> Need {
    let first = path.strip_prefix("/api/v1").unwrap_or(path).split('/').nth(1).unwrap_or_default();
    match (path, first) {
        ("/healthz" | "/readyz", _) => Need::Health,
        ("/sign-in" | "/style.css", _) | (_, "assets") => Need::Open,
        ("/sign-out", _) => Need::Scope(Scope::Read),
        _ if method.is_safe() => Need::Scope(Scope::Read),
        (_, "audits") => Need::Scope(Scope::Audit),
        (_, "waivers" | "findings") => Need::Scope(Scope::Waive),
        _ => Need::Everything,
    }
}

async fn admitted(State(access): State<Arc<Access>>, mut request: Request, next: Next) -> Result<Response, Problem> {
    // Only `connection` makes requests, and it always says where they came from.
    let peer = request.extensions().get::<Peer>().cloned().ok_or_else(|| Problem::new(Kind::BadRequest, "no connection"))?;
    let asked = Asked { method: request.method(), uri: request.uri(), headers: request.headers(), peer: &peer };
    match access.admit(asked, need(request.method(), request.uri().path())) {
        Ok(asker) => {
            request.extensions_mut().insert(asker);
            Ok(next.run(request).await)
        }
        Err(problem) => Ok(sign_in::instead(&access, request.method(), request.uri(), request.headers(), &problem)
            .unwrap_or_else(|| problem.into_response())),
    }
}

async fn in_time(request: Request, next: Next) -> Result<Response, Problem> {
    tokio::time::timeout(ANSWER_TIMEOUT, next.run(request))
        .await
        .map_err(|_| Problem::new(Kind::Unavailable, "the answer took too long; try again"))
}
