//! Whether a statement reaches the items of one tenant only: the row-level pattern on `dynamodb:LeadingKeys`.

use super::grants::granting;
use super::{document, finding, resource_text};
use crate::iam::document::{Condition, Quantifier, Statement};
use crate::model::{Gap, Value};

const LEADING_KEYS: &str = "dynamodb:LeadingKeys";

/// What reads or writes items of a table. A scan, a stream and an export know no leading keys: they are held back by the
/// guard alone.
const ITEM_ACTIONS: [&str; 15] = [
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
    "dynamodb:GetRecords",
    "dynamodb:ExportTableToPointInTime",
];

/// Statements that allow reading or writing items. `leading_keys` says that `ForAllValues:StringEquals` binds every partition
/// key that a request names to a value that is not open; `guarded` that a request which names none is refused:
/// `ForAllValues` is true of no keys at all, so that without the guard a scan reads every tenant.
pub(crate) fn item_access(arguments: &[Value]) -> Result<Value, Gap> {
    let document = document(arguments)?;
    let found = document.allows().filter_map(|statement| {
        let action = ITEM_ACTIONS.iter().find(|action| statement.covers_action(action))?;
        let own = [
            ("action", Value::str(granting(statement, action))),
            ("resource", resource_text(statement)),
            ("leading_keys", Value::Bool(statement.conditions.iter().any(binds_keys))),
            ("guarded", Value::Bool(is_guarded(statement))),
        ];
        Some(finding(statement, own))
    });
    Ok(Value::List(found.collect()))
}

fn binds_keys(condition: &Condition) -> bool {
    let operator = &condition.operator;
    let exact = operator.name.eq_ignore_ascii_case("StringEquals");
    let like = operator.name.eq_ignore_ascii_case("StringLike");
    condition.is_on(LEADING_KEYS)
        && operator.quantifier == Some(Quantifier::ForAllValues)
        && (exact || like)
        && !condition.values.is_empty()
        && condition.values.iter().all(|value| exact || is_one_tenants(value))
}

/// Whether a pattern names one tenant: what its first wildcard follows must end the tenant's own part, or one tenant's
/// name would begin another's.
fn is_one_tenants(pattern: &str) -> bool {
    let end = pattern.find(['*', '?']).unwrap_or(pattern.len());
    end == pattern.len() || pattern.get(..end).is_some_and(|before| before.ends_with(['#', '/', '|', ':']) && before.len() > 1)
}

/// Whether a condition demands that the key is there. `IfExists` on it would take the demand back.
fn is_guarded(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        condition.is_on(LEADING_KEYS)
            && condition.operator.name.eq_ignore_ascii_case("Null")
            && !condition.values.is_empty()
            && condition.values.iter().all(|value| value.eq_ignore_ascii_case("false"))
    })
}
