//! What a check is: its code, how grave it is, what it means, and two policies that show it.
//!
//! The examples stand beside the check because they are its documentation (`ledgerline iam check --explain`) and its test at once: every
//! row is walked, the bad example must have the code and the good one must not.

use super::FAMILIES;

/// How grave a finding is, in IAM Access Analyzer's four degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Part of the policy does not work, or AWS refuses it.
    Error,
    /// The policy allows more than is wise.
    SecurityWarning,
    /// The policy works, and perhaps not as meant.
    Warning,
    /// The policy could be simpler.
    Suggestion,
}

impl Severity {
    /// As output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::SecurityWarning => "security_warning",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
        }
    }
}

/// What a document is attached to, which decides what it may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A policy of a user, group or role; a permissions boundary or session policy, which share its grammar.
    Identity,
    /// A policy of a resource; one of a VPC endpoint, which shares its grammar.
    Resource,
    /// Who may assume a role.
    Trust,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

impl Kind {
    /// As messages name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity policy",
            Self::Resource => "resource policy",
            Self::Trust => "role trust policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
        }
    }
}

/// One check.
#[derive(Debug)]
pub struct Check {
    name: &'static str,
    ours: bool,
    /// How grave its findings are.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub meaning: &'static str,
    /// What its examples are.
    pub kind: Kind,
    bad: Example,
    good: Example,
}

/// A policy, or the part of one that matters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Example {
    /// The whole text.
    Whole(&'static str),
    /// One statement.
    Statement(&'static str),
    /// The condition of a statement that is otherwise in order.
    Condition(&'static str),
    /// A policy of so many characters.
    Long(usize),
}

use Example::{Condition, Long, Statement, Whole};

impl Example {
    fn text(self, kind: Kind) -> String {
        let (before, after) = match (self, kind) {
            (Whole(_) | Long(_), _) => ("", ""),
            (Statement(_), _) => (r#"{"Version":"2012-10-17","Statement":["#, "]}"),
            (Condition(_), Kind::Identity | Kind::ServiceControl) => (
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*","Condition":"#,
                "}]}",
            ),
            (Condition(_), Kind::Resource) => (
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*","Condition":"#,
                "}]}",
            ),
            (Condition(_), Kind::Trust) => (
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole","Condition":"#,
                "}]}",
            ),
            (Condition(_), Kind::ResourceControl) => (
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":"#,
                "}]}",
            ),
        };
        match self {
            Whole(text) | Statement(text) | Condition(text) => [before, text, after].concat(),
            Long(size) => sized(size, kind),
        }
    }
}

/// A policy in order, made as large as is asked by the name of its statement.
fn sized(size: usize, kind: Kind) -> String {
    let rest = match kind {
        Kind::Identity | Kind::ServiceControl => r#""Effect":"Deny","Action":"s3:GetObject","Resource":"*"}]}"#,
        Kind::Resource | Kind::ResourceControl => r#""Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}"#,
        Kind::Trust => r#""Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#,
    };
    let head = r#"{"Version":"2012-10-17","Statement":[{"Sid":""#;
    let name = "A".repeat(size.saturating_sub(head.len() + rest.len() + 2));
    format!("{head}{name}\",{rest}")
}

impl Check {
    const fn of(name: &'static str, severity: Severity, kind: Kind, meaning: &'static str, bad: Example, good: Example) -> Self {
        Self { name, ours: false, severity, meaning, kind, bad, good }
    }

    /// One that Access Analyzer does not have.
    pub(super) const fn ours(mut self) -> Self {
        self.ours = true;
        self
    }

    /// Our code: `invalid-action`.
    pub fn code(&self) -> String {
        self.name.to_ascii_lowercase().replace('_', "-")
    }

    /// The `issueCode` of Access Analyzer's `ValidatePolicy`, where it has one: `INVALID_ACTION`.
    pub const fn access_analyzer(&self) -> Option<&'static str> {
        if self.ours { None } else { Some(self.name) }
    }

    /// Where AWS explains it.
    pub fn source(&self) -> String {
        const PAGE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";
        let degree = match self.severity {
            Severity::Error => "error",
            Severity::SecurityWarning => "security-warning",
            Severity::Warning => "general-warning",
            Severity::Suggestion => "suggestion",
        };
        if self.ours {
            return "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html".to_owned();
        }
        format!("{PAGE}#access-analyzer-reference-policy-checks-{degree}-{}", self.code())
    }

    /// A policy that has it.
    pub fn bad(&self) -> String {
        self.bad.text(self.kind)
    }

    /// The same policy without it.
    pub fn good(&self) -> String {
        self.good.text(self.kind)
    }
}

/// A check whose findings are errors.
pub(super) const fn error(name: &'static str, kind: Kind, meaning: &'static str, bad: Example, good: Example) -> Check {
    Check::of(name, Severity::Error, kind, meaning, bad, good)
}

/// A check whose findings are security warnings.
pub(super) const fn security(name: &'static str, kind: Kind, meaning: &'static str, bad: Example, good: Example) -> Check {
    Check::of(name, Severity::SecurityWarning, kind, meaning, bad, good)
}

/// A check whose findings are warnings.
pub(super) const fn warning(name: &'static str, kind: Kind, meaning: &'static str, bad: Example, good: Example) -> Check {
    Check::of(name, Severity::Warning, kind, meaning, bad, good)
}

/// A check whose findings are suggestions.
pub(super) const fn suggestion(name: &'static str, kind: Kind, meaning: &'static str, bad: Example, good: Example) -> Check {
    Check::of(name, Severity::Suggestion, kind, meaning, bad, good)
}

/// All checks, sorted by code.
pub fn checks() -> Vec<&'static Check> {
    let mut all: Vec<&Check> = FAMILIES.iter().flat_map(|family| family.checks.iter().copied()).collect();
    all.sort_unstable_by_key(|check| check.code());
    all
}
