//! The live source against the emulator: a second opinion about the wire.

use super::*;
use crate::support::moto;
use ledgerline::collect::config::AccountConfig;

#[test]
fn a_role_is_assumed_once_an_account_and_counted() {
    let (one, two) = (moto::account(), moto::account());
    two.table("orders", &json!({}));
    let account = |id: &str| AccountConfig {
        id: id.into(),
        role_arn: Some(format!("arn:aws:iam::{id}:role/auditor").into()),
        external_id: Some("ledgerline".into()),
    };
    let config = AwsConfig { accounts: vec![account(&one.id), account(&two.id)], regions: vec!["us-east-2".into(), "us-east-1".into()] };
    let collected = collect_as(&one, config, &usual(), Patience::default()).unwrap();
    assert_eq!(collected.requests.by_action["sts:AssumeRole"], 2);
    assert_eq!(collected.requests.by_action["sts:GetCallerIdentity"], 2);
    assert_eq!(collected.requests.total, collected.requests.by_action.values().sum::<u64>());
    let tables = of_type(&collected, TABLE);
    assert_eq!((tables.len(), tables[0].account.as_str()), (1, two.id.as_str()));
    assert!(collected.coverage.is_complete());
}

#[test]
fn the_emulators_tables_are_seen_as_they_were_made() {
    let account = moto::account();
    let arn = account.table(
        "orders",
        &json!({
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "tenant_id", "AttributeType": "S"}],
            "GlobalSecondaryIndexes": [{"IndexName": "by-tenant", "KeySchema": [{"AttributeName": "tenant_id", "KeyType": "HASH"}],
                                        "Projection": {"ProjectionType": "ALL"}}],
            "SSESpecification": {"Enabled": true, "SSEType": "KMS"},
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
            "DeletionProtectionEnabled": true,
            "Tags": [{"Key": "Owner", "Value": "platform"}],
        }),
    );
    account.json(
        "dynamodb",
        "DynamoDB_20120810",
        "UpdateTimeToLive",
        &json!({
        "TableName": "orders", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}),
    );
    account.json(
        "dynamodb",
        "DynamoDB_20120810",
        "UpdateContinuousBackups",
        &json!({
        "TableName": "orders", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}),
    );
    account
        .table("plain", &json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}));
    let catalogue = catalogue();
    let mut needs = Needs::default();
    for (resource_type, calls) in Needs::everything(&catalogue).types().filter(|(resource_type, _)| resource_type.as_str() == TABLE) {
        assert!(calls.len() > 3);
        for root in ["properties", "state", "tags"] {
            needs.read(resource_type, &root.parse().unwrap(), &catalogue);
        }
    }
    let collected = collect_as(&account, AwsConfig::default(), &needs, Patience::default()).unwrap();
    assert!(collected.coverage.is_complete(), "{:#?}", collected.coverage.rows().collect::<Vec<_>>());
    let mut tables = of_type(&collected, TABLE);
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let [orders, plain] = tables[..] else { panic!("{} tables", tables.len()) };
    assert_eq!(orders.id.as_str(), arn);
    for (path, value) in [
        ("properties.BillingMode", "PAY_PER_REQUEST"),
        ("properties.SSESpecification.SSEEnabled", "true"),
        ("properties.DeletionProtectionEnabled", "true"),
        ("properties.StreamSpecification.StreamViewType", "NEW_IMAGE"),
        ("properties.TimeToLiveSpecification.AttributeName", "expires"),
        ("properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "true"),
        ("properties.GlobalSecondaryIndexes[0].IndexName", "by-tenant"),
        ("state.GlobalSecondaryIndexes[0].IndexStatus", "ACTIVE"),
        ("state.TableStatus", "ACTIVE"),
        ("tags.Owner", "platform"),
    ] {
        assert_eq!(text(orders, path), value, "{path}");
    }
    for (path, value) in [
        ("properties.BillingMode", "PROVISIONED"),
        ("properties.ProvisionedThroughput.ReadCapacityUnits", "5"),
        ("properties.SSESpecification.SSEEnabled", "false"),
        ("properties.TimeToLiveSpecification.Enabled", "false"),
        ("properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "false"),
        ("state.SSEStatus", "DISABLED"),
        ("properties.ResourcePolicy", "nothing"),
    ] {
        assert_eq!(text(plain, path), value, "{path}");
    }
    assert!(plain.tags.as_map().unwrap().is_empty());
    assert!(tables.iter().all(|table| table.gaps().is_empty()), "{:?}", tables.iter().map(|table| table.gaps()).collect::<Vec<_>>());
}
