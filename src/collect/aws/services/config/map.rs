//! Recorders and delivery channels in CloudFormation's words.

use crate::collect::aws::draft::{Draft, Object, time};
use aws_sdk_config::types::{ConfigurationRecorder, ConfigurationRecorderStatus, DeliveryChannel, ResourceType};
use serde_json::{Value, json};

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;

/// Recorders.
pub const RECORDER: &str = "AWS::Config::ConfigurationRecorder";
/// Delivery channels.
pub const CHANNEL: &str = "AWS::Config::DeliveryChannel";
/// The listing of recorders.
pub const RECORDERS: &str = "config:DescribeConfigurationRecorders";
/// Whether they record.
pub const STATUS: &str = "config:DescribeConfigurationRecorderStatus";
/// The listing of channels.
pub const CHANNELS: &str = "config:DescribeDeliveryChannels";

/// A recorder; none where the answer lacks what names it. Without a group it records everything (API reference of
/// RecordingGroup).
pub fn recorder(recorder: &ConfigurationRecorder, arn: impl Fn(&str) -> String) -> Option<Draft> {
    let name = recorder.name()?;
    let id = recorder.arn().map_or_else(|| arn(name), str::to_owned);
    let mut draft = Draft::new(RECORDER, id, name);
    draft.properties.put("Name", name);
    draft.properties.put_some("RoleARN", recorder.role_arn().filter(|arn| !arn.is_empty()));
    let group = recorder.recording_group();
    let names = |types: &[ResourceType]| types.iter().map(|name| json!(name.as_str())).collect::<Value>();
    let excluded = group.and_then(|group| group.exclusion_by_resource_types()).map(|excluded| excluded.resource_types());
    draft.properties.put(
        "RecordingGroup",
        json!({
            "AllSupported": group.is_none_or(|group| group.all_supported()),
            "IncludeGlobalResourceTypes": group.is_some_and(|group| group.include_global_resource_types()),
            "ResourceTypes": names(group.map(|group| group.resource_types()).unwrap_or_default()),
            "ExclusionByResourceTypes": { "ResourceTypes": names(excluded.unwrap_or_default()) },
        }),
    );
    draft.state.put_some("ServicePrincipal", recorder.service_principal().filter(|service| !service.is_empty()));
    Some(draft)
}

/// Whether it records, and whether what it recorded last arrived.
pub fn status(status: &ConfigurationRecorderStatus, into: &mut Object) {
    into.put("Recording", status.recording());
    into.put_some("LastStatus", status.last_status().map(|status| status.as_str()));
    into.put_some("LastErrorCode", status.last_error_code().filter(|code| !code.is_empty()));
    into.put_some("LastStatusChangeTime", time(status.last_status_change_time()));
}

/// A delivery channel; none where the answer lacks what names it.
pub fn channel(channel: &DeliveryChannel, arn: impl Fn(&str) -> String) -> Option<Draft> {
    let name = channel.name()?;
    let mut draft = Draft::new(CHANNEL, arn(name), name);
    draft.properties.put("Name", name);
    draft.properties.put_some("S3BucketName", channel.s3_bucket_name());
    draft.properties.put_some("S3KeyPrefix", channel.s3_key_prefix());
    draft.properties.put_some("S3KmsKeyArn", channel.s3_kms_key_arn());
    draft.properties.put_some("SnsTopicARN", channel.sns_topic_arn());
    Some(draft)
}
