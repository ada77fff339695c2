//! An auditor that does nothing, for benchmarks of the listeners alone.

use ledgerline::daemon::config::ScheduleConfig;
use ledgerline::daemon::{AuditFailure, Auditor, Job};
use ledgerline::model::rule::RuleInfo;
use ledgerline::model::waiver::Waiver;
use ledgerline::publish::notify::Outlet;
use std::sync::Arc;

/// Never ends a pass.
pub struct Idle;

#[async_trait::async_trait]
impl Auditor for Idle {
    async fn audit(&self, _: Job) -> Result<(), AuditFailure> {
        std::future::pending().await
    }

    fn rules(&self) -> Vec<Arc<RuleInfo>> {
        Vec::new()
    }

    fn waivers(&self) -> Vec<Arc<Waiver>> {
        Vec::new()
    }

    fn read_waiver(&self, _: &serde_json::Value) -> Result<Waiver, Vec<String>> {
        Err(Vec::new())
    }

    fn outlets(&self) -> Arc<Vec<Arc<Outlet>>> {
        Arc::default()
    }

    fn reload(&self) -> Result<ScheduleConfig, String> {
        Ok(ScheduleConfig::default())
    }
}
