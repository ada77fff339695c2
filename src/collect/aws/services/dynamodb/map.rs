//! DynamoDB's answers in CloudFormation's words. Absences that mean something are spelled out here, each at its place.
//!
//! Where a setting is being switched (ENABLING, DISABLING), the property says what is in force beyond doubt, and the state
//! has the status itself, so that a rule may treat it as pending.

use crate::collect::aws::document;
use crate::collect::aws::draft::{Draft, Object, time};
use crate::model::call::Place;
use aws_sdk_dynamodb::operation::describe_limits::DescribeLimitsOutput;
use aws_sdk_dynamodb::types::{
    BillingMode, ContinuousBackupsDescription, ContinuousBackupsStatus, GlobalSecondaryIndexDescription, KeySchemaElement,
    LocalSecondaryIndexDescription, OnDemandThroughput, PointInTimeRecoveryStatus, Projection, ProvisionedThroughputDescription,
    ReplicaDescription, SseDescription, SseStatus, TableClass, TableDescription, TimeToLiveDescription, TimeToLiveStatus,
};
use serde_json::{Value, json};

/// Whether an answer has what every table has. Without it the absences below would not mean anything.
pub fn is_whole(table: &TableDescription) -> bool {
    table.table_name().is_some() && table.table_status().is_some() && table.key_schema.is_some()
}

/// Whether an answer tells about recovery: where backups are on, as they are for every table, it must.
pub fn tells_recovery(backups: &ContinuousBackupsDescription) -> bool {
    let recovery = backups.point_in_time_recovery_description();
    recovery.is_some_and(|recovery| recovery.point_in_time_recovery_status().is_some())
        || *backups.continuous_backups_status() == ContinuousBackupsStatus::Disabled
}

/// What `DescribeTable` says.
pub fn table(table: &TableDescription, properties: &mut Object, state: &mut Object) {
    let list = |value: Vec<Value>| Value::Array(value);
    let definitions = table.attribute_definitions().iter();
    properties.put(
        "AttributeDefinitions",
        list(definitions.map(|a| json!({ "AttributeName": a.attribute_name(), "AttributeType": a.attribute_type().as_str() })).collect()),
    );
    properties.put("KeySchema", key_schema(table.key_schema()));
    // Absent on tables that were provisioned from the start; present since a table was first switched to on-demand.
    let billing = table.billing_mode_summary();
    let mode = billing.and_then(|summary| summary.billing_mode()).unwrap_or(&BillingMode::Provisioned);
    properties.put("BillingMode", mode.as_str());
    state.put_some(
        "LastUpdateToPayPerRequestDateTime",
        billing.and_then(|summary| time(summary.last_update_to_pay_per_request_date_time())),
    );
    properties.put("ProvisionedThroughput", throughput(table.provisioned_throughput()));
    properties.put_some("OnDemandThroughput", on_demand(table.on_demand_throughput()));
    properties.put_some(
        "WarmThroughput",
        table.warm_throughput().map(|warm| warm_throughput(warm.read_units_per_second(), warm.write_units_per_second())),
    );
    properties.put("GlobalSecondaryIndexes", list(table.global_secondary_indexes().iter().map(global_index).collect()));
    state.put("GlobalSecondaryIndexes", list(table.global_secondary_indexes().iter().map(global_index_state).collect()));
    properties.put("LocalSecondaryIndexes", list(table.local_secondary_indexes().iter().map(local_index).collect()));
    state.put("LocalSecondaryIndexes", list(table.local_secondary_indexes().iter().map(local_index_state).collect()));
    encryption(table.sse_description(), properties, state);
    if let Some(stream) = table.stream_specification().filter(|stream| stream.stream_enabled()) {
        properties.put("StreamSpecification", json!({ "StreamViewType": stream.stream_view_type().map(|view| view.as_str()) }));
    }
    properties.put("DeletionProtectionEnabled", table.deletion_protection_enabled().unwrap_or(false));
    // Absent on tables whose class was never changed.
    let class = table.table_class_summary().and_then(|summary| summary.table_class()).unwrap_or(&TableClass::Standard);
    properties.put("TableClass", class.as_str());
    properties.put("Replicas", list(table.replicas().iter().map(replica).collect()));
    let arn = table.table_arn();
    state.put("Replicas", list(table.replicas().iter().map(|replica| replica_state(replica, arn)).collect()));
    state.put_some("TableStatus", table.table_status().map(|status| status.as_str()));
    state.put_some("TableId", table.table_id());
    state.put_some("CreationDateTime", time(table.creation_date_time()));
    state.put("ItemCount", table.item_count().unwrap_or(0));
    state.put("TableSizeBytes", table.table_size_bytes().unwrap_or(0));
    state.put_some("LatestStreamArn", table.latest_stream_arn());
    state.put_some("LatestStreamLabel", table.latest_stream_label());
    state.put_some("ArchivalReason", table.archival_summary().and_then(|summary| summary.archival_reason()));
}

/// No description at all means the key that AWS owns: encrypted, at no charge, and nothing to show for it. A description
/// may also stand for a change under way or one that ended DISABLED; only ENABLED and UPDATING are encryption with KMS.
fn encryption(sse: Option<&SseDescription>, properties: &mut Object, state: &mut Object) {
    let status = sse.and_then(SseDescription::status).unwrap_or(&SseStatus::Disabled);
    let mut specification = Object::default();
    specification.put("SSEEnabled", matches!(status, SseStatus::Enabled | SseStatus::Updating));
    if let Some(sse) = sse.filter(|_| *status != SseStatus::Disabled) {
        specification.put_some("SSEType", sse.sse_type().map(|kind| kind.as_str()));
        specification.put_some("KMSMasterKeyId", sse.kms_master_key_arn());
    }
    properties.put("SSESpecification", specification.done());
    state.put("SSEStatus", status.as_str());
    state.put_some("InaccessibleEncryptionDateTime", time(sse.and_then(SseDescription::inaccessible_encryption_date_time)));
}

fn key_schema(keys: &[KeySchemaElement]) -> Value {
    keys.iter().map(|key| json!({ "AttributeName": key.attribute_name(), "KeyType": key.key_type().as_str() })).collect()
}

fn throughput(units: Option<&ProvisionedThroughputDescription>) -> Value {
    json!({
        "ReadCapacityUnits": units.and_then(|units| units.read_capacity_units()).unwrap_or(0),
        "WriteCapacityUnits": units.and_then(|units| units.write_capacity_units()).unwrap_or(0),
    })
}

/// -1 is how AWS writes "no maximum".
fn on_demand(units: Option<&OnDemandThroughput>) -> Option<Value> {
    let (read, write) = (units?.max_read_request_units().unwrap_or(-1), units?.max_write_request_units().unwrap_or(-1));
    (read >= 0 || write >= 0).then(|| json!({ "MaxReadRequestUnits": read, "MaxWriteRequestUnits": write }))
}

fn warm_throughput(read: Option<i64>, write: Option<i64>) -> Value {
    let mut units = Object::default();
    units.put_some("ReadUnitsPerSecond", read);
    units.put_some("WriteUnitsPerSecond", write);
    units.done()
}

fn projection(projection: Option<&Projection>) -> Value {
    json!({
        "ProjectionType": projection.and_then(|projection| projection.projection_type()).map(|kind| kind.as_str()),
        "NonKeyAttributes": projection.map(|projection| projection.non_key_attributes()).unwrap_or_default(),
    })
}

fn global_index(index: &GlobalSecondaryIndexDescription) -> Value {
    let mut object = Object::default();
    object.put_some("IndexName", index.index_name());
    object.put("KeySchema", key_schema(index.key_schema()));
    object.put("Projection", projection(index.projection()));
    object.put("ProvisionedThroughput", throughput(index.provisioned_throughput()));
    object.put_some("OnDemandThroughput", on_demand(index.on_demand_throughput()));
    object.put_some(
        "WarmThroughput",
        index.warm_throughput().map(|warm| warm_throughput(warm.read_units_per_second(), warm.write_units_per_second())),
    );
    object.done()
}

fn global_index_state(index: &GlobalSecondaryIndexDescription) -> Value {
    let mut object = Object::default();
    object.put_some("IndexName", index.index_name());
    object.put_some("IndexStatus", index.index_status().map(|status| status.as_str()));
    object.put("Backfilling", index.backfilling().unwrap_or(false));
    object.put("ItemCount", index.item_count().unwrap_or(0));
    object.put("IndexSizeBytes", index.index_size_bytes().unwrap_or(0));
    object.done()
}

fn local_index(index: &LocalSecondaryIndexDescription) -> Value {
    let mut object = Object::default();
    object.put_some("IndexName", index.index_name());
    object.put("KeySchema", key_schema(index.key_schema()));
    object.put("Projection", projection(index.projection()));
    object.done()
}

fn local_index_state(index: &LocalSecondaryIndexDescription) -> Value {
    let mut object = Object::default();
    object.put_some("IndexName", index.index_name());
    object.put("ItemCount", index.item_count().unwrap_or(0));
    object.put("IndexSizeBytes", index.index_size_bytes().unwrap_or(0));
    object.done()
}

fn replica(replica: &ReplicaDescription) -> Value {
    let mut key = Object::default();
    key.put_some("KMSMasterKeyId", replica.kms_master_key_id());
    let mut object = Object::default();
    object.put_some("Region", replica.region_name());
    object.put("SSESpecification", key.done());
    object.put_some(
        "TableClass",
        replica.replica_table_class_summary().and_then(|summary| summary.table_class()).map(|class| class.as_str()),
    );
    object.done()
}

/// A replica has the table's name, in its own region: the answer names the region only, and its ARN follows from ours.
fn replica_state(replica: &ReplicaDescription, arn: Option<&str>) -> Value {
    let mut object = Object::default();
    object.put_some("Region", replica.region_name());
    object.put_some("Arn", arn.zip(replica.region_name()).and_then(|(arn, region)| in_region(arn, region)));
    object.put_some("ReplicaStatus", replica.replica_status().map(|status| status.as_str()));
    object.put_some("ReplicaStatusDescription", replica.replica_status_description());
    object.done()
}

/// An ARN with another region in it.
fn in_region(arn: &str, region: &str) -> Option<String> {
    let mut parts: Vec<&str> = arn.splitn(5, ':').collect();
    *parts.get_mut(3)? = region;
    Some(parts.join(":"))
}

/// What `DescribeLimits` says; none where one of the four is missing: they come together.
pub fn limits(limits: &DescribeLimitsOutput, place: &Place) -> Option<Draft> {
    let mut draft =
        Draft::new("Ledgerline::DynamoDB::Limits", format!("ledgerline:dynamodb-limits:{}:{}", place.account, place.region), "limits");
    draft.properties.put("AccountMaxReadCapacityUnits", limits.account_max_read_capacity_units()?);
    draft.properties.put("AccountMaxWriteCapacityUnits", limits.account_max_write_capacity_units()?);
    draft.properties.put("TableMaxReadCapacityUnits", limits.table_max_read_capacity_units()?);
    draft.properties.put("TableMaxWriteCapacityUnits", limits.table_max_write_capacity_units()?);
    Some(draft)
}

/// What `DescribeTimeToLive` says. The attribute's name is there only while TTL is on or being switched.
pub fn time_to_live(ttl: &TimeToLiveDescription, properties: &mut Object, state: &mut Object) {
    let status = ttl.time_to_live_status().unwrap_or(&TimeToLiveStatus::Disabled);
    let mut specification = Object::default();
    specification.put("Enabled", *status == TimeToLiveStatus::Enabled);
    specification.put_some("AttributeName", ttl.attribute_name());
    properties.put("TimeToLiveSpecification", specification.done());
    state.put("TimeToLiveStatus", status.as_str());
}

/// What `DescribeContinuousBackups` says. Its `ContinuousBackupsStatus` is ENABLED for every table and tells nothing.
pub fn backups(backups: &ContinuousBackupsDescription, properties: &mut Object, state: &mut Object) {
    let recovery = backups.point_in_time_recovery_description();
    let on = recovery.and_then(|recovery| recovery.point_in_time_recovery_status()) == Some(&PointInTimeRecoveryStatus::Enabled);
    let mut specification = Object::default();
    specification.put("PointInTimeRecoveryEnabled", on);
    if on {
        specification.put_some("RecoveryPeriodInDays", recovery.and_then(|recovery| recovery.recovery_period_in_days()));
    }
    properties.put("PointInTimeRecoverySpecification", specification.done());
    state.put_some("EarliestRestorableDateTime", time(recovery.and_then(|recovery| recovery.earliest_restorable_date_time())));
    state.put_some("LatestRestorableDateTime", time(recovery.and_then(|recovery| recovery.latest_restorable_date_time())));
}

/// What `GetResourcePolicy` says. Text that is no JSON object, or writes a key twice, stays text: whoever reads it as a policy
/// finds it undecidable.
pub fn resource_policy(policy: Option<&str>, properties: &mut Object) {
    if let Some(text) = policy {
        let document = document::read(text).unwrap_or_else(|_| Value::from(text));
        properties.put("ResourcePolicy", json!({ "PolicyDocument": document }));
    }
}
