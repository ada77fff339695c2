//! Thirty rules of all kinds, as often as they are wanted: comparisons, guards, lists, patterns, times, decimals, tags, parameters.

use super::tables;
use ledgerline::evaluate::RuleSource;
use serde_json::{Value, json};

/// This many rules as files: the thirty, in turns.
pub fn sources(count: usize) -> Vec<RuleSource> {
    rules().iter().cycle().take(count).enumerate().map(|(number, (assert, bad))| source(number, assert, bad)).collect()
}

fn source(number: usize, assert: &str, bad: &Value) -> RuleSource {
    let good = tables::properties(1);
    let mut worse = json!({"expect": "fail", "properties": good, "tags": {}});
    for (key, value) in bad.as_object().into_iter().flatten() {
        worse["properties"][key] = value.clone();
    }
    let id = format!("bench-rule-{number:03}");
    let rule = json!({
        "id": id, "title": "Table is as it should be", "status": "stable", "since": "0.1.0", "pillar": "operations", "severity": "low",
        "resource": tables::TYPE, "params": {"names": {"type": "list", "default": ["orders-000001"], "help": "names"}, "most": {"type": "int", "default": 39, "help": "most"}},
        "assert": assert, "message": "table {{ name }} has {{ properties.ReadCapacityUnits }} units", "why": "To be measured.",
        "remedy": {"text": "Nothing."},
        "examples": [{"expect": "pass", "properties": good, "tags": {"Owner": "shop", "cost-center": "1001"}}, worse],
    });
    RuleSource { pack: "bench".into(), path: format!("bench/{id}.yaml"), text: rule.to_string() }
}

/// What each asserts, and what a table has that fails it.
fn rules() -> Vec<(&'static str, Value)> {
    vec![
        ("properties.BillingMode == 'PAY_PER_REQUEST'", json!({"BillingMode": "PROVISIONED"})),
        ("properties.TableClass in ['STANDARD']", json!({"TableClass": "STANDARD_INFREQUENT_ACCESS"})),
        ("properties.DeletionProtectionEnabled", json!({"DeletionProtectionEnabled": false})),
        ("properties.ReadCapacityUnits <= params.most", json!({"ReadCapacityUnits": 99})),
        ("properties.ReadCapacityUnits + properties.WriteCapacityUnits < 50", json!({"ReadCapacityUnits": 99})),
        ("has(properties.SSESpecification) && properties.SSESpecification.SSEEnabled", json!({"SSESpecification": {"SSEEnabled": false}})),
        (
            "has(properties.SSESpecification.KMSMasterKeyId) && properties.SSESpecification.KMSMasterKeyId.matches('^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/')",
            json!({"SSESpecification": {"SSEEnabled": true, "KMSMasterKeyId": "alias/aws/dynamodb"}}),
        ),
        (
            "!has(properties.SSESpecification.SSEType) || properties.SSESpecification.SSEType == 'KMS'",
            json!({"SSESpecification": {"SSEEnabled": true, "SSEType": "AES256"}}),
        ),
        (
            "properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
            json!({"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": false}}),
        ),
        (
            "has(properties.PointInTimeRecoverySpecification.RecoveryPeriodInDays) && properties.PointInTimeRecoverySpecification.RecoveryPeriodInDays >= 7",
            json!({"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 1}}),
        ),
        (
            "has(properties.TimeToLiveSpecification) && properties.TimeToLiveSpecification.Enabled",
            json!({"TimeToLiveSpecification": {"Enabled": false}}),
        ),
        (
            "has(properties.TimeToLiveSpecification.AttributeName) && properties.TimeToLiveSpecification.AttributeName.startsWith('expires')",
            json!({"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "x"}}),
        ),
        (
            "has(properties.StreamSpecification) ? properties.StreamSpecification.StreamViewType != 'KEYS_ONLY' : true",
            json!({"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}}),
        ),
        ("properties.KeySchema.exists_one(k, k.KeyType == 'HASH')", json!({"KeySchema": []})),
        (
            "properties.KeySchema.all(k, k.AttributeName.matches('^[a-z]+$'))",
            json!({"KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}]}),
        ),
        ("size(properties.KeySchema) >= 1 && size(properties.KeySchema) <= 2", json!({"KeySchema": []})),
        (
            "properties.GlobalSecondaryIndexes.all(i, i.Projection != 'INCLUDE' || size(i.NonKeyAttributes) < 10)",
            json!({"GlobalSecondaryIndexes": [{"IndexName": "x", "Projection": "INCLUDE", "NonKeyAttributes": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]}]}),
        ),
        (
            "properties.GlobalSecondaryIndexes.filter(i, i.Projection == 'ALL').size() <= 1",
            json!({"GlobalSecondaryIndexes": [{"IndexName": "x", "Projection": "ALL", "NonKeyAttributes": []}, {"IndexName": "y", "Projection": "ALL", "NonKeyAttributes": []}]}),
        ),
        (
            "properties.GlobalSecondaryIndexes.map(i, i.IndexName).all(n, n.startsWith('by-'))",
            json!({"GlobalSecondaryIndexes": [{"IndexName": "x", "Projection": "ALL", "NonKeyAttributes": []}]}),
        ),
        (
            "!properties.GlobalSecondaryIndexes.exists(i, i.NonKeyAttributes.exists(a, a == 'password'))",
            json!({"GlobalSecondaryIndexes": [{"IndexName": "x", "Projection": "ALL", "NonKeyAttributes": ["password"]}]}),
        ),
        ("now - properties.CreationDateTime > days(30)", json!({"CreationDateTime": "2026-11-22T00:00:00Z"})),
        ("properties.CreationDateTime > timestamp('2020-01-01')", json!({"CreationDateTime": "2019-01-01T00:00:00Z"})),
        ("properties.TableSizeBytes / 1073741824 < 500", json!({"TableSizeBytes": 1_099_511_627_776_i64})),
        ("properties.MonthlyPrice < 299.99", json!({"MonthlyPrice": "300.00"})),
        ("'Owner' in tags && tags.Owner != ''", json!({})),
        ("has(tags['cost-center']) && tags['cost-center'].matches('^[0-9]{4}$')", json!({})),
        ("tags.all(key, key.matches('^[A-Za-z-]+$')) && size(tags) > 0", json!({})),
        ("properties.TableName == name || name in params.names", json!({"TableName": "other"})),
        ("region in ['us-east-1', 'eu-west-1'] && account != '' && environment == ''", json!({})),
        ("!(name in params.names) || properties.BillingMode == 'PAY_PER_REQUEST'", json!({"BillingMode": "PROVISIONED"})),
    ]
}
