//! DynamoDB's reads, as an auditor asks them.

use super::wire::{Call, Reply};
use super::world::{Table, World, joined};
use serde_json::{Value, json};

const CREATED: f64 = 1_760_000_000.0;

/// Answers one call.
pub fn answer(world: &World, call: &Call, repeated: bool) -> Reply {
    if call.operation() == "ListTables" {
        return list(world, call, repeated);
    }
    let asked = match call.operation() {
        "GetResourcePolicy" | "ListTagsOfResource" => call.field("ResourceArn"),
        _ => call.field("TableName"),
    };
    let name = asked.rsplit_once(":table/").map_or(asked, |(_, name)| name);
    let Ok(position) = world.tables.binary_search_by(|table| table.name.as_str().cmp(name)) else {
        let code = if call.operation() == "DescribeContinuousBackups" { "TableNotFoundException" } else { "ResourceNotFoundException" };
        return Reply::error(400, code, format!("Requested resource not found: Table: {name} not found"));
    };
    let table = &world.tables[position];
    match call.operation() {
        "DescribeTable" => Reply::Json(json!({"Table": describe(table, call)})),
        "DescribeTimeToLive" => Reply::Json(json!({"TimeToLiveDescription": match &table.ttl {
            Some(attribute) => json!({"TimeToLiveStatus": "ENABLED", "AttributeName": attribute}),
            None => json!({"TimeToLiveStatus": "DISABLED"}),
        }})),
        "DescribeContinuousBackups" => Reply::Json(json!({"ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": if table.pitr {
                json!({"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35,
                       "EarliestRestorableDateTime": CREATED, "LatestRestorableDateTime": CREATED})
            } else {
                json!({"PointInTimeRecoveryStatus": "DISABLED"})
            },
        }})),
        "GetResourcePolicy" => match &table.policy {
            Some(policy) => Reply::Json(json!({"Policy": policy, "RevisionId": "1"})),
            None => Reply::error(
                400,
                "PolicyNotFoundException",
                format!("Resource-based policy not found for the provided ResourceArn: {asked}"),
            ),
        },
        "ListTagsOfResource" => {
            Reply::Json(json!({"Tags": table.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect::<Vec<_>>()}))
        }
        _ => Reply::unknown(call),
    }
}

/// Names after the asked one, a hundred a page.
fn list(world: &World, call: &Call, repeated: bool) -> Reply {
    let size = call.input["Limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100).clamp(1, 100);
    let start = match call.input["ExclusiveStartTableName"].as_str() {
        Some(last) if !repeated => world.tables.partition_point(|table| table.name.as_str() <= last),
        _ => 0,
    };
    let end = (start + size).min(world.tables.len());
    let names: Vec<&str> = world.tables[start..end].iter().map(|table| table.name.as_str()).collect();
    let mut answer = json!({"TableNames": names});
    if (end < world.tables.len() || repeated)
        && let Some(last) = names.last()
    {
        answer["LastEvaluatedTableName"] = json!(last);
    }
    Reply::Json(answer)
}

fn describe(table: &Table, call: &Call) -> Value {
    let arn = call.arn("dynamodb", &format!("table/{}", table.name));
    let under = json!({
        "TableName": table.name,
        "TableArn": arn,
        "TableId": format!("id-of-{}", table.name),
        "TableStatus": "ACTIVE",
        "CreationDateTime": CREATED,
        "ItemCount": 1200,
        "TableSizeBytes": 480_000,
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "tenant_id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": CREATED},
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": call.arn("kms", "key/00000000-0000-0000-0000-000000000000")},
        "TableClassSummary": {"TableClass": "STANDARD"},
        "DeletionProtectionEnabled": true,
        "GlobalSecondaryIndexes": [{
            "IndexName": "tenant-index",
            "IndexArn": format!("{arn}/index/tenant-index"),
            "IndexStatus": "ACTIVE",
            "IndexSizeBytes": 240_000,
            "ItemCount": 1200,
            "KeySchema": [{"AttributeName": "tenant_id", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
            "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        }],
    });
    joined(under, &table.description)
}
