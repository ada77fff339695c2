//! Grants that are wide by themselves: everything, whole services, all but something, the passing of any role.

use super::{document, finding, open_resource, resource_text, texts};
use crate::iam::document::{ActionPattern, ResourcePattern, Selection, Statement};
use crate::model::{Gap, Value};

/// Statements that allow every action on every resource.
pub(crate) fn admin_statements(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let found = document.allows().filter_map(|statement| {
        let Selection::Only(actions) = &statement.actions else { return None };
        let action = actions.iter().find(|action| action.is_everything())?;
        let resource = open_resource(statement)?;
        Some(finding(statement, [("action", Value::Str(action.0.clone())), ("resource", Value::Str(resource.0.clone()))]))
    });
    Ok(Value::List(found.collect()))
}

/// Services all of whose actions a statement allows: `dynamodb` of `dynamodb:*`. `*` itself is [`admin_statements`]' affair.
pub(crate) fn service_wildcards(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let mut found = thin_vec::ThinVec::new();
    for statement in document.allows() {
        let Selection::Only(actions) = &statement.actions else { continue };
        for action in actions {
            if let Some(service) = action.whole_service() {
                let own = [
                    ("service", Value::str(service.to_ascii_lowercase())),
                    ("action", Value::Str(action.0.clone())),
                    ("resource", resource_text(statement)),
                    ("on_everything", Value::Bool(open_resource(statement).is_some())),
                ];
                found.push(finding(statement, own));
            }
        }
    }
    Ok(Value::List(found))
}

/// Statements that allow all actions but some.
pub(crate) fn not_action_allows(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let found = document.allows().filter_map(|statement| {
        let Selection::AllBut(actions) = &statement.actions else { return None };
        let own = [
            ("actions", texts(actions)),
            ("resource", resource_text(statement)),
            ("on_everything", Value::Bool(open_resource(statement).is_some())),
        ];
        Some(finding(statement, own))
    });
    Ok(Value::List(found.collect()))
}

/// Statements that allow on all resources but some.
pub(crate) fn not_resource_allows(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let found = document.allows().filter_map(|statement| {
        let Some(Selection::AllBut(resources)) = &statement.resources else { return None };
        Some(finding(statement, [("resources", texts(resources)), ("action", Value::str(action_text(statement)))]))
    });
    Ok(Value::List(found.collect()))
}

/// Statements that allow passing any role: on everything, on every role, or on all but some resources.
pub(crate) fn pass_role_on_star(arguments: &[Value]) -> Result<Value, Gap> {
    on_all(arguments, &["iam:PassRole"], ResourcePattern::is_every_role, "iam:PassedToService")
}

/// Statements that allow decrypting with every key of an account. AWS counts `kms:Decrypt` and `kms:ReEncryptFrom`.
pub(crate) fn kms_decrypt_on_all_keys(arguments: &[Value]) -> Result<Value, Gap> {
    on_all(arguments, &["kms:Decrypt", "kms:ReEncryptFrom"], ResourcePattern::is_every_key, "kms:ViaService")
}

/// Statements that allow one of the actions on all resources of their kind. `limited_by` is the condition key that says
/// which service may make use of it.
fn on_all(arguments: &[Value], actions: &[&str], all: fn(&ResourcePattern) -> bool, limited_by: &str) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let found = document.allows().filter_map(|statement| {
        let action = actions.iter().find(|action| statement.covers_action(action))?;
        let open = match statement.resources.as_ref()? {
            Selection::Only(listed) => listed.iter().any(all),
            // All but everything is nothing.
            Selection::AllBut(listed) => !listed.iter().any(all),
        };
        let limited = statement.conditions.iter().any(|condition| {
            condition
                .demands(limited_by)
                .is_some_and(|values| !values.is_empty() && !values.iter().any(|value| value.starts_with(['*', '?'])))
        });
        let own = [
            ("action", Value::str(granting(statement, action))),
            ("resource", resource_text(statement)),
            ("service_limited", Value::Bool(limited)),
        ];
        open.then(|| finding(statement, own))
    });
    Ok(Value::List(found.collect()))
}

/// The pattern by which a statement covers an action.
pub(super) fn granting(statement: &Statement, action: &str) -> String {
    match &statement.actions {
        Selection::Only(listed) => listed.iter().find(|pattern| pattern.matches(action)).map_or_else(String::new, ToString::to_string),
        Selection::AllBut(_) => action_text(statement),
    }
}

fn action_text(statement: &Statement) -> String {
    let (not, listed): (&str, &[ActionPattern]) = match &statement.actions {
        Selection::Only(listed) => ("", listed),
        Selection::AllBut(listed) => ("all but ", listed),
    };
    let shown: Vec<&str> = listed.iter().take(3).map(|action| action.0.as_str()).collect();
    let more = if listed.len() > shown.len() { format!(" and {} more", listed.len() - shown.len()) } else { String::new() };
    format!("{not}{}{more}", shown.join(", "))
}
