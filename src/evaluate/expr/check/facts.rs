//! What is known of optional places at a point of the expression: guards.
//!
//! `has(x)` being true makes `x` and all above it sure; `x != null` makes `x` sure not to be null. Facts travel to the right
//! of `&&` (and, negated, of `||`), into the branches of a conditional, and from a rule's `when` into its `assert`.

use super::Guarantees;
use std::collections::BTreeSet;

/// Separates the steps of a place's key: no source has it.
pub const STEP: char = '\u{0}';
/// Ends the key of a place that is sure not to be null.
const NOT_NULL: &str = "\u{1}not null";

/// Places that are sure to be there.
#[derive(Clone, Debug, Default)]
pub struct Facts(BTreeSet<String>);

/// What follows from a part being true, and from its being false.
#[derive(Clone, Debug, Default)]
pub struct Known {
    yes: Facts,
    no: Facts,
}

impl From<&Guarantees> for Facts {
    fn from(guarantees: &Guarantees) -> Self {
        Self(guarantees.0.clone())
    }
}

impl Facts {
    /// Whether the place of this key is there.
    pub fn there(&self, key: &str) -> bool {
        self.0.contains(key)
    }

    /// Whether the place of this key is there and not null.
    pub fn not_null(&self, key: &str) -> bool {
        self.0.contains(&format!("{key}{NOT_NULL}"))
    }

    /// These and one place more.
    #[must_use]
    pub fn with(&self, key: String) -> Self {
        let mut facts = self.clone();
        facts.0.insert(key);
        facts
    }

    /// These and those.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    fn common(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }
}

impl Known {
    /// True says that the place is there, and so all above it.
    pub fn present(key: &str) -> Self {
        let mut yes = Facts::default();
        let mut rest = key;
        loop {
            yes.0.insert(rest.to_owned());
            let Some(at) = rest.rfind(STEP) else { break };
            rest = rest.get(..at).unwrap_or_default();
            yes.0.insert(format!("{rest}{NOT_NULL}"));
        }
        Self { yes, no: Facts::default() }
    }

    /// True says that the place is not null.
    pub fn not_null(key: &str) -> Self {
        Self { yes: Facts(BTreeSet::from([format!("{key}{NOT_NULL}")])), no: Facts::default() }
    }

    /// What follows where the part is true.
    pub fn yes(&self) -> &Facts {
        &self.yes
    }

    /// What follows where the part is false.
    pub fn no(&self) -> &Facts {
        &self.no
    }

    /// `!a`
    #[must_use]
    pub fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    /// `a && b`
    pub fn both(a: &Self, b: &Self) -> Self {
        Self { yes: a.yes.and(&b.yes), no: a.no.common(&b.no) }
    }

    /// `a || b`
    pub fn either(a: &Self, b: &Self) -> Self {
        Self { yes: a.yes.common(&b.yes), no: a.no.and(&b.no) }
    }

    /// `c ? a : b`
    pub fn chosen(condition: &Self, a: &Self, b: &Self) -> Self {
        Self {
            yes: condition.yes.and(&a.yes).common(&condition.no.and(&b.yes)),
            no: condition.yes.and(&a.no).common(&condition.no.and(&b.no)),
        }
    }

    /// What holds outside of the expression where it is true: nothing about items of its comprehensions.
    pub fn guarantees(&self) -> Guarantees {
        Guarantees(self.yes.0.iter().filter(|key| !key.contains('@')).cloned().collect())
    }
}
