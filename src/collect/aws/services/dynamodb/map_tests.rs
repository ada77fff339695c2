//! DynamoDB's answers as AWS gives them, and what they become.

use super::map;
use crate::collect::aws::draft::Object;
use crate::model::call::Place;
use aws_sdk_dynamodb::operation::describe_limits::DescribeLimitsOutput;
use aws_sdk_dynamodb::types::{
    ArchivalSummary, BillingMode, BillingModeSummary, ContinuousBackupsDescription, ContinuousBackupsStatus,
    GlobalSecondaryIndexDescription, IndexStatus, OnDemandThroughput, PointInTimeRecoveryDescription, PointInTimeRecoveryStatus,
    Projection, ProjectionType, ProvisionedThroughputDescription, ReplicaDescription, ReplicaStatus, SseDescription, SseStatus, SseType,
    StreamSpecification, StreamViewType, TableClass, TableClassSummary, TableDescription, TableStatus, TimeToLiveDescription,
    TimeToLiveStatus,
};
use aws_smithy_types::DateTime;
use serde_json::{Value, json};

fn table(table: aws_sdk_dynamodb::types::builders::TableDescriptionBuilder) -> (Value, Value) {
    let (mut properties, mut state) = (Object::default(), Object::default());
    map::table(&table.build(), &mut properties, &mut state);
    (properties.done(), state.done())
}

#[test]
fn a_table_that_says_nothing_is_provisioned_standard_and_encrypted_with_the_key_of_aws() {
    let (properties, state) = table(TableDescription::builder().table_status(TableStatus::Active));
    assert_eq!(properties["BillingMode"], "PROVISIONED");
    assert_eq!(properties["TableClass"], "STANDARD");
    assert_eq!(properties["DeletionProtectionEnabled"], false);
    assert_eq!(properties["SSESpecification"], json!({ "SSEEnabled": false }));
    assert_eq!(properties["GlobalSecondaryIndexes"], json!([]));
    assert_eq!(properties["Replicas"], json!([]));
    assert!(properties.get("StreamSpecification").is_none());
    assert_eq!((&state["SSEStatus"], &state["TableStatus"], &state["ItemCount"]), (&json!("DISABLED"), &json!("ACTIVE"), &json!(0)));
}

#[test]
fn on_demand_is_told_by_the_summary_and_never_by_zero_units() {
    let units = ProvisionedThroughputDescription::builder().read_capacity_units(0).write_capacity_units(0).build();
    let (properties, _) = table(TableDescription::builder().provisioned_throughput(units.clone()));
    assert_eq!(properties["BillingMode"], "PROVISIONED");
    let summary = BillingModeSummary::builder().billing_mode(BillingMode::PayPerRequest).build();
    let (properties, _) = table(TableDescription::builder().provisioned_throughput(units).billing_mode_summary(summary));
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(properties["ProvisionedThroughput"], json!({ "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 }));
}

#[test]
fn only_encryption_in_force_counts() {
    let with = |status: SseStatus| {
        let sse = SseDescription::builder().status(status).sse_type(SseType::Kms).kms_master_key_arn("arn:aws:kms:x").build();
        table(TableDescription::builder().sse_description(sse))
    };
    for (status, enabled) in [
        (SseStatus::Enabled, true),
        (SseStatus::Updating, true),
        (SseStatus::Enabling, false),
        (SseStatus::Disabling, false),
        (SseStatus::Disabled, false),
    ] {
        let (properties, state) = with(status.clone());
        assert_eq!(properties["SSESpecification"]["SSEEnabled"], enabled, "{status}");
        assert_eq!(state["SSEStatus"], status.as_str());
        assert_eq!(properties["SSESpecification"].get("KMSMasterKeyId").is_some(), status != SseStatus::Disabled, "{status}");
    }
}

#[test]
fn a_lost_key_is_in_the_state() {
    let lost = SseDescription::builder().status(SseStatus::Enabled).inaccessible_encryption_date_time(DateTime::from_secs(1_760_000_000));
    let archived = ArchivalSummary::builder().archival_reason("INACCESSIBLE_ENCRYPTION_CREDENTIALS").build();
    let (_, state) = table(TableDescription::builder().sse_description(lost.build()).archival_summary(archived));
    assert_eq!(state["InaccessibleEncryptionDateTime"], "2025-10-09T08:53:20Z");
    assert_eq!(state["ArchivalReason"], "INACCESSIBLE_ENCRYPTION_CREDENTIALS");
}

#[test]
fn indexes_have_their_shape_in_the_properties_and_their_progress_in_the_state() {
    let index = |name: &str, status: IndexStatus, backfilling: Option<bool>| {
        GlobalSecondaryIndexDescription::builder()
            .index_name(name)
            .index_status(status)
            .set_backfilling(backfilling)
            .projection(Projection::builder().projection_type(ProjectionType::Include).non_key_attributes("amount").build())
            .build()
    };
    let (properties, state) = table(
        TableDescription::builder()
            .global_secondary_indexes(index("by-tenant", IndexStatus::Active, None))
            .global_secondary_indexes(index("by-day", IndexStatus::Creating, Some(true))),
    );
    assert_eq!(properties["GlobalSecondaryIndexes"][1]["IndexName"], "by-day");
    assert_eq!(
        properties["GlobalSecondaryIndexes"][0]["Projection"],
        json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["amount"] })
    );
    assert_eq!(
        (&state["GlobalSecondaryIndexes"][0]["Backfilling"], &state["GlobalSecondaryIndexes"][1]["Backfilling"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(state["GlobalSecondaryIndexes"][1]["IndexStatus"], "CREATING");
}

#[test]
fn a_maximum_of_minus_one_is_none() {
    let limits = |read: i64, write: i64| {
        let limits = OnDemandThroughput::builder().max_read_request_units(read).max_write_request_units(write).build();
        table(TableDescription::builder().on_demand_throughput(limits)).0
    };
    assert!(limits(-1, -1).get("OnDemandThroughput").is_none());
    assert_eq!(limits(100, -1)["OnDemandThroughput"], json!({ "MaxReadRequestUnits": 100, "MaxWriteRequestUnits": -1 }));
}

#[test]
fn a_stream_that_is_off_is_no_stream() {
    let stream = |on: bool| {
        let stream = StreamSpecification::builder().stream_enabled(on).stream_view_type(StreamViewType::NewImage).build().unwrap();
        table(TableDescription::builder().stream_specification(stream)).0
    };
    assert_eq!(stream(true)["StreamSpecification"], json!({ "StreamViewType": "NEW_IMAGE" }));
    assert!(stream(false).get("StreamSpecification").is_none());
}

#[test]
fn replicas_are_named_by_their_region() {
    let class = TableClassSummary::builder().table_class(TableClass::StandardInfrequentAccess).build();
    let replica =
        ReplicaDescription::builder().region_name("eu-west-1").replica_status(ReplicaStatus::Creating).replica_table_class_summary(class);
    let (properties, state) = table(TableDescription::builder().replicas(replica.build()));
    assert_eq!(
        properties["Replicas"],
        json!([{ "Region": "eu-west-1", "TableClass": "STANDARD_INFREQUENT_ACCESS", "SSESpecification": {} }])
    );
    assert_eq!(state["Replicas"], json!([{ "Region": "eu-west-1", "ReplicaStatus": "CREATING" }]));
}

#[test]
fn a_replica_is_the_table_of_that_name_in_its_region() {
    let replica = ReplicaDescription::builder().region_name("eu-west-1").replica_status(ReplicaStatus::Active).build();
    let arn = "arn:aws-us-gov:dynamodb:us-east-2:111122223333:table/orders";
    let (_, state) = table(TableDescription::builder().table_arn(arn).replicas(replica));
    assert_eq!(state["Replicas"][0]["Arn"], "arn:aws-us-gov:dynamodb:eu-west-1:111122223333:table/orders");
}

#[test]
fn limits_are_known_only_together() {
    let place = Place { account: "111122223333".into(), region: "us-east-2".into() };
    let answer = DescribeLimitsOutput::builder()
        .account_max_read_capacity_units(80_000)
        .account_max_write_capacity_units(80_000)
        .table_max_read_capacity_units(40_000);
    assert!(map::limits(&answer.clone().build(), &place).is_none());
    let limits = map::limits(&answer.table_max_write_capacity_units(40_000).build(), &place).unwrap();
    assert_eq!(limits.properties["AccountMaxReadCapacityUnits"], 80_000);
}

#[test]
fn recovery_is_on_only_where_its_own_status_says_so() {
    let answer = |status: Option<PointInTimeRecoveryStatus>| {
        let recovery = status.map(|status| {
            PointInTimeRecoveryDescription::builder().point_in_time_recovery_status(status).recovery_period_in_days(7).build()
        });
        let backups = ContinuousBackupsDescription::builder()
            .continuous_backups_status(ContinuousBackupsStatus::Enabled)
            .set_point_in_time_recovery_description(recovery)
            .build()
            .unwrap();
        let (mut properties, mut state) = (Object::default(), Object::default());
        map::backups(&backups, &mut properties, &mut state);
        properties.done()["PointInTimeRecoverySpecification"].clone()
    };
    assert_eq!(answer(Some(PointInTimeRecoveryStatus::Enabled)), json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7 }));
    assert_eq!(answer(Some(PointInTimeRecoveryStatus::Disabled)), json!({ "PointInTimeRecoveryEnabled": false }));
    assert_eq!(answer(None), json!({ "PointInTimeRecoveryEnabled": false }));
}

#[test]
fn an_answer_that_lacks_what_every_table_has_is_not_taken_for_one() {
    let key = aws_sdk_dynamodb::types::KeySchemaElement::builder()
        .attribute_name("id")
        .key_type(aws_sdk_dynamodb::types::KeyType::Hash)
        .build()
        .unwrap();
    let whole = || TableDescription::builder().table_name("orders").table_status(TableStatus::Active).key_schema(key.clone());
    assert!(map::is_whole(&whole().build()));
    assert!(!map::is_whole(&whole().set_table_status(None).build()));
    assert!(!map::is_whole(&whole().set_table_name(None).build()));
    assert!(!map::is_whole(&whole().set_key_schema(None).build()));
    let backups = |status| ContinuousBackupsDescription::builder().continuous_backups_status(status).build().unwrap();
    assert!(!map::tells_recovery(&backups(ContinuousBackupsStatus::Enabled)));
    assert!(map::tells_recovery(&backups(ContinuousBackupsStatus::Disabled)));
}

#[test]
fn ttl_that_is_being_switched_is_not_on_yet() {
    let answer = |status: TimeToLiveStatus, attribute: Option<&str>| {
        let ttl = TimeToLiveDescription::builder().time_to_live_status(status).set_attribute_name(attribute.map(str::to_owned)).build();
        let (mut properties, mut state) = (Object::default(), Object::default());
        map::time_to_live(&ttl, &mut properties, &mut state);
        (properties.done()["TimeToLiveSpecification"].clone(), state.done()["TimeToLiveStatus"].clone())
    };
    assert_eq!(answer(TimeToLiveStatus::Enabled, Some("ttl")), (json!({ "Enabled": true, "AttributeName": "ttl" }), json!("ENABLED")));
    assert_eq!(answer(TimeToLiveStatus::Enabling, Some("ttl")), (json!({ "Enabled": false, "AttributeName": "ttl" }), json!("ENABLING")));
    assert_eq!(answer(TimeToLiveStatus::Disabled, None), (json!({ "Enabled": false }), json!("DISABLED")));
}

#[test]
fn a_policy_that_is_no_json_or_writes_a_key_twice_stays_text() {
    let policy = |text: Option<&str>| {
        let mut properties = Object::default();
        map::resource_policy(text, &mut properties);
        properties.done()
    };
    assert_eq!(policy(Some("{\"Statement\":[]}")), json!({ "ResourcePolicy": { "PolicyDocument": { "Statement": [] } } }));
    assert_eq!(policy(Some("{oops")), json!({ "ResourcePolicy": { "PolicyDocument": "{oops" } }));
    let twice = r#"{"Statement": [], "Statement": []}"#;
    assert_eq!(policy(Some(twice)), json!({ "ResourcePolicy": { "PolicyDocument": twice } }));
    assert_eq!(policy(None), json!({}));
}

#[test]
fn what_the_map_writes_is_what_the_catalogue_promises() {
    let catalogue = crate::collect::aws::catalogue();
    let spec = catalogue.find(&"AWS::DynamoDB::Table".into()).unwrap();
    let (properties, state) = table(TableDescription::builder().table_status(TableStatus::Active));
    let described = "dynamodb:DescribeTable".into();
    for (root, written) in [("properties", &properties), ("state", &state)] {
        let fields = spec.root(root).unwrap().fields().unwrap();
        for (name, field) in fields.iter().filter(|(_, field)| field.always && field.call.as_ref() == Some(&described)) {
            assert!(written.get(name.as_str()).is_some(), "{root}.{name} is promised always, and missing ({:?})", field.ty);
        }
        for name in written.as_object().unwrap().keys() {
            assert!(fields.contains_key(name.as_str()), "{root}.{name} is written and not in the catalogue");
        }
    }
}
