//! Which resources name which: read from the properties that the catalogue marks as naming others.
//!
//! Only resources of one account are related. An id is unique in an account; AWS's own managed policies have the same id in
//! every account, and each account's role belongs to its own.

use crate::model::catalogue::{Catalogue, Naming, Relation};
use crate::model::inventory::UnsureRelation;
use crate::model::path::Step;
use crate::model::{AccountId, Gap, Region, Resource, ResourceType, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What could be read, by positions, and what could not.
#[derive(Default)]
pub struct Relations {
    /// From the one that names to the one that is named.
    pub pairs: Vec<(usize, usize)>,
    /// Where the naming property is a gap.
    pub unsure: Vec<UnsureRelation>,
}

type Named<'a> = HashMap<(&'a ResourceType, &'a AccountId, &'a Region, &'a str), usize>;
type Identified<'a> = HashMap<(&'a ResourceType, &'a AccountId, &'a str), usize>;

/// Reads the relations of all resources.
pub fn read(resources: &[Resource], catalogue: &Catalogue) -> Relations {
    let named: HashSet<&ResourceType> = catalogue.types().flat_map(|spec| &spec.relations).map(|relation| &relation.to).collect();
    let mut by_name = Named::new();
    let mut by_id = Identified::new();
    for (position, resource) in resources.iter().enumerate().filter(|(_, resource)| named.contains(&resource.resource_type)) {
        let Resource { resource_type, account, region, name, id, .. } = resource;
        by_name.entry((resource_type, account, region, name)).or_insert(position);
        by_id.entry((resource_type, account, id.as_str())).or_insert(position);
    }

    let mut relations = Relations::default();
    for (from, resource) in resources.iter().enumerate() {
        let Some(spec) = catalogue.find(&resource.resource_type) else { continue };
        for relation in &spec.relations {
            let Relation { path, to, by } = relation;
            let Some((Step::Key(root), rest)) = path.steps().split_first() else { continue };
            let Some(root) = root_of(resource, root) else { continue };
            each(root, rest, &mut |found| match found {
                Ok(text) => {
                    let position = match by {
                        Naming::Id => by_id.get(&(to, &resource.account, text)),
                        Naming::Name => by_name.get(&(to, &resource.account, &resource.region, text)),
                    };
                    relations.pairs.extend(position.map(|position| (from, *position)));
                }
                Err(gap) => relations.unsure.push(UnsureRelation { from, to: to.clone(), gap: Arc::clone(gap) }),
            });
        }
    }
    relations
}

fn root_of<'a>(resource: &'a Resource, root: &str) -> Option<&'a Value> {
    match root {
        "properties" => Some(&resource.properties),
        "state" => Some(&resource.state),
        "tags" => Some(&resource.tags),
        _ => None,
    }
}

/// Every text at the steps, and every gap on the way.
fn each<'a>(value: &'a Value, steps: &[Step], told: &mut impl FnMut(Result<&'a str, &'a Arc<Gap>>)) {
    match (value, steps.split_first()) {
        (Value::Gap(gap), _) => told(Err(gap)),
        (Value::Str(text), None) => told(Ok(text)),
        (value, Some((Step::Key(key), rest))) => {
            if let Some(inner) = value.get(key) {
                each(inner, rest, told);
            }
        }
        (Value::List(items), Some((Step::Every, rest))) => {
            for item in items {
                each(item, rest, told);
            }
        }
        (value, Some((Step::Index(index), rest))) => {
            if let Some(item) = value.as_list().and_then(|items| items.get(*index)) {
                each(item, rest, told);
            }
        }
        // Nothing there, or nothing that names anything; the catalogue names no single item of a list.
        (_, Some((Step::Every | Step::Item(..), _)) | None) => {}
    }
}
