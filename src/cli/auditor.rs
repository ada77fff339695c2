//! What the daemon drives: passes over the configured sources, with rules and config that may be read again.

use super::flags::{RegionFlags, SourceArg};
use super::parts::Parts;
use super::{Failure, documents};
use crate::audit::{self, Plan};
use crate::collect::Source;
use crate::daemon::config::ScheduleConfig;
use crate::daemon::report::ReportSettings;
use crate::daemon::{AuditFailure, Auditor, Job};
use crate::model::RuleId;
use crate::model::document::{ContractDocument, RuleDocument};
use crate::model::rule::RuleInfo;
use crate::model::waiver::Waiver;
use crate::publish::notify::{self, Outlet};
use crate::store::Store;
use std::sync::{Arc, PoisonError, RwLock};

/// Reads config and rules, each time anew.
pub type Reread = Box<dyn Fn() -> Result<Parts, Failure> + Send + Sync>;

/// Where resources come from.
pub enum Feed {
    /// What `--source` names, made anew for each pass: the config may have changed.
    Named(Vec<SourceArg>, RegionFlags),
    /// Always the same.
    Fixed(Vec<Box<dyn Source>>),
}

/// Runs passes for the daemon.
pub struct PassRunner {
    reread: Reread,
    only: Vec<String>,
    feed: Feed,
    store: Arc<dyn Store>,
    parts: RwLock<Arc<Parts>>,
    outlets: RwLock<Arc<Vec<Arc<Outlet>>>>,
}

impl PassRunner {
    /// A runner over what `reread` reads, of the rules that `only` names (empty for all).
    pub fn new(reread: Reread, only: Vec<String>, feed: Feed, store: Arc<dyn Store>) -> Result<Self, Failure> {
        let parts = reread()?;
        parts.select(&only)?;
        let outlets = RwLock::new(Arc::new(notify::outlets(&parts.config.notify)));
        Ok(Self { reread, only, feed, store, parts: RwLock::new(Arc::new(parts)), outlets })
    }

    /// The config and rules in use.
    pub fn parts(&self) -> Arc<Parts> {
        Arc::clone(&self.parts.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn pass(&self, job: &Job) -> Result<(), Failure> {
        let parts = self.parts();
        let mut only = self.only.clone();
        if let Some(rules) = &job.scope.rules {
            only = rules.iter().map(ToString::to_string).collect();
        }
        let selection = parts.select(&only)?;
        let whole_rule_set = selection.narrowed.is_none();
        let plan = Plan {
            id: Some(&job.id),
            rules: &selection.rules,
            whole_rule_set,
            scope: &job.scope,
            trigger: job.trigger.as_str(),
            ..parts.plan()
        };
        let named;
        let sources = match &self.feed {
            Feed::Fixed(sources) => sources,
            Feed::Named(sources, regions) => {
                named = parts.sources(sources, regions)?;
                &named
            }
        };
        audit::run(&plan, sources, Some(self.store.as_ref()), job.progress.as_ref(), &job.cancel).await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Auditor for PassRunner {
    async fn audit(&self, job: Job) -> Result<(), AuditFailure> {
        match self.pass(&job).await {
            Ok(()) => Ok(()),
            Err(_) if job.cancel.is_cancelled() => Err(AuditFailure::Cancelled),
            Err(failure) => Err(AuditFailure::Failed(failure.to_string())),
        }
    }

    fn rules(&self) -> Vec<Arc<RuleInfo>> {
        self.parts().configured.infos().cloned().collect()
    }

    fn rule_document(&self, id: &RuleId) -> Option<RuleDocument> {
        documents::rule(&self.parts(), id)
    }

    fn contracts(&self) -> Vec<ContractDocument> {
        documents::contracts(&self.parts())
    }

    fn waivers(&self) -> Vec<Arc<Waiver>> {
        self.parts().waivers.clone()
    }

    fn read_waiver(&self, json: &serde_json::Value) -> Result<Waiver, Vec<String>> {
        super::waivers::read(json, &self.parts())
    }

    fn outlets(&self) -> Arc<Vec<Arc<Outlet>>> {
        Arc::clone(&self.outlets.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn report_settings(&self) -> ReportSettings {
        self.parts().report_settings()
    }

    fn reload(&self) -> Result<ScheduleConfig, String> {
        let parts = (self.reread)().map_err(|failure| failure.to_string())?;
        // A rule that flags name and that is gone is a mistake, as it was at the start.
        parts.select(&self.only).map_err(|failure| failure.to_string())?;
        let schedules = parts.config.schedules.clone();
        let outlets = Arc::new(notify::outlets(&parts.config.notify));
        *self.outlets.write().unwrap_or_else(PoisonError::into_inner) = outlets;
        *self.parts.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(parts);
        Ok(schedules)
    }
}
