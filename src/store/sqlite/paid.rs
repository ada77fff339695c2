//! What paid calls cost, and their answers. Sums are made here, in decimals, under the lock of the writing transaction.

use super::{SqliteStore, column};
use crate::model::ledger::Month;
use crate::model::{AccountId, Money};
use crate::store::{CacheKey, Cached, PaidWant, Reservation, Reserved, StoreError};
use chrono::{NaiveDate, TimeDelta};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqlitePool;

/// The act of adding up.
pub const SUM: &str = "add up what paid calls cost";

/// How long a request that was not settled is taken to be under way: longer than any takes; then its process died.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(10);

pub async fn reserve(store: &SqliteStore, want: &PaidWant) -> Result<Reserved, StoreError> {
    const ACT: &str = "set money aside for paid calls";
    let fault = store.fault(ACT);
    let (month, day) = (Month::at(want.at), want.at.date_naive());
    let mut transaction = store.begin(ACT).await?;
    let spent = spent(&mut transaction, month).await.map_err(fault)?;
    let within = spent.plus(want.amount).is_ok_and(|sum| sum <= want.cap);
    if !within {
        return Ok(Reserved::Refused { spent });
    }
    let since = want.at.checked_sub_signed(UNDER_WAY).unwrap_or(want.at).timestamp_millis();
    let asked: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM paid WHERE account = ? AND what = ? AND what <> '' AND open_since > ? AND open_since <= ?",
    )
    .bind(want.account.as_str())
    .bind(&want.what)
    .bind(since)
    .bind(want.at.timestamp_millis())
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault)?;
    if asked > 0 {
        return Ok(Reserved::UnderWay);
    }
    if let Some(most) = want.most_a_day {
        let made = requests(&mut transaction, &want.account, day).await.map_err(fault)?;
        if made.saturating_add(want.requests) > most {
            return Ok(Reserved::DayFull { made });
        }
    }
    let id = sqlx::query_scalar(
        "INSERT INTO paid (month, amount, account, day, what, requests, open_since) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(month.to_string())
    .bind(want.amount.to_string())
    .bind(want.account.as_str())
    .bind(day.to_string())
    .bind(&want.what)
    .bind(want.requests)
    .bind(want.at.timestamp_millis())
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(Reserved::Granted(Reservation { id, month, amount: want.amount }))
}

pub async fn settle(pool: &SqlitePool, reservation: &Reservation, used: Money, requests: u32) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE paid SET amount = ?, requests = ?, open_since = NULL WHERE id = ?")
        .bind(used.to_string())
        .bind(requests)
        .bind(reservation.id)
        .execute(pool)
        .await?;
    Ok(())
}

/// The requests that a payer made on a day, those set aside included.
pub async fn requests(connection: &mut SqliteConnection, payer: &AccountId, day: NaiveDate) -> Result<u32, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(sum(requests), 0) FROM paid WHERE account = ? AND day = ? AND what LIKE 'ce:%'")
        .bind(payer.as_str())
        .bind(day.to_string())
        .fetch_one(connection)
        .await
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
