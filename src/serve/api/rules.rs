//! `/api/v1/rules`: the loaded rules, with why and remedy.

use super::super::problem::Problem;
use super::refusals::{OfOne, OfRead};
use super::{Key, Paging, Query};
use crate::daemon::Daemon;
use crate::model::RuleId;
use crate::model::rule::RuleInfo;
use crate::store::Page;
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

/// The loaded rules
///
/// Sorted by id.
#[utoipa::path(
    get, path = "/rules", tag = "rules", operation_id = "list_rules", params(Paging),
    responses((status = OK, description = "A page of them", body = Page<RuleInfo>), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn list(State(daemon): State<Arc<Daemon>>, mut query: Query) -> Result<Json<Page<Arc<RuleInfo>>>, Problem> {
    let page = query.page()?;
    query.finish::<Paging>()?;
    // The cursor is the id of the last rule.
    let after = page.cursor.as_deref();
    let rest = daemon.auditor().rules().into_iter().filter(|rule| after.is_none_or(|after| rule.id.as_str() > after));
    let most = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let mut items: Vec<Arc<RuleInfo>> = rest.take(most.saturating_add(1)).collect();
    let more = items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|rule| rule.id.to_string());
    Ok(Json(Page { items, next }))
}

/// A loaded rule
#[utoipa::path(
    get, path = "/rules/{id}", tag = "rules", operation_id = "find_rule",
    params(("id" = String, Path, description = "Its id, or one that it had before")),
    responses((status = OK, description = "It", body = RuleInfo), OfOne),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn one(State(daemon): State<Arc<Daemon>>, Key(id): Key<RuleId>) -> Result<Json<Arc<RuleInfo>>, Problem> {
    let found = daemon.auditor().rules().into_iter().find(|rule| rule.id == id || rule.aliases.contains(&id));
    found.map(Json).ok_or_else(|| Problem::not_found("no loaded rule has this id"))
}
