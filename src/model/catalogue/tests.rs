//! Which call brings a property, and what its refusal hides.

use super::*;

fn table() -> TypeSpec {
    serde_json::from_value(serde_json::json!({
        "type": "AWS::DynamoDB::Table",
        "listing": "dynamodb:ListTables",
        "tags": "tag:GetResources",
        "calls": [{"call": "dynamodb:ListTables", "each": "page"}, {"call": "dynamodb:DescribeTable", "each": "resource"}],
        "properties": {"type": "object", "fields": {
            "TableName": {"type": "string", "always": true},
            "SSESpecification": {"type": "object", "call": "dynamodb:DescribeTable", "fields": {"SSEEnabled": {"type": "bool", "always": true}}},
            "GlobalSecondaryIndexes": {"type": "list", "call": "dynamodb:DescribeTable", "items": {"type": "object", "fields": {
                "IndexName": {"type": "string"}, "Late": {"type": "int", "call": "dynamodb:DescribeContributorInsights"}}}},
        }},
    }))
    .unwrap()
}

#[test]
fn a_property_names_the_call_that_brings_it() {
    let table = table();
    let call = |path: &str| table.call_of(&path.parse().unwrap()).unwrap().to_string();
    assert_eq!(call("properties.TableName"), "dynamodb:ListTables");
    assert_eq!(call("properties.SSESpecification.SSEEnabled"), "dynamodb:DescribeTable");
    assert_eq!(call("properties.GlobalSecondaryIndexes[2].Late"), "dynamodb:DescribeContributorInsights");
    assert_eq!(call("tags.Owner"), "tag:GetResources");
}

#[test]
fn a_refused_call_hides_what_it_would_have_brought() {
    let paths: Vec<String> = table().brought_by(&"dynamodb:DescribeTable".into()).iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["properties.GlobalSecondaryIndexes", "properties.SSESpecification"]);
}

#[test]
fn reading_a_whole_list_asks_for_all_that_its_items_need() {
    let calls: Vec<String> =
        table().calls_for(&"properties.GlobalSecondaryIndexes".parse().unwrap()).iter().map(ToString::to_string).collect();
    assert_eq!(calls, ["dynamodb:DescribeContributorInsights", "dynamodb:DescribeTable"]);
}
