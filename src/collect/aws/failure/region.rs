//! Which regions an account can switch off: only there can "we do not know these keys" mean the region and not the keys.

/// Regions that every account has from the start (those opened before 20 March 2019, and those of other partitions); all
/// later ones must be opted into.
pub fn is_opt_in(region: &str) -> bool {
    const ALWAYS_ON: [&str; 17] = [
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ];
    let other_partition = ["us-gov-", "cn-", "us-iso", "eu-iso", "eusc-", "global"].iter().any(|prefix| region.starts_with(prefix));
    !other_partition && !ALWAYS_ON.contains(&region)
}
