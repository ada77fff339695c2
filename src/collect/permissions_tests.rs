//! What an IAM policy is told of the calls that rules are made for.

use super::*;
use crate::model::catalogue::TypeSpec;

fn catalogue() -> Catalogue {
    let spec = |json: Value| serde_json::from_value::<TypeSpec>(json).unwrap();
    Catalogue::new([
        spec(json!({ "type": "AWS::DynamoDB::Table", "listing": "dynamodb:ListTables", "tags": "tag:GetResources",
            "calls": [{ "call": "dynamodb:ListTables", "each": "page" }, { "call": "dynamodb:DescribeTable", "each": "resource" },
                      { "call": "tag:GetResources", "each": "page" }],
            "properties": { "type": "object", "fields": {
                "BillingMode": { "type": "string", "call": "dynamodb:DescribeTable" } } } })),
        spec(json!({ "type": "AWS::ApiGateway::RestApi", "listing": "apigateway:GetRestApis",
            "calls": [{ "call": "apigateway:GetRestApis", "each": "page", "permissions": ["apigateway:GET"] }],
            "properties": { "type": "object", "fields": {} } })),
    ])
}

#[test]
fn the_policy_allows_what_is_needed_and_nothing_else() {
    let catalogue = catalogue();
    let mut needs = Needs::default();
    needs.read(&"AWS::DynamoDB::Table".into(), &"properties.BillingMode".parse().unwrap(), &catalogue);
    needs.list(&"AWS::ApiGateway::RestApi".into(), &catalogue);
    assert_eq!(
        policy(&needs, &catalogue),
        json!({ "Version": "2012-10-17", "Statement": [
            { "Sid": "LedgerlineApigateway", "Effect": "Allow", "Action": ["apigateway:GET"], "Resource": "*" },
            { "Sid": "LedgerlineDynamodb", "Effect": "Allow", "Action": ["dynamodb:DescribeTable", "dynamodb:ListTables"], "Resource": "*" },
        ]})
    );
}

#[test]
fn an_action_that_reads_too_much_is_allowed_on_the_named_paths_only() {
    let catalogue = crate::collect::aws::catalogue();
    let mut needs = Needs::default();
    needs.list(&"AWS::ApiGateway::Stage".into(), &catalogue);
    needs.list(&"AWS::DynamoDB::Table".into(), &catalogue);
    assert_eq!(
        policy(&needs, &catalogue),
        json!({ "Version": "2012-10-17", "Statement": [
            { "Sid": "LedgerlineApigatewayGET", "Effect": "Allow", "Action": ["apigateway:GET"],
              "Resource": ["arn:aws:apigateway:*::/restapis", "arn:aws:apigateway:*::/restapis/*/stages"] },
            { "Sid": "LedgerlineDynamodb", "Effect": "Allow", "Action": ["dynamodb:ListTables"], "Resource": "*" },
        ]})
    );
}

#[test]
fn nothing_that_is_needed_reads_api_keys() {
    let catalogue = crate::collect::aws::catalogue();
    let policy = policy(&Needs::everything(&catalogue), &catalogue);
    let statements = policy["Statement"].as_array().unwrap();
    let reading: Vec<&Value> = statements.iter().filter(|statement| statement["Action"].to_string().contains("apigateway:GET")).collect();
    assert!(!reading.is_empty());
    for resource in reading.iter().flat_map(|statement| statement["Resource"].as_array().expect("paths, never *")) {
        let path = resource.as_str().unwrap().rsplit(':').next().unwrap();
        assert!(["/restapis", "/domainnames", "/apis"].iter().any(|root| path.starts_with(root)), "{path}");
    }
}

#[test]
fn tags_are_asked_for_only_where_a_rule_reads_them() {
    let catalogue = catalogue();
    let mut needs = Needs::default();
    needs.list(&"AWS::DynamoDB::Table".into(), &catalogue);
    assert_eq!(actions(&needs, &catalogue).into_iter().collect::<Vec<_>>(), ["dynamodb:ListTables"]);
    needs.read(&"AWS::DynamoDB::Table".into(), &"tags.Owner".parse().unwrap(), &catalogue);
    assert!(actions(&needs, &catalogue).contains("tag:GetResources"));
}
