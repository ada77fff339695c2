//! Passes: what began, what became of it.

use super::{SqliteStore, column};
use crate::model::RunId;
use crate::model::run::{RunRecord, RunStatus};
use crate::model::value::Time;
use crate::store::{Page, PageRequest, StoreError};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Sqlite, SqliteExecutor};

const SELECT: &str = "SELECT id, status, \"trigger\", asked_by, scope, started_at, finished_at, version, rules_digest, error, coverage, summary, requests FROM runs";

pub async fn write(executor: impl SqliteExecutor<'_>, record: &RunRecord) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO runs \
         (id, status, \"trigger\", asked_by, scope, started_at, finished_at, version, rules_digest, error, coverage, summary, requests) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, \"trigger\" = excluded.\"trigger\", \
         asked_by = coalesce(excluded.asked_by, runs.asked_by), scope = excluded.scope, \
         started_at = excluded.started_at, finished_at = excluded.finished_at, version = excluded.version, \
         rules_digest = excluded.rules_digest, error = excluded.error, coverage = excluded.coverage, \
         summary = excluded.summary, requests = excluded.requests",
    )
    .bind(record.id.as_str())
    .bind(record.status.as_str())
    .bind(record.trigger.as_str())
    .bind(record.asked_by.as_deref())
    .bind(column::to_json(&record.scope)?)
    .bind(record.started_at.timestamp_millis())
    .bind(record.finished_at.map(|time| time.timestamp_millis()))
    .bind(record.version.as_str())
    .bind(record.rules_digest.as_str())
    .bind(record.error.as_deref())
    .bind(column::to_json(&record.coverage)?)
    .bind(column::to_json(&record.summary)?)
    .bind(column::to_json(&record.requests)?)
    .execute(executor)
    .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<RunRecord, sqlx::Error> {
    Ok(RunRecord {
        id: column::text(row, "id")?,
        status: column::parsed(row, "status")?,
        trigger: column::text(row, "trigger")?,
        asked_by: column::optional_text(row, "asked_by")?,
        scope: column::json(row, "scope")?,
        started_at: column::time(row, "started_at")?,
        finished_at: column::optional_time(row, "finished_at")?,
        version: column::text(row, "version")?,
        rules_digest: column::text(row, "rules_digest")?,
        error: column::optional_text(row, "error")?,
        coverage: column::json(row, "coverage")?,
        summary: column::json(row, "summary")?,
        requests: column::json(row, "requests")?,
    })
}

pub async fn find(pool: &SqlitePool, id: &RunId) -> Result<Option<RunRecord>, sqlx::Error> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push(" WHERE id = ").push_bind(id.as_str());
    query.build().fetch_optional(pool).await?.as_ref().map(read).transpose()
}

/// Newest first: the ids are in the order of time.
pub async fn page(store: &SqliteStore, request: &PageRequest) -> Result<Page<RunRecord>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    if let Some(after) = request.key::<String>()? {
        query.push(" WHERE id < ").push_bind(after);
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(request.limit()) + 1);
    let fault = store.fault("list passes");
    let rows = query.build().fetch_all(&store.pool).await.map_err(fault)?;
    let records = rows.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    Ok(Page::cut(records, request, |record| record.id.clone()))
}

pub async fn abandon(pool: &SqlitePool, now: Time) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE runs SET status = ?, finished_at = ?, error = 'the process ended before the pass did' WHERE status IN ('queued', 'running')",
    )
    .bind(RunStatus::Failed.as_str())
    .bind(now.timestamp_millis())
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}
