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
enum Holds {
    Yes,
    No,
    Untold(Arc<Gap>),
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
        let Environment { accounts, regions, .. } = self.environment;
        let account = accounts.is_empty() || accounts.contains(&resource.account);
        let region = regions.is_empty() || resource.region.is_global() || regions.contains(&resource.region);
        let named = || if self.names.is_empty() { Holds::Yes } else { Pattern::any(&self.names, &resource.name) };
        let tagged = || self.tags.iter().fold(Holds::Yes, |holds, (key, values)| holds.and(|| tag_holds(resource, key, values)));
        Holds::of(account && region).and(named).and(tagged)
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
