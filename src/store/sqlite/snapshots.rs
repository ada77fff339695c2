//! The counts that each pass over everything left, compressed: a report of the past is counted from those of its time.

use super::column;
use crate::model::RunId;
use crate::model::run::Requests;
use crate::model::snapshot::Snapshot;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

/// Little is gained by more, and a pass waits for it.
const LEVEL: i32 = 3;

/// Keeps the counts of a pass.
pub async fn keep(connection: &mut SqliteConnection, run: &RunId, snapshot: &Snapshot) -> Result<(), sqlx::Error> {
    let slim = Snapshot { costs: Vec::new(), requests: Requests::default(), ..snapshot.clone() };
    sqlx::query("INSERT INTO run_snapshots (run, snapshot) VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET snapshot = excluded.snapshot")
        .bind(run.as_str())
        .bind(compressed(column::to_json(&slim)?.as_bytes())?)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn find(pool: &SqlitePool, run: &RunId) -> Result<Option<Snapshot>, sqlx::Error> {
    let row = sqlx::query("SELECT snapshot FROM run_snapshots WHERE run = ?").bind(run.as_str()).fetch_optional(pool).await?;
    let read = |row: &SqliteRow| {
        let json = content(row, "snapshot")?;
        serde_json::from_slice(&json).map_err(|why| sqlx::Error::ColumnDecode { index: "snapshot".to_owned(), source: Box::new(why) })
    };
    row.as_ref().map(read).transpose()
}

/// Bytes as they are stored.
pub fn compressed(bytes: &[u8]) -> Result<Vec<u8>, sqlx::Error> {
    zstd::encode_all(bytes, LEVEL).map_err(|why| sqlx::Error::Encode(Box::new(why)))
}

/// Bytes as they were before they were stored.
pub fn content(row: &SqliteRow, column: &str) -> Result<Vec<u8>, sqlx::Error> {
    let stored: &[u8] = row.try_get(column)?;
    zstd::decode_all(stored).map_err(|why| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(why) })
}
