//! Whether there is something to show, and what is wrong.

use serde::Serialize;

/// What `/readyz` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Whether a pass has been published, by this process or before it.
    pub ready: bool,
    /// What was wrong with the files at the last reload; none where it was good or there was none.
    pub reload_error: Option<String>,
    /// Why the last pass failed; none where it did not.
    pub audit_error: Option<String>,
}
