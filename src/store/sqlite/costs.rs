//! The cost ledger by service and day. Amounts are text: SQLite would add floats.

use super::{SqliteStore, column};
use crate::model::ledger::{CostRow, CostSpan, Month};
use crate::store::StoreError;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Sqlite};

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
    Ok(())
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
