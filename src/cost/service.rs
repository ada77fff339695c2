//! Names of services: Cost Explorer writes "Amazon DynamoDB", "AWS Lambda" and "AmazonCloudWatch"; people write "DynamoDB",
//! "Lambda" and "CloudWatch".

/// The name without the maker's: "DynamoDB", "Lambda", "CloudWatch". A name of which nothing would be left stays whole.
pub fn short_name(service: &str) -> &str {
    let service = service.trim();
    let short = ["Amazon", "AWS"].iter().find_map(|maker| {
        let rest = service.strip_prefix(maker)?;
        // "AmazonCloudWatch" is two words; "Amazonian" would be one.
        rest.starts_with(|c: char| c.is_whitespace() || c.is_ascii_uppercase()).then(|| rest.trim_start())
    });
    short.filter(|short| !short.is_empty()).unwrap_or(service)
}
