//! What a pass found, compared with what was known and written down: one transaction, tried again where another pass was
//! quicker.

use super::{Found, Plan, sight, snapshot};
use crate::findings::{self, Shown};
use crate::model::Inventory;
use crate::model::finding::Change;
use crate::model::ledger::{CostRow, CostSpan};
use crate::model::report::{Report, ResultRow};
use crate::model::run::{RunRecord, RunStatus};
use crate::model::verdict::Status;
use crate::publish::config::ChannelConfig;
use crate::publish::export::json;
use crate::store::{FinishedRun, Store, StoreError};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// How often a pass is reconciled again before it gives up: each time means that another pass ended in between.
const ATTEMPTS: u32 = 5;

/// The statuses that the store wants to know of, whether a finding is known or not.
pub(super) const STATUSES: [Status; 3] = [Status::Fail, Status::Waived, Status::Unknown];

/// Reconciles and writes. Answers the rows that were compared (all that the plan lists among them) and what changed.
pub(super) async fn remember(
    plan: &Plan<'_>,
    store: &dyn Store,
    report: &Report,
    found: Found<'_>,
    begun: RunRecord,
) -> Result<(Vec<ResultRow>, Vec<Change>), StoreError> {
    let statuses = [plan.listed, &STATUSES].concat();
    for span in spans(found.costs) {
        store.put_costs(&span).await?;
    }
    let record = RunRecord {
        status: if report.coverage.is_complete() { RunStatus::Complete } else { RunStatus::Incomplete },
        finished_at: Some(report.run.finished_at),
        coverage: json::coverage(&report.coverage),
        summary: serde_json::to_value(report.summary).unwrap_or_default(),
        requests: serde_json::to_value(&report.requests).unwrap_or_default(),
        ..begun
    };
    let seen = sight::of(plan, report, found);
    let mut attempt = 1;
    loop {
        let known = store.known().await?;
        let shown = Shown { statuses: &statuses, known: &known.findings };
        let results = findings::results(found.verdicts, found.inventory, shown);
        let changes = findings::reconcile(&known.findings, &results, &reconcile_context(plan, report, found.inventory));
        let snapshot = snapshot::build(plan, store, report, found).await?;
        let finished = FinishedRun {
            record: &record,
            generation: known.generation,
            changes: &changes,
            sight: seen.sight(),
            requests: &report.requests,
            snapshot: &snapshot,
            tell: &tell(plan, &changes),
        };
        match store.finish_run(finished).await {
            Err(StoreError::Overtaken { .. }) if attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
            Ok(_) => return Ok((results, changes)),
        }
    }
}

/// Which channel is told of which change.
fn tell(plan: &Plan<'_>, changes: &[Change]) -> Vec<(ArcStr, usize)> {
    let channels = plan.notify.channels.iter();
    let of = |channel: &'_ ChannelConfig| -> Vec<(ArcStr, usize)> {
        let taken = changes.iter().enumerate().filter(|(_, change)| channel.route.takes(change));
        taken.map(|(position, _)| (channel.name.clone(), position)).collect()
    };
    channels.flat_map(of).collect()
}

fn reconcile_context<'a>(plan: &'a Plan<'_>, report: &'a Report, inventory: &Inventory) -> findings::Reconcile<'a> {
    findings::Reconcile {
        run: &report.run.id,
        now: report.run.started_at,
        scope: plan.scope,
        coverage: &report.coverage,
        catalogue: plan.catalogue,
        whole_rule_set: plan.whole_rule_set,
        rules: plan.rules.infos().map(|info| info.id.clone()).collect(),
        contracts: plan.rules.contracts().judged(inventory, plan.scope),
        details: json::result_row,
    }
}

/// The rows by account and basis, each with the days from its first to its last row.
fn spans(costs: &[CostRow]) -> Vec<CostSpan> {
    let mut spans: BTreeMap<_, CostSpan> = BTreeMap::new();
    for row in costs {
        let span = spans.entry((&row.account, row.basis)).or_insert_with(|| CostSpan {
            account: row.account.clone(),
            basis: row.basis,
            from: row.day,
            to: row.day,
            rows: Vec::new(),
        });
        span.from = span.from.min(row.day);
        span.to = span.to.max(row.day);
        span.rows.push(row.clone());
    }
    spans.into_values().collect()
}
