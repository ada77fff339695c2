//! Resources like those of a live account: tables with 15 properties, about 1,000 bytes of JSON each.

use ledgerline::model::catalogue::Catalogue;
use ledgerline::model::resource::ResourceRecord;
use ledgerline::model::{Interner, Resource};
use serde_json::{Value, json};

/// The one type.
pub const TYPE: &str = "AWS::DynamoDB::Table";

/// Its catalogue: each property is brought by the listing, so that examples need not show what is unknown.
pub fn catalogue() -> Catalogue {
    let spec = json!({
        "type": TYPE, "listing": "dynamodb:ListTables", "tags": "dynamodb:ListTables",
        "calls": [{"call": "dynamodb:ListTables", "each": "page"}],
        "properties": {"type": "object", "fields": {
            "TableName": {"type": "string", "always": true},
            "BillingMode": {"type": "string", "always": true, "values": ["PAY_PER_REQUEST", "PROVISIONED"]},
            "TableClass": {"type": "string", "always": true, "values": ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]},
            "DeletionProtectionEnabled": {"type": "bool", "always": true},
            "ReadCapacityUnits": {"type": "int", "always": true},
            "WriteCapacityUnits": {"type": "int", "always": true},
            "SSESpecification": {"type": "object", "fields": {
                "SSEEnabled": {"type": "bool", "always": true}, "SSEType": {"type": "string"}, "KMSMasterKeyId": {"type": "string"}}},
            "PointInTimeRecoverySpecification": {"type": "object", "always": true, "fields": {
                "PointInTimeRecoveryEnabled": {"type": "bool", "always": true}, "RecoveryPeriodInDays": {"type": "int"}}},
            "TimeToLiveSpecification": {"type": "object", "fields": {
                "Enabled": {"type": "bool", "always": true}, "AttributeName": {"type": "string"}}},
            "StreamSpecification": {"type": "object", "fields": {"StreamViewType": {"type": "string", "always": true}}},
            "KeySchema": {"type": "list", "always": true, "items": {"type": "object", "fields": {
                "AttributeName": {"type": "string", "always": true}, "KeyType": {"type": "string", "always": true}}}},
            "GlobalSecondaryIndexes": {"type": "list", "always": true, "items": {"type": "object", "fields": {
                "IndexName": {"type": "string", "always": true}, "Projection": {"type": "string", "always": true},
                "NonKeyAttributes": {"type": "list", "always": true, "items": {"type": "string"}}}}},
            "CreationDateTime": {"type": "timestamp", "always": true},
            "TableSizeBytes": {"type": "int", "always": true},
            "MonthlyPrice": {"type": "decimal", "always": true},
        }},
    });
    Catalogue::new([serde_json::from_value(spec).expect("the catalogue of the benchmark")])
}

/// What the table of this number has. Every third differs in something.
pub fn properties(number: usize) -> Value {
    json!({
        "TableName": format!("orders-{number:06}"),
        "BillingMode": if number.is_multiple_of(31) { "PROVISIONED" } else { "PAY_PER_REQUEST" },
        "TableClass": "STANDARD",
        "DeletionProtectionEnabled": !number.is_multiple_of(29),
        "ReadCapacityUnits": number % 40,
        "WriteCapacityUnits": 5,
        "SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "arn:aws:kms:us-east-1:111111111111:key/7a0a"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": !number.is_multiple_of(23), "RecoveryPeriodInDays": 35},
        "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires_at"},
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [
            {"IndexName": "by-owner", "Projection": "ALL", "NonKeyAttributes": []},
            {"IndexName": "by-date", "Projection": "INCLUDE", "NonKeyAttributes": ["total", "state", "currency"]},
        ],
        "CreationDateTime": format!("2026-0{}-11T09:30:00Z", 1 + number % 9),
        "TableSizeBytes": number * 4096,
        "MonthlyPrice": format!("{}.{:02}", number % 300, number % 100),
    })
}

/// The table of this number.
pub fn table(number: usize, catalogue: &Catalogue, interner: &Interner) -> Resource {
    let name = format!("orders-{number:06}");
    let record = ResourceRecord {
        id: format!("arn:aws:dynamodb:us-east-1:111111111111:table/{name}").into(),
        resource_type: TYPE.into(),
        name: name.into(),
        account: "111111111111".into(),
        region: "us-east-1".into(),
        tags: json!({"Owner": "shop", "Environment": "production", "cost-center": format!("{}", 1000 + number % 50), "ManagedBy": "terraform"}),
        properties: properties(number),
        state: Value::Null,
        gaps: Vec::new(),
        origin: None,
    };
    Resource::from_record(&record, catalogue, interner)
}
