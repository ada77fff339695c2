//! What is handed to a store and what it hands back, beyond the words of `model`.

use crate::model::export::StoredPeriod;
use crate::model::finding::{Change, Finding, HistoryEntry};
use crate::model::ledger::Month;
use crate::model::report::Summary;
use crate::model::rule::Severity;
use crate::model::run::{Requests, RunRecord};
use crate::model::sight::Sight;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::waiver::Waiver;
use crate::model::{AccountId, CallId, Fingerprint, Money, ResourceType, RuleId, RunId};
use arcstr::ArcStr;
use chrono::TimeDelta;

/// How many passes changed the store before this reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub(super) i64);

/// A billing export that is being taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportTicket(pub(super) i64);

/// What publishing a billing export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The bills that it brought.
    pub periods: Vec<StoredPeriod>,
    /// The bills that it replaced, as they were.
    pub replaced: Vec<StoredPeriod>,
}

/// What is known of findings.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// When this was so.
    pub generation: Generation,
    /// All findings, in any order, their details left out.
    pub findings: Vec<Finding>,
}

/// A pass that ended, with all that it found.
#[derive(Clone, Copy, Debug)]
pub struct FinishedRun<'a> {
    /// Its record, `finished_at` and `status` set.
    pub record: &'a RunRecord,
    /// The reading of findings that the changes were made from.
    pub generation: Generation,
    /// What changed, one entry a finding.
    pub changes: &'a [Change],
    /// The resources that it saw, and how far it looked.
    pub sight: Sight<'a>,
    /// What it asked of AWS; added to the sum of all passes.
    pub requests: &'a Requests,
    /// The counts of this pass. The store fills in what goes over all passes: `findings`, `rule_findings` (the counts of
    /// the rules that are named there), `oldest`, `opened`, `resolved`, `reopened` and `requests`; what the caller wrote
    /// there is not read.
    pub snapshot: &'a Snapshot,
    /// Who is to be told of which change: the channel's name, and the position in `changes`. Each pair once.
    pub tell: &'a [(ArcStr, usize)],
}

/// A channel's wish for something to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The channel.
    pub channel: &'a str,
    /// The most changes that one sending takes.
    pub most: u32,
    /// Whether a new batch may begin. One that has begun is handed out in any case.
    pub begin: Begin,
    /// The time.
    pub now: Time,
    /// How long nobody else gets it.
    pub lease: TimeDelta,
}

/// Whether a new batch may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// As soon as something waits.
    Yes,
    /// Not now: a digest that is not due.
    No,
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement<'a> {
    /// The channel took it, but for some.
    Sent {
        /// Notices that it will never take, each with the reason.
        refused: &'a [(ArcStr, String)],
        /// Notices that it may take later.
        again: &'a [ArcStr],
    },
    /// The channel takes none of them together: each will be sent alone.
    Split {
        /// Why, without secrets.
        reason: &'a str,
    },
    /// The channel did not take it. The same batch is sent again.
    Failed {
        /// Why, without secrets.
        reason: &'a str,
        /// Not before this time.
        next_attempt: Time,
        /// Whether the channel counts as dead from now on.
        dead: Dead,
    },
}

/// Whether a channel counts as dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    /// It does.
    Yes,
    /// It may be a passing fault; where it was dead before, it stays so.
    No,
}

/// Money set aside for paid calls. Whoever holds it must settle it; lost, it counts as spent.
#[derive(Debug, PartialEq, Eq)]
pub struct Reservation {
    pub(super) id: i64,
    /// The month that it counts for.
    pub month: Month,
    /// How much.
    pub amount: Money,
}

/// Money that somebody wants to set aside for one paid request and its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidWant {
    /// The account that pays.
    pub account: AccountId,
    /// What is asked for: of two who want the same at a time, one asks. Empty where that does not matter.
    pub what: String,
    /// When.
    pub at: Time,
    /// The most requests that it takes.
    pub requests: u32,
    /// What they cost.
    pub amount: Money,
    /// The most that the month may cost.
    pub cap: Money,
    /// The most requests of Cost Explorer that this account may make on a day, this one included; none where it is not one.
    pub most_a_day: Option<u32>,
}

/// Whether money could be set aside.
#[derive(Debug, PartialEq, Eq)]
pub enum Reserved {
    /// It was.
    Granted(Reservation),
    /// The cap would be exceeded; nothing was set aside.
    Refused {
        /// What is spent or set aside already.
        spent: Money,
    },
    /// The account has made the requests of the day; nothing was set aside.
    DayFull {
        /// How many.
        made: u32,
    },
    /// Somebody asks for the same just now; nothing was set aside.
    UnderWay,
}

/// Which answer of a paid call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey {
    /// The account that paid.
    pub account: AccountId,
    /// The call.
    pub call: CallId,
    /// What distinguishes it from other requests of the call.
    pub key: String,
}

/// A remembered answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Cached {
    /// When it was given.
    pub at: Time,
    /// The answer.
    pub answer: serde_json::Value,
}

/// A waiver that was given through the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredWaiver {
    /// The waiver.
    pub waiver: Waiver,
    /// When it was added.
    pub added_at: Time,
    /// Who added it, by the name of a credential; none where there are none.
    pub added_by: Option<ArcStr>,
    /// When it was taken back; none while it was not.
    pub revoked_at: Option<Time>,
    /// Who took it back, by the name of a credential.
    pub revoked_by: Option<ArcStr>,
}

/// What became of a new waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddedWaiver {
    /// It was added.
    New(StoredWaiver),
    /// Its id was given before; nothing was written.
    Taken(StoredWaiver),
}

/// The times of a scheduled task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskMemory {
    /// The due time that was last served.
    pub last_due: Option<Time>,
    /// When the task last began.
    pub last_run: Option<Time>,
}

/// The last pass of a day that looked everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct DayOfTrend {
    /// The day, UTC.
    pub day: chrono::NaiveDate,
    /// The pass.
    pub run: RunId,
    /// Whether it could see everything.
    pub complete: bool,
    /// Its results by status.
    pub summary: Summary,
}

/// One line of a finding's history, with what a list says of the finding.
#[derive(Clone, Debug, PartialEq)]
pub struct RecentChange {
    /// The finding.
    pub fingerprint: Fingerprint,
    /// Its rule.
    pub rule: RuleId,
    /// The rule's title.
    pub title: ArcStr,
    /// How bad it is.
    pub severity: Severity,
    /// The resource's type.
    pub resource_type: ResourceType,
    /// The resource's name.
    pub resource_name: ArcStr,
    /// What happened.
    pub entry: HistoryEntry,
}

/// How much was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Resolved findings.
    pub findings: u64,
    /// Entries of history, those of forgotten findings included.
    pub history: u64,
    /// Passes.
    pub runs: u64,
}
