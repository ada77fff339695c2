//! `/api/v1/reports`: the reports that are kept, and their parts byte for byte as they were signed.

use super::super::problem::Problem;
use super::acceptable;
use super::refusals::{OfOne, OfRead};
use super::{Paging, Query, of_store};
use crate::daemon::Daemon;
use crate::store::{KeptReport, Page};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A report is a page of its own, with its styles inside. It is what an account's names stand in, so it gets an origin of its own too
/// (`sandbox`): whatever went wrong when it was made, it can neither run a script nor read another page of ours.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
);

/// Reports
///
/// Newest first.
#[utoipa::path(
    get, path = "/reports", tag = "reports", operation_id = "list_reports", params(Paging),
    responses((status = OK, description = "A page of them", body = Page<KeptReport>), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn list(State(daemon): State<Arc<Daemon>>, mut query: Query) -> Result<Json<Page<KeptReport>>, Problem> {
    let page = query.page()?;
    query.finish::<Paging>()?;
    daemon.store().reports(&page).await.map(Json).map_err(of_store)
}

/// A report with what it was signed by.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedReport {
    #[serde(flatten)]
    report: KeptReport,
    /// The manifest, byte for byte as it was signed: it names each part's SHA-256, and that of the manifest before it.
    manifest: String,
    /// The signature of the manifest, in hex.
    signature: String,
}

/// A report with its manifest and signature
#[utoipa::path(
    get, path = "/reports/{id}", tag = "reports", operation_id = "find_report",
    params(("id" = String, Path, description = "Its id")),
    responses((status = OK, description = "It", body = SignedReport), OfOne),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn one(State(daemon): State<Arc<Daemon>>, super::Key(id): super::Key<String>) -> Result<Json<SignedReport>, Problem> {
    let report = daemon.store().report(&id).await.map_err(of_store)?.ok_or_else(missing)?;
    let (manifest, signature) = (report.manifest.to_string(), report.signature.to_string());
    Ok(Json(SignedReport { report, manifest, signature }))
}

/// A part of a report
///
/// Byte for byte as it was signed, so it can be asked for again by its `etag`.
#[utoipa::path(
    get, path = "/reports/{id}/parts/{name}", tag = "reports", operation_id = "read_report_part",
    params(("id" = String, Path, description = "The report's id"), ("name" = String, Path, description = "The part's name: report.html")),
    responses(
        (status = OK, description = "Its content", headers(("etag" = String, description = "Its SHA-256")), content(
            (String = "text/html"), (String = "text/csv"), (String = "text/markdown"), (serde_json::Value = "application/json"),
            (String = "application/pdf"),
        )),
        (status = NOT_MODIFIED, description = "The asker has it"),
        OfOne,
    ),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn part(
    State(daemon): State<Arc<Daemon>>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path((id, name)) = path.map_err(|_| Problem::bad_request("the path is no text"))?;
    let report = daemon.store().report(&id).await.map_err(of_store)?.ok_or_else(missing)?;
    let part = report.parts.iter().find(|part| *part.name == *name).ok_or_else(missing)?;
    acceptable::check(&headers, part.media_type.split(';').next().unwrap_or_default())?;
    let text = |text: &str| HeaderValue::from_str(text).map_err(|error| Problem::internal(&error));
    let tag = text(&format!("\"{}\"", part.sha256))?;
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    let mut response = if known.into_iter().any(|one| one.trim().trim_start_matches("W/").as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let content = daemon.store().report_part(&id, &name).await.map_err(of_store)?.ok_or_else(missing)?;
        let how = if part.media_type.starts_with("text/html") { "inline" } else { "attachment" };
        let name = text(&format!("{how}; filename=\"{id}-{}\"", part.name.replace(['"', '\\'], "_")))?;
        let mut response = content.into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, text(&part.media_type)?);
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
        response
    };
    response.headers_mut().insert(header::ETAG, tag);
    // Kept, and asked for each time: whoever signed out must not be shown it.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

fn missing() -> Problem {
    Problem::not_found("there is no such report, or no such part of it")
}
