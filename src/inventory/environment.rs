//! Which environment a resource belongs to: the first, in written order, of which every condition holds.
//!
//! Where tags decide and could not be read, the answer is a gap: a resource of production must not be judged by the
//! leniency of `dev` because its tags were denied. A condition that is known not to hold rules an environment out whatever
//! its tags may be; an environment that may hold keeps the later ones from winning.

use crate::model::environment::Environment;
use crate::model::inventory::Known;
use crate::model::{Gap, GapKind, Resource, Value};
use arcstr::ArcStr;
use globset::{Glob, GlobMatcher};
use std::sync::Arc;

/// All environments, their patterns compiled.
pub struct Environments<'a>(Vec<Compiled<'a>>);

struct Compiled<'a> {
    environment: &'a Environment,
    names: Vec<Pattern>,
    tags: Vec<(&'a ArcStr, Vec<Pattern>)>,
}

/// A glob over the whole text: `prod` does not match `nonprod-x`. `*` crosses slashes, which log groups have.
enum Pattern {
    Glob(GlobMatcher),
    /// Not to be understood. The config refuses such a pattern; from elsewhere it decides nothing.
    Broken(Arc<Gap>),
}

/// Whether conditions hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// They do.
    Yes,
    /// At least one does not.
    No,
    /// It cannot be told.
    Untold(Arc<Gap>),
}

/// An environment that was tried for a resource, for whoever asks why the resource belongs where it does.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The environment.
    pub name: ArcStr,
    /// Its conditions.
    pub conditions: Vec<Condition>,
    /// Whether all of them hold.
    pub holds: Holds,
}

/// One condition of an environment, held against a resource.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The key under which it is written: `accounts`, `regions`, `names`, or the tag as in `tags.Environment`.
    pub key: ArcStr,
    /// Any of these.
    pub wanted: Vec<ArcStr>,
    /// What the resource has: text, null where it has no such tag, or a gap.
    pub found: Value,
    /// Whether it holds.
    pub holds: Holds,
}

impl Holds {
    const fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Both: what is known not to hold outranks what is not known.
    fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Untold(gap) => match other() {
                Self::No => Self::No,
                Self::Yes | Self::Untold(_) => Self::Untold(gap),
            },
        }
    }

    /// Either: what is known to hold outranks what is not known.
    fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Untold(gap) => match other() {
                Self::Yes => Self::Yes,
                Self::No | Self::Untold(_) => Self::Untold(gap),
            },
        }
    }
}

impl Pattern {
    fn new(glob: &ArcStr) -> Self {
        match Glob::new(glob) {
            Ok(glob) => Self::Glob(glob.compile_matcher()),
            Err(fault) => Self::Broken(Arc::new(Gap::new(GapKind::Failed, arcstr::format!("{glob:?} is no pattern: {}", fault.kind())))),
        }
    }

    fn holds(&self, text: &str) -> Holds {
        match self {
            Self::Glob(matcher) => Holds::of(matcher.is_match(text)),
            Self::Broken(gap) => Holds::Untold(Arc::clone(gap)),
        }
    }

    fn any(patterns: &[Self], text: &str) -> Holds {
        patterns.iter().fold(Holds::No, |holds, pattern| holds.or(|| pattern.holds(text)))
    }
}

impl<'a> Environments<'a> {
    /// Compiles the patterns.
    pub fn new(environments: &'a [Environment]) -> Self {
        let patterns = |globs: &[ArcStr]| globs.iter().map(Pattern::new).collect();
        let compile = |environment: &'a Environment| Compiled {
            environment,
            names: patterns(&environment.names),
            tags: environment.tags.iter().map(|(key, values)| (key, patterns(values))).collect(),
        };
        Self(environments.iter().map(compile).collect())
    }

    /// The environments up to the one that a resource belongs to, each with what became of its conditions.
    pub fn tried(&self, resource: &Resource) -> Vec<Tried> {
        let mut tried = Vec::new();
        for compiled in &self.0 {
            let (name, holds) = (compiled.environment.name.clone(), compiled.holds(resource));
            let decided = holds != Holds::No;
            tried.push(Tried { name, conditions: compiled.conditions(resource), holds });
            if decided {
                break;
            }
        }
        tried
    }

    /// The environment of a resource.
    pub fn of(&self, resource: &Resource) -> Known<ArcStr> {
        for compiled in &self.0 {
            match compiled.holds(resource) {
                Holds::Yes => return Known::Is(compiled.environment.name.clone()),
                Holds::No => {}
                Holds::Untold(gap) => return Known::Gap(gap),
            }
        }
        Known::None
    }
}

impl Compiled<'_> {
    fn holds(&self, resource: &Resource) -> Holds {
        let named = || if self.names.is_empty() { Holds::Yes } else { Pattern::any(&self.names, &resource.name) };
        let tagged = || self.tags.iter().fold(Holds::Yes, |holds, (key, values)| holds.and(|| tag_holds(resource, key, values)));
        Holds::of(self.in_account(resource) && self.in_region(resource)).and(named).and(tagged)
    }

    fn in_account(&self, resource: &Resource) -> bool {
        self.environment.accounts.is_empty() || self.environment.accounts.contains(&resource.account)
    }

    fn in_region(&self, resource: &Resource) -> bool {
        let regions = &self.environment.regions;
        regions.is_empty() || resource.region.is_global() || regions.contains(&resource.region)
    }

    /// Each condition that is written, on its own.
    fn conditions(&self, resource: &Resource) -> Vec<Condition> {
        let Environment { accounts, regions, names, tags, .. } = self.environment;
        let condition = |key: ArcStr, wanted: Vec<ArcStr>, found: Value, holds: Holds| Condition { key, wanted, found, holds };
        let text = |text: &str| Value::Str(ArcStr::from(text));
        let mut conditions = Vec::new();
        if !accounts.is_empty() {
            let wanted = accounts.iter().map(|account| account.shared().clone()).collect();
            conditions.push(condition("accounts".into(), wanted, text(resource.account.as_str()), Holds::of(self.in_account(resource))));
        }
        if !regions.is_empty() {
            let wanted = regions.iter().map(|region| region.shared().clone()).collect();
            conditions.push(condition("regions".into(), wanted, text(resource.region.as_str()), Holds::of(self.in_region(resource))));
        }
        if !names.is_empty() {
            conditions.push(condition("names".into(), names.clone(), text(&resource.name), Pattern::any(&self.names, &resource.name)));
        }
        for ((key, wanted), (_, patterns)) in tags.iter().zip(&self.tags) {
            let found = match &resource.tags {
                Value::Gap(gap) => Value::Gap(Arc::clone(gap)),
                tags => tags.get(key).cloned().unwrap_or_default(),
            };
            conditions.push(condition(arcstr::format!("tags.{key}"), wanted.clone(), found, tag_holds(resource, key, patterns)));
        }
        conditions
    }
}

fn tag_holds(resource: &Resource, key: &str, values: &[Pattern]) -> Holds {
    if let Value::Gap(gap) = &resource.tags {
        return Holds::Untold(Arc::clone(gap));
    }
    match resource.tags.get(key) {
        Some(Value::Gap(gap)) => Holds::Untold(Arc::clone(gap)),
        Some(Value::Str(text)) => Pattern::any(values, text),
        Some(_) | None => Holds::No,
    }
}
