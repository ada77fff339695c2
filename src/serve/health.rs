//! `/healthz`: the process answers. `/readyz`: there is something to show.

use crate::daemon::Daemon;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers as long as anything does.
pub async fn alive() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

/// 503 until a pass has been published. A refused reload is told and leaves it ready: the old rules still work. What is
/// wrong is in the log: these two answers need no token, so they name no file and no account.
pub async fn ready(State(daemon): State<Arc<Daemon>>) -> (StatusCode, Json<Value>) {
    let readiness = daemon.readiness();
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = |error: &Option<String>| if error.is_some() { "failed" } else { "good" };
    let body = json!({
        "status": if readiness.ready { "ready" } else { "waiting for the first audit" },
        "reload": told(&readiness.reload_error),
        "last_audit": told(&readiness.audit_error),
    });
    (status, Json(body))
}
