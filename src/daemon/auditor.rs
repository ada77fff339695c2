//! What the daemon drives. How a pass is put together is not its business: `cli` does that, and hands it over as this.

use super::config::ScheduleConfig;
use super::live::Live;
use super::report::ReportSettings;
use crate::model::document::{ContractDocument, RuleDocument};
use crate::model::rule::{RuleInfo, words};
use crate::model::run::PassScope;
use crate::model::waiver::Waiver;
use crate::model::{RuleId, RunId};
use crate::publish::notify::Outlet;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

words! {
    /// What started a pass.
    Trigger { /// It was due.
        Schedule = "schedule", /// Somebody asked over HTTP.
        Api = "api", /// The daemon began and had nothing to show yet.
        Start = "start" }
}

/// One pass to run.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id; the store has a record of it already, as queued.
    pub id: RunId,
    /// What started it.
    pub trigger: Trigger,
    /// What it looks at.
    pub scope: PassScope,
    /// Told how far it is.
    pub progress: Arc<Live>,
    /// Cancelled where the pass must end now: it then writes its record and returns [`AuditFailure::Cancelled`].
    pub cancel: CancellationToken,
}

/// Why a pass found nothing out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFailure {
    /// It was told to stop.
    #[error("the audit was cancelled")]
    Cancelled,
    /// It failed; the record says so, and what was known before stays.
    #[error("{0}")]
    Failed(String),
}

/// Runs passes, and knows the rules and the schedule that the files say.
#[async_trait::async_trait]
pub trait Auditor: Send + Sync {
    /// Runs one pass to its end and remembers it in the store.
    ///
    /// # Errors
    /// [`AuditFailure`]; the store then has a record of it.
    async fn audit(&self, job: Job) -> Result<(), AuditFailure>;

    /// The loaded rules, sorted by id.
    fn rules(&self) -> Vec<Arc<RuleInfo>>;

    /// What a rule's file says beyond that; none where no file is known of it.
    fn rule_document(&self, _id: &RuleId) -> Option<RuleDocument> {
        None
    }

    /// The loaded contracts, sorted by name.
    fn contracts(&self) -> Vec<ContractDocument> {
        Vec::new()
    }

    /// The waivers of the files.
    fn waivers(&self) -> Vec<Arc<Waiver>>;

    /// Reads a waiver that was given over HTTP, as one of a file is read.
    ///
    /// # Errors
    /// Every mistake, for people.
    fn read_waiver(&self, json: &serde_json::Value) -> Result<Waiver, Vec<String>>;

    /// The channels that are told of changes. The same list until [`Auditor::reload`] reads another.
    fn outlets(&self) -> Arc<Vec<Arc<Outlet>>>;

    /// What reports rest on besides the store.
    fn report_settings(&self) -> ReportSettings {
        ReportSettings { waivers: self.waivers(), ..ReportSettings::default() }
    }

    /// Reads config and rules again and uses them from the next pass on. A pass under way keeps the old ones.
    ///
    /// # Errors
    /// What is wrong, for people; then the old ones stay in use.
    fn reload(&self) -> Result<ScheduleConfig, String>;
}
