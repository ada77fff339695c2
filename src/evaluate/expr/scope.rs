//! What an expression may speak of: the resource's type, the parameters, the functions, and what is already known to be
//! there.

use crate::model::ResourceType;
use crate::model::catalogue::{Catalogue, FieldType};
use crate::model::function::Function;
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};

/// What is in scope of an expression, beside the fixed roots (`resource`, `properties`, `state`, `tags`, `name`,
/// `account`, `region`, `environment`, `params`, `now`).
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The types that there are. Where it does not know `resource_type`, properties are not checked: reading what is not
    /// there is then a gap.
    pub catalogue: &'a Catalogue,
    /// The type of the resource that is judged.
    pub resource_type: &'a ResourceType,
    /// The parameters that the rule declares. Each always has a value.
    pub params: &'a BTreeMap<ArcStr, FieldType>,
    /// The functions of libraries: `iam.*`, `cost.*`.
    pub functions: &'a Functions,
    /// What another expression, which was true, has already made sure of: the rule's `when`.
    pub guaranteed: &'a Guarantees,
    /// What the expression must yield.
    pub demand: Demand,
    /// The list whose items the rule judges one by one, where it does.
    pub each: Option<Each<'a>>,
}

/// The items that a rule judges one by one: the frame holds one of them, under a name.
#[derive(Clone, Copy, Debug)]
pub struct Each<'a> {
    /// What expressions call the item.
    pub name: &'a str,
    /// The expression that yields the list, which has been compiled on its own before.
    pub list: &'a str,
}

impl Each<'_> {
    /// Whether an item may have this name: the fixed roots keep their meaning.
    pub fn may_be_called(name: &str) -> bool {
        !super::check::is_root(name)
    }
}

/// What an expression must yield.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// True or false: `assert`, `when`.
    Boolean,
    /// An amount of money: `savings`. A decimal or a whole number.
    Amount,
    /// A list: what a rule judges item by item.
    List,
    /// Anything: what a message shows.
    Anything,
}

/// Optional places that are certainly there, because an expression that asked for them was true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guarantees(pub(super) BTreeSet<String>);

impl Guarantees {
    /// None.
    pub const NONE: &'static Self = &Self(BTreeSet::new());

    /// These and those.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }
}

/// Functions by name; of two with one name, the later stays.
#[derive(Clone, Debug, Default)]
pub struct Functions(BTreeMap<&'static str, &'static Function>);

impl Functions {
    /// The functions of these tables.
    pub fn new(tables: impl IntoIterator<Item = &'static [Function]>) -> Self {
        Self(tables.into_iter().flatten().map(|function| (function.name, function)).collect())
    }

    /// The function of this name.
    pub fn find(&self, name: &str) -> Option<&'static Function> {
        self.0.get(name).copied()
    }

    /// All functions, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = &'static Function> {
        self.0.values().copied()
    }

    /// Whether functions of a library are there: `iam` for `iam.admin_statements`.
    pub(super) fn has_library(&self, library: &str) -> bool {
        self.0.keys().any(|name| name.split_once('.').is_some_and(|(prefix, _)| prefix == library))
    }
}
