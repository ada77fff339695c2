//! Something that must not be seen: a webhook's address, the key of its signature, a password.

use arcstr::ArcStr;

/// A secret. Debug output does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(ArcStr);

impl Secret {
    /// Wraps the secret.
    pub fn new(secret: impl Into<ArcStr>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text without the secret, should somebody have put it there: an answer that repeats what it was asked.
    pub fn blot(&self, text: &str) -> String {
        if self.0.len() < 4 { text.to_owned() } else { text.replace(self.0.as_str(), "…") }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
