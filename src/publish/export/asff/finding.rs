//! A finding as AWS Security Hub takes it: the keys of the AWS Security Finding Format (schema 2018-10-08) that are written
//! here, as types of our own, so that an export and a call of `BatchImportFindings` are made from one thing.
//!
//! What AWS limits is limited where the values are made, in the module above; lengths are in the service's model
//! (`AwsSecurityFinding` of `securityhub`, 2018-10-26).

use serde::Serialize;
use std::collections::BTreeMap;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityFinding {
    /// Always `2018-10-08`.
    pub schema_version: &'static str,
    /// The same for one rule and resource in every pass: a second import updates the first. At most 512 bytes.
    pub id: String,
    /// The default product of the account, in the region of the hub.
    pub product_arn: String,
    /// What Security Hub shows as the product.
    pub product_name: &'static str,
    /// What Security Hub shows as its maker.
    pub company_name: &'static str,
    /// The rule.
    pub generator_id: String,
    /// Twelve digits.
    pub aws_account_id: String,
    /// Namespace and category.
    pub types: Vec<String>,
    /// When it was first seen failing, RFC 3339; without a memory the time that the pass judged by.
    pub first_observed_at: String,
    /// When it was last seen.
    pub last_observed_at: String,
    /// The same as `first_observed_at`.
    pub created_at: String,
    /// When what is said here was last told: an import with an earlier time is ignored.
    pub updated_at: String,
    /// How bad it is.
    pub severity: Severity,
    /// The rule's title, at most 256 bytes.
    pub title: String,
    /// What was measured, at most 1,024 bytes.
    pub description: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<Remediation>,
    /// What the format has no key for; at most 50 entries, keys of at most 128 bytes, values of at most 2,048.
    pub product_fields: BTreeMap<String, String>,
    /// Always one.
    pub resources: Vec<Resource>,
    /// The verdict.
    pub compliance: Compliance,
    /// Whether somebody took the responsibility. Security Hub heeds it only when a finding is new.
    pub workflow: Workflow,
    /// `ACTIVE`, or `ARCHIVED` for what is over.
    pub record_state: &'static str,
    /// The waiver. Security Hub heeds it only when a finding is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// Severity and types again: what updates a finding that is known.
    pub finding_provider_fields: ProviderFields,
}

/// How bad a finding is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Severity {
    /// `INFORMATIONAL`, `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`.
    pub label: &'static str,
    /// The rule's own word.
    pub original: &'static str,
}

/// How to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Remediation {
    /// The step.
    pub recommendation: Recommendation,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Recommendation {
    /// In words, at most 512 bytes.
    pub text: String,
}

/// The resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    /// A type that Security Hub knows, `Other` where it knows none.
    #[serde(rename = "Type")]
    pub resource_type: &'static str,
    /// The ARN, or what else names it; at most 512 bytes.
    pub id: String,
    /// `aws`, `aws-cn` or `aws-us-gov` and so on.
    pub partition: &'static str,
    /// None for what has no region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// None where they are not known. At most 50; those of the system are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// What the verdict rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
}

/// Details that no type of Security Hub has a key for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Details {
    /// Path → what stood there and what was expected; at most 50 entries, values of at most 1,024 bytes.
    pub other: BTreeMap<String, String>,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Compliance {
    /// `PASSED`, `FAILED`, `WARNING` (not known) or `NOT_AVAILABLE` (does not apply).
    pub status: &'static str,
    /// The controls that the rule speaks for, at most 32.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_requirements: Vec<String>,
    /// Why it is neither passed nor failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status_reasons: Vec<StatusReason>,
}

/// Why a verdict is neither passed nor failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StatusReason {
    /// For machines.
    pub reason_code: &'static str,
    /// For people.
    pub description: String,
}

/// Whether somebody looks after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Workflow {
    /// `NEW`, `SUPPRESSED` (waived) or `RESOLVED`.
    pub status: &'static str,
}

/// A note on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Note {
    /// At most 512 bytes.
    pub text: String,
    /// Who took the responsibility.
    pub updated_by: String,
    /// When it was told.
    pub updated_at: String,
}

/// What updates a finding that Security Hub knows already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProviderFields {
    /// As above.
    pub severity: Severity,
    /// As above.
    pub types: Vec<String>,
}
