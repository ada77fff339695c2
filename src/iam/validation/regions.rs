//! The regions and partitions of AWS: those that policies may name.
//!
//! From "AWS Regions" of the account management guide and the SDK's partition table (October 2026). A region that opens later is told
//! as invalid until this list has it; that is what Access Analyzer does too.

use crate::iam::glob::{self, Case};

/// All regions.
const REGIONS: [&str; 46] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// All partitions.
const PARTITIONS: [&str; 8] = ["aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"];

/// Whether a region has this name, or some region is matched by this pattern.
pub(super) fn is_region(pattern: &str) -> bool {
    REGIONS.iter().any(|region| glob::matches(pattern, region, Case::Sensitive))
}

/// Whether a region of this name, or one that this pattern matches, is in a partition of that name or pattern.
pub(super) fn is_region_of(partition: &str, pattern: &str) -> bool {
    let mut regions = REGIONS.iter().filter(|region| glob::matches(pattern, region, Case::Sensitive));
    regions.any(|region| glob::matches(partition, partition_of(region), Case::Sensitive))
}

/// The partition of a region, which its name tells.
fn partition_of(region: &str) -> &'static str {
    const BEGINNINGS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    BEGINNINGS.iter().find(|(beginning, _)| region.starts_with(beginning)).map_or("aws", |(_, partition)| partition)
}

/// Whether a partition has this name, or some partition is matched by this pattern.
pub(super) fn is_partition(pattern: &str) -> bool {
    PARTITIONS.iter().any(|partition| glob::matches(pattern, partition, Case::Sensitive))
}
