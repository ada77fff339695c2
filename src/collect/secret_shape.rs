//! What a value that nobody may keep looks like: a key of AWS, a private key, a token. The shape is kept, the value is not.
//!
//! Only shapes that issuers document are told, with their prefix or their frame. Entropy alone would call every digest a
//! secret; what has no frame is left to the rule that reads names.

use regex::RegexSet;
use std::sync::LazyLock;

#[cfg(test)]
mod tests;

/// The shapes and the patterns that frame them.
const SHAPES: &[(&str, &str)] = &[
    ("aws-access-key", r"\b(AKIA|ASIA)[A-Z2-7]{16}\b"),
    ("github-token", r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
    ("jwt", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("private-key", r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----"),
    ("slack-token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("slack-webhook", r"https://hooks\.slack\.com/(services|workflows)/[A-Za-z0-9/]{20,}"),
    ("stripe-key", r"\b[sr]k_(live|test)_[A-Za-z0-9]{16,}"),
    // A password before the host. A reference such as ${PASSWORD} is none.
    ("url-with-password", r"(?i)\b[a-z][a-z0-9+.-]*://[^\s:/?#@]*:[^\s/?#@${}<>*]+@[^\s/]"),
];

static PATTERNS: LazyLock<RegexSet> = LazyLock::new(|| {
    // Written above: a test compiles them.
    RegexSet::new(SHAPES.iter().map(|(_, pattern)| pattern)).unwrap_or_else(|error| panic!("internal error: a shape: {error}"))
});

/// The shape of a value, where it is that of a secret; the first in the order of their names.
pub fn of(value: &str) -> Option<&'static str> {
    let first = PATTERNS.matches(value).into_iter().next()?;
    SHAPES.get(first).map(|(shape, _)| *shape)
}
