//! All that one policy grants and another does not, part by part: what a policy lacks of a need, and what it has beyond one.
//!
//! A comparison ends at the first request that it finds. Here each statement is taken apart into one action pattern on one resource
//! pattern, each is compared by itself, and so the list is whole: every part with new access is on it, each with a request.

use super::{Comparison, Kind, compare};
use crate::iam::document::{Document, Effect, Selection, Statement};
use crate::iam::evaluation::Request;

/// Most parts that one statement is taken apart into; beyond that it is compared whole.
const MOST_PARTS: usize = 400;

/// One part of a policy that grants more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The statement, from zero.
    pub statement_index: usize,
    /// The statement's label.
    pub statement: String,
    /// A request that only it allows.
    pub witness: Request,
}

/// Every part of `new` that allows what `existing` does not; none is proven.
///
/// # Errors
/// Why it cannot be told of a part, where no other one is known to grant more.
pub fn beyond(existing: &Document, new: &Document) -> Result<Vec<Beyond>, String> {
    let named = [existing, new].iter().any(|document| document.statements.iter().any(|statement| statement.principals.is_some()));
    let kind = if named { Kind::Resource } else { Kind::Identity };
    let denies: Vec<Statement> = new.statements.iter().filter(|statement| statement.effect == Effect::Deny).cloned().collect();
    let (mut found, mut doubt) = (Vec::new(), None);
    for statement in new.allows() {
        for part in parts(statement) {
            let statements = std::iter::once(part).chain(denies.iter().cloned()).collect();
            match compare(existing, &Document { version: new.version, id: None, statements }, kind) {
                Comparison::NoNewAccess => {}
                Comparison::NewAccess { witness, .. } => {
                    found.push(Beyond { statement_index: statement.index, statement: statement.label().to_string(), witness: *witness });
                }
                Comparison::Unknown(why) => doubt = Some(why),
            }
        }
    }
    match doubt {
        Some(why) if found.is_empty() => Err(why),
        _ => Ok(found),
    }
}

fn parts(statement: &Statement) -> Vec<Statement> {
    let Selection::Only(actions) = &statement.actions else { return vec![statement.clone()] };
    let resources: Vec<Option<Selection<_>>> = match &statement.resources {
        Some(Selection::Only(listed)) => listed.iter().map(|one| Some(Selection::Only(vec![one.clone()]))).collect(),
        other => vec![other.clone()],
    };
    if actions.len().saturating_mul(resources.len()) > MOST_PARTS {
        return vec![statement.clone()];
    }
    let of = |action: &_, resources: &Option<Selection<_>>| Statement {
        actions: Selection::Only(vec![Clone::clone(action)]),
        resources: resources.clone(),
        ..statement.clone()
    };
    actions.iter().flat_map(|action| resources.iter().map(|resources| of(action, resources)).collect::<Vec<_>>()).collect()
}
