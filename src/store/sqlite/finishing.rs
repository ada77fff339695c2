//! The end of a pass, in one transaction: all of it is stored, or nothing.

use super::{SqliteStore, column, findings, outbox, resources, runs, snapshots};
use crate::model::RuleId;
use crate::model::finding::{Change, ChangeKind, FindingStatus};
use crate::model::rule::{Pillar, Severity};
use crate::model::run::{PassScope, Requests};
use crate::model::snapshot::Snapshot;
use crate::store::{FinishedRun, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::{BTreeMap, HashMap};

const BATCH: usize = 500;

pub async fn finish(store: &SqliteStore, finished: FinishedRun<'_>) -> Result<Snapshot, StoreError> {
    const ACT: &str = "write what the pass found";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    let moved = sqlx::query("UPDATE state SET generation = generation + 1 WHERE generation = ?")
        .bind(finished.generation.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault)?;
    if moved.rows_affected() == 0 {
        return Err(StoreError::Overtaken { store: store.name.clone() });
    }
    let snapshot = write(&mut transaction, &finished).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(snapshot)
}

async fn write(connection: &mut SqliteConnection, finished: &FinishedRun<'_>) -> Result<Snapshot, sqlx::Error> {
    runs::write(&mut *connection, finished.record).await?;
    findings::write(connection, finished.changes).await?;
    write_history(connection, finished.changes).await?;
    resources::write(connection, finished.record, &finished.sight).await?;
    outbox::put(connection, finished.changes, finished.tell).await?;
    count(connection, finished.changes).await?;
    let requests = add_requests(connection, finished.requests).await?;
    let snapshot = over_all_passes(connection, finished.snapshot.clone(), requests).await?;
    sqlx::query("UPDATE state SET snapshot = ?").bind(column::to_json(&snapshot)?).execute(&mut *connection).await?;
    if finished.record.scope == PassScope::default() {
        snapshots::keep(connection, &finished.record.id, &snapshot).await?;
    }
    Ok(snapshot)
}

/// `Seen` leaves no line: it would be one for each finding and pass.
async fn write_history(connection: &mut SqliteConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    let told: Vec<&Change> = changes.iter().filter(|change| change.kind != ChangeKind::Seen).collect();
    for batch in told.chunks(BATCH) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO history (fingerprint, run, at, kind, status, resolution, message) ");
        query.push_values(batch, |mut row, change| {
            row.push_bind(change.finding.fingerprint.as_str())
                .push_bind(change.run.as_str())
                .push_bind(change.at().timestamp_millis())
                .push_bind(change.kind.as_str())
                .push_bind(change.finding.status.as_str())
                .push_bind(change.finding.resolution.map(|resolution| resolution.as_str()))
                .push_bind(change.finding.message.as_str());
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn count(connection: &mut SqliteConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    let mut counts: BTreeMap<(ChangeKind, Pillar, Severity), i64> = BTreeMap::new();
    for change in changes {
        match change.kind {
            ChangeKind::Opened | ChangeKind::Resolved | ChangeKind::Reopened => {
                *counts.entry((change.kind, change.finding.pillar, change.finding.severity)).or_default() += 1;
            }
            ChangeKind::Seen | ChangeKind::BecameStale | ChangeKind::Waived | ChangeKind::WaiverEnded => {}
        }
    }
    for ((kind, pillar, severity), count) in counts {
        sqlx::query(
            "INSERT INTO counters (kind, pillar, severity, count) VALUES (?, ?, ?, ?) \
             ON CONFLICT (kind, pillar, severity) DO UPDATE SET count = count + excluded.count",
        )
        .bind(kind.as_str())
        .bind(pillar.as_str())
        .bind(severity.as_str())
        .bind(count)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn add_requests(connection: &mut SqliteConnection, more: &Requests) -> Result<Requests, sqlx::Error> {
    let row = sqlx::query("SELECT requests FROM state").fetch_one(&mut *connection).await?;
    let mut sum: Requests = column::json(&row, "requests")?;
    sum.add(more).map_err(|why| sqlx::Error::Encode(Box::new(why)))?;
    sqlx::query("UPDATE state SET requests = ?").bind(column::to_json(&sum)?).execute(connection).await?;
    Ok(sum)
}

/// Fills in what goes over all passes (see [`FinishedRun::snapshot`]).
async fn over_all_passes(connection: &mut SqliteConnection, mut snapshot: Snapshot, requests: Requests) -> Result<Snapshot, sqlx::Error> {
    snapshot.requests = requests;

    let rows = sqlx::query(
        "SELECT account, pillar, severity, status, count(*) AS count FROM findings WHERE status <> 'resolved' GROUP BY 1, 2, 3, 4",
    )
    .fetch_all(&mut *connection)
    .await?;
    snapshot.findings = rows
        .iter()
        .map(|row| {
            let (pillar, severity): (Pillar, Severity) = (column::parsed(row, "pillar")?, column::parsed(row, "severity")?);
            let status: FindingStatus = column::parsed(row, "status")?;
            Ok((column::text(row, "account")?, pillar, severity, status, column::count(row, "count")?))
        })
        .collect::<Result<_, sqlx::Error>>()?;
    // SQL sorts words by letter; ours have an order of their own.
    snapshot.findings.sort();

    let rows = sqlx::query("SELECT rule, count(*) AS count FROM findings WHERE status <> 'resolved' GROUP BY rule")
        .fetch_all(&mut *connection)
        .await?;
    let by_rule: HashMap<RuleId, u64> =
        rows.iter().map(|row| Ok((column::text(row, "rule")?, column::count(row, "count")?))).collect::<Result<_, sqlx::Error>>()?;
    for (rule, _, count) in &mut snapshot.rule_findings {
        *count = by_rule.get(rule).copied().unwrap_or(0);
    }

    let rows = sqlx::query("SELECT pillar, severity, min(first_seen) AS oldest FROM findings WHERE status <> 'resolved' GROUP BY 1, 2")
        .fetch_all(&mut *connection)
        .await?;
    snapshot.oldest = rows
        .iter()
        .map(|row| Ok((column::parsed(row, "pillar")?, column::parsed(row, "severity")?, column::time(row, "oldest")?)))
        .collect::<Result<_, sqlx::Error>>()?;
    snapshot.oldest.sort();

    let rows = sqlx::query("SELECT kind, pillar, severity, count FROM counters").fetch_all(connection).await?;
    let of = |kind: ChangeKind| -> Result<Vec<(Pillar, Severity, u64)>, sqlx::Error> {
        let of_kind = |row: &&SqliteRow| row.try_get::<&str, _>("kind").is_ok_and(|word| word == kind.as_str());
        let mut counts = rows
            .iter()
            .filter(of_kind)
            .map(|row| Ok((column::parsed(row, "pillar")?, column::parsed(row, "severity")?, column::count(row, "count")?)))
            .collect::<Result<Vec<_>, sqlx::Error>>()?;
        counts.sort();
        Ok(counts)
    };
    snapshot.opened = of(ChangeKind::Opened)?;
    snapshot.resolved = of(ChangeKind::Resolved)?;
    snapshot.reopened = of(ChangeKind::Reopened)?;
    Ok(snapshot)
}

pub async fn snapshot(store: &SqliteStore) -> Result<Option<Snapshot>, StoreError> {
    let fault = store.fault("read the last snapshot");
    let row = sqlx::query("SELECT snapshot FROM state WHERE snapshot IS NOT NULL").fetch_optional(&store.pool).await.map_err(fault)?;
    row.as_ref().map(|row| column::json(row, "snapshot")).transpose().map_err(fault)
}
