//! Log groups in CloudFormation's words.

use crate::model::call::Place;
use crate::model::resource::ResourceRecord;
use aws_sdk_cloudwatchlogs::types::{LogGroup, LogGroupClass};
use serde_json::{Map, Value, json};

#[cfg(test)]
mod tests;

/// The type's name.
pub const LOG_GROUP: &str = "AWS::Logs::LogGroup";

/// One log group; none where the answer lacks what names it.
pub fn log_group(group: &LogGroup, place: &Place) -> Option<ResourceRecord> {
    let name = group.log_group_name()?;
    let arn = bare_arn(group)?;
    let mut properties = Map::new();
    properties.insert("LogGroupName".into(), json!(name));
    // No retention is "never expires" (API reference of PutRetentionPolicy): it stays absent, for no number of days says it.
    if let Some(days) = group.retention_in_days() {
        properties.insert("RetentionInDays".into(), json!(days));
    }
    if let Some(key) = group.kms_key_id() {
        properties.insert("KmsKeyId".into(), json!(key));
    }
    let class = group.log_group_class().unwrap_or(&LogGroupClass::Standard);
    properties.insert("LogGroupClass".into(), json!(class.as_str()));
    properties.insert("DeletionProtectionEnabled".into(), json!(group.deletion_protection_enabled().unwrap_or(false)));

    let mut state = Map::new();
    state.insert("Arn".into(), json!(arn));
    if let Some(created) = group.creation_time().and_then(chrono::DateTime::from_timestamp_millis) {
        state.insert("CreationTime".into(), json!(created.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)));
    }
    state.insert("StoredBytes".into(), json!(group.stored_bytes().unwrap_or(0)));
    state.insert("MetricFilterCount".into(), json!(group.metric_filter_count().unwrap_or(0)));
    if let Some(status) = group.data_protection_status() {
        state.insert("DataProtectionStatus".into(), json!(status.as_str()));
    }
    let inherited: Vec<&str> = group.inherited_properties().iter().map(|property| property.as_str()).collect();
    state.insert("InheritedProperties".into(), json!(inherited));

    Some(ResourceRecord {
        id: arn.into(),
        resource_type: LOG_GROUP.into(),
        name: name.into(),
        account: place.account.clone(),
        region: place.region.clone(),
        tags: Value::Null,
        properties: properties.into(),
        state: state.into(),
        gaps: Vec::new(),
    })
}

/// `logGroupArn`, or the older `arn` without the `:*` behind it: tag calls name groups so.
fn bare_arn(group: &LogGroup) -> Option<&str> {
    group.log_group_arn().or_else(|| group.arn().map(|arn| arn.strip_suffix(":*").unwrap_or(arn)))
}
