//! `/api/v1/waivers`: those of the files and those of the store. What is added or revoked here counts from the next audit on.
//!
//! One that is written in a file can't be revoked here: the file would bring it back. Nothing is deleted: a revoked waiver stays
//! in the list, and its id stays taken, so that what was waived under it can be told years later.

use super::super::access::Asker;
use super::super::problem::{Kind, Problem};
use super::{Query, body, of_store};
use crate::daemon::Daemon;
use crate::model::WaiverId;
use crate::model::rule::words;
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverState};
use crate::store::{AddedWaiver, Page, StoredWaiver};
use arcstr::ArcStr;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the list can be asked by.
pub const FILTERS: [&str; 3] = ["cursor", "limit", "state"];

words! {
    /// Where a waiver of the list stands. Whether it is used, only an audit tells (rule `waiver-unused`).
    ListedState { /// It is valid.
        Active = "active", /// It is valid, and ends within two weeks.
        Expiring = "expiring", /// Its time is over.
        Expired = "expired", /// It was taken back.
        Revoked = "revoked" }
}

/// One waiver of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    #[serde(flatten)]
    waiver: Waiver,
    state: ListedState,
    days_left: i64,
    added_at: Option<Time>,
    added_by: Option<ArcStr>,
    revoked_at: Option<Time>,
    revoked_by: Option<ArcStr>,
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

/// The list, sorted by id. Its cursor is the id of the last waiver.
pub async fn list(State(daemon): State<Arc<Daemon>>, mut query: Query) -> Result<Json<Page<Row>>, Problem> {
    let page = query.page()?;
    let states: Vec<ListedState> = query.words("state")?;
    query.finish(&FILTERS)?;
    let after = page.cursor.as_deref();
    let rest = all(&daemon)
        .await?
        .into_iter()
        .filter(|(id, row)| after.is_none_or(|after| id.as_str() > after) && (states.is_empty() || states.contains(&row.state)));
    let most = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let mut items: Vec<Row> = rest.map(|(_, row)| row).take(most.saturating_add(1)).collect();
    let more = items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|row| row.waiver.id.to_string());
    Ok(Json(Page { items, next }))
}

/// One waiver.
pub async fn one(State(daemon): State<Arc<Daemon>>, Path(id): Path<String>) -> Result<Json<Row>, Problem> {
    all(&daemon).await?.remove(id.as_str()).map(Json).ok_or_else(missing)
}

/// Adds a waiver: 201 with where it is; 400 with every mistake at once; 409 where the id is taken, be it by a revoked one.
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

/// Takes a waiver of the store back. Doing so twice changes nothing.
pub async fn revoke(State(daemon): State<Arc<Daemon>>, asker: Asker, Path(id): Path<String>) -> Result<Json<Row>, Problem> {
    revoke_for(&daemon, &asker, &WaiverId::from(id)).await.map(Json)
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
