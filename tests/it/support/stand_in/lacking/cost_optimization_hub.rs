//! Cost Optimization Hub: the emulator has none of it.

use super::super::wire::{Call, Reply};

/// The answer of an account that nobody enrolled.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "ListRecommendations" => Some(Reply::error(400, "AccessDeniedException", "AWS account is not enrolled for recommendations.")),
        _ => None,
    }
}
