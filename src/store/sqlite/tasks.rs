//! When scheduled tasks were last due and last ran.

use super::column;
use crate::store::TaskMemory;
use sqlx::sqlite::SqlitePool;
use std::collections::BTreeMap;

pub async fn all(pool: &SqlitePool) -> Result<BTreeMap<String, TaskMemory>, sqlx::Error> {
    let rows = sqlx::query("SELECT name, last_due, last_run FROM tasks").fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            let memory =
                TaskMemory { last_due: column::optional_time(row, "last_due")?, last_run: column::optional_time(row, "last_run")? };
            Ok((column::text(row, "name")?, memory))
        })
        .collect()
}

pub async fn remember(pool: &SqlitePool, name: &str, memory: TaskMemory) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tasks (name, last_due, last_run) VALUES (?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET last_due = excluded.last_due, last_run = excluded.last_run",
    )
    .bind(name)
    .bind(memory.last_due.map(|time| time.timestamp_millis()))
    .bind(memory.last_run.map(|time| time.timestamp_millis()))
    .execute(pool)
    .await?;
    Ok(())
}
