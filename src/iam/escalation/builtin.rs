//! Policies of AWS whose text decides and which a plan or a template names without bringing it.
//!
//! A live account and its recording bring the text of every attached policy; what is here is used only where they do not. From the
//! AWS managed policy reference: these three have said the same for years.

use crate::iam::document::{self, Document};
use std::sync::{Arc, LazyLock};

const ADMINISTRATOR: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
const IAM_FULL: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": ["iam:*",
    "organizations:DescribeAccount", "organizations:DescribeOrganization", "organizations:DescribeOrganizationalUnit",
    "organizations:DescribePolicy", "organizations:ListChildren", "organizations:ListParents", "organizations:ListPoliciesForTarget",
    "organizations:ListRoots", "organizations:ListPolicies", "organizations:ListTargetsForPolicy"]}]}"#;
const POWER_USER: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["account:GetAccountInformation", "account:GetGovCloudAccountInformation",
        "account:GetPrimaryEmail", "account:ListRegions", "iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles",
        "organizations:DescribeEffectivePolicy", "organizations:DescribeOrganization"], "Resource": "*"}]}"#;

/// The ARN of the policy that allows everything.
pub const ADMINISTRATOR_ARN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The document of a policy of AWS by its ARN, where it is one of these.
pub fn find(arn: &str) -> Option<Arc<Document>> {
    static KNOWN: LazyLock<[(&str, Arc<Document>); 3]> = LazyLock::new(|| {
        [("AdministratorAccess", ADMINISTRATOR), ("IAMFullAccess", IAM_FULL), ("PowerUserAccess", POWER_USER)].map(|(name, text)| {
            match document::parse_text(text) {
                Ok(document) => (name, Arc::new(document)),
                Err(faults) => panic!("internal error: the policy {name}: {faults}"),
            }
        })
    });
    let (owner, name) = arn.split_once(":policy/")?;
    KNOWN.iter().find(|(known, _)| owner.ends_with(":iam::aws") && *known == name).map(|(_, document)| Arc::clone(document))
}

/// Whether a policy of AWS, by its name, is one of the few that deny.
pub fn denies(arn: &str) -> bool {
    arn.contains("Deny") || arn.contains("Quarantine")
}
