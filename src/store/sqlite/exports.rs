//! Billing exports: rows are staged in small transactions while files are read, and published in one that also takes away what they
//! replace. So a long reading keeps no other writer waiting, and one that fails leaves what was there before.

use super::{SqliteStore, column};
use crate::model::exact::Exact;
use crate::model::export::{BasisSum, Charge, ExportPeriod, ExportRow, StoredPeriod};
use crate::model::ledger::Month;
use crate::model::value::Time;
use crate::store::{ExportTicket, Published, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite};

/// Rows a statement: 19 values each, of which SQLite takes 32,766.
const BATCH: usize = 1000;
/// Rows a page of a reading.
const PAGE: i64 = 10_000;
/// Staged rows of a reading that began so long ago belong to a process that is no more.
const ABANDONED_MILLIS: i64 = 24 * 3600 * 1000;

pub async fn begin(store: &SqliteStore, source: &str, now: Time) -> Result<ExportTicket, StoreError> {
    const ACT: &str = "begin to take in a billing export";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    let now = now.timestamp_millis();
    sqlx::query("DELETE FROM exports WHERE published = 0 AND read_at < ?")
        .bind(now - ABANDONED_MILLIS)
        .execute(&mut *transaction)
        .await
        .map_err(fault)?;
    let added = sqlx::query("INSERT INTO exports (source, read_at, published) VALUES (?, ?, 0)").bind(source).bind(now);
    let id = added.execute(&mut *transaction).await.map_err(fault)?.last_insert_rowid();
    transaction.commit().await.map_err(fault)?;
    Ok(ExportTicket(id))
}

pub async fn stage(store: &SqliteStore, ticket: ExportTicket, rows: &[ExportRow]) -> Result<(), StoreError> {
    const ACT: &str = "write a billing export";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    for batch in rows.chunks(BATCH) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO export_rows (export, provider, billing_account, month, service, account, region, charge_category, charge_class, \
             day, currency, tags, charges, billed, effective, list, billed_missing, effective_missing, list_missing) ",
        );
        query.push_values(batch, |mut columns, row| {
            let Charge { period, service, account, region, charge_category, charge_class, day, currency, tags } = &row.charge;
            let [billed, effective, list] = row.sums;
            columns
                .push_bind(ticket.0)
                .push_bind(period.provider.as_deref())
                .push_bind(period.billing_account.as_deref())
                .push_bind(period.month.to_string())
                .push_bind(service.as_deref())
                .push_bind(account.as_deref())
                .push_bind(region.as_deref())
                .push_bind(charge_category.as_deref())
                .push_bind(charge_class.as_deref())
                .push_bind(day.map(|day| day.to_string()))
                .push_bind(currency.as_deref())
                .push_bind(tags.as_deref())
                .push_bind(count(row.charges))
                .push_bind(billed.sum.to_string())
                .push_bind(effective.sum.to_string())
                .push_bind(list.sum.to_string())
                .push_bind(count(billed.missing))
                .push_bind(count(effective.missing))
                .push_bind(count(list.missing));
        });
        query.build().execute(&mut *transaction).await.map_err(fault)?;
    }
    transaction.commit().await.map_err(fault)
}

/// Rows of exports are far fewer than SQLite's largest integer.
fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

pub async fn publish(store: &SqliteStore, ticket: ExportTicket) -> Result<Published, StoreError> {
    const ACT: &str = "publish a billing export";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    // One that was given up meanwhile brings nothing, which must not look like a success.
    let begun = sqlx::query("SELECT id FROM exports WHERE id = ? AND published = 0").bind(ticket.0);
    begun.fetch_one(&mut *transaction).await.map_err(fault)?;
    let replaced = sqlx::query(
        "SELECT exports.source, exports.read_at, provider, billing_account, month, sum(charges) AS charges \
         FROM export_rows AS old JOIN exports ON exports.id = old.export WHERE exports.published = 1 AND EXISTS \
         (SELECT 1 FROM export_rows AS new WHERE new.export = ? AND new.month = old.month AND new.provider IS old.provider \
         AND new.billing_account IS old.billing_account) GROUP BY exports.id, month, provider, billing_account ORDER BY 5, 3, 4, 1",
    );
    let replaced = replaced.bind(ticket.0).fetch_all(&mut *transaction).await.map_err(fault)?;
    let replaced = replaced.iter().map(read_period).collect::<Result<_, _>>().map_err(fault)?;
    for statement in [
        "DELETE FROM export_rows AS old WHERE old.export IN (SELECT id FROM exports WHERE published = 1) AND EXISTS \
         (SELECT 1 FROM export_rows AS new WHERE new.export = ? AND new.month = old.month AND new.provider IS old.provider \
         AND new.billing_account IS old.billing_account)",
        "UPDATE exports SET published = 1 WHERE id = ?",
        "DELETE FROM exports WHERE published = 1 AND id <> ? AND NOT EXISTS (SELECT 1 FROM export_rows WHERE export = exports.id)",
    ] {
        sqlx::query(statement).bind(ticket.0).execute(&mut *transaction).await.map_err(fault)?;
    }
    let rows = sqlx::query(PERIODS_OF_ONE).bind(ticket.0).fetch_all(&mut *transaction).await.map_err(fault)?;
    let periods = rows.iter().map(read_period).collect::<Result<_, _>>().map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(Published { periods, replaced })
}

const PERIODS_OF_ONE: &str = "SELECT source, read_at, provider, billing_account, month, sum(charges) AS charges FROM export_rows \
    JOIN exports ON exports.id = export WHERE export = ? GROUP BY month, provider, billing_account ORDER BY month, provider, billing_account";

pub async fn discard(store: &SqliteStore, ticket: ExportTicket) -> Result<(), StoreError> {
    let fault = store.fault("drop a billing export");
    let dropped = sqlx::query("DELETE FROM exports WHERE id = ? AND published = 0").bind(ticket.0);
    dropped.execute(&store.pool).await.map(|_| ()).map_err(fault)
}

pub async fn periods(store: &SqliteStore) -> Result<Vec<StoredPeriod>, StoreError> {
    let fault = store.fault("read which billing exports there are");
    let rows = sqlx::query(
        "SELECT source, read_at, provider, billing_account, month, sum(charges) AS charges FROM export_rows \
         JOIN exports ON exports.id = export WHERE published = 1 GROUP BY export, month, provider, billing_account \
         ORDER BY month, provider, billing_account",
    );
    let rows = rows.fetch_all(&store.pool).await.map_err(fault)?;
    rows.iter().map(read_period).collect::<Result<_, _>>().map_err(fault)
}

pub async fn rows(store: &SqliteStore, month: Option<Month>, after: i64) -> Result<(Vec<ExportRow>, Option<i64>), StoreError> {
    let fault = store.fault("read billing exports");
    // The plus keeps the index by export out of it: by that, every page would sort all rows anew.
    let found = sqlx::query(
        "SELECT export_rows.* FROM export_rows WHERE id > ?1 AND +export IN (SELECT id FROM exports WHERE published = 1) \
         AND (?2 IS NULL OR month = ?2) ORDER BY id LIMIT ?3",
    );
    let found = found.bind(after).bind(month.map(|month| month.to_string())).bind(PAGE).fetch_all(&store.pool).await.map_err(fault)?;
    let rows = found.iter().map(read_row).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let last = found.last().filter(|_| rows.len() as i64 == PAGE).map(|row| row.try_get("id")).transpose().map_err(fault)?;
    Ok((rows, last))
}

fn read_charge_period(row: &SqliteRow) -> Result<ExportPeriod, sqlx::Error> {
    Ok(ExportPeriod {
        provider: column::optional_text(row, "provider")?,
        billing_account: column::optional_text(row, "billing_account")?,
        month: column::parsed(row, "month")?,
    })
}

fn read_period(row: &SqliteRow) -> Result<StoredPeriod, sqlx::Error> {
    Ok(StoredPeriod {
        period: read_charge_period(row)?,
        source: column::text(row, "source")?,
        charges: column::count(row, "charges")?,
        read_at: column::time(row, "read_at")?,
    })
}

fn read_row(row: &SqliteRow) -> Result<ExportRow, sqlx::Error> {
    let sum = |amount: &str, missing: &str| -> Result<BasisSum, sqlx::Error> {
        Ok(BasisSum { sum: column::parsed::<Exact>(row, amount)?, missing: column::count(row, missing)? })
    };
    let charge = Charge {
        period: read_charge_period(row)?,
        service: column::optional_text(row, "service")?,
        account: column::optional_text(row, "account")?,
        region: column::optional_text(row, "region")?,
        charge_category: column::optional_text(row, "charge_category")?,
        charge_class: column::optional_text(row, "charge_class")?,
        day: column::optional_parsed(row, "day")?,
        currency: column::optional_text(row, "currency")?,
        tags: column::optional_text(row, "tags")?,
    };
    let sums = [sum("billed", "billed_missing")?, sum("effective", "effective_missing")?, sum("list", "list_missing")?];
    Ok(ExportRow { charge, charges: column::count(row, "charges")?, sums })
}
