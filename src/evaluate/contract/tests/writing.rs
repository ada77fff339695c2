//! Contracts made of what a file declares: what they expect, how they are written, and what is kept of a person's edits.

use super::*;
use crate::diag::Source;
use crate::evaluate::contract::render::file;
use crate::evaluate::contract::update::update;
use crate::evaluate::contract::{Extent, declare};

fn declared(records: &[Value]) -> Contract {
    let inventory = world(records, &[], &[]);
    declare("infra/terraform.tfstate", inventory.resources(), Extent::Whole, catalogue())
}

fn index(name: &str) -> Value {
    json!({"IndexName": name, "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL", "NonKeyAttributes": []}})
}

fn state() -> Vec<Value> {
    let table = |name: &str| {
        json!({"properties": {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "GlobalSecondaryIndexes": [index("b"), index("a")],
                              "SSESpecification": {"SSEEnabled": true, "KMSMasterKeyId": "arn:aws:kms:us-east-2:111122223333:key/12345678-1234-1234-1234-123456789012"}},
               "tags": {"Owner": "team: a", "Note": "yes"}})
    };
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:us-east-2:111122223333:table/app-dev-a"}]});
    vec![
        resource("AWS::DynamoDB::Table", "app-dev-a", table("app-dev-a")),
        resource("AWS::DynamoDB::Table", "app-dev-b", table("app-dev-b")),
        resource("AWS::IAM::ManagedPolicy", "app-dev-access", json!({"properties": {"PolicyDocument": document}})),
    ]
}

fn told_of(contract: Contract, records: &[Value]) -> Vec<String> {
    let set = ContractSet::default().with(vec![contract]);
    let lines = told(set, &world(records, &[], &[])).into_iter();
    lines.filter(|line| !line.contains(" pass ")).collect()
}

#[test]
fn what_is_live_as_it_was_declared_has_no_drift_and_what_changed_has_one_each_way() {
    let prefix = "drifted fail terraform.tfstate/AWS::DynamoDB::Table/app-dev-a";
    let changed = |change: fn(&mut Value)| {
        let mut live = state();
        change(&mut live[0]);
        told_of(declared(&state()), &live)
    };
    assert_eq!(changed(|_| ()), [""; 0]);
    assert_eq!(changed(|table| table["tags"]["Owner"] = json!("b")), [format!("{prefix}/tags.Owner")]);
    assert_eq!(changed(|table| table["tags"]["More"] = json!("b")), [format!("{prefix}/tags.More")], "a tag that the file lacks");
    assert_eq!(changed(|table| table["tags"]["aws:cloudformation:x"] = json!("b")), [""; 0], "AWS's own");
    assert_eq!(
        changed(|table| table["properties"]["GlobalSecondaryIndexes"] = json!([index("a"), index("b"), index("c")])),
        [format!("{prefix}/properties.GlobalSecondaryIndexes[IndexName=c]")]
    );
    assert_eq!(
        changed(|table| table["properties"]["GlobalSecondaryIndexes"] = json!([index("a")])),
        [format!("{prefix}/properties.GlobalSecondaryIndexes[IndexName=b]")]
    );
    assert_eq!(changed(|table| table["properties"]["DeletionProtectionEnabled"] = json!(true)), [""; 0], "the file does not speak of it");
}

#[test]
fn what_the_file_lacks_is_unexpected_and_no_more_than_worth_knowing() {
    let mut live = state();
    live.push(table("by-hand", json!({})));
    live.remove(1);
    live.push(resource("AWS::IAM::ManagedPolicy", "AdministratorAccess", json!({"state": {"AwsManaged": true}})));
    assert_eq!(
        told_of(declared(&state()), &live),
        ["missing fail terraform.tfstate/AWS::DynamoDB::Table/app-dev-b", "unexpected fail terraform.tfstate/AWS::DynamoDB::Table/by-hand"]
    );
    let said = evaluations(ContractSet::default().with(vec![declared(&state())]), &world(&live, &[], &[]));
    let unexpected = said.iter().find(|told| told.rule.id.as_str() == "contract-unexpected" && told.status == Status::Fail).unwrap();
    assert_eq!(unexpected.severity.as_str(), "info");
    // A plan of a part says nothing of the rest.
    let inventory = world(&state(), &[], &[]);
    let part = declare("plan.json", inventory.resources(), Extent::Part, catalogue());
    assert!(!told_of(part, &live).iter().any(|line| line.contains("unexpected")));
}

#[test]
fn what_is_known_only_after_the_apply_is_not_expected() {
    let mut planned = state();
    planned[0]["gaps"] = json!([{"path": "properties.BillingMode", "kind": "known_after_apply", "call": null, "permission": null, "detail": "later"},
                                {"path": "tags", "kind": "known_after_apply", "call": null, "permission": null, "detail": "later"}]);
    let mut live = state();
    live[0]["properties"]["BillingMode"] = json!("PROVISIONED");
    live[0]["tags"] = json!({});
    assert_eq!(told_of(declared(&planned), &live), [""; 0]);
    assert_eq!(told_of(declared(&state()), &live).len(), 3, "billing and two tags");
}

#[test]
fn a_written_contract_is_always_the_same_and_reads_back_as_what_it_was_made_of() {
    let mut shuffled = state();
    shuffled.reverse();
    let text = file(&declared(&state()), "app-dev", "terraform.tfstate");
    assert_eq!(text, file(&declared(&shuffled), "app-dev", "terraform.tfstate"));
    let set = contracts(&[source("app-dev", &text)]);
    assert_eq!(told(set, &world(&state(), &[], &[])).iter().filter(|line| !line.contains(" pass ")).count(), 0, "{text}");
    assert!(text.contains("names: [\"app-dev-*\"]"), "{text}");
    assert!(text.contains("arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/app-dev-a"), "{text}");
    assert!(!text.contains("KMSMasterKeyId"), "AWS assigns it:\n{text}");
    assert!(text.contains("Owner: \"team: a\"") && text.contains("Note: \"yes\""), "{text}");
}

#[test]
fn what_a_person_has_edited_stays_and_the_rest_follows_the_file() {
    let existing = file(&declared(&state()), "app-dev", "terraform.tfstate").replace("names: [", "# Ours.\nnames: [").replacen(
        "BillingMode: PAY_PER_REQUEST",
        "BillingMode: PROVISIONED # by us",
        1,
    );
    let mut now = state();
    now[0]["properties"]["TableClass"] = json!("STANDARD");
    now[1]["properties"]["TableClass"] = json!("STANDARD");
    now.remove(2);
    now.push(table("app-dev-c", json!({"BillingMode": "PROVISIONED"})));
    now.push(resource("AWS::Logs::LogGroup", "/app/dev", json!({"properties": {"RetentionInDays": 7}})));
    let updated = update(&Source::new("app-dev.yaml", existing.as_str()), &declared(&now)).unwrap();
    assert_eq!(updated.added, ["AWS::DynamoDB::Table app-dev-c", "AWS::Logs::LogGroup /app/dev"]);
    assert_eq!(updated.renewed, ["AWS::DynamoDB::Table app-dev-b"]);
    assert_eq!(updated.kept, ["AWS::DynamoDB::Table app-dev-a"]);
    assert_eq!(updated.gone, ["AWS::IAM::ManagedPolicy app-dev-access"]);
    let text = &updated.text;
    assert!(text.contains("# Ours.\n") && text.contains("BillingMode: PROVISIONED # by us"), "{text}");
    assert_eq!(text.matches("TableClass").count(), 1, "{text}");
    assert!(text.contains("app-dev-access"), "{text}");
    let set = contracts(&[source("app-dev", text)]);
    assert_eq!(only(&set).entries.len(), 5);
    // Once more changes nothing.
    let again = update(&Source::new("app-dev.yaml", text.as_str()), &declared(&now)).unwrap();
    assert_eq!(again.text, *text);
    assert_eq!((again.added.len(), again.renewed.len()), (0, 0));
}

#[test]
fn what_was_written_on_one_line_is_refused_rather_than_spoilt() {
    let text = "contract: it\nresources: { AWS::DynamoDB::Table: { a: {} } }\n";
    let fault = update(&Source::new("it.yaml", text), &declared(&state())).unwrap_err();
    assert!(fault[0].to_string().starts_with("it.yaml:2:"), "{}", fault[0]);
}
