//! A waiver's scope with its patterns compiled: whether it covers a failure, as far as that can be told.

use crate::findings::config::names;
use crate::model::rule::RuleInfo;
use crate::model::verdict::Evaluation;
use crate::model::waiver::Waiver;
use crate::model::{Gap, GapKind, Inventory, Resource, Value};
use arcstr::ArcStr;
use globset::GlobMatcher;
use std::sync::Arc;

/// Whether a condition holds.
#[derive(Clone, Debug)]
pub enum Holds {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It cannot be told.
    Untold(Arc<Gap>),
}

/// A waiver whose patterns were read.
pub struct Compiled<'a> {
    pub waiver: &'a Arc<Waiver>,
    rules: Patterns,
    resources: Patterns,
    types: Patterns,
    tags: Vec<(&'a ArcStr, Patterns)>,
}

/// Globs, anchored at both ends, any of which will do; `*` crosses slashes and colons, which ARNs have.
struct Patterns {
    all: bool,
    globs: Vec<GlobMatcher>,
}

impl Patterns {
    /// No pattern stands for all. A pattern that cannot be read was refused where it was written; from elsewhere it covers nothing.
    fn new(patterns: &[ArcStr]) -> Self {
        let globs = patterns.iter().filter_map(|pattern| globset::Glob::new(pattern).ok()).map(|glob| glob.compile_matcher()).collect();
        Self { all: patterns.is_empty(), globs }
    }

    fn cover(&self, text: &str) -> bool {
        self.all || self.globs.iter().any(|glob| glob.is_match(text))
    }
}

impl<'a> Compiled<'a> {
    /// Reads the patterns.
    pub fn new(waiver: &'a Arc<Waiver>) -> Self {
        let scope = &waiver.scope;
        Self {
            waiver,
            rules: Patterns::new(&scope.rules),
            resources: Patterns::new(&scope.resources),
            types: Patterns::new(&scope.types),
            tags: scope.tags.iter().map(|(key, values)| (key, Patterns::new(values))).collect(),
        }
    }

    /// Whether it covers failures of a rule, by its id or a former one, on the type that the rule judges.
    pub fn speaks_of(&self, rule: &RuleInfo) -> bool {
        (rule.judges_any_type() || self.types.cover(rule.resource.as_str())) && names(rule).any(|name| self.rules.cover(name))
    }

    /// Whether it covers this, of whose rule it speaks.
    pub fn holds(&self, evaluation: &Evaluation, inventory: &Inventory) -> Holds {
        let scope = &self.waiver.scope;
        let account = scope.accounts.is_empty() || scope.accounts.contains(&evaluation.account);
        let region = scope.regions.is_empty() || scope.regions.contains(&evaluation.region);
        if !account || !region {
            return Holds::No;
        }
        let resource = evaluation.resource.and_then(|position| inventory.resource(position));
        if evaluation.rule.judges_any_type() {
            let expected = evaluation.subject.as_ref().map(|expected| &expected.resource_type);
            let judged = resource.map(|resource| &resource.resource_type).or(expected);
            if !judged.is_some_and(|judged| self.types.cover(judged.as_str())) {
                return Holds::No;
            }
        }
        match resource {
            None if let Some((id, name)) = evaluation.missing() => {
                // What is not there has no tags.
                let named = self.resources.cover(id.as_str()) || self.resources.cover(name);
                if named && self.tags.is_empty() { Holds::Yes } else { Holds::No }
            }
            Some(resource) if self.resources.cover(resource.id.as_str()) || self.resources.cover(&resource.name) => self.tagged(resource),
            Some(_) => Holds::No,
            // A listing that failed: what it would have shown may be among the resources that are meant.
            None if self.resources.all && self.tags.is_empty() => Holds::Yes,
            None => Holds::Untold(gap_of(evaluation)),
        }
    }

    /// All tags must be there with one of their values; one that is known not to be outranks those that are not known.
    fn tagged(&self, resource: &Resource) -> Holds {
        let mut holds = Holds::Yes;
        for (key, values) in &self.tags {
            let value = if matches!(resource.tags, Value::Gap(_)) { Some(&resource.tags) } else { resource.tags.get(key) };
            match value {
                Some(Value::Str(text)) if values.cover(text) => {}
                Some(Value::Gap(gap)) => holds = Holds::Untold(Arc::clone(gap)),
                Some(_) | None => return Holds::No,
            }
        }
        holds
    }
}

/// Why a verdict is not known.
pub fn gap_of(evaluation: &Evaluation) -> Arc<Gap> {
    evaluation.gap.clone().unwrap_or_else(|| Arc::new(Gap::new(GapKind::Undecidable, "a rule that it speaks of could not be decided")))
}
