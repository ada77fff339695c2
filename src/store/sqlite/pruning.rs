//! Forgetting by age.

use super::SqliteStore;
use crate::model::ledger::Month;
use crate::model::value::Time;
use crate::store::{Pruned, StoreError};

/// What goes, each with the age bound. History of forgotten findings comes before the findings: their deletion would take
/// the lines along without counting them.
const STATEMENTS: [&str; 7] = [
    "DELETE FROM history WHERE fingerprint IN (SELECT fingerprint FROM findings WHERE status = 'resolved' AND resolved_at < ?)",
    "DELETE FROM history WHERE at < ?",
    "DELETE FROM findings WHERE status = 'resolved' AND resolved_at < ?",
    "DELETE FROM runs WHERE started_at < ? AND status NOT IN ('queued', 'running')",
    "DELETE FROM cache WHERE at < ?",
    "DELETE FROM resources WHERE stale_since < ?",
    "DELETE FROM told_changes WHERE at < ? AND id NOT IN (SELECT change FROM outbox WHERE state = 'waiting')",
];

pub async fn prune(store: &SqliteStore, before: Time) -> Result<Pruned, StoreError> {
    const ACT: &str = "forget what is old";
    let fault = store.fault(ACT);
    let age = before.timestamp_millis();
    let mut transaction = store.begin(ACT).await?;
    let mut counts = [0; STATEMENTS.len()];
    for (statement, count) in STATEMENTS.iter().zip(&mut counts) {
        *count = sqlx::query(*statement).bind(age).execute(&mut *transaction).await.map_err(fault)?.rows_affected();
    }
    sqlx::query("DELETE FROM paid WHERE month < ?").bind(Month::at(before).to_string()).execute(&mut *transaction).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    let [of_forgotten, old, findings, runs, _cache, _resources, _messages] = counts;
    Ok(Pruned { findings, history: of_forgotten + old, runs })
}
