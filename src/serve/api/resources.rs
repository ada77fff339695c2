//! `/api/v1/resources`: what the audits saw. Properties are not kept; a finding carries the values that decided it.

use super::super::problem::Problem;
use super::refusals::{OfOne, OfRead};
use super::{Key, Paging, Query, of_store};
use crate::daemon::Daemon;
use crate::model::ResourceKey;
use crate::model::sight::KnownResource;
use crate::store::{Page, PageRequest, ResourceFilter};
use axum::Json;
use axum::extract::State;
use std::sync::Arc;
use utoipa::IntoParams;

/// What the list can be asked by. Of several conditions all must hold.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Any of these accounts.
    #[param(required = false)]
    account: Vec<String>,
    /// Any of these regions; `global` is one.
    #[param(required = false)]
    region: Vec<String>,
    /// Any of these types.
    #[param(rename = "type", required = false)]
    resource_type: Vec<String>,
    /// Any of these owners.
    #[param(required = false)]
    owner: Vec<String>,
    /// Only those with results that fail, waived ones included; or only those without.
    failing: Option<bool>,
    /// Only those that the last look could not see; or only those that it saw.
    stale: Option<bool>,
    /// A part of id, name, owner or tags; ASCII letters match in either case.
    q: Option<String>,
}

impl Wanted {
    fn read(mut query: Query) -> Result<(Self, PageRequest), Problem> {
        let page = query.page()?;
        let wanted = Self {
            account: query.texts("account"),
            region: query.texts("region"),
            resource_type: query.texts("type"),
            owner: query.texts("owner"),
            failing: query.word("failing")?,
            stale: query.word("stale")?,
            q: query.single("q")?,
        };
        query.finish::<Self>()?;
        Ok((wanted, page))
    }

    fn filter(self) -> ResourceFilter {
        ResourceFilter {
            accounts: self.account.into_iter().map(Into::into).collect(),
            regions: self.region.into_iter().map(Into::into).collect(),
            types: self.resource_type.into_iter().map(Into::into).collect(),
            owners: self.owner,
            failing: self.failing,
            stale: self.stale,
            text: self.q,
        }
    }
}

/// Resources that match
///
/// Sorted by account, region, type, id. Those that the last look could not see are among them, with the time since when.
#[utoipa::path(
    get, path = "/resources", tag = "resources", operation_id = "list_resources", params(Paging, Wanted),
    responses((status = OK, description = "A page of them", body = Page<KnownResource>), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn list(State(daemon): State<Arc<Daemon>>, query: Query) -> Result<Json<Page<KnownResource>>, Problem> {
    let (wanted, page) = Wanted::read(query)?;
    daemon.store().resources(&wanted.filter(), &page).await.map(Json).map_err(of_store)
}

/// A resource
#[utoipa::path(
    get, path = "/resources/{key}", tag = "resources", operation_id = "find_resource",
    params(("key" = String, Path, description = "Its key, as the list tells it")),
    responses((status = OK, description = "It", body = KnownResource), OfOne),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn one(State(daemon): State<Arc<Daemon>>, Key(key): Key<ResourceKey>) -> Result<Json<KnownResource>, Problem> {
    let found = daemon.store().resource(&key).await.map_err(of_store)?;
    found.map(Json).ok_or_else(|| Problem::not_found("no resource has this key"))
}
