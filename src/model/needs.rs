//! What a pass has to ask for: the calls that the loaded rules need, and no others.

use super::catalogue::{Catalogue, TypeSpec};
use super::{CallId, Path, ResourceType};
use std::collections::{BTreeMap, BTreeSet};

/// For each type the calls that are needed. A type that is named needs its listing at least.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    types: BTreeMap<ResourceType, BTreeSet<CallId>>,
}

impl Needs {
    /// What reading these paths of these types needs. `all` asks for a whole type.
    pub fn of<'a>(reads: impl IntoIterator<Item = (&'a ResourceType, &'a Path)>, catalogue: &Catalogue) -> Self {
        let mut needs = Self::default();
        for (resource_type, path) in reads {
            needs.read(resource_type, path, catalogue);
        }
        needs
    }

    /// Everything that the catalogue has, except what is paid or opt-in. Types that need no call are part of it.
    pub fn everything(catalogue: &Catalogue) -> Self {
        let types = catalogue
            .types()
            .filter_map(|spec| {
                let calls: BTreeSet<CallId> =
                    spec.calls.iter().filter(|call| !call.paid && !call.opt_in).map(|call| call.call.clone()).collect();
                let listed = spec.listing.as_ref().is_none_or(|listing| calls.contains(listing));
                (listed && (spec.calls.is_empty() || !calls.is_empty())).then(|| (spec.resource_type.clone(), calls))
            })
            .collect();
        Self { types }
    }

    /// Adds what reading this path needs.
    pub fn read(&mut self, resource_type: &ResourceType, path: &Path, catalogue: &Catalogue) {
        let calls = self.types.entry(resource_type.clone()).or_default();
        if let Some(spec) = catalogue.find(resource_type) {
            calls.extend(listing(spec));
            calls.extend(spec.calls_for(path));
        }
    }

    /// Adds what it takes to tell whether there is anything at this path, without what lies inside.
    pub fn read_itself(&mut self, resource_type: &ResourceType, path: &Path, catalogue: &Catalogue) {
        let calls = self.types.entry(resource_type.clone()).or_default();
        if let Some(spec) = catalogue.find(resource_type) {
            calls.extend(listing(spec));
            calls.extend(spec.call_of(path).into_iter().flat_map(|call| spec.with_earlier(call)));
        }
    }

    /// Adds the listing of a type and nothing else of it.
    pub fn list(&mut self, resource_type: &ResourceType, catalogue: &Catalogue) {
        let calls = self.types.entry(resource_type.clone()).or_default();
        calls.extend(catalogue.find(resource_type).into_iter().flat_map(listing));
    }

    /// Adds all that another needs.
    pub fn join(&mut self, other: &Needs) {
        for (resource_type, calls) in &other.types {
            self.types.entry(resource_type.clone()).or_default().extend(calls.iter().cloned());
        }
    }

    /// Whether this call is needed for this type.
    pub fn wants(&self, resource_type: &str, call: &str) -> bool {
        self.types.get(resource_type).is_some_and(|calls| calls.contains(call))
    }

    /// Whether the type is needed at all.
    pub fn wants_type(&self, resource_type: &str) -> bool {
        self.types.contains_key(resource_type)
    }

    /// The types with their calls, sorted.
    pub fn types(&self) -> impl Iterator<Item = (&ResourceType, &BTreeSet<CallId>)> {
        self.types.iter()
    }
}

/// The listing of a type, and what must be listed before it.
fn listing(spec: &TypeSpec) -> Vec<CallId> {
    spec.listing.clone().into_iter().flat_map(|listing| spec.with_earlier(listing)).collect()
}
