//! What a contract is once it was read.

use super::costs::CostRange;
use super::expect::{Expect, Field, glob};
use crate::diag::Source;
use crate::model::{AccountId, Path, Region, ResourceType};
use arcstr::ArcStr;
use globset::GlobMatcher;

/// What a deployment must contain.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its name: the file's name without its ending.
    pub name: ArcStr,
    /// What it is about.
    pub description: Option<ArcStr>,
    /// Its text; for one made of declared resources, the file that they stand in and a digest of what they say.
    pub source: Source,
    /// When it is judged.
    pub holds: Holds,
    /// Only resources of these accounts are meant; of any where empty.
    pub accounts: Vec<AccountId>,
    /// Only resources of these regions are meant, and of services that have none; of any where empty.
    pub regions: Vec<Region>,
    /// How resources of the deployment are named: one of its types that is named so and not listed is unexpected.
    pub names: Vec<Name>,
    /// Whether lists with keys, and tags, have nothing but what is listed.
    pub exact: bool,
    /// What must be there, sorted by type and name.
    pub entries: Vec<Entry>,
    /// What a month costs.
    pub costs: Vec<CostRange>,
    /// Whether it was made of declared resources.
    pub declared: bool,
}

/// When a contract is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Always: somebody named it, or put it among the rules.
    Always,
    /// Where at least one of its named resources is there: it is shipped, and a deployment of which nothing is there is not
    /// this account's.
    WhereFound,
}

/// A resource that must be there, or each of those that a pattern names.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its type.
    pub resource_type: ResourceType,
    /// Its name.
    pub name: Name,
    /// Where the contract says so: bytes from the beginning of its file.
    pub at: usize,
    /// Whether it may be missing.
    pub optional: bool,
    /// Which of the resources of that name are meant: names repeat.
    pub conditions: Vec<(Path, Expect)>,
    /// What it must have: `properties`, `state`, `tags`.
    pub expect: Vec<Field>,
    /// The places that are compared.
    pub reads: Vec<Path>,
}

/// A name, or a pattern of names.
#[derive(Clone, Debug)]
pub struct Name {
    /// As written.
    pub text: ArcStr,
    glob: Option<GlobMatcher>,
}

impl Name {
    /// A pattern, anchored at both ends.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn pattern(text: &ArcStr) -> Result<Self, String> {
        Ok(Self { text: text.clone(), glob: Some(glob(text)?) })
    }

    /// The name of an entry: a pattern where it has a `*`, which no name of AWS has.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn entry(text: &ArcStr) -> Result<Self, String> {
        if text.contains('*') { Self::pattern(text) } else { Ok(Self::exact(text)) }
    }

    /// Just this name, whatever is in it.
    pub fn exact(text: &ArcStr) -> Self {
        Self { text: text.clone(), glob: None }
    }

    /// Whether it names many.
    pub fn is_pattern(&self) -> bool {
        self.glob.is_some()
    }

    /// Whether it names this.
    pub fn is(&self, name: &str) -> bool {
        self.glob.as_ref().map_or(self.text == name, |glob| glob.is_match(name))
    }
}

impl Contract {
    /// The contract with its entries in order: names before patterns.
    #[must_use]
    pub(super) fn new(mut contract: Self) -> Self {
        contract.entries.sort_by(|a, b| {
            (&a.resource_type, a.name.is_pattern(), &a.name.text).cmp(&(&b.resource_type, b.name.is_pattern(), &b.name.text))
        });
        contract
    }

    /// The entries of a type.
    pub fn of_type(&self, resource_type: &str) -> &[Entry] {
        let start = self.entries.partition_point(|entry| entry.resource_type.as_str() < resource_type);
        let rest = self.entries.get(start..).unwrap_or_default();
        let len = rest.partition_point(|entry| entry.resource_type.as_str() == resource_type);
        rest.get(..len).unwrap_or_default()
    }

    /// The types that it speaks of, sorted, each once.
    pub fn types(&self) -> Vec<&ResourceType> {
        let mut types: Vec<&ResourceType> = self.entries.iter().map(|entry| &entry.resource_type).collect();
        types.dedup();
        types
    }

    /// Whether resources of this account and region are meant.
    pub fn speaks_of(&self, account: &AccountId, region: &Region) -> bool {
        (self.accounts.is_empty() || self.accounts.contains(account))
            && (self.regions.is_empty() || region.is_global() || self.regions.contains(region))
    }

    /// Whether a name is one of the deployment's.
    pub fn names(&self, name: &str) -> bool {
        self.names.iter().any(|pattern| pattern.is(name))
    }
}
