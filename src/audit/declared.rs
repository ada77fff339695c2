//! Declared sources beside an observed one: what a file says should be there is what the live account is compared with.
//!
//! Such a file's resources never enter the inventory: a table that is planned and one that is there would be one table to every rule.
//! They become a contract in memory, whose name is the file's. Alone, a declared source is judged by the rules like an account.

use super::{Budget, Plan};
use crate::collect::{self, Nature, Progress, Source, SourceError};
use crate::evaluate::contract::{Contract, Extent, declare};
use crate::model::Interner;
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::needs::Needs;
use crate::model::value::Time;

/// What the declared sources of a pass say.
pub(super) struct Declared {
    /// One contract a source.
    pub contracts: Vec<Contract>,
    /// What they hold and could not be read: types without a mapping.
    pub unread: Vec<ScopeRow>,
}

/// Whether some sources say what should be, and others what is.
fn is_compared(sources: &[Box<dyn Source>]) -> bool {
    let has = |nature: Nature| sources.iter().any(|source| source.nature() == nature);
    has(Nature::Observed) && has(Nature::Declared)
}

/// The sources whose resources are judged.
pub(super) fn observed(sources: &[Box<dyn Source>]) -> impl Iterator<Item = &dyn Source> {
    let compared = is_compared(sources);
    sources.iter().map(AsRef::as_ref).filter(move |source| !compared || source.nature() == Nature::Observed)
}

/// The contracts of the declared sources; none where nothing is compared with them.
pub(super) async fn contracts(
    plan: &Plan<'_>,
    sources: &[Box<dyn Source>],
    progress: &dyn Progress,
    interner: &Interner,
    now: Time,
) -> Result<Option<Declared>, SourceError> {
    if !is_compared(sources) {
        return Ok(None);
    }
    // The whole file is the contract, whatever the rules read; it asks AWS nothing.
    let needs = Needs::everything(plan.catalogue);
    let budget = Budget::new(None, plan.cost);
    let mut declared = Declared { contracts: Vec::new(), unread: Vec::new() };
    for source in sources.iter().filter(|source| source.nature() == Nature::Declared) {
        let request =
            collect::Request { needs: &needs, scope: plan.scope, now, catalogue: plan.catalogue, interner, paid: &budget, progress };
        let collected = source.collect(request).await?;
        let unread = || collected.coverage.rows().filter(|row| row.outcome != Outcome::Complete);
        let is_known = |row: &&ScopeRow| plan.catalogue.find(&row.resource_type).is_some();
        // Half a file (a plan with -target) says what it has, and not that it has all.
        let extent = if unread().any(|row| is_known(&row)) { Extent::Part } else { Extent::Whole };
        declared.contracts.push(declare(source.name(), &collected.resources, extent, plan.catalogue));
        declared.unread.extend(unread().filter(|row| !is_known(row)).cloned());
    }
    Ok(Some(declared))
}
