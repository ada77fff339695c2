//! `/api/v1/findings`: what fails, what failed, and how it went.

use super::super::problem::Problem;
use super::refusals::{OfOne, OfRead};
use super::{Key, Paging, Query, of_store};
use crate::daemon::Daemon;
use crate::model::Fingerprint;
use crate::model::finding::{Finding, FindingStatus, HistoryEntry};
use crate::model::rule::{Pillar, Severity};
use crate::store::{FindingFilter, FindingOrder, Page, PageRequest};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// What the list can be asked by. Of several conditions all must hold.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Any of these; separated by commas or given several times.
    #[param(inline, required = false)]
    status: Vec<FindingStatus>,
    /// Any of these; separated by commas or given several times.
    #[param(inline, required = false)]
    severity: Vec<Severity>,
    /// Any of these; separated by commas or given several times.
    #[param(inline, required = false)]
    pillar: Vec<Pillar>,
    /// Any of these rules.
    #[param(required = false)]
    rule: Vec<String>,
    /// Any of these accounts.
    #[param(required = false)]
    account: Vec<String>,
    /// Any of these regions; `global` is one.
    #[param(required = false)]
    region: Vec<String>,
    /// Any of these resource types.
    #[param(rename = "type", required = false)]
    resource_type: Vec<String>,
    /// Any of these owners.
    #[param(required = false)]
    owner: Vec<String>,
    /// How they are sorted; a cursor belongs to one of these.
    #[param(inline)]
    sort: Option<FindingOrder>,
    /// A part of the resource's id or name; ASCII letters match in either case.
    resource: Option<String>,
    /// A part of message, title, rule, or of the resource's id or name; ASCII letters match in either case.
    q: Option<String>,
}

impl Wanted {
    fn read(mut query: Query) -> Result<(Self, PageRequest), Problem> {
        let page = query.page()?;
        let wanted = Self {
            status: query.words("status")?,
            severity: query.words("severity")?,
            pillar: query.words("pillar")?,
            rule: query.texts("rule"),
            account: query.texts("account"),
            region: query.texts("region"),
            resource_type: query.texts("type"),
            owner: query.texts("owner"),
            sort: query.word("sort")?,
            resource: query.single("resource")?,
            q: query.single("q")?,
        };
        query.finish::<Self>()?;
        Ok((wanted, page))
    }

    fn filter(self) -> FindingFilter {
        FindingFilter {
            statuses: self.status,
            severities: self.severity,
            pillars: self.pillar,
            rules: self.rule.into_iter().map(Into::into).collect(),
            accounts: self.account.into_iter().map(Into::into).collect(),
            regions: self.region.into_iter().map(Into::into).collect(),
            types: self.resource_type.into_iter().map(Into::into).collect(),
            owners: self.owner,
            resource: self.resource,
            text: self.q,
        }
    }
}

/// Findings that match
///
/// Sorted by account, region, type, resource, rule, sub-key, unless asked otherwise. Without filters all findings, resolved ones included.
#[utoipa::path(
    get, path = "/findings", tag = "findings", operation_id = "list_findings", params(Paging, Wanted),
    responses((status = OK, description = "A page of them", body = Page<Finding>), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn list(State(daemon): State<Arc<Daemon>>, query: Query) -> Result<Json<Page<Finding>>, Problem> {
    let (wanted, page) = Wanted::read(query)?;
    let order = wanted.sort.unwrap_or(FindingOrder::Account);
    daemon.store().findings_by(order, &wanted.filter(), &page).await.map(Json).map_err(of_store)
}

/// A finding with its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingWithHistory {
    #[serde(flatten)]
    finding: Finding,
    /// What happened to it, oldest first.
    history: Vec<HistoryEntry>,
}

/// A finding with its history
#[utoipa::path(
    get, path = "/findings/{fingerprint}", tag = "findings", operation_id = "find_finding",
    params(("fingerprint" = String, Path, description = "Its identity, as the list tells it")),
    responses((status = OK, description = "It", body = FindingWithHistory), OfOne),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn one(State(daemon): State<Arc<Daemon>>, Key(fingerprint): Key<Fingerprint>) -> Result<Json<FindingWithHistory>, Problem> {
    let found = daemon.store().finding(&fingerprint).await.map_err(of_store)?;
    let finding = found.ok_or_else(|| Problem::not_found("there is no finding of this fingerprint"))?;
    let history = daemon.store().history(&fingerprint).await.map_err(of_store)?;
    Ok(Json(FindingWithHistory { finding, history }))
}
