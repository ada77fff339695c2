//! The embedded store: one SQLite file in WAL mode, so that pages are read while a pass is written.
//!
//! Every write begins IMMEDIATE: a transaction that reads first and writes later would fail instead of wait when another
//! process wrote in between.

mod column;
mod costs;
mod exports;
mod fault;
mod findings;
mod finishing;
mod ledger;
mod listing;
mod opening;
mod outbox;
mod paid;
mod pruning;
mod reports;
mod resources;
mod runs;
mod snapshots;
mod tasks;
mod trends;
mod waivers;

#[cfg(test)]
mod tests;

use super::{
    AddedReport, AddedWaiver, CacheKey, Cached, Claim, DayOfTrend, ExportTicket, FindingFilter, FindingOrder, FinishedRun, KeptReport,
    Known, NewReport, Page, PageRequest, PaidWant, Pruned, Published, RecentChange, Reservation, Reserved, ResourceFilter, Settlement,
    Store, StoreError, StoredWaiver, TaskMemory,
};
use crate::model::export::{ExportRow, StoredPeriod};
use crate::model::finding::{Finding, HistoryEntry};
use crate::model::ledger::{CostRow, CostSpan, FirstTold, Month};
use crate::model::notice::{Batch, ChannelState};
use crate::model::plane::{Forecast, KnownLedger, LedgerUpdate, PlaneState, Reading, Restatement, TagStatus};
use crate::model::run::RunRecord;
use crate::model::sight::KnownResource;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::waiver::Waiver;
use crate::model::{AccountId, Fingerprint, Money, ResourceId, ResourceKey, RunId, WaiverId};
use arcstr::ArcStr;
use chrono::NaiveDate;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use std::collections::BTreeMap;
use std::path::Path;

/// The act of reading the ledger.
const LEDGER: &str = "read the cost ledger";

/// A store in one file.
#[derive(Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
    name: String,
}

impl SqliteStore {
    /// Opens the file, making it where there is none. Its directory must be there.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let name = format!("sqlite://{}", path.display());
        Ok(Self { pool: opening::open(path, &name).await?, name })
    }

    /// Begins a transaction that holds the right to write.
    async fn begin(&self, act: &'static str) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(self.fault(act))
    }

    /// Names the file and the act in what SQLite says.
    fn fault(&self, act: &'static str) -> impl Fn(sqlx::Error) -> StoreError + Copy + '_ {
        move |fault| fault::from_sqlite(&self.name, act, fault)
    }
}

#[async_trait::async_trait]
impl Store for SqliteStore {
    fn name(&self) -> &str {
        &self.name
    }

    async fn known(&self) -> Result<Known, StoreError> {
        findings::known(self).await
    }

    async fn begin_run(&self, record: &RunRecord) -> Result<(), StoreError> {
        runs::write(&self.pool, record).await.map_err(self.fault("note that a pass began"))
    }

    async fn finish_run(&self, finished: FinishedRun<'_>) -> Result<Snapshot, StoreError> {
        finishing::finish(self, finished).await
    }

    async fn fail_run(&self, record: &RunRecord) -> Result<(), StoreError> {
        runs::write(&self.pool, record).await.map_err(self.fault("note that a pass failed"))
    }

    async fn abandon_running(&self, now: Time) -> Result<u64, StoreError> {
        runs::abandon(&self.pool, now).await.map_err(self.fault("mark interrupted passes"))
    }

    async fn run(&self, id: &RunId) -> Result<Option<RunRecord>, StoreError> {
        runs::find(&self.pool, id).await.map_err(self.fault("read a pass"))
    }

    async fn runs(&self, page: &PageRequest) -> Result<Page<RunRecord>, StoreError> {
        runs::page(self, page).await
    }

    async fn finding(&self, fingerprint: &Fingerprint) -> Result<Option<Finding>, StoreError> {
        findings::find(self, fingerprint).await
    }

    async fn findings_by(&self, order: FindingOrder, filter: &FindingFilter, page: &PageRequest) -> Result<Page<Finding>, StoreError> {
        listing::page(self, order, filter, page).await
    }

    async fn findings_of(&self, account: &AccountId, resource: &ResourceId) -> Result<Vec<Finding>, StoreError> {
        findings::of_resource(self, account, resource).await
    }

    async fn count_findings(&self, filter: &FindingFilter) -> Result<u64, StoreError> {
        listing::count(self, filter).await
    }

    async fn history(&self, fingerprint: &Fingerprint) -> Result<Vec<HistoryEntry>, StoreError> {
        findings::history(self, fingerprint).await
    }

    async fn all_history(&self) -> Result<Vec<(Fingerprint, HistoryEntry)>, StoreError> {
        findings::all_history(self).await
    }

    async fn snapshot_of(&self, run: &RunId) -> Result<Option<Snapshot>, StoreError> {
        snapshots::find(&self.pool, run).await.map_err(self.fault("read the counts of a pass"))
    }

    async fn recent_changes(&self, limit: u32) -> Result<Vec<RecentChange>, StoreError> {
        trends::changes(self, limit).await
    }

    async fn trend(&self, since: Time) -> Result<Vec<DayOfTrend>, StoreError> {
        trends::days(self, since).await
    }

    async fn resource(&self, key: &ResourceKey) -> Result<Option<KnownResource>, StoreError> {
        resources::find(self, key).await
    }

    async fn resources(&self, filter: &ResourceFilter, page: &PageRequest) -> Result<Page<KnownResource>, StoreError> {
        resources::page(self, filter, page).await
    }

    async fn count_resources(&self, filter: &ResourceFilter) -> Result<u64, StoreError> {
        resources::count(self, filter).await
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        finishing::snapshot(self).await
    }

    async fn put_costs(&self, span: &CostSpan) -> Result<(), StoreError> {
        costs::put(self, span).await
    }

    async fn costs(&self, month: Month) -> Result<Vec<CostRow>, StoreError> {
        costs::of_month(&self.pool, month).await.map_err(self.fault("read the costs of a month"))
    }

    async fn costs_first_told(&self, month: Month) -> Result<Vec<FirstTold>, StoreError> {
        costs::first_told(&self.pool, month).await.map_err(self.fault("read what was first told of costs"))
    }

    async fn begin_export(&self, source: &str, now: Time) -> Result<ExportTicket, StoreError> {
        exports::begin(self, source, now).await
    }

    async fn stage_export(&self, ticket: ExportTicket, rows: &[ExportRow]) -> Result<(), StoreError> {
        exports::stage(self, ticket, rows).await
    }

    async fn publish_export(&self, ticket: ExportTicket) -> Result<Published, StoreError> {
        exports::publish(self, ticket).await
    }

    async fn discard_export(&self, ticket: ExportTicket) -> Result<(), StoreError> {
        exports::discard(self, ticket).await
    }

    async fn export_periods(&self) -> Result<Vec<StoredPeriod>, StoreError> {
        exports::periods(self).await
    }

    async fn export_rows(&self, month: Option<Month>, after: i64) -> Result<(Vec<ExportRow>, Option<i64>), StoreError> {
        exports::rows(self, month, after).await
    }

    async fn put_ledger(&self, update: &LedgerUpdate) -> Result<(), StoreError> {
        ledger::put(self, update).await
    }

    async fn known_ledger(&self, payer: &AccountId, from: NaiveDate, to: NaiveDate) -> Result<KnownLedger, StoreError> {
        ledger::known(&self.pool, payer, from, to).await.map_err(self.fault(LEDGER))
    }

    async fn planes(&self) -> Result<Vec<PlaneState>, StoreError> {
        ledger::planes(&self.pool).await.map_err(self.fault(LEDGER))
    }

    async fn ledger(&self, month: Month) -> Result<Vec<Reading>, StoreError> {
        ledger::of_month(&self.pool, month).await.map_err(self.fault(LEDGER))
    }

    async fn restatements(&self) -> Result<Vec<Restatement>, StoreError> {
        ledger::restatements(&self.pool).await.map_err(self.fault(LEDGER))
    }

    async fn tag_keys(&self) -> Result<Vec<TagStatus>, StoreError> {
        ledger::tag_keys(&self.pool).await.map_err(self.fault(LEDGER))
    }

    async fn forecasts(&self, month: Month) -> Result<Vec<Forecast>, StoreError> {
        ledger::forecasts(&self.pool, month).await.map_err(self.fault(LEDGER))
    }

    async fn reserve_paid(&self, want: &PaidWant) -> Result<Reserved, StoreError> {
        paid::reserve(self, want).await
    }

    async fn settle_paid(&self, reservation: Reservation, used: Money, requests: u32) -> Result<(), StoreError> {
        paid::settle(&self.pool, &reservation, used, requests).await.map_err(self.fault("settle paid calls"))
    }

    async fn paid_requests(&self, payer: &AccountId, day: NaiveDate) -> Result<u32, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(self.fault(paid::SUM))?;
        paid::requests(&mut connection, payer, day).await.map_err(self.fault(paid::SUM))
    }

    async fn paid_spent(&self, month: Month) -> Result<Money, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(self.fault(paid::SUM))?;
        paid::spent(&mut connection, month).await.map_err(self.fault(paid::SUM))
    }

    async fn cached(&self, key: &CacheKey) -> Result<Option<Cached>, StoreError> {
        paid::cached(&self.pool, key).await.map_err(self.fault("read a remembered answer"))
    }

    async fn cache(&self, key: &CacheKey, answer: &Cached) -> Result<(), StoreError> {
        paid::cache(&self.pool, key, answer).await.map_err(self.fault("remember an answer"))
    }

    async fn tasks(&self) -> Result<BTreeMap<String, TaskMemory>, StoreError> {
        tasks::all(&self.pool).await.map_err(self.fault("read when tasks ran"))
    }

    async fn remember_task(&self, name: &str, memory: TaskMemory) -> Result<(), StoreError> {
        tasks::remember(&self.pool, name, memory).await.map_err(self.fault("remember when a task ran"))
    }

    async fn waivers(&self) -> Result<Vec<StoredWaiver>, StoreError> {
        waivers::all(&self.pool).await.map_err(self.fault("list waivers"))
    }

    async fn add_waiver(&self, waiver: &Waiver, now: Time, by: Option<&ArcStr>) -> Result<AddedWaiver, StoreError> {
        waivers::add(self, waiver, now, by).await
    }

    async fn revoke_waiver(&self, id: &WaiverId, now: Time, by: Option<&ArcStr>) -> Result<Option<StoredWaiver>, StoreError> {
        waivers::revoke(self, id, now, by).await
    }

    async fn reports(&self, page: &PageRequest) -> Result<Page<KeptReport>, StoreError> {
        reports::page(self, page).await
    }

    async fn report(&self, id: &str) -> Result<Option<KeptReport>, StoreError> {
        reports::find(self, id).await
    }

    async fn report_part(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        reports::part(&self.pool, id, name).await.map_err(self.fault("read a part of a report"))
    }

    async fn add_report(&self, report: &NewReport) -> Result<AddedReport, StoreError> {
        reports::add(self, report).await
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Option<Batch>, StoreError> {
        outbox::claim(self, claim).await
    }

    async fn settle(&self, batch: &Batch, settlement: &Settlement<'_>, now: Time) -> Result<(), StoreError> {
        outbox::settle(self, batch, settlement, now).await
    }

    async fn channels(&self) -> Result<Vec<ChannelState>, StoreError> {
        outbox::channels(&self.pool).await.map_err(self.fault("read where channels stand"))
    }

    async fn give_up(&self, before: Time, known: &[ArcStr], now: Time) -> Result<BTreeMap<ArcStr, u64>, StoreError> {
        outbox::give_up(self, before, known, now).await
    }

    async fn release_channels(&self) -> Result<(), StoreError> {
        outbox::release(&self.pool).await.map_err(self.fault("let channels be tried again"))
    }

    async fn prune(&self, before: Time) -> Result<Pruned, StoreError> {
        pruning::prune(self, before).await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
