//! The cost ledger by service and day. Amounts are text: SQLite would add floats.

use super::{SqliteStore, column};
use crate::model::ledger::{Basis, CostRow, CostSpan, FirstTold, Month, SETTLED_DAYS};
use crate::store::StoreError;
use chrono::NaiveDate;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeSet;

const BATCH: usize = 500;

pub async fn put(store: &SqliteStore, span: &CostSpan) -> Result<(), StoreError> {
    const ACT: &str = "write costs";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    replace(&mut transaction, span).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)
}

/// Puts the rows of a span in the place of what is there.
pub async fn replace(connection: &mut SqliteConnection, span: &CostSpan) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM costs WHERE account = ? AND basis = ? AND day BETWEEN ? AND ?")
        .bind(span.account.as_str())
        .bind(span.basis.as_str())
        .bind(span.from.to_string())
        .bind(span.to.to_string())
        .execute(&mut *connection)
        .await?;
    for batch in span.rows.chunks(BATCH) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO costs (account, service, day, basis, amount, estimated, observed_at) ");
        query.push_values(batch, |mut columns, row| {
            columns
                .push_bind(row.account.as_str())
                .push_bind(row.service.as_str())
                .push_bind(row.day.to_string())
                .push_bind(row.basis.as_str())
                .push_bind(row.amount.to_string())
                .push_bind(row.estimated)
                .push_bind(row.observed_at.timestamp_millis());
        });
        query.build().execute(&mut *connection).await?;
    }
    if span.basis == Basis::Billed { tell_first(connection, span).await } else { Ok(()) }
}

/// Keeps what is told of days that are settled and of which nothing was told before.
async fn tell_first(connection: &mut SqliteConnection, span: &CostSpan) -> Result<(), sqlx::Error> {
    let told = sqlx::query("SELECT DISTINCT day FROM costs_first_told WHERE account = ? AND day BETWEEN ? AND ?")
        .bind(span.account.as_str())
        .bind(span.from.to_string())
        .bind(span.to.to_string())
        .fetch_all(&mut *connection)
        .await?;
    let told: BTreeSet<NaiveDate> = told.iter().map(|row| column::parsed(row, "day")).collect::<Result<_, _>>()?;
    let settled = |row: &&CostRow| {
        u64::try_from(row.observed_at.date_naive().signed_duration_since(row.day).num_days()).is_ok_and(|age| age >= SETTLED_DAYS)
    };
    let new: Vec<&CostRow> = span.rows.iter().filter(settled).filter(|row| !told.contains(&row.day)).collect();
    for batch in new.chunks(BATCH) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO costs_first_told (account, day, service, amount) ");
        query.push_values(batch, |mut columns, row| {
            columns
                .push_bind(row.account.as_str())
                .push_bind(row.day.to_string())
                .push_bind(row.service.as_str())
                .push_bind(row.amount.to_string());
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

pub async fn first_told(pool: &SqlitePool, month: Month) -> Result<Vec<FirstTold>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT account, service, day, amount FROM costs_first_told WHERE day >= ? AND day < ? ORDER BY account, service, day")
            .bind(month.first_day().to_string())
            .bind(month.next().first_day().to_string())
            .fetch_all(pool)
            .await?;
    let read = |row: &SqliteRow| {
        Ok(FirstTold {
            account: column::text(row, "account")?,
            service: column::text(row, "service")?,
            day: column::parsed(row, "day")?,
            amount: column::money(row, "amount")?,
        })
    };
    rows.iter().map(read).collect()
}

pub async fn of_month(pool: &SqlitePool, month: Month) -> Result<Vec<CostRow>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT account, service, day, basis, amount, estimated, observed_at FROM costs WHERE day >= ? AND day < ? \
         ORDER BY account, service, day, basis",
    )
    .bind(month.first_day().to_string())
    .bind(month.next().first_day().to_string())
    .fetch_all(pool)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<CostRow, sqlx::Error> {
    Ok(CostRow {
        account: column::text(row, "account")?,
        service: column::text(row, "service")?,
        day: column::parsed(row, "day")?,
        basis: column::parsed(row, "basis")?,
        amount: column::money(row, "amount")?,
        estimated: column::count(row, "estimated")? != 0,
        observed_at: column::time(row, "observed_at")?,
    })
}
