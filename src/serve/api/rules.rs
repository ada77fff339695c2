//! `/api/v1/rules`: the loaded rules, with why and remedy.

use super::super::problem::Problem;
use super::Query;
use crate::daemon::Daemon;
use crate::model::rule::RuleInfo;
use crate::store::Page;
use axum::Json;
use axum::extract::{Path, State};
use std::sync::Arc;

/// The list, sorted by id. Its cursor is the id of the last rule.
pub async fn list(State(daemon): State<Arc<Daemon>>, mut query: Query) -> Result<Json<Page<Arc<RuleInfo>>>, Problem> {
    let page = query.page()?;
    query.finish(&["cursor", "limit"])?;
    let after = page.cursor.as_deref();
    let rest = daemon.auditor().rules().into_iter().filter(|rule| after.is_none_or(|after| rule.id.as_str() > after));
    let most = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let mut items: Vec<Arc<RuleInfo>> = rest.take(most.saturating_add(1)).collect();
    let more = items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|rule| rule.id.to_string());
    Ok(Json(Page { items, next }))
}

/// One rule.
pub async fn one(State(daemon): State<Arc<Daemon>>, Path(id): Path<String>) -> Result<Json<Arc<RuleInfo>>, Problem> {
    let found =
        daemon.auditor().rules().into_iter().find(|rule| rule.id.as_str() == id || rule.aliases.iter().any(|alias| alias.as_str() == id));
    found.map(Json).ok_or_else(|| Problem::not_found("no loaded rule has this id"))
}
