//! What contracts say of a world: one change, one verdict; and nothing where it cannot be told.

use super::*;
use crate::model::GapKind;

const GROUP: &str = "AWS::Logs::LogGroup";
const TABLES: &str = "AWS::DynamoDB::Table";

/// A contract on one table `t` with these properties.
fn of_table(properties: &str) -> String {
    format!("resources:\n  AWS::DynamoDB::Table:\n    t:\n      properties: {properties}\n")
}

#[test]
fn what_is_there_and_right_passes_once_for_each_rule() {
    let text = format!("names: [t*]\n{}", of_table("{ BillingMode: PROVISIONED }"));
    let world = world(&[table("t", json!({"BillingMode": "PROVISIONED", "TableClass": "STANDARD"}))], &[], &[]);
    assert_eq!(
        told(contract(&text), &world),
        ["missing pass it/AWS::DynamoDB::Table/t", "drifted pass it/AWS::DynamoDB::Table/t", "unexpected pass it/AWS::DynamoDB::Table/t"]
    );
}

#[test]
fn what_is_missing_is_named_with_its_type_and_the_place_where_the_rest_is() {
    let text = "resources: { AWS::DynamoDB::Table: { t: {}, u: {} }, AWS::IAM::Role: { r: {} } }\n";
    let world = world(&[table("t", json!({}))], &["AWS::IAM::Role"], &[]);
    let said = evaluations(contract(text), &world);
    let missing: Vec<&Evaluation> = said.iter().filter(|told| told.status == Status::Fail).collect();
    assert_eq!(missing.len(), 2);
    let subject = missing[0].subject.as_ref().unwrap();
    assert_eq!(subject.id.as_ref().unwrap().as_str(), "ledgerline:expected:111122223333:us-east-2:AWS::DynamoDB::Table:u");
    assert_eq!((missing[0].resource, missing[0].region.as_str()), (None, REGION));
    assert_eq!(missing[0].message, "u: contract it expects this AWS::DynamoDB::Table in 111122223333 in us-east-2, and it is not there");
    assert_eq!((missing[0].evidence[0].call.as_ref().unwrap().as_str(), missing[0].severity.as_str()), ("dynamodb:ListTables", "high"));
    assert_eq!(missing[1].region.as_str(), "global", "a role has no region");
    // The same identity whether it is there or not.
    let there = said.iter().find(|told| told.status == Status::Pass).unwrap();
    assert!(there.subject.as_ref().unwrap().id.as_ref().unwrap().as_str().ends_with(":AWS::DynamoDB::Table:t"));
}

#[test]
fn half_a_listing_misses_nothing() {
    let text = "names: [\"*\"]\nresources: { AWS::DynamoDB::Table: { t: {}, u: {} } }\n";
    let world = world(&[table("t", json!({}))], &[], &[TABLES]);
    let said = evaluations(contract(text), &world);
    let unknown: Vec<&Evaluation> = said.iter().filter(|told| told.status == Status::Unknown).collect();
    assert_eq!(unknown.iter().map(|told| told.rule.id.as_str()).collect::<Vec<_>>(), ["contract-missing", "contract-unexpected"]);
    assert!(unknown.iter().all(|told| told.gap.as_ref().unwrap().kind == GapKind::Denied));
    assert_eq!(
        unknown[0].message,
        "u: whether this AWS::DynamoDB::Table is there could not be read: AWS denied dynamodb:ListTables; grant dynamodb:ListTables"
    );
    assert!(!said.iter().any(|told| told.status == Status::Fail));
}

#[test]
fn what_nobody_listed_is_unknown_and_not_missing() {
    let said = told(contract("resources: { AWS::DynamoDB::Table: { t: {} } }\n"), &world(&[], &[GROUP], &[]));
    assert_eq!(said, ["missing unknown it/AWS::DynamoDB::Table/t"]);
}

#[test]
fn a_drift_shows_both_values_with_path_and_call() {
    let said = evaluations(
        contract(&of_table("{ BillingMode: PAY_PER_REQUEST }")),
        &world(&[table("t", json!({"BillingMode": "PROVISIONED"}))], &[], &[]),
    );
    let drift = said.iter().find(|told| told.status == Status::Fail).unwrap();
    assert_eq!(drift.message, "t: properties.BillingMode is PROVISIONED, contract it says PAY_PER_REQUEST");
    assert_eq!(drift.sub_key.as_deref(), Some("it/AWS::DynamoDB::Table/t/properties.BillingMode"));
    let evidence = &drift.evidence[0];
    assert_eq!(
        (evidence.path.to_string(), evidence.observed.to_json(), evidence.expected.as_ref().unwrap().to_json()),
        ("properties.BillingMode".to_owned(), json!("PROVISIONED"), json!("PAY_PER_REQUEST"))
    );
    assert_eq!(evidence.call.as_ref().unwrap().as_str(), "dynamodb:DescribeTable");
}

#[test]
fn items_are_found_by_their_key_wherever_they_stand() {
    let index = |name: &str, key: &str| {
        json!({"IndexName": name, "KeySchema": [{"AttributeName": "s", "KeyType": "RANGE"}, {"AttributeName": key, "KeyType": "HASH"}],
               "Projection": {"ProjectionType": "ALL", "NonKeyAttributes": []}})
    };
    let text = of_table(
        "{ GlobalSecondaryIndexes: [{ IndexName: a, KeySchema: [{ AttributeName: x, KeyType: HASH }, { AttributeName: s, KeyType: RANGE }] }, \
         { IndexName: b, Projection: { ProjectionType: ALL } }] }",
    );
    let with = |indexes: Value| drifts(&text, &[table("t", json!({ "GlobalSecondaryIndexes": indexes }))]);
    assert_eq!(with(json!([index("c", "z"), index("b", "y"), index("a", "x")])), [""; 0], "more indexes are free");
    assert_eq!(with(json!([index("b", "y")])), ["properties.GlobalSecondaryIndexes[IndexName=a]"]);
    assert_eq!(
        with(json!([index("a", "w"), index("b", "y")])),
        ["properties.GlobalSecondaryIndexes[IndexName=a].KeySchema[KeyType=HASH].AttributeName"]
    );
}

#[test]
fn a_key_more_than_expected_is_a_drift() {
    let text = of_table("{ KeySchema: [{ AttributeName: id, KeyType: HASH }] }");
    let keys = json!({"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]});
    assert_eq!(drifts(&text, &[table("t", keys)]), ["properties.KeySchema[KeyType=RANGE]"]);
}

#[test]
fn what_is_switched_off_is_one_drift() {
    let text = of_table(
        "{ TimeToLiveSpecification: { Enabled: true, AttributeName: ttl }, DeletionProtectionEnabled: true, TableClass: STANDARD }",
    );
    let off = json!({"TimeToLiveSpecification": {"Enabled": false}, "DeletionProtectionEnabled": true, "TableClass": "STANDARD"});
    assert_eq!(drifts(&text, &[table("t", off)]), ["properties.TimeToLiveSpecification.Enabled"]);
    let other =
        json!({"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "x"}, "DeletionProtectionEnabled": false, "TableClass": "S"});
    assert_eq!(
        drifts(&text, &[table("t", other)]),
        ["properties.TimeToLiveSpecification.AttributeName", "properties.DeletionProtectionEnabled", "properties.TableClass"],
        "protection is no switch of the whole table"
    );
}

#[test]
fn what_could_not_be_read_is_unknown_and_says_which_call() {
    let denied = json!([{"path": "properties.TimeToLiveSpecification", "kind": "denied", "call": "dynamodb:DescribeTimeToLive",
                         "permission": "dynamodb:DescribeTimeToLive", "detail": "no"}]);
    let record = resource(TABLES, "t", json!({"properties": {"BillingMode": "PROVISIONED"}, "gaps": denied}));
    let text = of_table("{ TimeToLiveSpecification: { Enabled: true }, BillingMode: PROVISIONED }");
    assert_eq!(drifts(&text, std::slice::from_ref(&record)), ["properties.TimeToLiveSpecification: unknown"]);
    let said = evaluations(contract(&text), &world(&[record], &[], &[]));
    assert!(!said.iter().any(|told| told.rule.id.as_str() == "contract-drifted" && told.status == Status::Pass));
}

#[test]
fn conditions_hold_where_one_value_is_not_the_fact() {
    let of = |condition: &str, value: Value| {
        drifts(&of_table(&format!("{{ TableName: {condition} }}")), &[table("t", json!({ "TableName": value }))]).is_empty()
    };
    assert!(of("{ matches: \"a-*\" }", json!("a-b")) && !of("{ matches: \"a-*\" }", json!("b-a-b")));
    assert!(of("{ one_of: [a, b] }", json!("b")) && !of("{ one_of: [a, b] }", json!("c")));
    assert!(of("{ present: true }", json!("b")) && !of("{ present: true }", json!("")));
    assert!(of("{ present: false }", json!(null)) && !of("{ present: false }", json!("x")));
    assert!(of("\"${AWS::AccountId}/${AWS::Region}\"", json!("111122223333/us-east-2")));
    let group = |days: i64| {
        let text = "resources: { AWS::Logs::LogGroup: { g: { properties: { RetentionInDays: { min: 7, max: 30 } } } } }\n";
        drifts(text, &[resource(GROUP, "g", json!({"properties": {"RetentionInDays": days}}))]).is_empty()
    };
    assert!(group(7) && group(30) && !group(31) && !group(6));
}

#[test]
fn lists_without_keys_are_sets_and_some_only_include_or_exclude() {
    let role = |arns: Value, condition: &str| {
        let text = format!("resources: {{ AWS::IAM::Role: {{ r: {{ properties: {{ ManagedPolicyArns: {condition} }} }} }} }}\n");
        drifts(&text, &[resource("AWS::IAM::Role", "r", json!({"properties": {"ManagedPolicyArns": arns}}))])
    };
    assert_eq!(role(json!(["b", "a"]), "[a, b]"), [""; 0]);
    assert_eq!(role(json!(["b", "a", "c"]), "[a, b]"), ["properties.ManagedPolicyArns"]);
    assert_eq!(role(json!(["b", "a", "c"]), "{ includes: [a] }"), [""; 0]);
    assert_eq!(role(json!(["b"]), "{ includes: [a] }"), ["properties.ManagedPolicyArns"]);
    assert_eq!(role(json!(["b"]), "{ none: [a] }"), [""; 0]);
    assert_eq!(role(json!(["a"]), "{ none: [a] }"), ["properties.ManagedPolicyArns"]);
}

#[test]
fn a_policy_is_compared_by_what_it_says() {
    let policy = |statements: Value, expected: &str| {
        let text = format!("resources:\n  AWS::IAM::ManagedPolicy:\n    p: {{ properties: {{ PolicyDocument: {expected} }} }}\n");
        let document = json!({"properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}});
        let said = evaluations(contract(&text), &world(&[resource("AWS::IAM::ManagedPolicy", "p", document)], &[], &[]));
        said.iter().filter(|told| told.status == Status::Fail).map(|told| told.message.to_string()).collect::<Vec<_>>()
    };
    let two = "{ Version: 2012-10-17, Statement: [{ Effect: Allow, Action: [\"s:A\", \"s:B\"], Resource: r }] }";
    assert_eq!(
        policy(
            json!([{"Effect": "Allow", "Action": "s:b", "Resource": ["r"]}, {"Sid": "x", "Effect": "Allow", "Action": "s:A", "Resource": "r"}]),
            two
        ),
        [""; 0]
    );
    assert_eq!(
        policy(json!([{"Effect": "Allow", "Action": ["s:A", "s:C"], "Resource": "r"}]), two),
        ["p: properties.PolicyDocument has s:c on r; lacks s:b on r, other than contract it says"]
    );
    let bounds = "{ at_least: { Statement: [{ Effect: Allow, Action: \"s:A\", Resource: r/1 }] }, \
                  at_most: { Statement: [{ Effect: Allow, Action: [\"s:A\", \"s:B\"], Resource: \"r/*\" }] } }";
    assert_eq!(policy(json!([{"Effect": "Allow", "Action": ["s:A", "s:B"], "Resource": ["r/1", "r/2"]}]), bounds), [""; 0]);
    assert_eq!(policy(json!([{"Effect": "Allow", "Action": "s:*", "Resource": "r/*"}]), bounds).len(), 1, "more than at most");
    assert_eq!(policy(json!([{"Effect": "Allow", "Action": "s:A", "Resource": "r/2"}]), bounds).len(), 1, "less than at least");
    // A grant under a condition is another one.
    let only =
        json!([{"Effect": "Allow", "Action": ["s:A", "s:B"], "Resource": "r", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]);
    assert_eq!(policy(only, two).len(), 1);
}

#[test]
fn a_pattern_speaks_of_each_that_it_matches_and_misses_only_all() {
    let text = "resources: { AWS::Logs::LogGroup: { \"/aws/*\": { properties: { RetentionInDays: 7 } }, \"/x/*\": { optional: true } } }\n";
    let group = |name: &str, days: i64| resource(GROUP, name, json!({"properties": {"RetentionInDays": days}}));
    assert_eq!(
        told(contract(text), &world(&[group("/aws/a", 7), group("/aws/b", 30), group("/other", 1)], &[], &[])),
        [
            "missing pass it/AWS::Logs::LogGroup//aws/*",
            "drifted pass it/AWS::Logs::LogGroup//aws/*",
            "drifted fail it/AWS::Logs::LogGroup//aws/*/properties.RetentionInDays",
        ]
    );
    assert_eq!(
        told(contract(text), &world(&[], &[GROUP], &[])),
        ["missing fail it/AWS::Logs::LogGroup//aws/*"],
        "what is optional is not missed"
    );
}

#[test]
fn what_two_entries_say_of_one_resource_is_told_apart() {
    let text = "resources: { AWS::Logs::LogGroup: { \"/aws/*\": { properties: { RetentionInDays: 7 } }, /aws/a: { properties: { RetentionInDays: 7 } } } }\n";
    for (days, verdicts) in [(7, 2), (30, 2)] {
        let group = resource(GROUP, "/aws/a", json!({"properties": {"RetentionInDays": days}}));
        let told = told(contract(text), &world(&[group], &[], &[]));
        let drifted: std::collections::BTreeSet<_> = told.iter().filter(|told| told.starts_with("drifted")).collect();
        assert_eq!(drifted.len(), verdicts, "{told:#?}");
    }
}

#[test]
fn where_tells_namesakes_apart() {
    let group = |pool: &str| {
        resource("AWS::Cognito::UserPoolGroup", "admin", json!({"id": format!("{pool}/admin"), "state": {"UserPoolName": pool}}))
    };
    let text = "resources: { AWS::Cognito::UserPoolGroup: { admin: { where: { state.UserPoolName: mine } } } }\n";
    assert_eq!(told(contract(text), &world(&[group("mine"), group("yours")], &[], &[])).len(), 1);
    assert_eq!(told(contract(text), &world(&[group("yours")], &[], &[])), ["missing fail it/AWS::Cognito::UserPoolGroup/admin"]);
}

#[test]
fn only_what_is_named_as_the_deployments_is_unexpected() {
    let text = "names: [\"app-*\"]\nresources: { AWS::DynamoDB::Table: { app-a: {} } }\n";
    let world = world(
        &[table("app-a", json!({})), table("app-b", json!({})), table("other", json!({})), resource(GROUP, "app-c", json!({}))],
        &[],
        &[],
    );
    let said = evaluations(contract(text), &world);
    let unexpected: Vec<&Evaluation> =
        said.iter().filter(|told| told.rule.id.as_str() == "contract-unexpected" && told.status == Status::Fail).collect();
    assert_eq!(unexpected.len(), 1, "a log group is of no type of the contract");
    assert_eq!(unexpected[0].message, "app-b: this AWS::DynamoDB::Table is named as those of contract it, which does not list it");
    assert_eq!(unexpected[0].severity.as_str(), "low");
}

#[test]
fn a_shipped_contract_holds_where_something_of_it_is_there_or_where_it_is_named() {
    let text = "contract: it\nnames: [\"app-*\"]\nresources: { AWS::DynamoDB::Table: { app-a: {}, app-b: {} }, AWS::Cognito::UserPoolGroup: { admin: {} } }\n";
    let set = contracts(&[ContractSource { shipped: true, ..source("it", text) }]);
    let stranger = world(&[resource("AWS::Cognito::UserPoolGroup", "admin", json!({})), table("app-c", json!({}))], &[], &[]);
    assert_eq!(told(set.clone(), &stranger), [""; 0], "a group admin is anybody's");
    assert_eq!(told(set.only(&["it".into()]).unwrap(), &stranger).len(), 4, "two tables, the group, and app-c is unexpected");
    let found = world(&[table("app-a", json!({}))], &["AWS::Cognito::UserPoolGroup"], &[]);
    assert_eq!(told(set, &found).iter().filter(|line| line.contains("missing fail")).count(), 2);
}

#[test]
fn a_contract_of_some_accounts_and_regions_speaks_of_no_others() {
    let text = |limit: &str| format!("{limit}\nresources: {{ AWS::DynamoDB::Table: {{ t: {{}} }} }}\n");
    let world = world(&[table("t", json!({}))], &[], &[]);
    assert_eq!(told(contract(&text("regions: [us-east-2]")), &world), ["missing pass it/AWS::DynamoDB::Table/t"]);
    assert_eq!(told(contract(&text("regions: [eu-west-1]")), &world), ["missing unknown it/AWS::DynamoDB::Table/t"], "nobody looked there");
    assert_eq!(told(contract(&text("accounts: [\"999988887777\"]")), &world), ["missing unknown it/AWS::DynamoDB::Table/t"]);
}

#[test]
fn a_table_is_a_table_however_it_was_declared() {
    let simple = "resources:\n  AWS::Serverless::SimpleTable:\n    t: { properties: { PrimaryKey: { Name: id, Type: Number } } }\n";
    let table_of = |kind: &str, mode: &str| {
        table(
            "t",
            json!({"BillingMode": mode, "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                          "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": kind}]}),
        )
    };
    assert_eq!(drifts(simple, &[table_of("N", "PAY_PER_REQUEST")]), [""; 0]);
    assert_eq!(
        drifts(simple, &[table_of("S", "PROVISIONED")]),
        ["properties.AttributeDefinitions[AttributeName=id].AttributeType", "properties.BillingMode"]
    );
    let global = "resources:\n  AWS::DynamoDB::GlobalTable:\n    t: { properties: { BillingMode: PAY_PER_REQUEST, Replicas: [{ Region: us-east-2 }] } }\n";
    assert_eq!(drifts(global, &[table_of("S", "PROVISIONED")]), ["properties.BillingMode"]);
}

#[test]
fn the_month_is_judged_where_it_is_known() {
    let text = "costs: { DynamoDB: { low: 2, high: 5 } }\nresources: {}\n";
    let month = |amount: &str| {
        let body = json!({"properties": {"Service": "Amazon DynamoDB", "Currency": "USD", "ProjectedMonthEnd": amount}});
        drifts(text, &[resource("Ledgerline::Cost::ServiceMonth", "Amazon DynamoDB", body)])
    };
    assert_eq!(month("4.99"), [""; 0]);
    assert_eq!(month("5.01"), ["properties.ProjectedMonthEnd"]);
    assert_eq!(told(contract(text), &world(&[], &[], &[])), [""; 0]);
}
