//! EC2: which security groups name others, and which are in other networks.

use super::super::wire::{Call, Reply};

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "DescribeSecurityGroupReferences" => Some(Reply::Xml("<securityGroupReferenceSet/>".to_owned())),
        "DescribeStaleSecurityGroups" => Some(Reply::Xml("<staleSecurityGroupSet/>".to_owned())),
        "DescribeSecurityGroupVpcAssociations" => Some(Reply::Xml("<securityGroupVpcAssociationSet/>".to_owned())),
        _ => None,
    }
}
