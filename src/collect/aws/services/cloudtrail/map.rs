//! Trails in CloudFormation's words.

use crate::collect::aws::draft::{Draft, time};
use crate::model::call::Place;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;

/// A trail in its home.
pub const TRAIL: &str = "AWS::CloudTrail::Trail";
/// A trail that logs a region from elsewhere.
pub const SHADOW: &str = "Ledgerline::CloudTrail::ShadowTrail";
/// The listing of both.
pub const LISTING: &str = "cloudtrail:DescribeTrails";
/// Whether it logs.
pub const STATUS: &str = "cloudtrail:GetTrailStatus";
/// What it logs.
pub const SELECTORS: &str = "cloudtrail:GetEventSelectors";

/// A trail as a region sees it.
#[derive(Debug)]
pub struct Trail {
    /// The resource.
    pub draft: Draft,
    /// Whether its home is elsewhere: another region, or another account's organisation trail.
    pub is_shadow: bool,
}

/// A trail; none where the answer lacks what names it or where it is at home.
pub fn trail(trail: &aws_sdk_cloudtrail::types::Trail, place: &Place) -> Option<Trail> {
    let (name, arn, home) = (trail.name()?, trail.trail_arn()?, trail.home_region()?);
    let owner = arn.split(':').nth(4)?;
    let is_shadow = home != place.region.as_str() || owner != place.account.as_str();
    let mut draft = Draft::new(if is_shadow { SHADOW } else { TRAIL }, arn, name);
    let into = &mut draft.properties;
    into.put("TrailName", name);
    into.put_some("S3BucketName", trail.s3_bucket_name());
    into.put("IsMultiRegionTrail", trail.is_multi_region_trail().unwrap_or(false));
    into.put("IsOrganizationTrail", trail.is_organization_trail().unwrap_or(false));
    into.put("IncludeGlobalServiceEvents", trail.include_global_service_events().unwrap_or(false));
    into.put("EnableLogFileValidation", trail.log_file_validation_enabled().unwrap_or(false));
    into.put_some("KMSKeyId", trail.kms_key_id().filter(|key| !key.is_empty()));
    into.put_some("CloudWatchLogsLogGroupArn", trail.cloud_watch_logs_log_group_arn().filter(|arn| !arn.is_empty()));
    into.put_some("CloudWatchLogsRoleArn", trail.cloud_watch_logs_role_arn().filter(|arn| !arn.is_empty()));
    into.put_some("SnsTopicArn", trail.sns_topic_arn().filter(|arn| !arn.is_empty()));
    draft.state.put("HomeRegion", home);
    draft.state.put("OwnerAccount", owner);
    Some(Trail { draft, is_shadow })
}

/// Whether it logs, and whether what it logged arrived.
pub fn status(status: &GetTrailStatusOutput, trail: &mut Draft) {
    trail.properties.put_some("IsLogging", status.is_logging());
    trail.state.put_some("LatestDeliveryTime", time(status.latest_delivery_time()));
    trail.state.put_some("LatestDeliveryError", status.latest_delivery_error().filter(|error| !error.is_empty()));
    trail.state.put_some("LatestCloudWatchLogsDeliveryTime", time(status.latest_cloud_watch_logs_delivery_time()));
}
