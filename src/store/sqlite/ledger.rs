//! The cost ledger in planes. A payer's update is written in one transaction: a plane is replaced whole or stays as it was.

use super::{SqliteStore, column, costs};
use crate::model::AccountId;
use crate::model::ledger::Month;
use crate::model::plane::{
    Cell, Forecast, KnownLedger, LedgerUpdate, MonthState, Plane, PlaneId, PlaneState, Reading, Restatement, TagStatus,
};
use crate::store::StoreError;
use arcstr::ArcStr;
use chrono::NaiveDate;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Row as _, Sqlite};

const BATCH: usize = 500;

pub async fn put(store: &SqliteStore, update: &LedgerUpdate) -> Result<(), StoreError> {
    const ACT: &str = "write the cost ledger";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    for reading in &update.readings {
        replace(&mut transaction, reading).await.map_err(fault)?;
    }
    for span in &update.costs {
        costs::replace(&mut transaction, span).await.map_err(fault)?;
    }
    facts(&mut transaction, update).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)
}

async fn replace(connection: &mut SqliteConnection, reading: &Reading) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM plane_cells WHERE payer = ? AND plane = ? AND tag = ? AND day BETWEEN ? AND ?")
        .bind(reading.payer.as_str())
        .bind(reading.id.plane.as_str())
        .bind(reading.id.tag.as_str())
        .bind(reading.from.to_string())
        .bind(reading.to.to_string())
        .execute(&mut *connection)
        .await?;
    for batch in reading.cells.chunks(BATCH) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO plane_cells (payer, plane, tag, day, first, second, billed, effective, net, estimated, observed_at) ",
        );
        query.push_values(batch, |mut columns, cell| {
            columns
                .push_bind(reading.payer.as_str())
                .push_bind(reading.id.plane.as_str())
                .push_bind(reading.id.tag.as_str())
                .push_bind(cell.day.to_string())
                .push_bind(cell.first.as_str())
                .push_bind(cell.second.as_str())
                .push_bind(cell.billed.to_string())
                .push_bind(cell.effective.to_string())
                .push_bind(cell.net.to_string())
                .push_bind(cell.estimated)
                .push_bind(reading.observed_at.timestamp_millis());
        });
        query.build().execute(&mut *connection).await?;
    }
    sqlx::query(
        "INSERT INTO planes (payer, plane, tag, from_day, to_day, currency, observed_at) VALUES (?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (payer, plane, tag) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day, \
         currency = coalesce(excluded.currency, currency), observed_at = excluded.observed_at",
    )
    .bind(reading.payer.as_str())
    .bind(reading.id.plane.as_str())
    .bind(reading.id.tag.as_str())
    .bind(reading.from.to_string())
    .bind(reading.to.to_string())
    .bind(reading.currency.as_ref().map(ArcStr::as_str))
    .bind(reading.observed_at.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

async fn facts(connection: &mut SqliteConnection, update: &LedgerUpdate) -> Result<(), sqlx::Error> {
    for month in &update.months {
        sqlx::query("INSERT OR REPLACE INTO bill_months (payer, month, equal_reads, last_read, frozen_at) VALUES (?, ?, ?, ?, ?)")
            .bind(month.payer.as_str())
            .bind(month.month.to_string())
            .bind(month.equal_reads)
            .bind(month.last_read.to_string())
            .bind(month.frozen_at.map(|at| at.timestamp_millis()))
            .execute(&mut *connection)
            .await?;
    }
    for one in &update.restatements {
        sqlx::query(
            "INSERT INTO restatements (payer, month, observed_at, before_amount, after_amount, cells, currency) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(one.payer.as_str())
        .bind(one.month.to_string())
        .bind(one.observed_at.timestamp_millis())
        .bind(one.before.to_string())
        .bind(one.after.to_string())
        .bind(one.cells)
        .bind(one.currency.as_str())
        .execute(&mut *connection)
        .await?;
    }
    for tag in &update.tags {
        sqlx::query("INSERT OR REPLACE INTO tag_keys (payer, key, active, observed_at) VALUES (?, ?, ?, ?)")
            .bind(tag.payer.as_str())
            .bind(tag.key.as_str())
            .bind(tag.active)
            .bind(tag.observed_at.timestamp_millis())
            .execute(&mut *connection)
            .await?;
    }
    for one in &update.forecasts {
        sqlx::query("INSERT OR REPLACE INTO forecasts (payer, month, low, mean, high, currency, observed_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(one.payer.as_str())
            .bind(one.month.to_string())
            .bind(one.low.to_string())
            .bind(one.mean.to_string())
            .bind(one.high.to_string())
            .bind(one.currency.as_str())
            .bind(one.observed_at.timestamp_millis())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub async fn known(pool: &SqlitePool, payer: &AccountId, from: NaiveDate, to: NaiveDate) -> Result<KnownLedger, sqlx::Error> {
    let planes = planes(pool).await?.into_iter().filter(|plane| plane.payer == *payer).collect();
    let months = sqlx::query("SELECT payer, month, equal_reads, last_read, frozen_at FROM bill_months WHERE payer = ? ORDER BY month")
        .bind(payer.as_str())
        .fetch_all(pool)
        .await?;
    let cells = sqlx::query(
        "SELECT day, first, second, billed, effective, net, estimated FROM plane_cells \
         WHERE payer = ? AND plane = ? AND tag = '' AND day BETWEEN ? AND ? ORDER BY day, first, second",
    )
    .bind(payer.as_str())
    .bind(Plane::ServiceRecord.as_str())
    .bind(from.to_string())
    .bind(to.to_string())
    .fetch_all(pool)
    .await?;
    let accounts: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT first FROM plane_cells WHERE payer = ? AND plane = ? AND tag = '' AND day BETWEEN ? AND ?")
            .bind(payer.as_str())
            .bind(Plane::AccountService.as_str())
            .bind(from.to_string())
            .bind(to.to_string())
            .fetch_all(pool)
            .await?;
    Ok(KnownLedger {
        planes,
        months: months.iter().map(month).collect::<Result<_, _>>()?,
        cells: cells.iter().map(cell).collect::<Result<_, _>>()?,
        accounts: accounts.into_iter().map(AccountId::from).collect(),
    })
}

pub async fn planes(pool: &SqlitePool) -> Result<Vec<PlaneState>, sqlx::Error> {
    let rows = sqlx::query("SELECT payer, plane, tag, from_day, to_day, currency, observed_at FROM planes ORDER BY payer, plane, tag");
    rows.fetch_all(pool).await?.iter().map(plane).collect()
}

/// The cells of a month as readings, one a plane.
pub async fn of_month(pool: &SqlitePool, of: Month) -> Result<Vec<Reading>, sqlx::Error> {
    let mut readings = Vec::new();
    for state in planes(pool).await? {
        let cells = sqlx::query(
            "SELECT day, first, second, billed, effective, net, estimated FROM plane_cells \
             WHERE payer = ? AND plane = ? AND tag = ? AND day >= ? AND day < ? ORDER BY day, first, second",
        )
        .bind(state.payer.as_str())
        .bind(state.plane.as_str())
        .bind(state.tag.as_str())
        .bind(of.first_day().to_string())
        .bind(of.next().first_day().to_string())
        .fetch_all(pool)
        .await?;
        readings.push(Reading {
            payer: state.payer,
            id: PlaneId { plane: state.plane, tag: state.tag },
            from: of.first_day(),
            to: of.next().first_day().pred_opt().unwrap_or(state.to),
            currency: state.currency,
            observed_at: state.observed_at,
            cells: cells.iter().map(cell).collect::<Result<_, _>>()?,
        });
    }
    Ok(readings)
}

pub async fn restatements(pool: &SqlitePool) -> Result<Vec<Restatement>, sqlx::Error> {
    let rows = sqlx::query("SELECT payer, month, observed_at, before_amount, after_amount, cells, currency FROM restatements ORDER BY id");
    let read = |row: &SqliteRow| {
        Ok(Restatement {
            payer: column::text(row, "payer")?,
            month: column::parsed(row, "month")?,
            observed_at: column::time(row, "observed_at")?,
            before: column::money(row, "before_amount")?,
            after: column::money(row, "after_amount")?,
            cells: row.try_get("cells")?,
            currency: column::text(row, "currency")?,
        })
    };
    rows.fetch_all(pool).await?.iter().map(read).collect()
}

pub async fn tag_keys(pool: &SqlitePool) -> Result<Vec<TagStatus>, sqlx::Error> {
    let rows = sqlx::query("SELECT payer, key, active, observed_at FROM tag_keys ORDER BY payer, key").fetch_all(pool).await?;
    let read = |row: &SqliteRow| {
        Ok(TagStatus {
            payer: column::text(row, "payer")?,
            key: column::text(row, "key")?,
            active: column::count(row, "active")? != 0,
            observed_at: column::time(row, "observed_at")?,
        })
    };
    rows.iter().map(read).collect()
}

pub async fn forecasts(pool: &SqlitePool, of: Month) -> Result<Vec<Forecast>, sqlx::Error> {
    let rows = sqlx::query("SELECT payer, month, low, mean, high, currency, observed_at FROM forecasts WHERE month = ? ORDER BY payer");
    let read = |row: &SqliteRow| {
        Ok(Forecast {
            payer: column::text(row, "payer")?,
            month: column::parsed(row, "month")?,
            low: column::money(row, "low")?,
            mean: column::money(row, "mean")?,
            high: column::money(row, "high")?,
            currency: column::text(row, "currency")?,
            observed_at: column::time(row, "observed_at")?,
        })
    };
    rows.bind(of.to_string()).fetch_all(pool).await?.iter().map(read).collect()
}

fn cell(row: &SqliteRow) -> Result<Cell, sqlx::Error> {
    Ok(Cell {
        first: column::text(row, "first")?,
        second: column::text(row, "second")?,
        day: column::parsed(row, "day")?,
        estimated: column::count(row, "estimated")? != 0,
        billed: column::money(row, "billed")?,
        effective: column::money(row, "effective")?,
        net: column::money(row, "net")?,
    })
}

fn plane(row: &SqliteRow) -> Result<PlaneState, sqlx::Error> {
    Ok(PlaneState {
        payer: column::text(row, "payer")?,
        plane: column::parsed(row, "plane")?,
        tag: column::text(row, "tag")?,
        from: column::parsed(row, "from_day")?,
        to: column::parsed(row, "to_day")?,
        currency: column::optional_text(row, "currency")?,
        observed_at: column::time(row, "observed_at")?,
    })
}

fn month(row: &SqliteRow) -> Result<MonthState, sqlx::Error> {
    Ok(MonthState {
        payer: column::text(row, "payer")?,
        month: column::parsed(row, "month")?,
        equal_reads: row.try_get("equal_reads")?,
        last_read: column::parsed(row, "last_read")?,
        frozen_at: column::optional_time(row, "frozen_at")?,
    })
}
