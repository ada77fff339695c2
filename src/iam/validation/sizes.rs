//! How large a policy may be, by what it is attached to.
//!
//! The quotas are AWS's defaults of October 2026: "IAM and AWS STS quotas", "Quotas and service limits for AWS Organizations" and, for
//! policies of resources, the largest that a service takes (S3, 20 KB). IAM does not count white space; Organizations counts it.

use super::Report;
use super::policy::{Place, Policy};
use super::registry::{Check, Example, Kind, error, warning};
use crate::iam::actions::Database;

use Example::Long;

static POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA: Check = warning(
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
    Kind::Identity,
    "the policy has more characters than a managed policy may",
    Long(6_145),
    Long(6_144),
);
static POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA: Check = warning(
    "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
    Kind::Resource,
    "the policy has more characters than the policy of any resource may",
    Long(20_481),
    Long(20_480),
);
static POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA: Check = warning(
    "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
    Kind::Trust,
    "the policy has more characters than a role trust policy may, unless the quota was raised",
    Long(2_049),
    Long(2_048),
);
static POLICY_SIZE_EXCEEDS_SCP_QUOTA: Check = error(
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    Kind::ServiceControl,
    "the policy has more characters than a service control policy may",
    Long(10_241),
    Long(10_240),
);
static POLICY_SIZE_EXCEEDS_RCP_QUOTA: Check = error(
    "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
    Kind::ResourceControl,
    "the policy has more characters than a resource control policy may",
    Long(5_121),
    Long(5_120),
);

pub(super) static CHECKS: &[&Check] = &[
    &POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA,
    &POLICY_SIZE_EXCEEDS_RCP_QUOTA,
    &POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA,
    &POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA,
    &POLICY_SIZE_EXCEEDS_SCP_QUOTA,
];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    let text = policy.source.trim();
    let all = || text.chars().count();
    let dense = || text.chars().filter(|c| !c.is_whitespace()).count();
    let (check, quota, size) = match policy.kind {
        Kind::Identity => (&POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA, 6_144, dense()),
        Kind::Resource => (&POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA, 20_480, all()),
        Kind::Trust => (&POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA, 2_048, dense()),
        Kind::ServiceControl => (&POLICY_SIZE_EXCEEDS_SCP_QUOTA, 10_240, all()),
        Kind::ResourceControl => (&POLICY_SIZE_EXCEEDS_RCP_QUOTA, 5_120, all()),
    };
    if size > quota {
        let start = policy.root.span.start;
        let message = format!("{size} characters are more than the {quota} of a {}; split it", policy.kind.as_str());
        report.add(check, &Place { path: String::new(), span: start..start + 1 }, message);
    }
}
