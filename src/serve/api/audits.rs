//! `/api/v1/audits`: passes that were, are and will be, and the way to ask for one.

use super::super::access::Asker;
use super::super::problem::{Kind, Problem};
use super::refusals::{OfOne, OfRead, OfWrite};
use super::{Key, Paging, Query, body, of_store};
use crate::daemon::Daemon;
use crate::daemon::Trigger;
use crate::daemon::queue::{Admission, Refusal};
use crate::diag::suggest;
use crate::model::rule::RuleInfo;
use crate::model::run::{PassScope, RunRecord};
use crate::model::{AccountId, Region, RuleId, RunId};
use crate::store::Page;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;

/// Audits
///
/// Newest first; those that wait and that run are among them.
#[utoipa::path(
    get, path = "/audits", tag = "audits", operation_id = "list_audits", params(Paging),
    responses((status = OK, description = "A page of them", body = Page<RunRecord>), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn list(State(daemon): State<Arc<Daemon>>, mut query: Query) -> Result<Json<Page<RunRecord>>, Problem> {
    let page = query.page()?;
    query.finish::<Paging>()?;
    daemon.store().runs(&page).await.map(Json).map_err(of_store)
}

/// An audit
#[utoipa::path(
    get, path = "/audits/{id}", tag = "audits", operation_id = "find_audit",
    params(("id" = String, Path, description = "Its id")),
    responses((status = OK, description = "It", body = RunRecord), OfOne),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn one(State(daemon): State<Arc<Daemon>>, Key(id): Key<RunId>) -> Result<Json<RunRecord>, Problem> {
    let found = daemon.store().run(&id).await.map_err(of_store)?;
    found.map(Json).ok_or_else(|| Problem::not_found("there is no audit of this id"))
}

/// What to audit; all that is configured where nothing is said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuditScope)]
pub struct Wish {
    /// Only these accounts, of twelve digits.
    #[schema(min_items = 1)]
    pub accounts: Option<Vec<String>>,
    /// Only these regions; `global` is one.
    #[schema(min_items = 1)]
    pub regions: Option<Vec<String>>,
    /// Only these rules, by id.
    #[schema(min_items = 1)]
    pub rules: Option<Vec<String>>,
}

/// Begin an audit
///
/// Joins one under way that looks at all of it; else waits, one for each scope.
#[utoipa::path(
    post, path = "/audits", tag = "audits", operation_id = "begin_audit", request_body = Option<Wish>,
    responses(
        (status = ACCEPTED, description = "It runs or waits", body = RunRecord, headers(("location" = String, description = "Where it is"))),
        OfWrite,
    ),
    security((), ("token" = ["audit"]), ("session" = ["audit"]), ("certificate" = ["audit"])),
)]
pub async fn ask(
    State(daemon): State<Arc<Daemon>>,
    asker: Asker,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body)?;
    let (Admission::Queued(id) | Admission::Joined(id)) = ask_for(&daemon, &asker, wish(&body)?).await?;
    let record = daemon.store().run(&id).await.map_err(of_store)?.ok_or_else(|| Problem::not_found("the audit is gone"))?;
    let mut response = (StatusCode::ACCEPTED, Json(record)).into_response();
    response.headers_mut().insert(header::LOCATION, location(&id)?);
    Ok(response)
}

/// Asks for a pass for whoever asks: the API and the page alike.
///
/// # Errors
/// What is wrong with the wish; or why there is no place for it.
pub async fn ask_for(daemon: &Daemon, asker: &Asker, wish: Wish) -> Result<Admission, Problem> {
    let scope = scope(wish, &daemon.auditor().rules())?;
    daemon.submit(Trigger::Api, scope, asker.name().cloned()).await.map_err(turned_away)
}

fn location(id: &RunId) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(&format!("/api/v1/audits/{id}")).map_err(|error| Problem::internal(&error))
}

/// An empty body asks for everything.
fn wish(body: &[u8]) -> Result<Wish, Problem> {
    if body.is_empty() {
        return Ok(Wish::default());
    }
    let wish: Option<Wish> = serde_json::from_slice(body).map_err(|error| body::wrong(&error))?;
    Ok(wish.unwrap_or_default())
}

fn scope(wish: Wish, rules: &[Arc<RuleInfo>]) -> Result<PassScope, Problem> {
    Ok(PassScope {
        accounts: each("accounts", wish.accounts, account)?,
        regions: each("regions", wish.regions, region)?,
        rules: each("rules", wish.rules, |id| rule(id, rules))?,
    })
}

fn each<T: Ord>(
    name: &str,
    words: Option<Vec<String>>,
    read: impl Fn(String) -> Result<T, Problem>,
) -> Result<Option<BTreeSet<T>>, Problem> {
    let Some(words) = words else { return Ok(None) };
    if words.is_empty() {
        return Err(wrong(format!("{name} is empty: name one, or leave it out for all")));
    }
    words.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn account(id: String) -> Result<AccountId, Problem> {
    if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(AccountId::from(id));
    }
    Err(wrong(format!("{id:?} is no account id of twelve digits")))
}

fn region(code: String) -> Result<Region, Problem> {
    let plain = !code.is_empty() && code.len() <= 32;
    if plain && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Ok(Region::from(code));
    }
    Err(wrong(format!("{code:?} is no region code such as us-east-2")))
}

fn rule(id: String, rules: &[Arc<RuleInfo>]) -> Result<RuleId, Problem> {
    if let Some(rule) = rules.iter().find(|rule| rule.id.as_str() == id || rule.aliases.iter().any(|alias| alias.as_str() == id)) {
        return Ok(rule.id.clone());
    }
    let meant = suggest(&id, rules.iter().map(|rule| rule.id.as_str()));
    let help = meant.map(|rule| format!("; did you mean {rule}?")).unwrap_or_default();
    Err(wrong(format!("no loaded rule is named {id:?}{help}")))
}

fn wrong(detail: String) -> Problem {
    Problem::new(Kind::InvalidBody, detail)
}

fn turned_away(refusal: Refusal) -> Problem {
    match &refusal {
        Refusal::Waiting(id) => {
            let problem = Problem::new(Kind::Conflict, refusal.to_string());
            match location(id) {
                Ok(location) => problem.with_header(header::LOCATION, location),
                Err(_) => problem,
            }
        }
        Refusal::Full => Problem::new(Kind::Conflict, refusal.to_string()),
        Refusal::Ending => Problem::new(Kind::Unavailable, refusal.to_string()),
        Refusal::Store(_) => Problem::internal(&refusal),
    }
}
