//! Waivers that were given through the API: added once, revoked once, and never deleted.

use super::{SqliteStore, column};
use crate::model::WaiverId;
use crate::model::value::Time;
use crate::model::waiver::Waiver;
use crate::store::{AddedWaiver, StoreError, StoredWaiver};
use arcstr::ArcStr;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Sqlite, SqliteExecutor, Transaction};

macro_rules! select {
    () => {
        "SELECT waiver, added_at, added_by, revoked_at, revoked_by FROM waivers"
    };
}

fn read(row: &SqliteRow) -> Result<StoredWaiver, sqlx::Error> {
    Ok(StoredWaiver {
        waiver: column::json(row, "waiver")?,
        added_at: column::time(row, "added_at")?,
        added_by: column::optional_text(row, "added_by")?,
        revoked_at: column::optional_time(row, "revoked_at")?,
        revoked_by: column::optional_text(row, "revoked_by")?,
    })
}

pub async fn all(pool: &SqlitePool) -> Result<Vec<StoredWaiver>, sqlx::Error> {
    let rows = sqlx::query(concat!(select!(), " ORDER BY id")).fetch_all(pool).await?;
    rows.iter().map(read).collect()
}

async fn find(executor: impl SqliteExecutor<'_>, id: &WaiverId) -> Result<Option<StoredWaiver>, sqlx::Error> {
    let query = sqlx::query(concat!(select!(), " WHERE id = ?")).bind(id.as_str());
    query.fetch_optional(executor).await?.as_ref().map(read).transpose()
}

pub async fn add(store: &SqliteStore, waiver: &Waiver, now: Time, by: Option<&ArcStr>) -> Result<AddedWaiver, StoreError> {
    const ACT: &str = "add a waiver";
    let fault = store.fault(ACT);
    let mut transaction: Transaction<'_, Sqlite> = store.begin(ACT).await?;
    if let Some(known) = find(&mut *transaction, &waiver.id).await.map_err(fault)? {
        return Ok(AddedWaiver::Taken(known));
    }
    sqlx::query("INSERT INTO waivers (id, waiver, added_at, added_by) VALUES (?, ?, ?, ?)")
        .bind(waiver.id.as_str())
        .bind(column::to_json(waiver).map_err(fault)?)
        .bind(now.timestamp_millis())
        .bind(by.map(ArcStr::as_str))
        .execute(&mut *transaction)
        .await
        .map_err(fault)?;
    let added = find(&mut *transaction, &waiver.id).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    added.map(AddedWaiver::New).ok_or_else(|| fault(sqlx::Error::RowNotFound))
}

pub async fn revoke(store: &SqliteStore, id: &WaiverId, now: Time, by: Option<&ArcStr>) -> Result<Option<StoredWaiver>, StoreError> {
    const ACT: &str = "revoke a waiver";
    let fault = store.fault(ACT);
    let mut transaction: Transaction<'_, Sqlite> = store.begin(ACT).await?;
    sqlx::query("UPDATE waivers SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL")
        .bind(now.timestamp_millis())
        .bind(by.map(ArcStr::as_str))
        .bind(id.as_str())
        .execute(&mut *transaction)
        .await
        .map_err(fault)?;
    let revoked = find(&mut *transaction, id).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(revoked)
}
