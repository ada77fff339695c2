//! Patterns of actions and of resources, as written.
//!
//! Kept as text and matched by glob. The two models of an ARN pattern (does a `*` that ends a segment cross the colon?)
//! come with the engine that needs them; what is asked of resources here, "is this everything?", both answer alike.

use crate::iam::glob::{self, Case};
use arcstr::ArcStr;

/// `dynamodb:Get*`, or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionPattern(pub ArcStr);

/// `arn:aws:s3:::bucket/*`, or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePattern(pub ArcStr);

impl ActionPattern {
    /// Whether it matches an action, given as `iam:PassRole`. Case is indifferent.
    pub fn matches(&self, action: &str) -> bool {
        glob::matches(&self.0, action, Case::Insensitive)
    }

    /// Whether it matches every action: `*`, `*:*`.
    pub fn is_everything(&self) -> bool {
        match self.0.split_once(':') {
            None => glob::is_everything(&self.0),
            Some((service, name)) => glob::is_everything(service) && glob::is_everything(name),
        }
    }

    /// The services all of whose actions it matches: `dynamodb` of `dynamodb:*`. None for a pattern of some actions, and
    /// for one of every service.
    pub fn whole_service(&self) -> Option<&str> {
        let (service, name) = self.0.split_once(':')?;
        (glob::is_everything(name) && !glob::is_everything(service)).then_some(service)
    }

    /// Whether it has a wildcard.
    pub fn is_glob(&self) -> bool {
        self.0.contains(['*', '?'])
    }

    /// Why it can never match, if so.
    pub(super) fn futile(&self) -> Option<&'static str> {
        if self.0.contains(char::is_whitespace) {
            Some("holds white space and matches nothing")
        } else if !self.0.contains(':') && !glob::is_everything(&self.0) {
            Some("names no service and matches nothing")
        } else {
            None
        }
    }
}

impl ResourcePattern {
    /// Whether it matches every resource: `*`, or an ARN all of whose six parts are open (the partition may be named).
    pub fn is_everything(&self) -> bool {
        if glob::is_everything(&self.0) {
            return true;
        }
        let mut parts = self.0.splitn(6, ':');
        let scheme = parts.next();
        let partition = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        scheme == Some("arn")
            && (partition.starts_with("aws") || is_open(partition))
            && rest.iter().all(|part| is_open(part))
            // `arn:aws:*` and the like: the last star takes the parts that are not written.
            && (rest.len() == 4 || rest.last().is_some_and(|part| part.contains('*')) || (rest.is_empty() && partition.ends_with('*')))
    }

    /// Whether it matches a role of any name in at least one account: `arn:aws:iam::*:role/*`.
    pub fn is_every_role(&self) -> bool {
        self.is_everything() || {
            let parts: Vec<&str> = self.0.splitn(6, ':').collect();
            match parts.as_slice() {
                ["arn", _, service, region, _, name] => {
                    glob::matches(service, "iam", Case::Sensitive) && (region.is_empty() || is_open(region)) && covers_every("role/", name)
                }
                _ => false,
            }
        }
    }

    /// Whether it matches every key of KMS in at least one account and region.
    pub fn is_every_key(&self) -> bool {
        self.is_everything() || {
            let parts: Vec<&str> = self.0.splitn(6, ':').collect();
            match parts.as_slice() {
                ["arn", _, service, _, _, name] => glob::matches(service, "kms", Case::Sensitive) && covers_every("key/", name),
                _ => false,
            }
        }
    }
}

/// Whether a part of an ARN is left open.
fn is_open(part: &str) -> bool {
    glob::is_everything(part)
}

/// Whether the last part of an ARN matches every name under a prefix: `role/*`, `role*`, `r*`, `*`. One star at the end does;
/// what stands before it must itself begin the prefix.
fn covers_every(prefix: &str, name: &str) -> bool {
    match name.trim_end_matches('*') {
        stem if stem.len() == name.len() => false,
        stem => prefix.starts_with(stem) || is_open(name) || (stem.contains('*') && glob::matches(stem, prefix, Case::Sensitive)),
    }
}

impl std::fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl std::fmt::Display for ResourcePattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
