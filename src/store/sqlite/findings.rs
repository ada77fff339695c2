//! Findings: written many at a time, read whole. How they are listed is in `listing`.

use super::{SqliteStore, column};
use crate::model::finding::{Change, Finding, HistoryEntry};
use crate::model::{AccountId, Fingerprint, ResourceId};
use crate::store::{Generation, Known, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

/// All columns but `details`.
macro_rules! columns {
    () => {
        "fingerprint, rule, title, pillar, severity, status, resource, resource_type, resource_name, account, region, sub_key, message, \
         owner, first_seen, last_seen, stale_since, resolved_at, resolution, reopened, waiver, monthly_savings_usd"
    };
}
pub(super) use columns;

/// Rows a statement: 200 × 23 values stay far under SQLite's 32,766, and a longer statement is no faster.
const BATCH: usize = 200;

/// Writes the findings of changes as they are now. Null details keep those that are stored.
pub async fn write(connection: &mut SqliteConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    for chunk in changes.chunks(BATCH) {
        let mut batch = Vec::with_capacity(BATCH);
        for Change { finding, .. } in chunk {
            let details = if finding.details.is_null() { None } else { Some(column::to_json(&finding.details)?) };
            batch.push((finding, details));
        }
        let mut query = QueryBuilder::<Sqlite>::new(concat!("INSERT INTO findings (", columns!(), ", details) "));
        query.push_values(batch, |mut row, (finding, details)| {
            row.push_bind(finding.fingerprint.as_str())
                .push_bind(finding.rule.as_str())
                .push_bind(finding.title.as_str())
                .push_bind(finding.pillar.as_str())
                .push_bind(finding.severity.as_str())
                .push_bind(finding.status.as_str())
                .push_bind(finding.resource.as_str())
                .push_bind(finding.resource_type.as_str())
                .push_bind(finding.resource_name.as_str())
                .push_bind(finding.account.as_str())
                .push_bind(finding.region.as_str())
                .push_bind(finding.sub_key.as_deref().unwrap_or_default())
                .push_bind(finding.message.as_str())
                .push_bind(finding.owner.as_deref())
                .push_bind(finding.first_seen.timestamp_millis())
                .push_bind(finding.last_seen.timestamp_millis())
                .push_bind(finding.stale_since.map(|time| time.timestamp_millis()))
                .push_bind(finding.resolved_at.map(|time| time.timestamp_millis()))
                .push_bind(finding.resolution.map(|resolution| resolution.as_str()))
                .push_bind(i64::from(finding.reopened))
                .push_bind(finding.waiver.as_deref())
                .push_bind(finding.monthly_savings_usd.map(|amount| amount.to_string()))
                .push_bind(details);
        });
        query.push(
            " ON CONFLICT (fingerprint) DO UPDATE SET rule = excluded.rule, title = excluded.title, pillar = excluded.pillar, \
             severity = excluded.severity, status = excluded.status, resource = excluded.resource, \
             resource_type = excluded.resource_type, resource_name = excluded.resource_name, account = excluded.account, \
             region = excluded.region, sub_key = excluded.sub_key, message = excluded.message, owner = excluded.owner, \
             first_seen = excluded.first_seen, last_seen = excluded.last_seen, stale_since = excluded.stale_since, \
             resolved_at = excluded.resolved_at, resolution = excluded.resolution, reopened = excluded.reopened, \
             waiver = excluded.waiver, monthly_savings_usd = excluded.monthly_savings_usd, \
             details = coalesce(excluded.details, findings.details)",
        );
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Finding, sqlx::Error> {
    Ok(Finding {
        fingerprint: column::text(row, "fingerprint")?,
        rule: column::text(row, "rule")?,
        title: column::text(row, "title")?,
        pillar: column::parsed(row, "pillar")?,
        severity: column::parsed(row, "severity")?,
        status: column::parsed(row, "status")?,
        resource: column::text(row, "resource")?,
        resource_type: column::text(row, "resource_type")?,
        resource_name: column::text(row, "resource_name")?,
        account: column::text(row, "account")?,
        region: column::text(row, "region")?,
        sub_key: Some(row.try_get::<&str, _>("sub_key")?).filter(|key| !key.is_empty()).map(Into::into),
        message: column::text(row, "message")?,
        owner: column::optional_text(row, "owner")?,
        first_seen: column::time(row, "first_seen")?,
        last_seen: column::time(row, "last_seen")?,
        stale_since: column::optional_time(row, "stale_since")?,
        resolved_at: column::optional_time(row, "resolved_at")?,
        resolution: column::optional_parsed(row, "resolution")?,
        reopened: u32::try_from(column::count(row, "reopened")?).unwrap_or(u32::MAX),
        waiver: column::optional_text(row, "waiver")?,
        monthly_savings_usd: column::optional_money(row, "monthly_savings_usd")?,
        details: serde_json::Value::Null,
    })
}

pub(super) fn read_whole(row: &SqliteRow) -> Result<Finding, sqlx::Error> {
    let mut finding = read(row)?;
    if row.try_get::<Option<&str>, _>("details")?.is_some() {
        finding.details = column::json(row, "details")?;
    }
    Ok(finding)
}

/// All findings and the generation that they belong to, from one reading transaction.
pub async fn known(store: &SqliteStore) -> Result<Known, StoreError> {
    let fault = store.fault("read the known findings");
    let mut transaction = store.pool.begin().await.map_err(fault)?;
    let generation = sqlx::query_scalar("SELECT generation FROM state").fetch_one(&mut *transaction).await.map_err(fault)?;
    let rows = sqlx::query(concat!("SELECT ", columns!(), " FROM findings")).fetch_all(&mut *transaction).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    let findings = rows.iter().map(read).collect::<Result<_, _>>().map_err(fault)?;
    Ok(Known { generation: Generation(generation), findings })
}

pub async fn find(store: &SqliteStore, fingerprint: &Fingerprint) -> Result<Option<Finding>, StoreError> {
    let fault = store.fault("read a finding");
    let row = sqlx::query(concat!("SELECT ", columns!(), ", details FROM findings WHERE fingerprint = ?"))
        .bind(fingerprint.as_str())
        .fetch_optional(&store.pool)
        .await
        .map_err(fault)?;
    row.as_ref().map(read_whole).transpose().map_err(fault)
}

pub async fn of_resource(store: &SqliteStore, account: &AccountId, resource: &ResourceId) -> Result<Vec<Finding>, StoreError> {
    let fault = store.fault("read the findings of a resource");
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        ", details FROM findings WHERE resource = ? AND account = ? ORDER BY ended, severity_rank, first_seen, fingerprint"
    ))
    .bind(resource.as_str())
    .bind(account.as_str())
    .fetch_all(&store.pool)
    .await
    .map_err(fault)?;
    rows.iter().map(read_whole).collect::<Result<_, _>>().map_err(fault)
}

/// One line of history.
pub(super) fn read_entry(row: &SqliteRow) -> Result<HistoryEntry, sqlx::Error> {
    Ok(HistoryEntry {
        run: column::text(row, "run")?,
        at: column::time(row, "at")?,
        kind: column::parsed(row, "kind")?,
        status: column::parsed(row, "status")?,
        resolution: column::optional_parsed(row, "resolution")?,
        message: column::text(row, "message")?,
    })
}

pub async fn history(store: &SqliteStore, fingerprint: &Fingerprint) -> Result<Vec<HistoryEntry>, StoreError> {
    let fault = store.fault("read a finding's history");
    let rows = sqlx::query("SELECT run, at, kind, status, resolution, message FROM history WHERE fingerprint = ? ORDER BY id")
        .bind(fingerprint.as_str())
        .fetch_all(&store.pool)
        .await
        .map_err(fault)?;
    rows.iter().map(read_entry).collect::<Result<_, _>>().map_err(fault)
}

pub async fn all_history(store: &SqliteStore) -> Result<Vec<(Fingerprint, HistoryEntry)>, StoreError> {
    let fault = store.fault("read the history of all findings");
    let rows = sqlx::query("SELECT fingerprint, run, at, kind, status, resolution, message FROM history ORDER BY fingerprint, id")
        .fetch_all(&store.pool)
        .await
        .map_err(fault)?;
    let read = |row: &SqliteRow| Ok((column::text(row, "fingerprint")?, read_entry(row)?));
    rows.iter().map(read).collect::<Result<_, _>>().map_err(fault)
}
