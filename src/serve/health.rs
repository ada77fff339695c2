//! `/healthz`: the process answers. `/readyz`: there is something to show.

use crate::daemon::Daemon;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// That we live.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alive {
    /// Always `alive`.
    status: &'static str,
}

/// How something went that is done again and again.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LastTime {
    /// Well, or it was not done yet.
    Good,
    /// Not well; the log says why.
    Failed,
}

/// Whether there is something to show.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// `ready`, or what is waited for.
    status: &'static str,
    /// How the files were read at the last reload.
    reload: LastTime,
    /// How the last audit went.
    last_audit: LastTime,
}

/// Whether the process answers
#[utoipa::path(
    get, path = "/healthz", tag = "health", operation_id = "is_alive",
    responses((status = OK, description = "It does", body = Alive)),
    security(()),
)]
pub async fn alive() -> Json<Alive> {
    Json(Alive { status: "alive" })
}

/// Whether an audit has been published
///
/// A refused reload is told and leaves it ready: the old rules still work. What is wrong is in the log: these two answers need no
/// credential, so they name no file and no account.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "is_ready",
    responses(
        (status = OK, description = "One has", body = Ready),
        (status = SERVICE_UNAVAILABLE, description = "None has yet", body = Ready),
    ),
    security(()),
)]
pub async fn ready(State(daemon): State<Arc<Daemon>>) -> (StatusCode, Json<Ready>) {
    let readiness = daemon.readiness();
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = |error: &Option<String>| if error.is_some() { LastTime::Failed } else { LastTime::Good };
    let body = Ready {
        status: if readiness.ready { "ready" } else { "waiting for the first audit" },
        reload: told(&readiness.reload_error),
        last_audit: told(&readiness.audit_error),
    };
    (status, Json(body))
}
