//! What was counted in thirty days, made into a month.

use super::*;
use crate::cost::estimate::estimate;
use crate::cost::prices::PriceBook;
use crate::model::Interner;
use crate::model::catalogue::Catalogue;
use crate::model::resource::ResourceRecord;
use serde_json::json;

fn resource(kind: &str, name: &str, properties: serde_json::Value, state: serde_json::Value) -> Resource {
    let record: ResourceRecord = serde_json::from_value(json!({
        "id": name, "type": kind, "name": name, "account": "111122223333", "region": "us-east-2", "properties": properties, "state": state,
    }))
    .unwrap();
    Resource::from_record(&record, &Catalogue::default(), &Interner::new())
}

fn counted(rows: serde_json::Value) -> Resource {
    resource(TYPE, "us-east-2", json!({ "Days": 30, "Sums": rows }), json!({}))
}

#[test]
fn what_was_counted_makes_the_worked_figures() {
    let all = [
        counted(json!([
            { "Counted": "reads", "Name": "orders", "Sum": 8000000 },
            { "Counted": "writes", "Name": "orders", "Sum": 2000000 },
            { "Counted": "index_writes", "Name": "orders", "Sum": 1000000 },
            { "Counted": "invocations", "Name": "f", "Sum": 3000000 },
            { "Counted": "duration", "Name": "f", "Sum": 360000000 },
        ])),
        resource(
            "AWS::DynamoDB::Table",
            "orders",
            json!({ "BillingMode": "PAY_PER_REQUEST", "TableClass": "STANDARD" }),
            json!({ "TableSizeBytes": 5_i64 << 30 }),
        ),
        resource("AWS::Lambda::Function", "f", json!({ "MemorySize": 256, "Architectures": ["x86_64"] }), json!({})),
    ];
    let usage = usage(&all, "us-east-2", "2026-11".parse().unwrap()).unwrap();
    let found = estimate(&usage, &PriceBook::shipped()).unwrap();
    let listed: Vec<(String, Decimal)> = found.components.iter().map(|one| (one.name.to_string(), one.amounts.list)).collect();
    assert_eq!(listed, [("DynamoDB".to_owned(), Decimal::new(4125, 3)), ("Lambda".to_owned(), Decimal::new(2_100_003, 6))]);
}

#[test]
fn provisioned_tables_are_paid_by_the_hour_and_longer_months_use_more() {
    let all = [
        counted(json!([{ "Counted": "writes", "Name": "t", "Sum": 30 }, { "Counted": "log_bytes", "Name": "g", "Sum": 32212254720_i64 }])),
        resource(
            "AWS::DynamoDB::Table",
            "t",
            json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 0 } }),
            json!({ "TableSizeBytes": 0 }),
        ),
    ];
    let usage = usage(&all, "us-east-2", "2026-12".parse().unwrap()).unwrap();
    let lines: Vec<(String, Decimal)> =
        usage.components.iter().flat_map(|one| &one.lines).map(|line| (line.sku.to_string(), line.high)).collect();
    assert!(lines.contains(&("dynamodb-read-capacity-hour".to_owned(), Decimal::from(3650))), "{lines:?}");
    assert!(lines.contains(&("logs-ingest".to_owned(), Decimal::from(31))), "{lines:?}");
    assert!(!lines.iter().any(|(sku, _)| sku == "dynamodb-write-request"), "{lines:?}");
}

#[test]
fn where_nothing_was_counted_there_is_no_usage() {
    assert_eq!(usage(&[], "us-east-2", "2026-12".parse().unwrap()), None);
    assert_eq!(
        usage(&[counted(json!([{ "Counted": "writes", "Name": "t", "Sum": "many" }]))], "us-east-2", "2026-12".parse().unwrap()),
        None
    );
}
