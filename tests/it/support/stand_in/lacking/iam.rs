//! IAM: what an organisation manages centrally.

use super::super::wire::{Call, Reply};

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "ListOrganizationsFeatures" => Some(Reply::error(400, "OrganizationNotFoundException", "the account is in no organization")),
        _ => None,
    }
}
