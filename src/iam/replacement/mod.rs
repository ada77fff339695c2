//! A narrower policy in place of one that grants more than was used, and the proofs that it may stand there.
//!
//! Nothing is shown that is not proven by the engine that compares policies ([`super::comparison`]): the replacement grants nothing
//! that the policy does not, and it grants everything that was used, and everything of which AWS does not record the use. Only then is
//! there a text, a Terraform resource, a diff and a way back.
//!
//! Three depths, each inside the one before: without the services that were not used; without the actions that are tracked and were not
//! used; and what of that a baseline also grants. Where a depth cannot be proven, the one before it is shown, and why.
//!
//! Decisions:
//! - **Deny statements and conditions stay as they are.** Taking a condition away would widen, adding to a deny could lock out.
//! - **Untracked is not unused**: AWS records fewer than half of the actions ([`evidence`]).
//! - **A wildcard is written only where it matches exactly what is kept**, among the actions of the dated database. What AWS adds later
//!   is not granted by a pattern that was taken apart.

pub mod evidence;
pub mod holders;
mod meet;
mod narrow;
mod pieces;
mod show;
mod text;
mod told;

#[cfg(test)]
mod tests;

use super::actions::Database;
use super::comparison::{self, Comparison, Kind};
use super::document::Document;
use evidence::Evidence;

pub use narrow::Open;
pub use pieces::{Owner, Place};
pub use show::Undo;
pub use text::json;
pub use told::as_json;

/// How much is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Services that were not used.
    Services,
    /// Tracked actions that were not used, too.
    Actions,
    /// What a baseline does not grant, too.
    Baseline,
}

impl Depth {
    /// Its name in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Actions => "actions",
            Self::Baseline => "baseline",
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The policy as it is.
    pub current: &'a Document,
    /// Where it is.
    pub place: &'a Place,
    /// What was used of it.
    pub evidence: &'a Evidence,
    /// What it may grant at most, where somebody wrote that down.
    pub baseline: Option<&'a Document>,
    /// How much to take away at most.
    pub depth: Depth,
    /// The actions of AWS.
    pub database: &'a Database,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The replacement; none where there is nothing to take away, or nothing was proven.
    pub replacement: Option<Replacement>,
    /// Why there is none, or not at the depth that was asked for; empty where there is.
    pub reasons: Vec<String>,
    /// Whether all that was tried was proven: then no replacement means that nothing is to be taken away.
    pub proven: bool,
}

/// A narrower policy that is proven.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The depth that was reached.
    pub depth: Depth,
    /// The documents: one, or as many as the quota asks for.
    pub documents: Vec<Document>,
    /// Whether they no longer fit where the policy was, and have to be managed policies.
    pub moved: bool,
    /// Characters of each document without white space.
    pub sizes: Vec<usize>,
    /// The most that one may have.
    pub quota: usize,
    /// Patterns of the actions that are taken away.
    pub removed: Vec<String>,
    /// Patterns of the actions that stay only because nobody records their use.
    pub untracked: Vec<String>,
    /// Statements that still allow on everything what could be allowed on some things.
    pub open: Vec<Open>,
    /// The proofs: that it grants no more than the policy does.
    pub within_current: Comparison,
    /// That it grants all that was used, and what of the untracked it must.
    pub keeps_use: Comparison,
    /// That it grants no more than the baseline; none without one.
    pub within_baseline: Option<Comparison>,
    /// As Terraform resources.
    pub terraform: String,
    /// What changes, line by line.
    pub diff: String,
    /// How to put the policy back.
    pub undo: Undo,
}

/// The narrowest policy up to the depth that is asked for, of which all is proven.
pub fn propose(request: &Request<'_>) -> Proposal {
    let mut proposal = Proposal { replacement: None, reasons: Vec::new(), proven: true };
    for depth in [Depth::Baseline, Depth::Actions, Depth::Services] {
        if depth > request.depth || (depth == Depth::Baseline && request.baseline.is_none()) {
            continue;
        }
        match at_depth(request, depth) {
            Ok(found) => {
                proposal.replacement = found;
                return proposal;
            }
            Err(why) => {
                proposal.reasons.push(format!("{}: {why}", depth.as_str()));
                proposal.proven = false;
            }
        }
    }
    proposal
}

/// What is proven at one depth: a replacement, or that the policy is as narrow already.
fn at_depth(request: &Request<'_>, depth: Depth) -> Result<Option<Replacement>, String> {
    let narrowed = narrow::narrow(request.current, request.evidence, depth.min(Depth::Actions), request.database);
    let (document, baseline) = match request.baseline.filter(|_| depth == Depth::Baseline) {
        None => (narrowed.document, None),
        Some(baseline) => (meet::meet(&narrowed.document, baseline, request.database), Some(baseline)),
    };
    let needed = narrow::needed(request.current, request.evidence, request.database);
    let within_current = proven(comparison::compare(request.current, &document, Kind::Identity), "that it grants no more than now")?;
    let keeps_use = match baseline {
        None => comparison::compare(&document, &needed, Kind::Identity),
        Some(baseline) => comparison::compare_within(&document, &needed, baseline),
    };
    let keeps_use = proven(keeps_use, "that it grants what was used or is not tracked")?;
    let within_baseline = match baseline {
        None => None,
        Some(baseline) => {
            let used = request.evidence.used_names();
            let granted = |document: &Document, name: &str| document.allows().any(|statement| statement.covers_action(name));
            if let Some(lost) = used.iter().find(|name| granted(request.current, name) && !granted(&document, name)) {
                return Err(format!("{lost} was used, and the baseline does not grant it"));
            }
            Some(proven(comparison::compare(baseline, &document, Kind::Identity), "that it grants no more than the baseline")?)
        }
    };
    // What grants the same is no replacement, however it is written.
    if comparison::compare(&document, request.current, Kind::Identity) == Comparison::NoNewAccess {
        return Ok(None);
    }
    let removed = narrow::removed(request.current, &document, request.database);
    let cut = pieces::cut(document, request.place).ok_or("one statement by itself is larger than a policy may be")?;
    // What is attached is the pieces, so that they are what is proven.
    let whole = Document {
        version: request.current.version,
        id: None,
        statements: cut.documents.iter().flat_map(|piece| piece.statements.clone()).collect(),
    };
    if cut.documents.len() > 1 {
        proven(comparison::compare(request.current, &whole, Kind::Identity), "that its parts grant no more than now")?;
        let kept = match baseline {
            None => comparison::compare(&whole, &needed, Kind::Identity),
            Some(baseline) => comparison::compare_within(&whole, &needed, baseline),
        };
        proven(kept, "that its parts grant what was used or is not tracked")?;
    }
    Ok(Some(Replacement {
        depth,
        removed,
        untracked: narrow::untracked(&whole, request.evidence, request.database),
        open: narrow::open(&whole, request.database),
        within_current,
        keeps_use,
        within_baseline,
        terraform: show::terraform(&cut, request.place),
        diff: show::diff(request.current, &cut, request.place),
        undo: show::undo(request.current, &cut, request.place),
        sizes: cut.documents.iter().map(text::size).collect(),
        quota: cut.quota,
        moved: cut.moved,
        documents: cut.documents,
    }))
}

fn proven(comparison: Comparison, what: &str) -> Result<Comparison, String> {
    match comparison {
        Comparison::NoNewAccess => Ok(Comparison::NoNewAccess),
        Comparison::NewAccess { witness, .. } => Err(format!("{what} is refuted by {} on {}", witness.action, witness.resource)),
        Comparison::Unknown(why) => Err(format!("{what} is not proven: {why}")),
    }
}
