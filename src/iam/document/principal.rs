//! Who a statement speaks of.
//!
//! There are no wildcards inside a principal ARN: only the whole `*` is open. An id such as `AROA…` is what AWS leaves of
//! a principal that was deleted; it matches nobody, and nobody can become it.

use arcstr::ArcStr;

/// One principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// `*`: everybody, with or without an account. `{"AWS": "*"}` is the same.
    Anyone,
    /// A whole account, by its id or its root ARN.
    Account(ArcStr),
    /// A user, role or session, by its ARN.
    Arn(ArcStr),
    /// A deleted user or role: `AIDA…`, `AROA…`.
    Deleted(ArcStr),
    /// An AWS service: `lambda.amazonaws.com`.
    Service(ArcStr),
    /// An identity provider: an ARN or a host name.
    Federated(ArcStr),
    /// A canonical user of S3.
    CanonicalUser(ArcStr),
}

/// The account id in an ARN, where it has one.
pub fn account_of(arn: &str) -> Option<&str> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    is_account(account).then_some(account)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Principal {
    /// The principal of one entry under `AWS`; `None` where it is none that AWS takes.
    pub(super) fn of_aws(text: &ArcStr) -> Option<Self> {
        if *text == "*" {
            Some(Self::Anyone)
        } else if is_account(text) {
            Some(Self::Account(text.clone()))
        } else if let Some(account) = account_of(text).filter(|_| text.ends_with(":root")) {
            Some(Self::Account(account.into()))
        } else if text.starts_with("arn:") {
            Some(Self::Arn(text.clone()))
        } else if text.starts_with("AIDA") || text.starts_with("AROA") || text.starts_with("AGPA") {
            Some(Self::Deleted(text.clone()))
        } else {
            None
        }
    }

    /// The account that it belongs to, where its name says.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Account(account) => Some(account),
            Self::Arn(arn) | Self::Federated(arn) => account_of(arn),
            Self::Anyone | Self::Deleted(_) | Self::Service(_) | Self::CanonicalUser(_) => None,
        }
    }

    /// Why it can never match, if so.
    pub(super) fn futile(&self) -> Option<&'static str> {
        match self {
            Self::Arn(arn) if arn.contains(['*', '?']) => Some("holds a wildcard, which principals do not have, and matches nobody"),
            Self::Deleted(_) => Some("is what is left of a deleted principal and matches nobody"),
            Self::Anyone | Self::Account(_) | Self::Arn(_) | Self::Service(_) | Self::Federated(_) | Self::CanonicalUser(_) => None,
        }
    }
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anyone => f.pad("*"),
            Self::Account(text)
            | Self::Arn(text)
            | Self::Deleted(text)
            | Self::Service(text)
            | Self::Federated(text)
            | Self::CanonicalUser(text) => f.pad(text),
        }
    }
}
