//! Why something is not known, as one plain sentence: what, which call, and the permission that would mend it.

use crate::model::{Gap, GapKind};

/// The sentence, without the resource's name before it. `what` is what could not be read: a path, a list.
pub fn sentence(gap: &Gap, what: &str) -> String {
    let call = gap.call.as_ref().map(crate::model::CallId::as_str);
    match (gap.kind, call) {
        (GapKind::Denied, Some(call)) => {
            let missing = gap.permission.as_ref().map(|permission| format!("; grant {permission}")).unwrap_or_default();
            format!("{what} could not be read: AWS denied {call}{missing}")
        }
        (GapKind::Denied, None) => format!("{what} could not be read: {}", gap.detail),
        (GapKind::Throttled, Some(call)) => format!("{what} could not be read: {call} was throttled until the retries ended"),
        (GapKind::Unreachable, Some(call)) => format!("{what} could not be read: {call} got no answer ({})", gap.detail),
        (GapKind::Broken, Some(call)) => format!("{what} could not be read: {call} gave an answer that makes no sense ({})", gap.detail),
        (GapKind::Throttled | GapKind::Unreachable | GapKind::Broken, None) => format!("{what} could not be read: {}", gap.detail),
        (GapKind::NotEnabled, Some(call)) => format!("{what} could not be read: {call} is not enabled for the account or region"),
        (GapKind::NotRecorded, Some(call)) => format!("{what} was not recorded: {call} was not asked"),
        (GapKind::NotRecorded, None) => format!("{what} was not recorded"),
        (GapKind::KnownAfterApply, _) => format!("{what} is known only after the plan was applied"),
        // These name what they speak of themselves.
        (GapKind::Absent, _) => gap.detail.to_string(),
        (GapKind::NotEnabled, None) | (GapKind::StepLimit | GapKind::Failed | GapKind::Price | GapKind::Undecidable, _) => {
            gap.detail.to_string()
        }
    }
}
