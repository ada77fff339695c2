//! `/api/v1`: findings, audits, rules and waivers as JSON.

mod audits;
pub(super) mod body;
mod findings;
mod openapi;
mod query;
mod rules;
mod waivers;

use super::problem::{Kind, Problem};
use crate::daemon::Daemon;
use crate::store::StoreError;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

#[cfg(test)]
pub(super) use findings::FILTERS as FINDING_FILTERS;
pub use openapi::openapi;
use query::Query;

/// The routes below `/api/v1`.
pub fn routes() -> Router<Arc<Daemon>> {
    Router::new()
        .route("/findings", get(findings::list))
        .route("/findings/{fingerprint}", get(findings::one))
        .route("/audits", get(audits::list).post(audits::ask))
        .route("/audits/{id}", get(audits::one))
        .route("/rules", get(rules::list))
        .route("/rules/{id}", get(rules::one))
        .route("/waivers", get(waivers::list).post(waivers::add))
        .route("/waivers/{id}", get(waivers::one).delete(waivers::revoke))
}

/// What the store could not do, told to the asker: their cursor, a busy store, or our own failure.
fn of_store(error: StoreError) -> Problem {
    match error {
        StoreError::BadCursor => Problem::new(Kind::InvalidCursor, "the cursor is none that this list gave out"),
        busy @ StoreError::Busy { .. } => {
            tracing::warn!(error = %busy, "a request could not be answered");
            Problem::new(Kind::Unavailable, "the store is busy; try again")
        }
        other => Problem::internal(&other),
    }
}
