//! The page: what people look at. Rendered by the server, usable without a script, one module a page.
//!
//! `maud` checks the HTML when it is compiled and escapes every value; [`text`](component::text) also writes out characters that act
//! on the order of others. A template engine with files would have been read at run time or given up the first of the two. The style
//! sheet and the one script are files of our own, so that the policy of [`super::headers`] has no exception.

mod address;
mod asked;
mod audits;
mod bill;
mod chain;
mod component;
mod contracts;
mod cost;
mod details;
mod expense;
mod finding;
mod findings;
mod form;
mod iam;
mod layout;
mod notice;
mod overview;
mod refusal;
mod replacement;
mod reports;
mod resources;
mod rules;
mod viewer;
mod waivers;

use crate::daemon::Daemon;
use axum::Router;
use axum::http::{HeaderName, header};
use axum::routing::{get, post};
use std::sync::Arc;

/// The routes of all pages.
pub fn routes() -> Router<Arc<Daemon>> {
    Router::new()
        .route("/", get(overview::show))
        .route("/findings", get(findings::list))
        .route("/findings/{fingerprint}", get(finding::show))
        .route("/findings/{fingerprint}/waive", post(finding::waive))
        .route("/resources", get(resources::list))
        .route("/resources/{key}", get(resources::show))
        .route("/rules", get(rules::list))
        .route("/rules/{id}", get(rules::show))
        .route("/contracts", get(contracts::show))
        .route("/cost", get(cost::show))
        .route("/iam", get(iam::show))
        .route("/audits", get(audits::list).post(audits::ask))
        .route("/audits/{id}", get(audits::show))
        .route("/reports", get(reports::list))
        .route("/waivers", get(waivers::list))
        .route("/waivers/{id}/revoke", post(waivers::revoke))
        .route("/style.css", get(style))
        .route("/assets/page.js", get(script))
        .route("/assets/icon.svg", get(icon))
}

type Asset = ([(HeaderName, &'static str); 2], &'static str);

const fn asset(media_type: &'static str, text: &'static str) -> Asset {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "max-age=300")], text)
}

async fn style() -> Asset {
    asset("text/css; charset=utf-8", include_str!("style.css"))
}

async fn script() -> Asset {
    asset("text/javascript; charset=utf-8", include_str!("page.js"))
}

async fn icon() -> Asset {
    asset("image/svg+xml", include_str!("icon.svg"))
}
