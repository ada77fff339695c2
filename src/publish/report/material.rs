//! What a report is made of, as whoever asks the store hands it over. The store itself is not known here.

use crate::model::finding::{Finding, HistoryEntry};
use crate::model::ledger::CostRow;
use crate::model::rule::Severity;
use crate::model::run::RunRecord;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::waiver::Waiver;
use crate::model::{Fingerprint, Money};
use arcstr::ArcStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that was remembered.
#[derive(Debug, Default)]
pub struct Material {
    /// All findings, resolved ones included, with their details.
    pub findings: Vec<Finding>,
    /// All history, of each finding the oldest first.
    pub history: Vec<(Fingerprint, HistoryEntry)>,
    /// Passes, the newest first, as far back as a report looks; those that looked at a part among them.
    pub runs: Vec<RunRecord>,
    /// The counts that the audit of the report left; see [`super::audit_of`].
    pub snapshot: Option<Snapshot>,
    /// All waivers, revoked ones included.
    pub waivers: Vec<KnownWaiver>,
    /// What services cost, for the months that [`super::months`] names.
    pub costs: Vec<CostRow>,
    /// What paid calls cost in the month of the report.
    pub paid: Money,
    /// The catalogues of controls.
    pub frameworks: Vec<FrameworkInfo>,
    /// What else the reader must know.
    pub notes: Vec<String>,
}

/// A waiver and when it counted.
#[derive(Clone, Debug)]
pub struct KnownWaiver {
    /// The waiver.
    pub waiver: Arc<Waiver>,
    /// When it was given; none for one that stands in a file.
    pub added_at: Option<Time>,
    /// When it was taken back; none while it was not.
    pub revoked_at: Option<Time>,
}

/// A catalogue of controls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameworkInfo {
    /// The key that rules use.
    pub id: ArcStr,
    /// Its full name.
    pub title: ArcStr,
    /// Control id → title.
    pub controls: BTreeMap<ArcStr, ArcStr>,
}

/// What a report is asked to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The time that it speaks of.
    pub as_of: Time,
    /// Days until a finding of a severity is due.
    pub due_days: BTreeMap<Severity, u32>,
    /// Ledgerline's version.
    pub version: &'static str,
}
