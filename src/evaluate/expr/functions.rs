//! The functions that libraries of domain knowledge offer to rules, by name.

use crate::model::function::Function;
use std::collections::BTreeMap;

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
