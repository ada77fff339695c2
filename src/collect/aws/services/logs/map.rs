//! Log groups, their filters and policies in CloudFormation's words.

use crate::collect::aws::document;
use crate::collect::aws::draft::{Draft, Object};
use crate::collect::aws::scope::Scope;
use crate::model::resource::GapRecord;
use crate::model::{Gap, GapKind, Path};
use aws_sdk_cloudwatchlogs::types::{Distribution, LogGroup, LogGroupClass, MetricFilter, ResourcePolicy, SubscriptionFilter};
use serde_json::Value;

#[cfg(test)]
mod tests;

/// Log groups.
pub const LOG_GROUP: &str = "AWS::Logs::LogGroup";
/// What counts events.
pub const METRIC_FILTER: &str = "AWS::Logs::MetricFilter";
/// Who may use the account's groups.
pub const RESOURCE_POLICY: &str = "AWS::Logs::ResourcePolicy";
/// What sends events elsewhere.
pub const SUBSCRIPTION_FILTER: &str = "AWS::Logs::SubscriptionFilter";

/// One log group; none where the answer lacks what names it.
pub fn log_group(group: &LogGroup) -> Option<Draft> {
    let name = group.log_group_name()?;
    let arn = bare_arn(group)?;
    let mut draft = Draft::new(LOG_GROUP, arn, name);
    let into = &mut draft.properties;
    into.put("LogGroupName", name);
    // No retention is "never expires" (API reference of PutRetentionPolicy): it stays absent, for no number of days says it.
    into.put_some("RetentionInDays", group.retention_in_days());
    into.put_some("KmsKeyId", group.kms_key_id());
    into.put("LogGroupClass", group.log_group_class().unwrap_or(&LogGroupClass::Standard).as_str());
    into.put("DeletionProtectionEnabled", group.deletion_protection_enabled().unwrap_or(false));

    let state = &mut draft.state;
    state.put("Arn", arn);
    state.put_some("CreationTime", group.creation_time().and_then(at));
    state.put("StoredBytes", group.stored_bytes().unwrap_or(0));
    state.put("MetricFilterCount", group.metric_filter_count().unwrap_or(0));
    state.put_some("DataProtectionStatus", group.data_protection_status().map(|status| status.as_str()));
    state.put("InheritedProperties", group.inherited_properties().iter().map(|property| property.as_str()).collect::<Vec<_>>());
    Some(draft)
}

/// One metric filter; none where the answer lacks what names it. Filters have no ARN, and their names repeat across groups.
pub fn metric_filter(filter: &MetricFilter, cx: &Scope<'_>) -> Option<Draft> {
    let (name, group) = (filter.filter_name()?, filter.log_group_name()?);
    let mut draft = Draft::new(METRIC_FILTER, cx.arn("logs", &format!("log-group:{group}:metric-filter:{name}")), name);
    let into = &mut draft.properties;
    into.put("FilterName", name);
    into.put("FilterPattern", filter.filter_pattern().unwrap_or(""));
    into.put("LogGroupName", group);
    let transformations = filter.metric_transformations().iter().map(|transformation| {
        let mut told = Object::default();
        told.put("MetricName", transformation.metric_name());
        told.put("MetricNamespace", transformation.metric_namespace());
        told.put("MetricValue", transformation.metric_value());
        told.put_some("DefaultValue", transformation.default_value());
        told.put_some("Unit", transformation.unit().map(|unit| unit.as_str()));
        told.done()
    });
    into.put("MetricTransformations", transformations.collect::<Value>());
    draft.state.put_some("CreationTime", filter.creation_time().and_then(at));
    Some(draft)
}

/// One policy; none where the answer lacks its name. A document that cannot be read is a gap of this policy alone.
pub fn resource_policy(policy: &ResourcePolicy, cx: &Scope<'_>) -> Option<Draft> {
    let name = policy.policy_name()?;
    let mut draft = Draft::new(RESOURCE_POLICY, cx.arn("logs", &format!("resource-policy:{name}")), name);
    draft.properties.put("PolicyName", name);
    match document::read(policy.policy_document().unwrap_or("")) {
        Ok(read) => draft.properties.put("PolicyDocument", read),
        Err(fault) => {
            let gap = Gap::new(GapKind::Broken, format!("the document of policy {name} cannot be read: {fault}"));
            draft.gaps.push(GapRecord { path: Path::root("properties").key("PolicyDocument"), gap });
        }
    }
    draft.state.put_some("LastUpdatedTime", policy.last_updated_time().and_then(at));
    Some(draft)
}

/// One subscription filter; none where the answer lacks what names it.
pub fn subscription_filter(filter: &SubscriptionFilter, cx: &Scope<'_>) -> Option<Draft> {
    let (name, group, destination) = (filter.filter_name()?, filter.log_group_name()?, filter.destination_arn()?);
    let account = destination.split(':').nth(4).filter(|account| !account.is_empty())?;
    let mut draft = Draft::new(SUBSCRIPTION_FILTER, cx.arn("logs", &format!("log-group:{group}:subscription-filter:{name}")), name);
    let into = &mut draft.properties;
    into.put("FilterName", name);
    into.put("FilterPattern", filter.filter_pattern().unwrap_or(""));
    into.put("LogGroupName", group);
    into.put("DestinationArn", destination);
    into.put_some("RoleArn", filter.role_arn());
    into.put("Distribution", filter.distribution().unwrap_or(&Distribution::ByLogStream).as_str());
    draft.state.put("DestinationAccount", account);
    draft.state.put_some("CreationTime", filter.creation_time().and_then(at));
    Some(draft)
}

/// A time that the API writes in milliseconds.
pub fn at(milliseconds: i64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp_millis(milliseconds)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

/// `logGroupArn`, or the older `arn` without the `:*` behind it: tag calls name groups so.
fn bare_arn(group: &LogGroup) -> Option<&str> {
    group.log_group_arn().or_else(|| group.arn().map(|arn| arn.strip_suffix(":*").unwrap_or(arn)))
}
