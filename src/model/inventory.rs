//! All resources of a pass, indexed: what rules are evaluated over.

use super::value::Time;
use super::{AccountId, Coverage, Gap, Resource, ResourceId, ResourceType};
use arcstr::ArcStr;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What a source yields: resources with coverage.
#[derive(Debug, Default)]
pub struct Collected {
    /// The resources, in any order.
    pub resources: Vec<Resource>,
    /// What could be seen.
    pub coverage: Coverage,
    /// What it cost, by service and day; empty unless cost data was asked for.
    pub costs: Vec<super::ledger::CostRow>,
    /// What bills say, in planes; empty unless cost data was asked for.
    pub ledger: super::plane::Ledger,
    /// What was asked of AWS.
    pub requests: super::run::Requests,
    /// Who the auditor was: account and caller ARN, one an account.
    pub identities: Vec<Identity>,
    /// When it was collected; what `now` is for a recording.
    pub collected_at: Option<Time>,
}

impl Collected {
    /// Takes in what another source yielded; `started_at` is when the pass began.
    pub fn join(&mut self, more: Collected, started_at: Time) {
        self.resources.extend(more.resources);
        for row in more.coverage.rows() {
            self.coverage.add(row.clone());
        }
        self.costs.extend(more.costs);
        self.ledger.join(more.ledger);
        // Two sources cannot together pay what 28 digits do not hold; then the larger bill would be the one to see.
        if self.requests.add(&more.requests).is_err() {
            self.requests = more.requests;
        }
        self.identities.extend(more.identities);
        // Only where every source is a recording does `now` lie in the past; the latest of them tells it.
        self.collected_at = self.collected_at.max(Some(more.collected_at.unwrap_or(started_at)));
    }
}

/// Who the auditor was in an account.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// The account.
    pub account: super::AccountId,
    /// The caller's ARN as `sts:GetCallerIdentity` gave it.
    pub arn: ArcStr,
}

/// A fact that tags decide, so that it may be unknown where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It is this.
    Is(T),
    /// There is none.
    None,
    /// It cannot be told.
    Gap(Arc<Gap>),
}

impl<T> Known<T> {
    /// The value, where it is known and there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::None | Self::Gap(_) => None,
        }
    }
}

/// What the inventory worked out about a resource.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The environment that it belongs to: the first that matches, in written order.
    pub environment: Known<ArcStr>,
    /// Who owns it.
    pub owner: Known<ArcStr>,
}

/// Resources sorted by account, region, type, id, with indexes over them.
#[derive(Debug, Default)]
pub struct Inventory {
    resources: Vec<Resource>,
    facts: Vec<Facts>,
    coverage: Coverage,
    by_type: BTreeMap<ResourceType, Vec<usize>>,
    by_name: HashMap<(ResourceType, ArcStr), Vec<usize>>,
    related: HashMap<usize, Vec<usize>>,
    unsure: HashMap<(usize, ResourceType), Arc<Gap>>,
    unsure_back: HashMap<(AccountId, ResourceType, ResourceType), Arc<Gap>>,
    duplicates: Vec<ResourceId>,
}

/// A resource that may name resources of a type, at a path that could not be read.
#[derive(Clone, Debug)]
pub struct UnsureRelation {
    /// The position of the resource.
    pub from: usize,
    /// The type that it may name.
    pub to: ResourceType,
    /// Why it is not known.
    pub gap: Arc<Gap>,
}

impl Inventory {
    /// Indexes resources. They must be sorted and unique by account, region, type and id; `facts` has one entry a resource, and `relations` names
    /// pairs of positions, each of which is entered both ways.
    pub fn new(resources: Vec<Resource>, facts: Vec<Facts>, relations: &[(usize, usize)], coverage: Coverage) -> Self {
        let mut inventory = Self { coverage, ..Self::default() };
        for (position, resource) in resources.iter().enumerate() {
            inventory.by_type.entry(resource.resource_type.clone()).or_default().push(position);
            inventory.by_name.entry((resource.resource_type.clone(), resource.name.clone())).or_default().push(position);
        }
        for &(from, to) in relations {
            inventory.related.entry(from).or_default().push(to);
            inventory.related.entry(to).or_default().push(from);
        }
        for related in inventory.related.values_mut() {
            related.sort_unstable();
            related.dedup();
        }
        inventory.resources = resources;
        inventory.facts = facts;
        inventory
    }

    /// Adds relations that could not be read: those that are known are then not all.
    #[must_use]
    pub fn with_unsure(mut self, relations: Vec<UnsureRelation>) -> Self {
        for UnsureRelation { from, to, gap } in relations {
            if let Some(resource) = self.resources.get(from) {
                let back = (resource.account.clone(), to.clone(), resource.resource_type.clone());
                self.unsure_back.entry(back).or_insert_with(|| Arc::clone(&gap));
            }
            self.unsure.entry((from, to)).or_insert(gap);
        }
        self
    }

    /// Adds resources that were made from what is known of the others, with their facts. They come last, whatever their order.
    #[must_use]
    pub fn with_more(mut self, resources: Vec<Resource>, facts: Vec<Facts>) -> Self {
        for (position, resource) in (self.resources.len()..).zip(&resources) {
            self.by_type.entry(resource.resource_type.clone()).or_default().push(position);
            self.by_name.entry((resource.resource_type.clone(), resource.name.clone())).or_default().push(position);
        }
        self.resources.extend(resources);
        self.facts.extend(facts);
        self
    }

    /// Adds the ids that came more than once.
    #[must_use]
    pub fn with_duplicates(self, duplicates: Vec<ResourceId>) -> Self {
        Self { duplicates, ..self }
    }

    /// The ids that the sources gave more than once; of each the first is here.
    pub fn duplicates(&self) -> &[ResourceId] {
        &self.duplicates
    }

    /// Why resources of a type may be related to the one at a position without [`Inventory::related`] knowing it; none
    /// where all relations could be read.
    pub fn unsure(&self, position: usize, related: &ResourceType) -> Option<&Arc<Gap>> {
        let forward = self.unsure.get(&(position, related.clone()));
        forward.or_else(|| {
            let resource = self.resources.get(position)?;
            self.unsure_back.get(&(resource.account.clone(), resource.resource_type.clone(), related.clone()))
        })
    }

    /// All resources, in order.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resource at a position.
    pub fn resource(&self, position: usize) -> Option<&Resource> {
        self.resources.get(position)
    }

    /// The facts of the resource at a position.
    pub fn facts(&self, position: usize) -> Option<&Facts> {
        self.facts.get(position)
    }

    /// What could be seen.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The types that occur, with the positions of their resources.
    pub fn types(&self) -> impl Iterator<Item = (&ResourceType, &[usize])> {
        self.by_type.iter().map(|(resource_type, positions)| (resource_type, positions.as_slice()))
    }

    /// The positions of a type's resources.
    pub fn of_type(&self, resource_type: &str) -> &[usize] {
        self.by_type.get(resource_type).map_or(&[], Vec::as_slice)
    }

    /// The positions of the resources with an id, in order: AWS's own policies have the same in every account. Looks at each
    /// resource.
    pub fn with_id(&self, id: &str) -> impl Iterator<Item = usize> {
        self.resources.iter().enumerate().filter(move |(_, resource)| resource.id.as_str() == id).map(|(position, _)| position)
    }

    /// The positions of the resources of a type with a name; names repeat over accounts and regions.
    pub fn named(&self, resource_type: &ResourceType, name: &ArcStr) -> &[usize] {
        self.by_name.get(&(resource_type.clone(), name.clone())).map_or(&[], Vec::as_slice)
    }

    /// The positions of the resources related to one, in order.
    pub fn related(&self, position: usize) -> &[usize] {
        self.related.get(&position).map_or(&[], Vec::as_slice)
    }
}
