//! Whether a pass saw all that a waiver speaks of: only then is a waiver without a match unused. Not seen is not gone.

use super::scope::Compiled;
use super::{Look, Seen};
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::{Coverage, Gap, GapKind};
use std::sync::Arc;

/// What this pass did not look at, of what the waiver speaks of; none where it looked at all of it. What it looked at and could
/// not tell is in the verdicts.
pub fn unseen(waiver: &Compiled<'_>, coverage: &Coverage, look: &Look<'_>) -> Option<Arc<Gap>> {
    let scope = &waiver.waiver.scope;
    let why = |detail: String| Some(Arc::new(Gap::new(GapKind::Undecidable, detail)));
    if look.nature == Seen::Declared {
        return why("what is written in files is not all that the waiver speaks of".to_owned());
    }
    if let Some(rule) = look.left_out.iter().find(|rule| waiver.speaks_of(rule)) {
        return why(format!("this audit left out {}, of which the waiver speaks", rule.id));
    }
    if let Some(accounts) = &look.scope.accounts
        && (scope.accounts.is_empty() || !scope.accounts.iter().all(|account| accounts.contains(account)))
    {
        return why("this audit looked at some of the accounts only".to_owned());
    }
    if let Some(regions) = &look.scope.regions
        && (scope.regions.is_empty() || !scope.regions.iter().all(|region| regions.contains(region)))
    {
        return why("this audit looked at some of the regions only".to_owned());
    }
    if let Some(account) = scope.accounts.iter().find(|account| !coverage.rows().any(|row| row.account == **account)) {
        return why(format!("this audit did not look at account {account}, of which the waiver speaks"));
    }
    if let Some(region) = scope.regions.iter().find(|region| !coverage.rows().any(|row| row.region == **region)) {
        return why(format!("this audit did not look at {region}, of which the waiver speaks"));
    }
    let spoken_of = |row: &ScopeRow| {
        (scope.accounts.is_empty() || scope.accounts.contains(&row.account))
            && (scope.regions.is_empty() || scope.regions.contains(&row.region))
            && look.evaluated.iter().any(|rule| rule.resource == row.resource_type && waiver.speaks_of(rule))
    };
    let skipped = coverage.rows().find(|row| {
        let listing = look.catalogue.find(&row.resource_type).and_then(|spec| spec.listing.as_ref());
        // A type without a call that lists it (a file holds none of that kind) is skipped as a whole.
        row.outcome == Outcome::Skipped && listing.is_none_or(|listing| *listing == row.call) && spoken_of(row)
    });
    why(format!("this audit skipped {}, of which the waiver speaks", skipped?.resource_type))
}
