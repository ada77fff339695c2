//! What AWS would answer a request, given all policies that apply to it.
//!
//! [`evaluate`] composes what statements say as AWS's policy evaluation logic does ("Policy evaluation logic", IAM user guide): a deny
//! anywhere decides; else every layer that applies must allow. Each question has three answers, and one that cannot be told decides
//! nothing by itself: the result is `unknown` only where it would matter.

mod compose;
mod condition;
mod request;
mod statement;
mod truth;
mod wild;

#[cfg(test)]
mod tests;

use super::document::Document;
use arcstr::ArcStr;
use std::sync::Arc;

pub use compose::{evaluate, evaluate_with, permits, permits_typed, principal_means};
pub use condition::{Operation, holds as condition_holds, neighbours};
pub use request::{Caller, Context, ContextValue, Found, Request};
pub use truth::Truth;

/// All policies that apply to a request. An empty list means that there is none of the kind, which limits nothing.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// The caller's own: inline, attached, of its groups.
    pub identity: Vec<Policy>,
    /// The resource's; for the assumption of a role its trust policy, for a key its key policy.
    pub resource: Option<Policy>,
    /// The caller's permissions boundary.
    pub boundaries: Vec<Policy>,
    /// Those that the session was begun with.
    pub sessions: Vec<Policy>,
    /// That of the VPC endpoint that the request passes.
    pub endpoints: Vec<Policy>,
    /// Service control policies, one list a level of the organisation. An empty level allows nothing.
    pub service_control: Vec<Vec<Policy>>,
    /// Resource control policies, likewise.
    pub resource_control: Vec<Vec<Policy>>,
}

/// One policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How the answer names it: `identity_policies[0]`.
    pub label: ArcStr,
    /// What it says; why it cannot be understood, where it cannot.
    pub document: Result<Arc<Document>, ArcStr>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What AWS would say.
    pub outcome: Outcome,
    /// The statements that decided: all that deny, or the one of each layer that allows.
    pub decided_by: Vec<Decider>,
    /// Why, in a sentence.
    pub reason: String,
}

/// What AWS says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Yes.
    Allowed,
    /// No, since nothing allows it.
    ImplicitDeny,
    /// No, since something denies it.
    ExplicitDeny,
    /// It cannot be told.
    Unknown,
}

impl Outcome {
    /// Its name in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicit_deny",
            Self::ExplicitDeny => "explicit_deny",
            Self::Unknown => "unknown",
        }
    }
}

/// A statement that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// Its policy's label.
    pub policy: ArcStr,
    /// Its place in the policy, from zero.
    pub statement_index: usize,
}
