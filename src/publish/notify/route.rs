//! Which changes a channel is told of. Every condition that is given must hold; patterns are anchored at both ends, so that `prod`
//! does not match `nonprod-x`.

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;

use crate::model::AccountId;
use crate::model::finding::{Change, ChangeKind, FindingStatus};
use crate::model::rule::{Pillar, Severity};
use arcstr::ArcStr;
use globset::GlobMatcher;

/// What is told where the config does not say: what somebody would do something about, and that it is over.
pub const CHANGES: [ChangeKind; 5] =
    [ChangeKind::Opened, ChangeKind::Resolved, ChangeKind::Reopened, ChangeKind::Waived, ChangeKind::WaiverEnded];

/// The conditions of a channel.
#[derive(Clone, Debug)]
pub struct Route {
    /// Any of these; empty for all.
    pub pillars: Vec<Pillar>,
    /// At least as bad.
    pub severity: Severity,
    /// Any of these kinds of change.
    pub changes: Vec<ChangeKind>,
    /// Any of these owners; what has none matches only where nobody is asked for.
    pub owners: Patterns,
    /// Any of these accounts.
    pub accounts: Patterns,
    /// Any of these rules.
    pub rules: Patterns,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            pillars: Vec::new(),
            severity: Severity::Info,
            changes: CHANGES.to_vec(),
            owners: Patterns::default(),
            accounts: Patterns::default(),
            rules: Patterns::default(),
        }
    }
}

/// Globs of which any may match; none at all match everything.
#[derive(Clone, Debug, Default)]
pub struct Patterns(Vec<GlobMatcher>);

impl Patterns {
    /// Compiles them.
    ///
    /// # Errors
    /// The position of each that is no pattern, with the reason.
    pub fn new(globs: &[ArcStr]) -> Result<Self, Vec<(usize, String)>> {
        let (mut matchers, mut wrong) = (Vec::new(), Vec::new());
        for (position, glob) in globs.iter().enumerate() {
            match globset::Glob::new(glob) {
                Ok(glob) => matchers.push(glob.compile_matcher()),
                Err(error) => wrong.push((position, error.kind().to_string())),
            }
        }
        if wrong.is_empty() { Ok(Self(matchers)) } else { Err(wrong) }
    }

    /// Whether any matches the whole text. What is not known matches only where nothing is asked.
    pub fn take(&self, text: Option<&str>) -> bool {
        self.0.is_empty() || text.is_some_and(|text| self.0.iter().any(|glob| glob.is_match(text)))
    }
}

impl Route {
    /// With changes of this account alone.
    #[must_use]
    pub fn only_account(self, account: &AccountId) -> Self {
        let glob = globset::Glob::new(&globset::escape(account.as_str())).map(|glob| glob.compile_matcher());
        Self { accounts: Patterns(glob.into_iter().collect()), ..self }
    }

    /// Whether the channel is told of it. That something was merely seen again is told to nobody.
    pub fn takes(&self, change: &Change) -> bool {
        let finding = &change.finding;
        // Somebody took the responsibility before it was seen first: that is no alarm.
        let kind = match (change.kind, finding.status) {
            (ChangeKind::Opened | ChangeKind::Reopened, FindingStatus::Waived) => ChangeKind::Waived,
            (kind, _) => kind,
        };
        kind != ChangeKind::Seen
            && self.changes.contains(&kind)
            && finding.severity >= self.severity
            && (self.pillars.is_empty() || self.pillars.contains(&finding.pillar))
            && self.owners.take(finding.owner.as_deref())
            && self.accounts.take(Some(finding.account.as_str()))
            && self.rules.take(Some(finding.rule.as_str()))
    }
}
