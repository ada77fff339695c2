//! `/api/v1`: findings, resources, audits, rules, waivers, costs and reports as JSON.
//!
//! Each handler says of itself what it answers, and is routed and described by the same line here: a route without a
//! description cannot be written. `openapi` makes one document of them.

mod acceptable;
pub(super) mod audits;
pub(super) mod body;
mod cost;
mod findings;
mod key;
mod openapi;
mod query;
mod refusals;
mod reports;
mod resources;
mod rules;
mod standing;
pub(super) mod waivers;

use super::problem::{Kind, Problem};
use crate::daemon::Daemon;
use crate::store::StoreError;
use axum::middleware::from_fn;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use key::Key;
pub use openapi::describe;
use query::{Paging, Query};

/// The routes below `/api/v1`, with their descriptions.
pub fn routes() -> OpenApiRouter<Arc<Daemon>> {
    OpenApiRouter::new()
        .routes(routes!(findings::list))
        .routes(routes!(findings::one))
        .routes(routes!(audits::list, audits::ask))
        .routes(routes!(audits::one))
        .routes(routes!(rules::list))
        .routes(routes!(rules::one))
        .routes(routes!(waivers::list, waivers::add))
        .routes(routes!(waivers::one, waivers::revoke))
        .routes(routes!(resources::list))
        .routes(routes!(resources::one))
        .routes(routes!(cost::list))
        .routes(routes!(standing::show))
        .routes(routes!(reports::list))
        .routes(routes!(reports::one))
        .layer(from_fn(acceptable::json))
        // A part tells its own type.
        .routes(routes!(reports::part))
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
