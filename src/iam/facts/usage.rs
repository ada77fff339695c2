//! What rules ask of the use of permissions: what was not used, and the narrower policy that could stand in its place.

use super::verdicts::{Answer, kept};
use super::{argument, document, undecidable};
use crate::iam::actions::Database;
use crate::iam::replacement::evidence::Evidence;
use crate::iam::replacement::{Depth, Place, Request, as_json, propose};
use crate::model::{Interner, Value};

#[cfg(test)]
#[path = "usage_tests.rs"]
mod tests;

/// Services and tracked actions that were not used.
pub(crate) fn unused(arguments: &[Value]) -> Answer {
    let evidence = evidence(argument(arguments, 0)?)?;
    let row = |service: &str, action: &str, verdict: &'static str| {
        let entries = [("action", Value::str(action)), ("service", Value::str(service)), ("verdict", Value::str(verdict))];
        Value::map(entries.map(|(key, value)| (key.into(), value)), &super::SHAPES)
    };
    let services = evidence.unused_services().into_iter().map(|service| row(&service, "", "service_unused"));
    let actions = evidence.unused_actions();
    let actions = actions.iter().filter_map(|name| name.split_once(':')).map(|(service, action)| row(service, action, "unused"));
    Ok(Value::List(services.chain(actions).collect()))
}

/// A narrower policy of this name, by last-accessed data, a baseline, or both; null where none is proven.
pub(crate) fn replacement(arguments: &[Value]) -> Answer {
    let name = argument(arguments, 0)?.as_str().ok_or_else(|| undecidable("iam.replacement takes a name, and then documents"))?;
    let current = document(arguments.get(1..).unwrap_or_default())?;
    let accessed = match argument(arguments, 2)? {
        Value::Null => Evidence::nothing(),
        given => evidence(given)?,
    };
    let baseline = match argument(arguments, 3)? {
        Value::Null => None,
        _ => Some(document(arguments.get(3..).unwrap_or_default())?),
    };
    kept("iam.replacement", arguments, || {
        let proposal = propose(&Request {
            current: &current,
            place: &Place::File { name: name.to_owned() },
            evidence: &accessed,
            baseline: baseline.as_ref(),
            depth: Depth::Baseline,
            database: Database::embedded(),
        });
        let Some(found) = proposal.replacement else { return Ok(Value::Null) };
        let mut json = as_json(&found);
        json["policy"] = name.into();
        Ok(Value::from_json(&json, &Interner::new()))
    })
}

fn evidence(value: &Value) -> Result<Evidence, crate::model::Gap> {
    Evidence::read(value).map_err(|fault| undecidable(format!("the last-accessed data cannot be read: {fault}")))
}
