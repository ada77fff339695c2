//! Stage 2: resources → an indexed inventory with relations, environments and owners. Pure.

mod environment;
mod owner;
mod relation;

#[cfg(test)]
mod tests;

use crate::model::catalogue::Catalogue;
use crate::model::environment::Environment;
use crate::model::environment::Ownership;
use crate::model::inventory::Facts;
use crate::model::{Coverage, Inventory, Resource};
use environment::Environments;

pub use environment::{Condition, Holds, Tried};

/// Why a resource belongs to the environment that it belongs to: those that were tried, up to the one that decided.
pub fn environments_tried(resource: &Resource, environments: &[Environment]) -> Vec<Tried> {
    Environments::new(environments).tried(resource)
}

/// Sorts and indexes what the sources yielded, and works out what belongs to whom.
///
/// A resource that comes twice in one account and region is kept once, as it came first: sources are asked in the order in
/// which they were written. Nothing is merged, since two looks at one resource may be hours apart; the ids are in
/// [`Inventory::duplicates`] for whoever wants to say so.
pub fn build(mut resources: Vec<Resource>, coverage: Coverage, ownership: &Ownership, catalogue: &Catalogue) -> Inventory {
    // Stable: of equal ones, the first stays first.
    resources.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut duplicates = Vec::new();
    resources.dedup_by(|later, first| {
        let same = key(later) == key(first);
        if same {
            duplicates.push(later.id.clone());
        }
        same
    });
    duplicates.dedup();

    let environments = Environments::new(&ownership.environments);
    let facts = resources
        .iter()
        .map(|resource| Facts { environment: environments.of(resource), owner: owner::of(resource, &ownership.owner_tags) })
        .collect();
    let relations = relation::read(&resources, catalogue);
    Inventory::new(resources, facts, &relations.pairs, coverage).with_unsure(relations.unsure).with_duplicates(duplicates)
}

fn key(resource: &Resource) -> (&str, &str, &str, &str) {
    (resource.account.as_str(), resource.region.as_str(), resource.resource_type.as_str(), resource.id.as_str())
}
