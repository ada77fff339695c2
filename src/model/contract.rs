//! Contracts, as far as more than one stage must know of them: the ids of the rules that they yield, and what a sub-key says.
//!
//! A contract says what a deployment must contain. What it says is the business of `evaluate::contract`; findings only have
//! to know which contract a finding belongs to, since a pass that judged one contract ends nothing that another found.

use super::RuleId;
use arcstr::ArcStr;
use std::collections::BTreeSet;

/// A resource that a contract expects is not there.
pub const MISSING: &str = "contract-missing";
/// A resource is there and is not as a contract expects it.
pub const DRIFTED: &str = "contract-drifted";
/// A resource is there, is named like the deployment's, and no contract expects it.
pub const UNEXPECTED: &str = "contract-unexpected";

/// The rules that contracts yield, sorted.
pub const RULES: [&str; 3] = [DRIFTED, MISSING, UNEXPECTED];

/// Whether a rule's findings belong to contracts.
pub fn is_contract_rule(rule: &RuleId) -> bool {
    RULES.contains(&rule.as_str())
}

/// The contract that a finding's sub-key names: what stands before the first `/`.
pub fn contract_of(sub_key: &str) -> &str {
    sub_key.split_once('/').map_or(sub_key, |(contract, _)| contract)
}

/// The contracts that a pass judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Their names.
    pub names: BTreeSet<ArcStr>,
    /// Whether these are all that hold: only then is a contract that is not among them gone.
    pub whole: bool,
}
