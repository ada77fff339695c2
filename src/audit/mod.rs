//! One pass: the five stages in order. [`run`] is the place to begin reading.
//!
//! It remembers first and tells later: what a pass found is written to the store in one transaction before anything is
//! published. A pass that cannot be begun, is cancelled or cannot be remembered changes nothing but its own record.

mod declared;
mod ledger;
mod month;
mod paid;
mod remember;
mod sight;
mod snapshot;
mod spend;
mod waivers;

#[cfg(test)]
mod tests;

use crate::collect::{self, Progress, Source, SourceError};
use crate::cost::config::CostConfig;
use crate::cost::trend;
use crate::evaluate::{self, RuleSet};
use crate::findings::{self, Shown};
use crate::inventory;
use crate::model::anomaly::Anomaly;
use crate::model::catalogue::Catalogue;
use crate::model::coverage::Coverage;
use crate::model::environment::Ownership;
use crate::model::inventory::{Collected, Inventory};
use crate::model::ledger::CostRow;
use crate::model::needs::Needs;
use crate::model::report::Report;
use crate::model::run::{PassScope, RunHead, RunRecord, RunStatus};
use crate::model::value::Time;
use crate::model::verdict::{Status, Verdicts};
use crate::model::waiver::{Standing, Waiver};
use crate::model::{Interner, RunId};
use crate::publish::config::NotifyConfig;
use crate::store::{Store, StoreError};
use arcstr::ArcStr;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

pub use paid::Budget;
pub use waivers::in_force as waivers_in_force;

/// What a pass is made of, apart from where its resources come from and where its memory is.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The id that was promised already, where somebody waits for it; else a new one.
    pub id: Option<&'a RunId>,
    /// The rules to evaluate.
    pub rules: &'a RuleSet,
    /// Whether these are all rules that are configured, and all of them loaded: only then is a rule that is not among them
    /// gone.
    pub whole_rule_set: bool,
    /// The types that there are.
    pub catalogue: &'a Catalogue,
    /// Environments and owners.
    pub ownership: &'a Ownership,
    /// The waivers of the files; those of the store are added.
    pub waivers: &'a [Arc<Waiver>],
    /// What to look at.
    pub scope: &'a PassScope,
    /// Paid calls.
    pub cost: CostConfig,
    /// How many accounts share the cap of paid calls.
    pub payers: usize,
    /// Who is told of what changes, where there is a store.
    pub notify: &'a NotifyConfig,
    /// The results that the report lists; all are counted.
    pub listed: &'a [Status],
    /// `now` for rules, where it is not the time of collection.
    pub as_of: Option<Time>,
    /// What started the pass: `schedule`, `api`, `command`, `start`.
    pub trigger: &'a str,
    /// Tells the time.
    pub clock: fn() -> Time,
}

/// Why a pass found nothing out.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A source could not be begun.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store failed; what it held before is still there.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody told it to stop.
    #[error("the audit was cancelled")]
    Cancelled,
}

/// One pass: collect → inventory → evaluate → findings, remembered where there is a store. What it returns is published by
/// whoever called it.
///
/// # Errors
/// [`AuditError`]; the store then has a record of a failed or cancelled pass, and all else as it was.
pub async fn run(
    plan: &Plan<'_>,
    sources: &[Box<dyn Source>],
    store: Option<&dyn Store>,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<Report, AuditError> {
    let started_at = (plan.clock)();
    let record = begun(plan, started_at);
    if let Some(store) = store {
        store.begin_run(&record).await?;
    }
    let pass = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(AuditError::Cancelled),
        pass = conclude(plan, sources, store, progress, record.clone()) => pass,
    };
    if let (Err(error), Some(store)) = (&pass, store) {
        let status = match error {
            AuditError::Cancelled => RunStatus::Cancelled,
            AuditError::Source(_) | AuditError::Store(_) => RunStatus::Failed,
        };
        let failed = RunRecord { status, finished_at: Some((plan.clock)()), error: Some(error.to_string().into()), ..record };
        // The first error is the one to report; that it could not be noted either adds nothing.
        if let Err(error) = store.fail_run(&failed).await {
            tracing::warn!(run.id = %failed.id, %error, "that the audit failed could not be noted in the store");
        }
    }
    pass
}

async fn conclude(
    plan: &Plan<'_>,
    sources: &[Box<dyn Source>],
    store: Option<&dyn Store>,
    progress: &dyn Progress,
    begun: RunRecord,
) -> Result<Report, AuditError> {
    let waivers = match store {
        Some(store) => waivers_in_force(plan.waivers, store).await?,
        None => plan.waivers.to_vec(),
    };
    let plan = &Plan { waivers: &waivers, ..*plan };

    // 1. collect
    let interner = Interner::new();
    let declared = declared::contracts(plan, sources, progress, &interner, begun.started_at).await?;
    let (rules, record);
    let plan = match &declared {
        None => {
            record = begun;
            plan
        }
        Some(declared) => {
            rules = plan.rules.clone().with_other_contracts(plan.rules.contracts().with(declared.contracts.clone()));
            record = RunRecord { rules_digest: rules.digest().into(), ..begun };
            &Plan { rules: &rules, ..*plan }
        }
    };
    let mut collected = collect(plan, declared::observed(sources), store, progress, &interner, record.started_at).await?;
    if let Some(declared) = declared {
        declared.unread.into_iter().for_each(|row| collected.coverage.add(row));
    }
    let now = plan.as_of.or(collected.collected_at).unwrap_or(record.started_at);

    // Paid answers are entered at once: whatever becomes of the pass, they are not asked for again.
    match store {
        Some(store) => ledger::enter(store, &collected.ledger, now).await?,
        None => collected.costs.extend(ledger::rows(&collected.ledger)),
    }
    let anomalies = spend::add(plan, store, &mut collected, &interner, now).await?;

    // 2. inventory
    let Collected { resources, coverage, requests, costs, .. } = collected;
    let inventory = inventory::build(resources, coverage, plan.ownership, plan.catalogue);
    if let Some(first) = inventory.duplicates().first() {
        let count = inventory.duplicates().len();
        tracing::warn!(resource.id = ?first, count, "resources came from more than one source; each was kept as it came first");
    }

    // 3. evaluate
    let remembered: &[Status] = if store.is_some() { &remember::STATUSES } else { &[] };
    let pass = evaluate::Pass { now, catalogue: plan.catalogue, scope: plan.scope, evidence: &[plan.listed, remembered].concat() };
    let verdicts = evaluate::run(plan.rules, &inventory, &pass);

    // 4. findings
    let waivers::Applied { inventory, verdicts, standings } = waivers::apply(plan, inventory, verdicts, &pass, sources, &interner);
    let run = RunHead {
        id: record.id.clone(),
        started_at: record.started_at,
        finished_at: (plan.clock)(),
        version: record.version.clone(),
        rules_digest: record.rules_digest.clone(),
    };
    let summary = findings::summarise(&verdicts);
    let coverage = inventory.coverage().clone();
    let mut report = Report {
        run,
        judged_at: now,
        scope: plan.scope.clone(),
        coverage,
        summary,
        requests,
        results: Vec::new(),
        waivers: Vec::new(),
        changes: Vec::new(),
    };
    match store {
        Some(store) => {
            let found = Found { inventory: &inventory, verdicts: &verdicts, standings: &standings, costs: &costs, anomalies: &anomalies };
            (report.results, report.changes) = remember::remember(plan, store, &report, found, record).await?;
            report.results.retain(|row| plan.listed.contains(&row.status));
        }
        None => report.results = findings::results(&verdicts, &inventory, Shown { statuses: plan.listed, known: &[] }),
    }
    report.waivers = standings;
    Ok(report)
}

/// What a pass found, before it is compared with what was known.
#[derive(Clone, Copy)]
struct Found<'a> {
    inventory: &'a Inventory,
    verdicts: &'a Verdicts,
    standings: &'a [Standing],
    costs: &'a [CostRow],
    anomalies: &'a [Anomaly],
}

/// Asks every source, one after another: two at once would share the same limits of the same account.
async fn collect<'a>(
    plan: &Plan<'_>,
    sources: impl IntoIterator<Item = &'a dyn Source>,
    store: Option<&dyn Store>,
    progress: &dyn Progress,
    interner: &Interner,
    started_at: Time,
) -> Result<Collected, SourceError> {
    let needs = needs(plan);
    let budget = Budget::new(store, plan.cost).shared_by(plan.payers);
    let mut all = Collected::default();
    for source in sources {
        let request = collect::Request {
            needs: &needs,
            scope: plan.scope,
            now: started_at,
            catalogue: plan.catalogue,
            interner,
            paid: &budget,
            progress,
        };
        all.join(source.collect(request).await?, started_at);
    }
    Ok(all)
}

/// What the rules read, and the tags that decide environments, owners and waivers.
pub fn needs(plan: &Plan<'_>) -> Needs {
    let mut needs = plan.rules.needs(plan.catalogue);
    if needs.wants_type(trend::TYPE) {
        // What AWS noticed is told with what we do.
        needs.list(&trend::AWS_ANOMALY.into(), plan.catalogue);
    }
    let by_tags = !plan.ownership.owner_tags.is_empty()
        || plan.ownership.environments.iter().any(|environment| !environment.tags.is_empty())
        || plan.waivers.iter().any(|waiver| !waiver.scope.tags.is_empty());
    if by_tags {
        let tags = crate::model::Path::root("tags");
        let types: Vec<_> = needs.types().map(|(resource_type, _)| resource_type.clone()).collect();
        for resource_type in types {
            needs.read(&resource_type, &tags, plan.catalogue);
        }
    }
    needs
}

fn begun(plan: &Plan<'_>, started_at: Time) -> RunRecord {
    RunRecord {
        id: plan.id.cloned().unwrap_or_else(|| run_id(started_at)),
        status: RunStatus::Running,
        trigger: plan.trigger.into(),
        asked_by: None,
        scope: plan.scope.clone(),
        started_at,
        finished_at: None,
        version: ArcStr::from(env!("CARGO_PKG_VERSION")),
        rules_digest: plan.rules.digest().into(),
        error: None,
        coverage: serde_json::Value::Null,
        summary: serde_json::Value::Null,
        requests: serde_json::Value::Null,
    }
}

/// A UUID of version 7: sorted by time, and unlike any other.
fn run_id(at: Time) -> RunId {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    RunId::from(uuid::Uuid::new_v7(stamp).to_string())
}

/// Whether a pass looked at all there is: only its counts may replace those of the last such pass.
fn is_whole(plan: &Plan<'_>, coverage: &Coverage) -> bool {
    plan.whole_rule_set && *plan.scope == PassScope::default() && coverage.rows().next().is_some()
}
