//! What is known of condition keys: the global ones, from the table below; those of services, from the action database.
//!
//! The table is "AWS global condition context keys" of the IAM user guide (October 2026), with types and whether requests carry many
//! values. Keys with a tag end in a slash there. The database lists only the three global keys that concern tags.

use crate::iam::actions::{Database, KeyType};

/// What is known of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyFacts {
    pub(super) ty: KeyType,
    /// Whether requests carry many values.
    pub(super) many: bool,
}

/// Global keys without `aws:`, sorted without case.
const GLOBAL: [(&str, KeyType, bool); 53] = [
    ("AssumedRoot", KeyType::String, false),
    ("CalledVia", KeyType::String, true),
    ("CalledViaAWSMCP", KeyType::String, false),
    ("CalledViaFirst", KeyType::String, false),
    ("CalledViaLast", KeyType::String, false),
    ("ChatbotSourceArn", KeyType::Arn, false),
    ("CurrentTime", KeyType::Date, false),
    ("Ec2InstanceSourcePrivateIPv4", KeyType::IpAddress, false),
    ("Ec2InstanceSourceVpc", KeyType::String, false),
    ("EpochTime", KeyType::Date, false),
    ("FederatedProvider", KeyType::String, false),
    ("IsMcpServiceAction", KeyType::Bool, false),
    ("MultiFactorAuthAge", KeyType::Numeric, false),
    ("MultiFactorAuthPresent", KeyType::Bool, false),
    ("PrincipalAccount", KeyType::String, false),
    ("PrincipalArn", KeyType::Arn, false),
    ("PrincipalIsAWSService", KeyType::Bool, false),
    ("PrincipalOrgID", KeyType::String, false),
    ("PrincipalOrgPaths", KeyType::String, true),
    ("PrincipalServiceName", KeyType::String, false),
    ("PrincipalServiceNamesList", KeyType::String, true),
    ("PrincipalTag/", KeyType::String, false),
    ("PrincipalType", KeyType::String, false),
    ("Referer", KeyType::String, false),
    ("RequestedRegion", KeyType::String, false),
    ("RequestTag/", KeyType::String, false),
    ("ResourceAccount", KeyType::String, false),
    ("ResourceOrgID", KeyType::String, false),
    ("ResourceOrgPaths", KeyType::String, true),
    ("ResourceTag/", KeyType::String, false),
    ("SecureTransport", KeyType::Bool, false),
    ("SignInSessionArn", KeyType::Arn, false),
    ("SourceAccount", KeyType::String, false),
    ("SourceArn", KeyType::Arn, false),
    ("SourceIdentity", KeyType::String, false),
    ("SourceIp", KeyType::IpAddress, false),
    ("SourceOrgID", KeyType::String, false),
    ("SourceOrgPaths", KeyType::String, true),
    // Written by services before there was aws:SourceAccount, and still sent by SNS.
    ("SourceOwner", KeyType::String, false),
    ("SourceVpc", KeyType::String, false),
    ("SourceVpcArn", KeyType::Arn, false),
    ("SourceVpce", KeyType::String, false),
    ("TagKeys", KeyType::String, true),
    ("TokenIssueTime", KeyType::Date, false),
    ("UserAgent", KeyType::String, false),
    ("userid", KeyType::String, false),
    ("username", KeyType::String, false),
    ("ViaAWSMCPService", KeyType::Bool, false),
    ("ViaAWSService", KeyType::Bool, false),
    ("VpceAccount", KeyType::String, false),
    ("VpceOrgID", KeyType::String, false),
    ("VpceOrgPaths", KeyType::String, true),
    ("VpcSourceIp", KeyType::IpAddress, false),
];

/// Keys that other services' requests carry too, beyond what the database lists under their own prefix. From "Properties of a role
/// session" of the same page.
const CROSS_SERVICE: [(&str, KeyType); 10] = [
    ("codebuild:buildarn", KeyType::Arn),
    ("codebuild:projectarn", KeyType::Arn),
    ("ec2:roledelivery", KeyType::Numeric),
    ("ec2:sourceinstancearn", KeyType::Arn),
    ("glue:credentialissuingservice", KeyType::String),
    ("glue:roleassumedby", KeyType::String),
    ("identitystore:userid", KeyType::String),
    ("lambda:sourcefunctionarn", KeyType::Arn),
    ("sso:instancearn", KeyType::Arn),
    ("ssm:sourceinstancearn", KeyType::Arn),
];

/// What is known of a key, given in lower case; none of one that nobody lists.
pub(super) fn facts(lower: &str, database: &Database) -> Option<KeyFacts> {
    if let Some(name) = lower.strip_prefix("aws:") {
        let found = GLOBAL.iter().find(|(known, ..)| match known.strip_suffix('/') {
            Some(stem) => name.split_once('/').is_some_and(|(family, tag)| family.eq_ignore_ascii_case(stem) && !tag.is_empty()),
            None => name.eq_ignore_ascii_case(known),
        });
        return found.map(|&(_, ty, many)| KeyFacts { ty, many });
    }
    if let Some((_, ty)) = CROSS_SERVICE.iter().find(|(known, _)| *known == lower) {
        return Some(KeyFacts { ty: *ty, many: false });
    }
    database.condition_key(lower).map(|key| KeyFacts { ty: key.ty, many: key.many })
}

/// Whether requests to services other than the key's own carry it too.
pub(super) fn is_cross_service(lower: &str) -> bool {
    CROSS_SERVICE.iter().any(|(known, _)| *known == lower)
}

/// The global keys, as they are written: for suggestions.
pub(super) fn global_names() -> impl Iterator<Item = String> {
    GLOBAL.iter().map(|(name, ..)| format!("aws:{name}"))
}
