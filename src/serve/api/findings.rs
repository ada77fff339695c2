//! `/api/v1/findings`: what fails, what failed, and how it went.

use super::super::problem::Problem;
use super::{Query, of_store};
use crate::daemon::Daemon;
use crate::model::Fingerprint;
use crate::model::finding::{Finding, HistoryEntry};
use crate::store::{FindingFilter, Page};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use std::sync::Arc;

/// What the list can be asked by.
pub const FILTERS: [&str; 12] =
    ["account", "cursor", "limit", "owner", "pillar", "q", "region", "resource", "rule", "severity", "status", "type"];

/// The list, sorted by account, region, type, resource, rule, sub-key. Without filters all findings, resolved ones included.
pub async fn list(State(daemon): State<Arc<Daemon>>, mut query: Query) -> Result<Json<Page<Finding>>, Problem> {
    let page = query.page()?;
    let filter = FindingFilter {
        statuses: query.words("status")?,
        severities: query.words("severity")?,
        pillars: query.words("pillar")?,
        rules: query.texts("rule"),
        accounts: query.texts("account"),
        regions: query.texts("region"),
        types: query.texts("type"),
        owners: query.texts("owner"),
        resource: query.single("resource")?,
        text: query.single("q")?,
    };
    query.finish(&FILTERS)?;
    daemon.store().findings(&filter, &page).await.map(Json).map_err(of_store)
}

/// A finding with its history.
#[derive(Debug, Serialize)]
pub struct WithHistory {
    #[serde(flatten)]
    finding: Finding,
    history: Vec<HistoryEntry>,
}

/// One finding.
pub async fn one(State(daemon): State<Arc<Daemon>>, Path(fingerprint): Path<String>) -> Result<Json<WithHistory>, Problem> {
    let fingerprint = Fingerprint::from(fingerprint);
    let found = daemon.store().finding(&fingerprint).await.map_err(of_store)?;
    let finding = found.ok_or_else(|| Problem::not_found("there is no finding of this fingerprint"))?;
    let history = daemon.store().history(&fingerprint).await.map_err(of_store)?;
    Ok(Json(WithHistory { finding, history }))
}
