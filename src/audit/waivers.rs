//! Waivers in a pass: they are applied to what was judged, and then judged themselves, by the rules on their own type.
//!
//! That is a second evaluation over that type only, because what a waiver did is known only after the first. What it finds is
//! not under any waiver: one that covers every rule must not hide that it does.

use super::Plan;
use crate::collect::{Nature, Source};
use crate::evaluate::{self, Pass};
use crate::findings::waivers::{self, Look, Seen};
use crate::model::inventory::{Facts, Known};
use crate::model::rule::RuleInfo;
use crate::model::verdict::{Quiet, Verdicts};
use crate::model::waiver::{Standing, Waiver};
use crate::model::{Coverage, Interner, Inventory, Resource};
use crate::store::{Store, StoreError};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// What a pass found, waivers applied and judged.
pub(super) struct Applied {
    /// With the waivers as its last resources.
    pub inventory: Inventory,
    /// With those on the waivers.
    pub verdicts: Verdicts,
    /// What each waiver did.
    pub standings: Vec<Standing>,
}

/// The waivers of files and those of the store that were not taken back. Of two with one id, that of the file counts.
///
/// # Errors
/// Where the store fails: without them, what is waived would look open.
pub async fn in_force(files: &[Arc<Waiver>], store: &dyn Store) -> Result<Vec<Arc<Waiver>>, StoreError> {
    let mut waivers = files.to_vec();
    for stored in store.waivers().await?.into_iter().filter(|stored| stored.revoked_at.is_none()) {
        if files.iter().any(|known| known.id == stored.waiver.id) {
            tracing::warn!(waiver.id = %stored.waiver.id, "a waiver stands in a file and in the store; that of the file counts");
            continue;
        }
        waivers.push(Arc::new(stored.waiver));
    }
    Ok(waivers)
}

/// Applies the plan's waivers and judges them.
pub(super) fn apply(
    plan: &Plan<'_>,
    inventory: Inventory,
    mut verdicts: Verdicts,
    pass: &Pass<'_>,
    sources: &[Box<dyn Source>],
    interner: &Interner,
) -> Applied {
    if plan.waivers.is_empty() {
        return Applied { inventory, verdicts, standings: Vec::new() };
    }
    let observed = sources.iter().any(|source| source.nature() == Nature::Observed);
    let nature = if observed { Seen::Live } else { Seen::Declared };
    let evaluated: Vec<&RuleInfo> = plan.rules.infos().map(AsRef::as_ref).collect();
    let left_out = |info: &&RuleInfo| !plan.whole_rule_set && !evaluated.iter().any(|one| one.id == info.id);
    let look = Look {
        now: pass.now,
        scope: plan.scope,
        catalogue: plan.catalogue,
        left_out: plan.rules.known().map(AsRef::as_ref).filter(left_out).collect(),
        evaluated: evaluated.clone(),
        nature,
    };
    let standings = waivers::apply(&mut verdicts, &inventory, plan.waivers, &look);
    let resources = waivers::resources(&standings, inventory.coverage(), &look, interner);
    let facts: Vec<Facts> = resources.iter().map(facts).collect();
    let own = Inventory::new(resources.clone(), facts.clone(), &[], Coverage::default());
    let about_waivers = evaluate::run_on(NonZeroUsize::MIN, plan.rules, &own, pass);
    join(&mut verdicts, about_waivers, inventory.resources().len());
    Applied { inventory: inventory.with_more(resources, facts), verdicts, standings }
}

/// Whoever took the responsibility owns the waiver; it belongs to no environment.
fn facts(resource: &Resource) -> Facts {
    let owner = resource.properties.get("Owner").and_then(crate::model::Value::as_str);
    Facts { environment: Known::None, owner: owner.map_or(Known::None, |owner| Known::Is(owner.into())) }
}

/// Adds verdicts of the same rules over resources that come after the first `before`.
fn join(verdicts: &mut Verdicts, more: Verdicts, before: usize) {
    verdicts.told.extend(more.told.into_iter().map(|mut evaluation| {
        evaluation.resource = evaluation.resource.map(|position| position + before);
        evaluation
    }));
    let before = u32::try_from(before).unwrap_or(u32::MAX);
    for quiet in more.quiet.iter() {
        verdicts.quiet.push(Quiet { resource: quiet.resource.saturating_add(before), ..*quiet });
    }
}
