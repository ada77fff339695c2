//! The contracts of a pass: read, compared with one another, chosen.

use super::compare::How;
use super::expect::Place;
use super::terms::{Contract, Entry, Holds};
use super::{contradict, read};
use crate::diag::{Diagnostic, Source, suggest};
use crate::evaluate::shipped;
use crate::model::catalogue::Catalogue;
use crate::model::contract::{DRIFTED, Judged};
use crate::model::needs::Needs;
use crate::model::run::PassScope;
use crate::model::{Inventory, Path, ResourceType};
use arcstr::ArcStr;
use sha2::Digest as _;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The text of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractSource {
    /// How the operator knows the file.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether it is part of the program: then it holds where it is named, and else where something of it is there.
    pub shipped: bool,
}

/// Contracts, sorted by name.
#[derive(Clone, Debug, Default)]
pub struct ContractSet {
    contracts: Vec<Arc<Contract>>,
    /// Whether some were left out on purpose.
    narrowed: bool,
}

impl ContractSet {
    /// Reads contracts. A contract of the operator takes the place of a shipped one of its name.
    ///
    /// # Errors
    /// Every mistake of every file, and every contradiction between two contracts that hold together.
    pub fn load(sources: &[ContractSource], catalogue: &Catalogue) -> Result<Self, Vec<Diagnostic>> {
        let (mut faults, mut contracts) = (Vec::new(), BTreeMap::<ArcStr, Contract>::new());
        let mut sources: Vec<&ContractSource> = sources.iter().collect();
        sources.sort_by(|a, b| (a.shipped, &a.path).cmp(&(b.shipped, &b.path)));
        for source in sources {
            let file = Source::new(source.path.as_str(), source.text.as_str());
            let holds = if source.shipped { Holds::WhereFound } else { Holds::Always };
            match read::read(&file, shipped::stem(&source.path), holds, catalogue) {
                Err(found) => faults.extend(found),
                Ok(contract) => match contracts.get(&contract.name) {
                    Some(_) if source.shipped => {}
                    Some(other) => faults.push(
                        Diagnostic::whole(
                            source.path.as_str(),
                            format!("the contract {:?} stands in {} too", contract.name, other.source.name),
                        )
                        .help("a contract has one file: put them together, or rename one"),
                    ),
                    None => {
                        contracts.insert(contract.name.clone(), contract);
                    }
                },
            }
        }
        let set = Self { contracts: contracts.into_values().map(Arc::new).collect(), narrowed: false };
        faults.extend(contradict::faults(&set.contracts));
        faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        if faults.is_empty() { Ok(set) } else { Err(faults) }
    }

    /// All of them.
    pub fn contracts(&self) -> &[Arc<Contract>] {
        &self.contracts
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.contracts.iter().map(|contract| contract.name.as_str())
    }

    /// The same, with these holding always: the config names them.
    ///
    /// # Errors
    /// A name that no contract has, and contradictions.
    pub fn holding(&self, names: &[ArcStr]) -> Result<Self, Vec<Diagnostic>> {
        let faults: Vec<Diagnostic> = names.iter().filter_map(|name| self.unknown(name)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let always = |contract: &Arc<Contract>| match names.contains(&contract.name) {
            true => Arc::new(Contract { holds: Holds::Always, ..Contract::clone(contract) }),
            false => Arc::clone(contract),
        };
        let set = Self { contracts: self.contracts.iter().map(always).collect(), narrowed: self.narrowed };
        let faults = contradict::faults(&set.contracts);
        if faults.is_empty() { Ok(set) } else { Err(faults) }
    }

    /// Only these, holding always; all of them where none is named.
    ///
    /// # Errors
    /// See [`ContractSet::holding`].
    pub fn only(&self, names: &[ArcStr]) -> Result<Self, Vec<Diagnostic>> {
        let all: Vec<ArcStr> = self.contracts.iter().map(|contract| contract.name.clone()).collect();
        let names = if names.is_empty() { &all } else { names };
        let kept = self.contracts.iter().filter(|contract| names.contains(&contract.name)).cloned().collect::<Vec<_>>();
        let narrowed = kept.len() < self.contracts.len();
        let faults: Vec<Diagnostic> = names.iter().filter_map(|name| self.unknown(name)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Self { contracts: kept, narrowed }.holding(names)
    }

    /// The same and more, which were declared by a source. Their names are made unique.
    #[must_use]
    pub fn with(&self, more: Vec<Contract>) -> Self {
        let mut contracts = self.contracts.clone();
        for mut contract in more {
            let (plain, mut count) = (contract.name.clone(), 1);
            while contracts.iter().any(|known| known.name == contract.name) {
                count += 1;
                contract.name = arcstr::format!("{plain}-{count}");
            }
            contracts.push(Arc::new(contract));
        }
        contracts.sort_by(|a, b| a.name.cmp(&b.name));
        Self { contracts, narrowed: self.narrowed }
    }

    fn unknown(&self, name: &ArcStr) -> Option<Diagnostic> {
        if self.contracts.iter().any(|contract| contract.name == *name) {
            return None;
        }
        let fault = Diagnostic::whole("contracts", format!("no contract is called {name:?}"));
        Some(match suggest(name, self.names()) {
            Some(near) => fault.help(format!("did you mean {near:?}?")),
            None => fault.help(format!("known: {}", self.names().collect::<Vec<_>>().join(", "))),
        })
    }

    /// The contracts that are judged over an inventory.
    pub fn active<'a>(&'a self, inventory: &'a Inventory, scope: &'a PassScope) -> impl Iterator<Item = &'a Arc<Contract>> {
        self.contracts.iter().filter(move |contract| contract.holds == Holds::Always || is_found(contract, inventory, scope))
    }

    /// Their names, for what is remembered.
    pub fn judged(&self, inventory: &Inventory, scope: &PassScope) -> Judged {
        Judged { names: self.active(inventory, scope).map(|contract| contract.name.clone()).collect(), whole: !self.narrowed }
    }

    /// The calls that judging by these rules needs. What only opt-in or paid calls bring is judged where they were made for something
    /// else, and asked for by nobody here.
    pub fn needs<'a>(&self, rules: impl IntoIterator<Item = &'a str>, catalogue: &Catalogue) -> Needs {
        let rules: BTreeSet<&str> = rules.into_iter().collect();
        let mut needs = Needs::default();
        for contract in self.contracts.iter().filter(|_| !rules.is_empty()) {
            for entry in &contract.entries {
                let Some(spec) = catalogue.find(&entry.resource_type) else { continue };
                let is_free = |call: &crate::model::CallId| spec.find_call(call).is_none_or(|call| !call.paid && !call.opt_in);
                if spec.listing.as_ref().is_none_or(is_free) {
                    needs.list(&entry.resource_type, catalogue);
                }
                let conditions = entry.conditions.iter().map(|(path, _)| path);
                let compared = entry.reads.iter().filter(|_| rules.contains(DRIFTED));
                for path in conditions.chain(compared).filter(|path| spec.calls_for(path).iter().all(is_free)) {
                    needs.read(&entry.resource_type, path, catalogue);
                }
            }
        }
        needs
    }

    /// The types and places that they read: what a catalogue of loosely known types must keep.
    pub fn reads(&self) -> impl Iterator<Item = (&ResourceType, Option<&Path>)> {
        let entries = self.contracts.iter().flat_map(|contract| &contract.entries);
        entries.flat_map(|entry| {
            let paths = entry.reads.iter().map(|path| (&entry.resource_type, Some(path)));
            std::iter::once((&entry.resource_type, None)).chain(paths)
        })
    }

    /// Adds what they say to a digest.
    pub fn digest(&self, digest: &mut sha2::Sha256) {
        for contract in &self.contracts {
            let text = contract.source.text.replace("\r\n", "\n");
            let holds = match contract.holds {
                Holds::Always => "always",
                Holds::WhereFound => "where found",
            };
            for part in [contract.name.as_str(), holds, text.trim_end()] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part.as_bytes());
            }
        }
    }
}

/// Whether something that only this deployment has is there: a resource that is named and lies within the names of the deployment.
/// A group `admin` or a role without a region stands in many accounts.
fn is_found(contract: &Contract, inventory: &Inventory, scope: &PassScope) -> bool {
    contract.entries.iter().filter(|entry| !entry.name.is_pattern()).any(|entry| {
        let named = contract.names.is_empty() || contract.names(&entry.name.text);
        let found = inventory.named(&entry.resource_type, &entry.name.text).iter();
        named
            && found.filter_map(|position| inventory.resource(*position)).any(|resource| {
                contract.speaks_of(&resource.account, &resource.region) && scope.looks_at(&resource.account, &resource.region)
            })
    })
}

/// Whether a resource is one of those that an entry means; the gap where that cannot be told.
pub(super) fn is_meant(entry: &Entry, resource: &crate::model::Resource, place: Place<'_>) -> Result<bool, Arc<crate::model::Gap>> {
    let how = How { place, exact: false };
    for (path, expect) in &entry.conditions {
        if !how.holds(expect, resource.at(path))? {
            return Ok(false);
        }
    }
    Ok(true)
}
