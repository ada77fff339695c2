//! Reports: added behind the last one, and never changed or deleted.

use super::snapshots::{compressed, content};
use super::{SqliteStore, column};
use crate::store::{AddedReport, KeptPart, KeptReport, NewReport, Page, PageRequest, StoreError};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Sqlite, Transaction};
use std::collections::HashMap;

const SELECT: &str = "SELECT number, id, as_of, made_at, manifest, manifest_sha256, signature, headline FROM reports";

/// A report without its parts.
fn read(row: &SqliteRow) -> Result<KeptReport, sqlx::Error> {
    Ok(KeptReport {
        id: column::text(row, "id")?,
        number: column::count(row, "number")?,
        as_of: column::time(row, "as_of")?,
        made_at: column::time(row, "made_at")?,
        manifest_sha256: column::text(row, "manifest_sha256")?,
        headline: column::json(row, "headline")?,
        parts: Vec::new(),
        manifest: column::text(row, "manifest")?,
        signature: column::text(row, "signature")?,
    })
}

/// Reads the parts of these reports, without their content.
async fn with_parts(connection: &mut SqliteConnection, mut reports: Vec<KeptReport>) -> Result<Vec<KeptReport>, sqlx::Error> {
    let numbers: Vec<u64> = reports.iter().map(|report| report.number).collect();
    let rows = sqlx::query(
        "SELECT report, name, media_type, bytes, sha256 FROM report_parts \
         WHERE report IN (SELECT value FROM json_each(?)) ORDER BY report, position",
    )
    .bind(column::to_json(&numbers)?)
    .fetch_all(connection)
    .await?;
    let mut parts: HashMap<u64, Vec<KeptPart>> = HashMap::new();
    for row in &rows {
        let part = KeptPart {
            name: column::text(row, "name")?,
            media_type: column::text(row, "media_type")?,
            bytes: column::count(row, "bytes")?,
            sha256: column::text(row, "sha256")?,
        };
        parts.entry(column::count(row, "report")?).or_default().push(part);
    }
    for report in &mut reports {
        report.parts = parts.remove(&report.number).unwrap_or_default();
    }
    Ok(reports)
}

/// Newest first.
pub async fn page(store: &SqliteStore, request: &PageRequest) -> Result<Page<KeptReport>, StoreError> {
    let fault = store.fault("list reports");
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    if let Some(after) = request.key::<i64>()? {
        query.push(" WHERE number < ").push_bind(after);
    }
    query.push(" ORDER BY number DESC LIMIT ").push_bind(i64::from(request.limit()) + 1);
    let mut transaction = store.pool.begin().await.map_err(fault)?;
    let rows = query.build().fetch_all(&mut *transaction).await.map_err(fault)?;
    let reports = rows.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let reports = with_parts(&mut transaction, reports).await.map_err(fault)?;
    Ok(Page::cut(reports, request, |report| report.number))
}

pub async fn find(store: &SqliteStore, id: &str) -> Result<Option<KeptReport>, StoreError> {
    let fault = store.fault("read a report");
    let mut transaction = store.pool.begin().await.map_err(fault)?;
    of_id(&mut transaction, id).await.map_err(fault)
}

async fn of_id(connection: &mut SqliteConnection, id: &str) -> Result<Option<KeptReport>, sqlx::Error> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push(" WHERE id = ").push_bind(id);
    let found = query.build().fetch_optional(&mut *connection).await?;
    let report: Vec<KeptReport> = found.as_ref().map(read).transpose()?.into_iter().collect();
    Ok(with_parts(connection, report).await?.pop())
}

pub async fn part(pool: &SqlitePool, id: &str, name: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query("SELECT content FROM report_parts JOIN reports ON number = report WHERE id = ? AND name = ?")
        .bind(id)
        .bind(name)
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(|row| content(row, "content")).transpose()
}

pub async fn add(store: &SqliteStore, new: &NewReport) -> Result<AddedReport, StoreError> {
    const ACT: &str = "keep a report";
    let fault = store.fault(ACT);
    // Before the right to write is taken: a large part takes a while.
    let contents = new.parts.iter().map(|(_, bytes)| compressed(bytes)).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let mut transaction: Transaction<'_, Sqlite> = store.begin(ACT).await?;
    if let Some(known) = of_id(&mut transaction, &new.id).await.map_err(fault)? {
        return Ok(AddedReport::Taken(known));
    }
    let mut last = QueryBuilder::<Sqlite>::new(SELECT);
    last.push(" ORDER BY number DESC LIMIT 1");
    let last = last.build().fetch_optional(&mut *transaction).await.map_err(fault)?;
    let last = last.as_ref().map(read).transpose().map_err(fault)?;
    if last.as_ref().map(|last| &last.manifest_sha256) != new.previous.as_ref() {
        return Ok(AddedReport::Overtaken);
    }
    let number = last.map_or(1, |last| last.number + 1);
    write(&mut transaction, number, new, contents).await.map_err(fault)?;
    let added = of_id(&mut transaction, &new.id).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    added.map(AddedReport::New).ok_or_else(|| fault(sqlx::Error::RowNotFound))
}

async fn write(connection: &mut SqliteConnection, number: u64, new: &NewReport, contents: Vec<Vec<u8>>) -> Result<(), sqlx::Error> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO reports (number, id, as_of, made_at, manifest, manifest_sha256, signature, headline) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(number)
    .bind(new.id.as_str())
    .bind(new.as_of.timestamp_millis())
    .bind(new.made_at.timestamp_millis())
    .bind(new.manifest.as_str())
    .bind(new.manifest_sha256.as_str())
    .bind(new.signature.as_str())
    .bind(column::to_json(&new.headline)?)
    .execute(&mut *connection)
    .await?;
    for (position, ((part, _), content)) in (0_i64..).zip(new.parts.iter().zip(contents)) {
        sqlx::query("INSERT INTO report_parts (report, position, name, media_type, bytes, sha256, content) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(number)
            .bind(position)
            .bind(part.name.as_str())
            .bind(part.media_type.as_str())
            .bind(i64::try_from(part.bytes).unwrap_or(i64::MAX))
            .bind(part.sha256.as_str())
            .bind(content)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
