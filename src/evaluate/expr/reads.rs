//! What an expression reads: from it come the calls that a pass makes, and the evidence of a verdict.

use crate::model::path::Step;
use crate::model::{Path, ResourceType};
use std::collections::BTreeSet;

/// How much of a place is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Only whether it is there, or how many items it has: what lies inside need not be fetched.
    Itself,
    /// All that lies in it.
    Whole,
}

/// One place that is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// Of which type: the judged resource's own, or one that `find`, `all` or `related` names.
    pub resource_type: ResourceType,
    /// Where: `properties.GlobalSecondaryIndexes[].IndexName`.
    pub path: Path,
    /// How much of it.
    pub depth: Depth,
}

/// All that an expression reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    places: BTreeSet<Read>,
    own: BTreeSet<(Path, Depth)>,
    listings: BTreeSet<ResourceType>,
    environment: bool,
}

impl Reads {
    /// The places, sorted by type and path.
    pub fn places(&self) -> impl Iterator<Item = &Read> {
        self.places.iter()
    }

    /// The types that `find`, `all` and `related` look for: their listing is needed, whatever else is read of them.
    pub fn listings(&self) -> impl Iterator<Item = &ResourceType> {
        self.listings.iter()
    }

    /// Whether `environment` is read, which tags may decide.
    pub fn environment(&self) -> bool {
        self.environment
    }

    /// The places of the judged resource that evidence shows: up to the first list that is gone through, each once,
    /// without those that lie inside another.
    pub fn observed(&self) -> Vec<Path> {
        let mut paths: Vec<Path> = self
            .own
            .iter()
            .map(|(path, _)| {
                let steps = path.steps().iter().take_while(|step| !matches!(step, Step::Every)).cloned().collect();
                Path::new(steps)
            })
            .collect();
        paths.sort();
        paths.dedup();
        let all = paths.clone();
        paths.retain(|path| !all.iter().any(|other| other != path && path.is_within(other)));
        paths
    }

    /// All of these and those.
    pub fn join(&mut self, other: &Self) {
        self.places.extend(other.places.iter().cloned());
        self.own.extend(other.own.iter().cloned());
        self.listings.extend(other.listings.iter().cloned());
        self.environment |= other.environment;
    }

    pub(super) fn add(&mut self, read: Read, own: bool) {
        if own {
            self.own.insert((read.path.clone(), read.depth));
        }
        self.places.insert(read);
    }

    pub(super) fn list(&mut self, resource_type: ResourceType) {
        self.listings.insert(resource_type);
    }

    pub(super) fn read_environment(&mut self) {
        self.environment = true;
    }
}
