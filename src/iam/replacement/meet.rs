//! What two policies both allow, as a policy: each statement of one with each of the other.
//!
//! Resources meet where one pattern covers the other: the narrower stays. Where two overlap and neither covers the other the meeting is
//! no pattern, and is left out; the proof that the result keeps what it must then fails, and says so.

use crate::iam::actions::{Database, reduce};
use crate::iam::document::{ActionPattern, Condition, Document, Effect, ResourcePattern, Selection, Statement, Version};
use crate::iam::glob::{self, Case};
use std::collections::BTreeSet;

/// The meeting of two documents. What either denies stays denied.
pub fn meet(policy: &Document, baseline: &Document, database: &Database) -> Document {
    let mut statements: Vec<Statement> = Vec::new();
    for own in policy.allows() {
        for wide in baseline.allows() {
            let one = both(own, wide, database);
            let known = |one: &Statement| {
                statements
                    .iter()
                    .any(|known| known.actions == one.actions && known.resources == one.resources && known.conditions == one.conditions)
            };
            statements.extend(one.filter(|one| !known(one)));
        }
    }
    for deny in policy.statements.iter().chain(&baseline.statements).filter(|statement| statement.effect == Effect::Deny) {
        if !statements.iter().any(|known| Statement { index: 0, ..known.clone() } == Statement { index: 0, ..deny.clone() }) {
            statements.push(deny.clone());
        }
    }
    let mut sids = BTreeSet::new();
    for (index, statement) in statements.iter_mut().enumerate() {
        statement.index = index;
        // Each part of a statement that fell into several would have its name, and names must differ.
        if statement.sid.as_ref().is_some_and(|sid| !sids.insert(sid.clone())) {
            statement.sid = None;
        }
    }
    // Variables are plain text in the older version; that a text with one means something else now is for the proofs to find.
    let version = if policy.version == baseline.version { policy.version } else { Version::V2012 };
    Document { version, id: policy.id.clone(), statements }
}

fn both(own: &Statement, wide: &Statement, database: &Database) -> Option<Statement> {
    let actions = actions(own, wide, database)?;
    let resources = resources(own.resources.as_ref()?, wide.resources.as_ref()?)?;
    let conditions = conditions(&own.conditions, &wide.conditions)?;
    Some(Statement {
        index: 0,
        sid: own.sid.clone(),
        effect: Effect::Allow,
        principals: None,
        actions,
        resources: Some(resources),
        conditions,
    })
}

fn actions(own: &Statement, wide: &Statement, database: &Database) -> Option<Selection<ActionPattern>> {
    if let (Selection::AllBut(a), Selection::AllBut(b)) = (&own.actions, &wide.actions) {
        let mut all = a.clone();
        all.extend(b.iter().filter(|pattern| !a.contains(pattern)).cloned());
        return Some(Selection::AllBut(all));
    }
    let mut kept: Vec<ActionPattern> = Vec::new();
    let mut parts: BTreeSet<String> = BTreeSet::new();
    for (from, other) in [(own, wide), (wide, own)] {
        let Selection::Only(listed) = &from.actions else { continue };
        for pattern in listed {
            if covers_pattern(other, &pattern.0) {
                if !kept.contains(pattern) {
                    kept.push(pattern.clone());
                }
            } else {
                parts.extend(database.expand(&pattern.0).map(|action| action.to_string()).filter(|name| other.covers_action(name)));
            }
        }
    }
    // What both write is in both loops; a pattern of one that is inside another's says nothing more.
    let all = kept.clone();
    kept.retain(|one| !all.iter().any(|wide| wide != one && !same(wide, one) && glob::matches(&wide.0, &one.0, Case::Insensitive)));
    parts.retain(|name| !kept.iter().any(|pattern| pattern.matches(name)));
    kept.extend(reduce(database, parts.iter().map(String::as_str)).into_iter().map(|pattern| ActionPattern(pattern.into())));
    (!kept.is_empty()).then_some(Selection::Only(kept))
}

fn same(a: &ActionPattern, b: &ActionPattern) -> bool {
    a.0.eq_ignore_ascii_case(&b.0)
}

/// Whether a statement covers all that a pattern matches; no where that is not to be seen at once.
fn covers_pattern(statement: &Statement, pattern: &str) -> bool {
    match &statement.actions {
        Selection::Only(listed) => listed.iter().any(|wide| glob::matches(&wide.0, pattern, Case::Insensitive)),
        Selection::AllBut(listed) => !pattern.contains(['*', '?']) && !listed.iter().any(|one| one.matches(pattern)),
    }
}

fn resources(own: &Selection<ResourcePattern>, wide: &Selection<ResourcePattern>) -> Option<Selection<ResourcePattern>> {
    match (own, wide) {
        (Selection::Only(own), Selection::Only(wide)) => {
            let mut kept: Vec<ResourcePattern> = Vec::new();
            for a in own {
                for b in wide {
                    let narrower = if covers(&b.0, &a.0) {
                        a
                    } else if covers(&a.0, &b.0) {
                        b
                    } else {
                        continue;
                    };
                    if !kept.contains(narrower) {
                        kept.push(narrower.clone());
                    }
                }
            }
            (!kept.is_empty()).then_some(Selection::Only(kept))
        }
        (Selection::AllBut(a), Selection::AllBut(b)) => {
            let mut all = a.clone();
            all.extend(b.iter().filter(|pattern| !a.contains(pattern)).cloned());
            Some(Selection::AllBut(all))
        }
        (Selection::Only(only), Selection::AllBut(excepted)) | (Selection::AllBut(excepted), Selection::Only(only)) => {
            let plain = |pattern: &&ResourcePattern| {
                !pattern.0.contains(['*', '?', '$']) && !excepted.iter().any(|one| glob::matches(&one.0, &pattern.0, Case::Sensitive))
            };
            let kept: Vec<ResourcePattern> = only.iter().filter(plain).cloned().collect();
            (!kept.is_empty()).then_some(Selection::Only(kept))
        }
    }
}

/// Whether one pattern of resources covers another, read as text: a star covers a star, and what this gets wrong the proofs find.
fn covers(wide: &str, narrow: &str) -> bool {
    glob::is_everything(wide) || glob::matches(wide, narrow, Case::Sensitive)
}

/// Both lists of conditions. Two of the same operator on the same key cannot stand side by side in one statement.
fn conditions(own: &[Condition], wide: &[Condition]) -> Option<Vec<Condition>> {
    let mut all = own.to_vec();
    for condition in wide.iter().filter(|condition| !own.contains(condition)) {
        let beside = own.iter().any(|one| one.operator == condition.operator && one.key.eq_ignore_ascii_case(&condition.key));
        if beside {
            return None;
        }
        all.push(condition.clone());
    }
    Some(all)
}
