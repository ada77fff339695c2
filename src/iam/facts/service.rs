//! Whether a resource policy lets an AWS service act for a named source: what an API needs to invoke a function.
//!
//! A source is known down to what it calls for, apart from one part that the question leaves open: API Gateway names
//! `<api>/<stage>/<verb>/<path>`, and a permission for any of the stages is one. Conditions on anything but the source cannot
//! be decided without a request: where only they stand between service and resource, the answer is a gap.

use super::{argument, document, undecidable};
use crate::iam::document::{Condition, Effect, Principal, Selection, Statement, account_of};
use crate::iam::glob::{self, Case};
use crate::model::{Gap, Value};

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;

/// How far a statement speaks of the call.
enum Reach {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does if a condition holds that nobody can weigh here.
    Perhaps,
}

/// Whether a service may do something for a source: `(document, service, action, source)`, the source an ARN whose
/// second part is open where it is written `*`.
pub(crate) fn service_may(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let text = |at| argument(arguments, at)?.as_str().ok_or_else(|| undecidable("iam.service_may takes a document and three texts"));
    let (service, action, source) = (text(1)?, text(2)?, text(3)?);
    let (mut allowed, mut allowed_perhaps, mut denied_perhaps) = (false, false, false);
    for statement in &document.statements {
        match (reach(statement, service, action, source), statement.effect) {
            (Reach::Yes, Effect::Deny) => return Ok(Value::Bool(false)),
            (Reach::Yes, Effect::Allow) => allowed = true,
            (Reach::Perhaps, Effect::Allow) => allowed_perhaps = true,
            (Reach::Perhaps, Effect::Deny) => denied_perhaps = true,
            (Reach::No, _) => {}
        }
    }
    if (allowed && denied_perhaps) || (allowed_perhaps && !allowed) {
        return Err(undecidable("whether the policy lets the service act depends on conditions that cannot be weighed"));
    }
    Ok(Value::Bool(allowed))
}

fn reach(statement: &Statement, service: &str, action: &str, source: &str) -> Reach {
    let means = |principal: &Principal| match principal {
        Principal::Anyone => true,
        Principal::Service(name) => name == service,
        Principal::Account(_) | Principal::Arn(_) | Principal::Deleted(_) | Principal::Federated(_) | Principal::CanonicalUser(_) => false,
    };
    let principal = match &statement.principals {
        Some(Selection::Only(listed)) => listed.iter().any(means),
        Some(Selection::AllBut(listed)) => !listed.iter().any(means),
        None => false,
    };
    if !principal || !statement.covers_action(action) {
        return Reach::No;
    }
    let mut reach = Reach::Yes;
    for condition in &statement.conditions {
        match holds(condition, source) {
            Some(true) => {}
            Some(false) => return Reach::No,
            None => reach = Reach::Perhaps,
        }
    }
    reach
}

/// Whether a condition on the source holds; none for any other.
fn holds(condition: &Condition, source: &str) -> Option<bool> {
    if let Some(values) = condition.demands("aws:SourceAccount") {
        let account = account_of(source)?;
        return Some(values.iter().any(|value| glob::matches(value, account, Case::Sensitive)));
    }
    let values = condition.demands("aws:SourceArn")?;
    if values.iter().any(|value| value.contains("${")) {
        return None;
    }
    Some(values.iter().any(|value| glob::matches(value, &at_stage_of(source, value), Case::Sensitive)))
}

/// The source with its open part as the pattern names it.
fn at_stage_of(source: &str, pattern: &str) -> String {
    let named = pattern.split('/').nth(1).filter(|stage| !stage.is_empty() && !stage.contains(['*', '?']));
    let mut parts: Vec<&str> = source.split('/').collect();
    if let Some(open) = parts.get_mut(1).filter(|part| **part == "*") {
        *open = named.unwrap_or("stage");
    }
    parts.join("/")
}
