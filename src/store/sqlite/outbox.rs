//! The outbox: which change is to be told to which channel, what is sent together, and where the channels stand.
//!
//! Rows are written in the transaction that writes the findings, so that a change is neither told before it is remembered nor
//! forgotten after it. What is sent together is decided once and written down before it is sent: a batch that is sent again after
//! a crash is the same batch. Who sends holds a lease on the channel; a crash gives it back by the passing of time.

use super::{SqliteStore, column};
use crate::model::finding::{Change, Finding};
use crate::model::notice::{Batch, ChannelState, Notice, Purpose};
use crate::model::value::Time;
use crate::store::{Begin, Claim, Dead, Settlement, StoreError};
use arcstr::ArcStr;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeMap;

/// Changes a statement: they travel as one JSON text, which a transaction should not hold for a whole account at once.
const CHUNK: usize = 2_000;

/// Writes who is to be told of what. A pair that is there already stays as it is.
pub async fn put(connection: &mut SqliteConnection, changes: &[Change], tell: &[(ArcStr, usize)]) -> Result<(), sqlx::Error> {
    for chunk in tell.chunks(CHUNK) {
        let mut told = Vec::with_capacity(chunk.len());
        for (channel, position) in chunk {
            let Some(change) = changes.get(*position) else { continue };
            let finding = Finding { details: serde_json::Value::Null, ..change.finding.clone() };
            told.push(serde_json::json!([
                change.run.as_str(),
                change.finding.fingerprint.as_str(),
                change.kind.as_str(),
                change.at().timestamp_millis(),
                column::to_json(&finding)?,
                channel.as_str(),
            ]));
        }
        let told = serde_json::Value::from(told).to_string();
        for statement in [
            "INSERT OR IGNORE INTO told_changes (run, fingerprint, kind, at, finding) \
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) ORDER BY key",
            "INSERT OR IGNORE INTO outbox (change, channel, state) SELECT c.id, value ->> 5, 'waiting' FROM json_each(?) \
             JOIN told_changes c ON c.run = value ->> 0 AND c.fingerprint = value ->> 1 AND c.kind = value ->> 2 ORDER BY key",
            "INSERT OR IGNORE INTO channels (name) SELECT DISTINCT value ->> 5 FROM json_each(?)",
        ] {
            sqlx::query(statement).bind(told.as_str()).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

pub async fn claim(store: &SqliteStore, claim: &Claim<'_>) -> Result<Option<Batch>, StoreError> {
    const ACT: &str = "take messages from the outbox";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    let batch = take(&mut transaction, claim).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(batch)
}

async fn take(connection: &mut SqliteConnection, claim: &Claim<'_>) -> Result<Option<Batch>, sqlx::Error> {
    let now = claim.now.timestamp_millis();
    let busy = "SELECT 1 FROM channels WHERE name = ? AND (coalesce(leased_until, 0) > ? OR coalesce(next_attempt, 0) > ?)";
    if sqlx::query(busy).bind(claim.channel).bind(now).bind(now).fetch_optional(&mut *connection).await?.is_some() {
        return Ok(None);
    }
    let begun: Option<String> =
        sqlx::query_scalar("SELECT batch FROM outbox WHERE channel = ? AND state = 'waiting' AND batch IS NOT NULL LIMIT 1")
            .bind(claim.channel)
            .fetch_optional(&mut *connection)
            .await?;
    let batch = match (begun, claim.begin) {
        (Some(id), Begin::Yes | Begin::No) => {
            let notices = notices(connection, claim.channel, Some(&id), i64::MAX).await?;
            Batch {
                id: id.into(),
                channel: claim.channel.into(),
                purpose: Purpose::News,
                notices: notices.into_iter().map(|(_, one)| one).collect(),
            }
        }
        (None, Begin::No) => return Ok(None),
        (None, Begin::Yes) => {
            let rows = notices(connection, claim.channel, None, i64::from(claim.most.max(1))).await?;
            if rows.is_empty() {
                return Ok(None);
            }
            let (rows, notices): (Vec<i64>, Vec<Notice>) = rows.into_iter().unzip();
            let id = Batch::id_of(&notices);
            sqlx::query("UPDATE outbox SET batch = ? WHERE id IN (SELECT value FROM json_each(?))")
                .bind(id.as_str())
                .bind(serde_json::Value::from(rows).to_string())
                .execute(&mut *connection)
                .await?;
            Batch { id, channel: claim.channel.into(), purpose: Purpose::News, notices }
        }
    };
    sqlx::query(
        "INSERT INTO channels (name, leased_until) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET leased_until = excluded.leased_until",
    )
    .bind(claim.channel)
    .bind((claim.now + claim.lease).timestamp_millis())
    .execute(connection)
    .await?;
    Ok(Some(batch))
}

/// The waiting rows of a batch, or those of none: of these one alone where the first must not be sent with others.
async fn notices(
    connection: &mut SqliteConnection,
    channel: &str,
    batch: Option<&str>,
    most: i64,
) -> Result<Vec<(i64, Notice)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT o.id, o.alone, c.run, c.kind, c.finding, f.details FROM outbox o JOIN told_changes c ON c.id = o.change \
         LEFT JOIN findings f ON f.fingerprint = c.fingerprint \
         WHERE o.channel = ? AND o.state = 'waiting' AND o.batch IS ? ORDER BY o.id LIMIT ?",
    )
    .bind(channel)
    .bind(batch)
    .bind(most)
    .fetch_all(connection)
    .await?;
    let alone = |row: &SqliteRow| row.try_get::<i64, _>("alone").is_ok_and(|alone| alone != 0);
    let first_alone = rows.first().is_some_and(alone);
    let together = rows.iter().take_while(|row| batch.is_some() || !alone(row)).count();
    rows.iter().take(if first_alone && batch.is_none() { 1 } else { together }).map(|row| read(row, channel)).collect()
}

fn read(row: &SqliteRow, channel: &str) -> Result<(i64, Notice), sqlx::Error> {
    let mut finding: Finding = column::json(row, "finding")?;
    if row.try_get::<Option<&str>, _>("details")?.is_some() {
        finding.details = column::json(row, "details")?;
    }
    let change = Change { run: column::text(row, "run")?, kind: column::parsed(row, "kind")?, finding };
    let id = Notice::id_of(&change.run, &change.finding.fingerprint, change.kind, channel);
    Ok((row.try_get("id")?, Notice { id, change }))
}

pub async fn settle(store: &SqliteStore, batch: &Batch, settlement: &Settlement<'_>, now: Time) -> Result<(), StoreError> {
    const ACT: &str = "note what became of messages";
    let fault = store.fault(ACT);
    let mut transaction = store.begin(ACT).await?;
    match settlement {
        Settlement::Sent { refused, again } => sent(&mut transaction, batch, refused, again, now).await,
        Settlement::Split { reason } => split(&mut transaction, batch, reason).await,
        Settlement::Failed { reason, next_attempt, dead } => {
            let dead = if *dead == Dead::Yes { Some(now.timestamp_millis()) } else { None };
            let statement = "UPDATE channels SET failures = failures + 1, last_failure = ?, last_reason = ?, next_attempt = ?, \
                 dead_since = coalesce(dead_since, ?), leased_until = NULL WHERE name = ?";
            sqlx::query(statement)
                .bind(now.timestamp_millis())
                .bind(*reason)
                .bind(next_attempt.timestamp_millis())
                .bind(dead)
                .bind(batch.channel.as_str())
                .execute(&mut *transaction)
                .await
                .map(|_| ())
        }
    }
    .map_err(fault)?;
    transaction.commit().await.map_err(fault)
}

async fn sent(
    connection: &mut SqliteConnection,
    batch: &Batch,
    refused: &[(ArcStr, String)],
    again: &[ArcStr],
    now: Time,
) -> Result<(), sqlx::Error> {
    let rows = notices(connection, &batch.channel, Some(&batch.id), i64::MAX).await?;
    let (mut taken, mut turned_away) = (0_i64, 0_i64);
    for (row, notice) in rows {
        if again.contains(&notice.id) {
            sqlx::query("UPDATE outbox SET batch = NULL WHERE id = ?").bind(row).execute(&mut *connection).await?;
            continue;
        }
        let why = refused.iter().find(|(id, _)| *id == notice.id).map(|(_, why)| why.as_str());
        *if why.is_some() { &mut turned_away } else { &mut taken } += 1;
        sqlx::query("UPDATE outbox SET state = ?, settled_at = ?, reason = ? WHERE id = ?")
            .bind(if why.is_some() { "refused" } else { "sent" })
            .bind(now.timestamp_millis())
            .bind(why)
            .bind(row)
            .execute(&mut *connection)
            .await?;
    }
    let all_refused = turned_away > 0 && taken == 0;
    let at = now.timestamp_millis();
    let last = refused.last().map(|(_, why)| why.as_str());
    sqlx::query(
        "UPDATE channels SET sent = sent + ?1, refused = refused + ?2, leased_until = NULL, next_attempt = NULL, \
         failures = CASE WHEN ?3 THEN failures + 1 ELSE 0 END, dead_since = CASE WHEN ?3 THEN dead_since END, \
         last_success = CASE WHEN ?3 THEN last_success ELSE ?4 END, last_failure = CASE WHEN ?5 IS NULL THEN last_failure ELSE ?4 END, \
         last_reason = coalesce(?5, last_reason) WHERE name = ?6",
    )
    .bind(taken)
    .bind(turned_away)
    .bind(all_refused)
    .bind(at)
    .bind(last)
    .bind(batch.channel.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

async fn split(connection: &mut SqliteConnection, batch: &Batch, reason: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outbox SET batch = NULL, alone = 1 WHERE channel = ? AND batch = ? AND state = 'waiting'")
        .bind(batch.channel.as_str())
        .bind(batch.id.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE channels SET leased_until = NULL, last_reason = ? WHERE name = ?")
        .bind(reason)
        .bind(batch.channel.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn channels(pool: &SqlitePool) -> Result<Vec<ChannelState>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT h.*, coalesce(w.waiting, 0) AS waiting, coalesce(w.begun, 0) AS begun, (SELECT at FROM told_changes WHERE id = w.first) AS oldest FROM channels h \
         LEFT JOIN (SELECT channel, count(*) AS waiting, count(batch) AS begun, min(change) AS first FROM outbox WHERE state = 'waiting' GROUP BY channel) w \
         ON w.channel = h.name ORDER BY h.name",
    )
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| {
        Ok(ChannelState {
            name: column::text(row, "name")?,
            waiting: column::count(row, "waiting")?,
            begun: column::count(row, "begun")?,
            oldest: column::optional_time(row, "oldest")?,
            sent: column::count(row, "sent")?,
            refused: column::count(row, "refused")?,
            expired: column::count(row, "expired")?,
            failures: u32::try_from(column::count(row, "failures")?).unwrap_or(u32::MAX),
            dead_since: column::optional_time(row, "dead_since")?,
            last_success: column::optional_time(row, "last_success")?,
            last_failure: column::optional_time(row, "last_failure")?,
            last_reason: column::optional_text(row, "last_reason")?,
            next_attempt: column::optional_time(row, "next_attempt")?,
        })
    };
    rows.iter().map(read).collect()
}

pub async fn give_up(store: &SqliteStore, before: Time, known: &[ArcStr], now: Time) -> Result<BTreeMap<ArcStr, u64>, StoreError> {
    const ACT: &str = "give up old messages";
    let fault = store.fault(ACT);
    let known = serde_json::Value::from(known.iter().map(|name| name.as_str()).collect::<Vec<_>>()).to_string();
    let mut transaction = store.begin(ACT).await?;
    let rows = sqlx::query(
        "UPDATE outbox SET state = 'expired', settled_at = ? WHERE state = 'waiting' AND (change IN (SELECT id FROM told_changes WHERE at < ?) \
         OR channel NOT IN (SELECT value FROM json_each(?))) RETURNING channel",
    )
    .bind(now.timestamp_millis())
    .bind(before.timestamp_millis())
    .bind(known.as_str())
    .fetch_all(&mut *transaction)
    .await
    .map_err(fault)?;
    let mut counts: BTreeMap<ArcStr, u64> = BTreeMap::new();
    for row in &rows {
        *counts.entry(column::text(row, "channel").map_err(fault)?).or_default() += 1;
    }
    for (channel, count) in &counts {
        sqlx::query("UPDATE channels SET expired = expired + ? WHERE name = ?")
            .bind(i64::try_from(*count).unwrap_or(i64::MAX))
            .bind(channel.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(fault)?;
    }
    let gone = "DELETE FROM channels WHERE name NOT IN (SELECT value FROM json_each(?))";
    sqlx::query(gone).bind(known.as_str()).execute(&mut *transaction).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(counts)
}

pub async fn release(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let statement = "UPDATE channels SET leased_until = NULL, next_attempt = CASE WHEN dead_since IS NULL THEN next_attempt END";
    sqlx::query(statement).execute(pool).await.map(|_| ())
}
