//! What rule and contract files say, for people who read them on a page: text as it was written, beside what it means here.

use super::rule::words;
use super::verdict::Status;
use super::{Money, ResourceType};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};

/// A rule's file beyond what [`super::rule::RuleInfo`] tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RuleDocument {
    /// The file, as the operator knows it.
    pub file: ArcStr,
    /// Its expressions as written, by their keys.
    pub expressions: Vec<(ArcStr, ArcStr)>,
    /// What the operator may set.
    pub parameters: Vec<ParameterDocument>,
    /// The rule's own tests, as written.
    pub examples: Vec<ExampleDocument>,
    /// The IAM actions that its calls need, sorted.
    pub permissions: Vec<ArcStr>,
}

/// What the operator may set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParameterDocument {
    /// Its name.
    pub name: ArcStr,
    /// What may be set, in words.
    pub kind: ArcStr,
    /// What it means.
    pub help: ArcStr,
    /// What holds where no environment says otherwise.
    pub value: serde_json::Value,
    /// What holds in environments that say otherwise.
    pub by_environment: Vec<(ArcStr, serde_json::Value)>,
}

/// One test of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExampleDocument {
    /// The verdict that it deserves.
    pub expect: Status,
    /// What it is, as written.
    pub text: ArcStr,
}

words! {
    /// When a contract is judged.
    ContractHold { /// In every pass.
        Always = "always", /// Where something that only its deployment has is there.
        WhereFound = "where_found" }
}

/// A contract: what a deployment must contain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContractDocument {
    /// Its name.
    pub name: ArcStr,
    /// What it is about, in its own words.
    pub description: Option<ArcStr>,
    /// The file, as the operator knows it.
    pub file: ArcStr,
    /// When it is judged.
    pub holds: ContractHold,
    /// What it expects, sorted by type and name.
    pub entries: Vec<ContractEntry>,
    /// What a month is estimated to cost, in USD: component, low, high.
    pub costs: Vec<(ArcStr, Money, Money)>,
}

/// What a contract expects.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContractEntry {
    /// The type.
    pub resource_type: ResourceType,
    /// The name, or a pattern of names.
    pub name: ArcStr,
    /// Whether it may be missing.
    pub optional: bool,
}
