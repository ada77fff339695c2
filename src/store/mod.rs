//! The memory between passes: findings with their history, passes, the last snapshot, costs, what paid calls have cost,
//! and when a scheduled task last ran.
//!
//! One trait, so that the rest of the program does not know which database it talks to; `conformance` is the one test
//! story that every backend runs through. All that a pass changes is written in one transaction ([`Store::finish_run`]):
//! a full disk or a killed process leaves either the state before the pass or the state after it.
//!
//! Two processes may share a store (`ledgerline audit --store` beside `ledgerline serve`). A pass reconciles against what
//! it read, so it names the [`Generation`] of that reading, and a store that has moved on since refuses with
//! [`StoreError::Overtaken`]: read, reconcile and finish again.

#[cfg(test)]
mod conformance;
pub mod config;
mod error;
mod query;
mod record;
mod report;
mod sqlite;

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
use std::collections::BTreeMap;
use std::sync::Arc;

pub use error::StoreError;
pub use query::{FindingFilter, FindingOrder, Page, PageRequest, ResourceFilter};
pub use record::{
    AddedWaiver, Begin, CacheKey, Cached, Claim, DayOfTrend, Dead, ExportTicket, FinishedRun, Generation, Known, PaidWant, Pruned,
    Published, RecentChange, Reservation, Reserved, Settlement, StoredWaiver, TaskMemory,
};
pub use report::{AddedReport, KeptPart, KeptReport, NewReport};

/// The schemes that [`open`] knows, for messages.
pub const SCHEMES: &[&str] = &["sqlite"];

/// What is remembered between passes.
#[async_trait::async_trait]
pub trait Store: Send + Sync {
    /// What the store is, for people: its URL without secrets.
    fn name(&self) -> &str;

    /// All findings, resolved ones included, with the generation that they belong to. [`Finding::details`] is left out
    /// (null): a pass does not need it, and it is most of a finding's size.
    async fn known(&self) -> Result<Known, StoreError>;

    /// Notes that a pass has begun, so that a crash leaves a trace. A record that does not say who asked keeps what is stored.
    async fn begin_run(&self, record: &RunRecord) -> Result<(), StoreError>;

    /// Writes all that a pass found, in one transaction: its record, the findings as they are now, their history, the
    /// resources that it saw, the counters, and the snapshot. Answers the snapshot as it was stored: what only the store can count (see
    /// [`FinishedRun::snapshot`]) is filled in.
    ///
    /// A change whose [`Finding::details`] are null keeps the details that are stored.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] where another pass finished since `finished.generation` was read.
    async fn finish_run(&self, finished: FinishedRun<'_>) -> Result<Snapshot, StoreError>;

    /// Writes the record of a pass that found nothing out: failed or cancelled. All else stays as it was.
    async fn fail_run(&self, record: &RunRecord) -> Result<(), StoreError>;

    /// Marks passes that are still `running` or `queued` as failed. The daemon calls this when it starts: nobody works on
    /// them any more. Answers how many there were.
    async fn abandon_running(&self, now: Time) -> Result<u64, StoreError>;

    /// A pass.
    async fn run(&self, id: &RunId) -> Result<Option<RunRecord>, StoreError>;

    /// Passes, newest first.
    async fn runs(&self, page: &PageRequest) -> Result<Page<RunRecord>, StoreError>;

    /// A finding.
    async fn finding(&self, fingerprint: &Fingerprint) -> Result<Option<Finding>, StoreError>;

    /// Findings that match, sorted as results are: by account, region, type, resource, rule, sub-key.
    async fn findings(&self, filter: &FindingFilter, page: &PageRequest) -> Result<Page<Finding>, StoreError> {
        self.findings_by(FindingOrder::Account, filter, page).await
    }

    /// Findings that match, in an order. A cursor belongs to its order.
    async fn findings_by(&self, order: FindingOrder, filter: &FindingFilter, page: &PageRequest) -> Result<Page<Finding>, StoreError>;

    /// All findings about a resource, the worst first, what is over last.
    async fn findings_of(&self, account: &AccountId, resource: &ResourceId) -> Result<Vec<Finding>, StoreError>;

    /// How many findings match.
    async fn count_findings(&self, filter: &FindingFilter) -> Result<u64, StoreError>;

    /// What happened to a finding, oldest first.
    async fn history(&self, fingerprint: &Fingerprint) -> Result<Vec<HistoryEntry>, StoreError>;

    /// What happened to all findings, by finding, of each the oldest first.
    async fn all_history(&self) -> Result<Vec<(Fingerprint, HistoryEntry)>, StoreError>;

    /// The counts that a pass over everything left, without its costs and requests; none for a narrower pass, and where it was
    /// forgotten with its pass.
    async fn snapshot_of(&self, run: &RunId) -> Result<Option<Snapshot>, StoreError>;

    /// What changed lately, newest first.
    async fn recent_changes(&self, limit: u32) -> Result<Vec<RecentChange>, StoreError>;

    /// For each day since then the last pass that looked everywhere and ended well, oldest first.
    async fn trend(&self, since: Time) -> Result<Vec<DayOfTrend>, StoreError>;

    /// A resource that a pass saw.
    async fn resource(&self, key: &ResourceKey) -> Result<Option<KnownResource>, StoreError>;

    /// Resources that match, sorted by account, region, type, id. Those that the last look could not see are among them, with the time
    /// since when.
    async fn resources(&self, filter: &ResourceFilter, page: &PageRequest) -> Result<Page<KnownResource>, StoreError>;

    /// How many resources match.
    async fn count_resources(&self, filter: &ResourceFilter) -> Result<u64, StoreError>;

    /// The snapshot of the last pass that finished.
    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError>;

    /// Puts the rows of a span in the place of those that are stored for the same account, basis and days: AWS restates.
    async fn put_costs(&self, span: &CostSpan) -> Result<(), StoreError>;

    /// The cost rows of a month, sorted by account, service, day, basis.
    async fn costs(&self, month: Month) -> Result<Vec<CostRow>, StoreError>;

    /// What was first told of the settled days of a month, as billed, whatever AWS restated since; sorted as [`Store::costs`]. A day is
    /// told for an account as a whole: a service without a row of it cost nothing then.
    async fn costs_first_told(&self, month: Month) -> Result<Vec<FirstTold>, StoreError>;

    /// Begins to take in a billing export, whose rows nobody sees before they are published. Those that were begun a day ago and never
    /// published are forgotten.
    async fn begin_export(&self, source: &str, now: Time) -> Result<ExportTicket, StoreError>;

    /// Adds rows to an export that is being taken in. One charge may come in several rows.
    async fn stage_export(&self, ticket: ExportTicket, rows: &[ExportRow]) -> Result<(), StoreError>;

    /// Publishes an export that was taken in, in one transaction: each bill (provider, billing account, month) that it brings takes the
    /// place of what is stored of that bill, whatever kind of export that came from. One that was forgotten is an error.
    async fn publish_export(&self, ticket: ExportTicket) -> Result<Published, StoreError>;

    /// Forgets an export that is not published.
    async fn discard_export(&self, ticket: ExportTicket) -> Result<(), StoreError>;

    /// The bills that are stored, sorted by month, provider, billing account.
    async fn export_periods(&self) -> Result<Vec<StoredPeriod>, StoreError>;

    /// The rows of published exports, of one month or of all, a page at a time: those after a place (0 for the first), and the place to
    /// go on from; none at the end. A reader compares [`Store::export_periods`] before and after, since pages are no snapshot.
    async fn export_rows(&self, month: Option<Month>, after: i64) -> Result<(Vec<ExportRow>, Option<i64>), StoreError>;

    /// Writes a payer's ledger, all of it or nothing: planes replace their days, months and tag keys their last state.
    async fn put_ledger(&self, update: &LedgerUpdate) -> Result<(), StoreError>;

    /// What is known of a payer's bill, with the cells by service and record type from a day to a day, both included.
    async fn known_ledger(&self, payer: &AccountId, from: NaiveDate, to: NaiveDate) -> Result<KnownLedger, StoreError>;

    /// The planes of all payers with their ages, sorted by payer, plane, tag key.
    async fn planes(&self) -> Result<Vec<PlaneState>, StoreError>;

    /// The cells of a month, one reading a plane; the ages are those of the planes.
    async fn ledger(&self, month: Month) -> Result<Vec<Reading>, StoreError>;

    /// All that AWS changed of settled days, oldest first.
    async fn restatements(&self) -> Result<Vec<Restatement>, StoreError>;

    /// Which tag keys are activated for cost allocation, by payer and key.
    async fn tag_keys(&self) -> Result<Vec<TagStatus>, StoreError>;

    /// AWS's forecasts of a month, by payer.
    async fn forecasts(&self, month: Month) -> Result<Vec<Forecast>, StoreError>;

    /// Sets money aside for paid calls, if what is spent in the month stays at or under the cap, if the payer's requests of the
    /// day do, and if nobody asks for the same just now. Reserved is spent until [`Store::settle_paid`] says otherwise; a crash
    /// in between spends it.
    async fn reserve_paid(&self, want: &PaidWant) -> Result<Reserved, StoreError>;

    /// Replaces a reservation by what the calls did cost, and how many they were.
    async fn settle_paid(&self, reservation: Reservation, used: Money, requests: u32) -> Result<(), StoreError>;

    /// How many requests of Cost Explorer a payer made on a day (UTC), those set aside included.
    async fn paid_requests(&self, payer: &AccountId, day: NaiveDate) -> Result<u32, StoreError>;

    /// What is spent or set aside in a month.
    async fn paid_spent(&self, month: Month) -> Result<Money, StoreError>;

    /// A remembered answer, however old.
    async fn cached(&self, key: &CacheKey) -> Result<Option<Cached>, StoreError>;

    /// Remembers an answer.
    async fn cache(&self, key: &CacheKey, answer: &Cached) -> Result<(), StoreError>;

    /// When each scheduled task was last due and last ran, by the task's name.
    async fn tasks(&self) -> Result<BTreeMap<String, TaskMemory>, StoreError>;

    /// Remembers a task's times.
    async fn remember_task(&self, name: &str, memory: TaskMemory) -> Result<(), StoreError>;

    /// All waivers that were given through the API, revoked and ended ones included, sorted by id.
    async fn waivers(&self) -> Result<Vec<StoredWaiver>, StoreError>;

    /// Adds a waiver for somebody. Its origin is the store. An id that was ever given stays taken.
    async fn add_waiver(&self, waiver: &Waiver, now: Time, by: Option<&ArcStr>) -> Result<AddedWaiver, StoreError>;

    /// Takes a waiver back from now on; it stays in the list. One that was revoked before keeps its time. None where there is no
    /// such waiver.
    async fn revoke_waiver(&self, id: &WaiverId, now: Time, by: Option<&ArcStr>) -> Result<Option<StoredWaiver>, StoreError>;

    /// Reports that are kept, newest first.
    async fn reports(&self, page: &PageRequest) -> Result<Page<KeptReport>, StoreError>;

    /// A report, by its id.
    async fn report(&self, id: &str) -> Result<Option<KeptReport>, StoreError>;

    /// One part of a report as it was made, such as `report.html`.
    async fn report_part(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a report for good: behind the one that it names as the one before, and once for each id.
    async fn add_report(&self, report: &NewReport) -> Result<AddedReport, StoreError>;

    /// Hands out what a channel is to be sent next: the batch that has begun, else a new one of what waits. None where nothing
    /// waits, where it may not begin, where somebody else sends to this channel just now, or where it is too early to try again.
    async fn claim(&self, claim: &Claim<'_>) -> Result<Option<Batch>, StoreError>;

    /// Notes what became of a batch.
    async fn settle(&self, batch: &Batch, settlement: &Settlement<'_>, now: Time) -> Result<(), StoreError>;

    /// Where the channels stand that anything was ever kept for, sorted by name.
    async fn channels(&self) -> Result<Vec<ChannelState>, StoreError>;

    /// Gives up changes that wait since before this time, and all that wait for channels that are not among `known`. Answers how
    /// many, by channel.
    async fn give_up(&self, before: Time, known: &[ArcStr], now: Time) -> Result<BTreeMap<ArcStr, u64>, StoreError>;

    /// Lets every channel be tried at once: nobody sends to it any more, and one that was dead may have been mended. The daemon calls
    /// this when it starts and when its config was read again.
    async fn release_channels(&self) -> Result<(), StoreError>;

    /// Forgets what is older: history, findings resolved before that time with their history, resources not seen since, passes,
    /// cached answers, messages that were sent, and paid calls of earlier months. Findings that are not resolved stay, whatever their age. So do costs, waivers and
    /// reports: each report names the one before, and a hole in that chain would look like one that was taken out.
    async fn prune(&self, before: Time) -> Result<Pruned, StoreError>;

    /// Writes what is in memory to the file and lets go of it. Dropping a store without it loses nothing.
    async fn close(&self);
}

/// Opens the store at a URL, making it where there is none: `sqlite://FILE`, the path relative or absolute.
///
/// # Errors
/// See [`StoreError`]; [`StoreError::is_input`] tells what the operator has to mend in what they wrote.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once("://") {
        Some(("sqlite", path)) if !path.is_empty() => Ok(Arc::new(sqlite::SqliteStore::open(std::path::Path::new(path)).await?)),
        Some(("sqlite", _)) => Err(StoreError::NoFile { url: url.to_owned() }),
        Some((scheme, _)) => Err(StoreError::UnsupportedScheme { scheme: scheme.to_owned() }),
        None => Err(StoreError::NoScheme { url: url.strip_prefix("sqlite:").unwrap_or(url).to_owned() }),
    }
}
