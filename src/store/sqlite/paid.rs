//! What paid calls cost, and their answers. Sums are made here, in decimals, under the lock of the writing transaction.

use super::{SqliteStore, column};
use crate::model::Money;
use crate::model::ledger::Month;
use crate::store::{CacheKey, Cached, Reservation, Reserved, StoreError};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqlitePool;

/// The act of adding up.
pub const SUM: &str = "add up what paid calls cost";

pub async fn reserve(store: &SqliteStore, month: Month, amount: Money, cap: Money) -> Result<Reserved, StoreError> {
    const ACT: &str = "set money aside for paid calls";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    let spent = spent(&mut transaction, month).await.map_err(fault)?;
    let within = spent.plus(amount).is_ok_and(|sum| sum <= cap);
    if !within {
        return Ok(Reserved::Refused { spent });
    }
    let id = sqlx::query_scalar("INSERT INTO paid (month, amount) VALUES (?, ?) RETURNING id")
        .bind(month.to_string())
        .bind(amount.to_string())
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(Reserved::Granted(Reservation { id, month, amount }))
}

pub async fn settle(pool: &SqlitePool, reservation: &Reservation, used: Money) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE paid SET amount = ? WHERE id = ?").bind(used.to_string()).bind(reservation.id).execute(pool).await?;
    Ok(())
}

pub async fn spent(connection: &mut SqliteConnection, month: Month) -> Result<Money, sqlx::Error> {
    let rows = sqlx::query("SELECT amount FROM paid WHERE month = ?").bind(month.to_string()).fetch_all(connection).await?;
    let amounts = rows.iter().map(|row| column::money(row, "amount")).collect::<Result<Vec<_>, _>>()?;
    Money::sum(amounts).map_err(|why| sqlx::Error::Decode(Box::new(why)))
}

pub async fn cached(pool: &SqlitePool, key: &CacheKey) -> Result<Option<Cached>, sqlx::Error> {
    let row = sqlx::query("SELECT at, answer FROM cache WHERE account = ? AND call = ? AND key = ?")
        .bind(key.account.as_str())
        .bind(key.call.as_str())
        .bind(&key.key)
        .fetch_optional(pool)
        .await?;
    row.map(|row| Ok(Cached { at: column::time(&row, "at")?, answer: column::json(&row, "answer")? })).transpose()
}

pub async fn cache(pool: &SqlitePool, key: &CacheKey, answer: &Cached) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO cache (account, call, key, at, answer) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (account, call, key) DO UPDATE SET at = excluded.at, answer = excluded.answer",
    )
    .bind(key.account.as_str())
    .bind(key.call.as_str())
    .bind(&key.key)
    .bind(answer.at.timestamp_millis())
    .bind(column::to_json(&answer.answer)?)
    .execute(pool)
    .await?;
    Ok(())
}
