//! Actions that are granted on `*` although a policy could name their resources.

use super::{document, finding, open_resource, texts, undecidable};
use crate::iam::actions::Database;
use crate::iam::document::{ActionPattern, Selection};
use crate::model::{Gap, Value};
use std::sync::Arc;

/// How many actions of one pattern are named.
const EXAMPLES: usize = 5;
/// How many patterns of one document are returned: a message must stay readable. Behind the last one a gap stands for the rest.
const FINDINGS: usize = 20;

/// The day of the action database: what is concluded from it holds as of then.
pub(crate) fn actions_date(_arguments: &[Value]) -> Result<Value, Gap> {
    Ok(Value::str(Database::embedded().date().to_string()))
}

/// Patterns by which statements allow, on every resource, actions that the dated database lists with resource types. An
/// allowed action that is unlisted may take resources or not: a gap then ends the list, whatever else was found, since a rule
/// may accept what was found. A gap also stands for what the cap cuts off.
pub(crate) fn wildcard_resource_actions(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let database = Database::embedded();
    let mut found = thin_vec::ThinVec::new();
    let mut rest: Option<Gap> = None;
    for statement in document.allows().filter(|statement| open_resource(statement).is_some()) {
        let all = [ActionPattern(arcstr::literal!("*"))];
        let (patterns, except): (&[ActionPattern], &[ActionPattern]) = match &statement.actions {
            Selection::Only(listed) => (listed, &[]),
            Selection::AllBut(listed) => (&all, listed),
        };
        for pattern in patterns {
            let (mut listed, mut count, mut examples, mut types) = (false, 0_i64, Vec::new(), Vec::new());
            for action in database.expand(&pattern.0) {
                listed = true;
                if !action.takes_resources() || (!except.is_empty() && except.iter().any(|pattern| pattern.matches(&action.to_string()))) {
                    continue;
                }
                count += 1;
                if examples.len() < EXAMPLES {
                    examples.push(action);
                    for ty in action.resource_types().take(EXAMPLES) {
                        if types.len() < EXAMPLES && !types.contains(&ty.name) {
                            types.push(ty.name);
                        }
                    }
                }
            }
            if count > 0 && found.len() == FINDINGS {
                rest.get_or_insert_with(|| undecidable(format!("more than {FINDINGS} patterns are too wide, and no more are told")));
            } else if count > 0 {
                let action = if except.is_empty() { pattern.0.clone() } else { "NotAction".into() };
                let own = [
                    ("action", Value::Str(action)),
                    ("count", Value::Int(count)),
                    ("examples", texts(examples)),
                    ("resource_types", texts(types)),
                ];
                found.push(finding(statement, own));
            } else if !listed {
                rest.get_or_insert_with(|| {
                    undecidable(format!(
                        "the action database of {} does not list {pattern}, so whether it takes resources is not known",
                        database.date()
                    ))
                });
            }
        }
    }
    found.extend(rest.map(|gap| Value::Gap(Arc::new(gap))));
    Ok(Value::List(found))
}
