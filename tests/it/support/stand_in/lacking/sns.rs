//! SNS: data protection of topics.

use super::super::wire::{Call, Reply};

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "GetDataProtectionPolicy" => Some(Reply::Xml(String::new())),
        _ => None,
    }
}
