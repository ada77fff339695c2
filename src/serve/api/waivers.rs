//! `/api/v1/waivers`: those of the files and those of the store. What is added or revoked here counts from the next audit on.
//!
//! One that is written in a file can't be revoked here: the file would bring it back. Nothing is deleted: a revoked waiver stays
//! in the list, and its id stays taken, so that what was waived under it can be told years later.

use super::super::access::Asker;
use super::super::problem::{Kind, Problem};
use super::refusals::{OfOne, OfRead, OfWrite, OfWriteToOne};
use super::{Key, Paging, Query, body, of_store};
use crate::daemon::Daemon;
use crate::model::WaiverId;
use crate::model::rule::words;
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverState};
use crate::store::{AddedWaiver, Page, StoredWaiver};
use arcstr::ArcStr;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

words! {
    /// Where a waiver of the list stands. Whether it is used, only an audit tells (rule `waiver-unused`).
    ListedState { /// It is valid.
        Active = "active", /// It is valid, and ends within two weeks.
        Expiring = "expiring", /// Its time is over.
        Expired = "expired", /// It was taken back.
        Revoked = "revoked" }
}

/// What the list can be asked by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Any of these; separated by commas or given several times.
    #[param(inline, required = false)]
    state: Vec<ListedState>,
}

/// A waiver as it is listed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ListedWaiver)]
pub struct Row {
    #[serde(flatten)]
    waiver: Waiver,
    /// Where it stands.
    state: ListedState,
    /// Whole days until it ends; negative where it has ended.
    days_left: i64,
    /// When it was given to the store; null for one of a file.
    #[schema(value_type = Option<String>, format = DateTime)]
    added_at: Option<Time>,
    /// Who gave it, by the name of a credential.
    #[schema(value_type = Option<String>)]
    added_by: Option<ArcStr>,
    /// When it was taken back.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Time>,
    /// Who took it back, by the name of a credential.
    #[schema(value_type = Option<String>)]
    revoked_by: Option<ArcStr>,
}

/// A waiver to add, as one is written in a file. At least one of rule, resource, type, account, region and tags is given and is
/// not `*` alone; all that are given must hold. Patterns are globs, anchored at both ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it describes what the config's reader takes, which tells all mistakes at once and not the first")]
struct NewWaiver {
    /// Its id, which was never given before.
    #[schema(pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    id: String,
    /// Any of these rules, by id or pattern.
    rule: Option<Patterns>,
    /// Any of these resources, by id or name.
    resource: Option<Patterns>,
    /// Any of these resource types.
    #[serde(rename = "type")]
    resource_type: Option<Patterns>,
    /// Any of these accounts.
    account: Option<Patterns>,
    /// Any of these regions; `global` is one.
    region: Option<Patterns>,
    /// All of these tags, each with any of the values.
    tags: Option<BTreeMap<String, Patterns>>,
    /// Who takes the responsibility.
    #[schema(min_length = 1, max_length = 300)]
    owner: String,
    /// Why the failure is acceptable.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
    /// Where it is followed up.
    ticket: Option<String>,
    /// Who agreed.
    approver: Option<String>,
    /// A date or an RFC 3339 time.
    created: Option<String>,
    /// A date, which means the end of that day in UTC, or an RFC 3339 time.
    #[schema(example = "2027-01-31")]
    expires: String,
}

/// One pattern, or any of several.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "see NewWaiver")]
enum Patterns {
    One(String),
    Any(Vec<String>),
}

impl Row {
    fn of_file(waiver: &Waiver, now: Time) -> Self {
        Self {
            waiver: waiver.clone(),
            state: listed(waiver, now),
            days_left: waiver.days_left(now),
            added_at: None,
            added_by: None,
            revoked_at: None,
            revoked_by: None,
        }
    }

    fn of_store(stored: StoredWaiver, now: Time) -> Self {
        let StoredWaiver { waiver, added_at, added_by, revoked_at, revoked_by } = stored;
        let state = if revoked_at.is_some() { ListedState::Revoked } else { listed(&waiver, now) };
        Self { state, days_left: waiver.days_left(now), waiver, added_at: Some(added_at), added_by, revoked_at, revoked_by }
    }
}

fn listed(waiver: &Waiver, now: Time) -> ListedState {
    match waiver.state(now) {
        WaiverState::Active | WaiverState::Unused => ListedState::Active,
        WaiverState::Expiring => ListedState::Expiring,
        WaiverState::Expired => ListedState::Expired,
    }
}

/// All waivers by id. Of two with one id, that of the file is in force.
async fn all(daemon: &Daemon) -> Result<BTreeMap<WaiverId, Row>, Problem> {
    let now = daemon.now();
    let stored = daemon.store().waivers().await.map_err(of_store)?;
    let mut rows: BTreeMap<WaiverId, Row> =
        stored.into_iter().map(|stored| (stored.waiver.id.clone(), Row::of_store(stored, now))).collect();
    rows.extend(daemon.auditor().waivers().iter().map(|waiver| (waiver.id.clone(), Row::of_file(waiver, now))));
    Ok(rows)
}

/// Waivers
///
/// Those of the files and those of the store, ended and revoked ones included, sorted by id.
#[utoipa::path(
    get, path = "/waivers", tag = "waivers", operation_id = "list_waivers", params(Paging, Wanted),
    responses((status = OK, description = "A page of them", body = Page<Row>), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn list(State(daemon): State<Arc<Daemon>>, mut query: Query) -> Result<Json<Page<Row>>, Problem> {
    let page = query.page()?;
    let states = Some(query.words("state")?).filter(|states: &Vec<ListedState>| !states.is_empty());
    let wanted = Wanted { state: states.unwrap_or_else(|| ListedState::ALL.to_vec()) };
    query.finish::<Wanted>()?;
    // The cursor is the id of the last waiver.
    let after = page.cursor.as_deref();
    let rest = all(&daemon)
        .await?
        .into_iter()
        .filter(|(id, row)| after.is_none_or(|after| id.as_str() > after) && wanted.state.contains(&row.state));
    let most = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let mut items: Vec<Row> = rest.map(|(_, row)| row).take(most.saturating_add(1)).collect();
    let more = items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|row| row.waiver.id.to_string());
    Ok(Json(Page { items, next }))
}

/// A waiver
#[utoipa::path(
    get, path = "/waivers/{id}", tag = "waivers", operation_id = "find_waiver",
    params(("id" = String, Path, description = "Its id")),
    responses((status = OK, description = "It", body = Row), OfOne),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn one(State(daemon): State<Arc<Daemon>>, Key(id): Key<WaiverId>) -> Result<Json<Row>, Problem> {
    all(&daemon).await?.remove(&id).map(Json).ok_or_else(missing)
}

/// Add a waiver
///
/// It counts from the next audit on. All its mistakes are told at once. An id that was ever given stays taken.
#[utoipa::path(
    post, path = "/waivers", tag = "waivers", operation_id = "add_waiver", request_body = NewWaiver,
    responses(
        (status = CREATED, description = "It was added", body = Row, headers(("location" = String, description = "Where it is"))),
        OfWrite,
    ),
    security((), ("token" = ["waive"]), ("session" = ["waive"]), ("certificate" = ["waive"])),
)]
pub async fn add(
    State(daemon): State<Arc<Daemon>>,
    asker: Asker,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body)?;
    let json: serde_json::Value = serde_json::from_slice(&body).map_err(|error| body::wrong(&error))?;
    let row = add_for(&daemon, &asker, &json).await?;
    let place = location(&row.waiver.id)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(row)).into_response())
}

/// Adds a waiver that is written as in a file, for whoever asks: the API and the page alike.
///
/// # Errors
/// All that is wrong with it; or that its id is taken.
pub async fn add_for(daemon: &Daemon, asker: &Asker, json: &serde_json::Value) -> Result<Row, Problem> {
    let wrong = |detail: String| Problem::new(Kind::InvalidBody, detail);
    let now = daemon.now();
    let waiver = daemon.auditor().read_waiver(json).map_err(|mistakes| wrong(mistakes.join("; ")))?;
    // A file may leave out quotes, so that its reader takes `true` for a word; JSON means what it says.
    serde_json::from_value::<NewWaiver>(json.clone()).map_err(|error| body::wrong(&error))?;
    if !waiver.is_valid(now) {
        return Err(wrong(format!("expires: {} is over", waiver.expires.to_rfc3339())));
    }
    if let Some(known) = daemon.auditor().waivers().iter().find(|known| known.id == waiver.id) {
        return Err(taken(&waiver.id, &format!("it stands in {}", known.origin))?);
    }
    match daemon.store().add_waiver(&waiver, now, asker.name()).await.map_err(of_store)? {
        AddedWaiver::New(stored) => {
            tracing::info!(
                waiver.id = %waiver.id, waiver.owner = %crate::telemetry::printable(&waiver.owner), by = ?asker.name(),
                "a waiver was added"
            );
            Ok(Row::of_store(stored, now))
        }
        AddedWaiver::Taken(known) => Err(taken(
            &waiver.id,
            if known.revoked_at.is_some() { "it was revoked, and ids are not given twice" } else { "it is in force" },
        )?),
    }
}

/// Revoke a waiver
///
/// One of the store; it stays in the list. Doing so twice changes nothing.
#[utoipa::path(
    delete, path = "/waivers/{id}", tag = "waivers", operation_id = "revoke_waiver",
    params(("id" = String, Path, description = "Its id")),
    responses((status = OK, description = "It is revoked", body = Row), OfWriteToOne),
    security((), ("token" = ["waive"]), ("session" = ["waive"]), ("certificate" = ["waive"])),
)]
pub async fn revoke(State(daemon): State<Arc<Daemon>>, asker: Asker, Key(id): Key<WaiverId>) -> Result<Json<Row>, Problem> {
    revoke_for(&daemon, &asker, &id).await.map(Json)
}

/// Takes a waiver back for whoever asks: the API and the page alike.
///
/// # Errors
/// Where there is none of this id in the store.
pub async fn revoke_for(daemon: &Daemon, asker: &Asker, id: &WaiverId) -> Result<Row, Problem> {
    let now = daemon.now();
    if let Some(known) = daemon.auditor().waivers().iter().find(|known| known.id == *id) {
        let detail = format!("this waiver stands in {}: take it out there", known.origin);
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let revoked = daemon.store().revoke_waiver(id, now, asker.name()).await.map_err(of_store)?.ok_or_else(missing)?;
    tracing::info!(waiver.id = %id, by = ?asker.name(), "a waiver was revoked");
    Ok(Row::of_store(revoked, now))
}

fn missing() -> Problem {
    Problem::not_found("there is no waiver of this id")
}

fn taken(id: &WaiverId, why: &str) -> Result<Problem, Problem> {
    let problem = Problem::new(Kind::Conflict, format!("there is a waiver {id} already: {why}"));
    Ok(problem.with_header(header::LOCATION, location(id)?))
}

fn location(id: &WaiverId) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(&format!("/api/v1/waivers/{id}")).map_err(|error| Problem::internal(&error))
}
