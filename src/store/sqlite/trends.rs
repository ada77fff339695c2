//! What went before: the last whole pass of each day, and what changed lately.

use super::findings::read_entry;
use super::{SqliteStore, column};
use crate::model::run::{PassScope, RunStatus};
use crate::model::value::Time;
use crate::store::{DayOfTrend, RecentChange, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

/// Each day's last pass that looked everywhere and ended well. Coverage is not read: it is by far the largest column.
pub async fn days(store: &SqliteStore, since: Time) -> Result<Vec<DayOfTrend>, StoreError> {
    let fault = store.fault("read the passes of past days");
    let rows = sqlx::query(
        "SELECT id, status, started_at, summary FROM runs WHERE id IN \
         (SELECT max(id) FROM runs WHERE started_at >= ? AND status IN ('complete', 'incomplete') AND summary <> 'null' \
         AND scope = ? GROUP BY started_at / 86400000) \
         ORDER BY id",
    )
    .bind(since.timestamp_millis())
    .bind(column::to_json(&PassScope::default()).map_err(fault)?)
    .fetch_all(&store.pool)
    .await
    .map_err(fault)?;
    let read = |row: &SqliteRow| {
        Ok(DayOfTrend {
            day: column::time(row, "started_at")?.date_naive(),
            run: column::text(row, "id")?,
            complete: column::parsed::<RunStatus>(row, "status")? == RunStatus::Complete,
            summary: column::json(row, "summary")?,
        })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(fault)
}

/// The last lines of all histories, newest first.
pub async fn changes(store: &SqliteStore, limit: u32) -> Result<Vec<RecentChange>, StoreError> {
    let fault = store.fault("read what changed lately");
    let rows = sqlx::query(
        "SELECT history.fingerprint, history.run, history.at, history.kind, history.status, history.resolution, history.message, \
         findings.rule, findings.title, findings.severity, findings.resource_type, findings.resource_name \
         FROM history JOIN findings ON findings.fingerprint = history.fingerprint ORDER BY history.id DESC LIMIT ?",
    )
    .bind(i64::from(limit))
    .fetch_all(&store.pool)
    .await
    .map_err(fault)?;
    let read = |row: &SqliteRow| {
        Ok(RecentChange {
            fingerprint: column::text(row, "fingerprint")?,
            rule: column::text(row, "rule")?,
            title: column::text(row, "title")?,
            severity: column::parsed(row, "severity")?,
            resource_type: column::text(row, "resource_type")?,
            resource_name: row.try_get::<&str, _>("resource_name")?.into(),
            entry: read_entry(row)?,
        })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(fault)
}
