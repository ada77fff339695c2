//! Cloud Control's answers: identifiers of every shape, tags of both, and nothing kept that no rule reads.

use super::map::{id, listed, properties, read};
use crate::collect::aws::draft::Draft;
use crate::collect::aws::registry::Registry;
use crate::model::catalogue::Loose;
use serde_json::{Value, json};

fn draft(resource_type: &str, identifier: &str) -> Draft {
    listed(resource_type, identifier, Registry::embedded().find(resource_type), |rest| id("111122223333", "us-east-2", resource_type, rest))
}

fn kept(told: &Value, paths: &[&str]) -> Draft {
    let mut draft = draft("AWS::SQS::Queue", "https://sqs.us-east-2.amazonaws.com/111122223333/orders");
    let loose = Loose { kept: paths.iter().map(|path| path.parse().unwrap()).collect(), ..Loose::default() };
    read(told.as_object().unwrap(), Registry::embedded().find("AWS::SQS::Queue"), &loose, &mut draft);
    draft
}

#[test]
fn an_address_names_what_stands_at_its_end() {
    let queue = draft("AWS::SQS::Queue", "https://sqs.us-east-2.amazonaws.com/111122223333/orders");
    assert_eq!(queue.name, "orders");
    assert_eq!(
        queue.id.as_str(),
        "ledgerline:111122223333:us-east-2:AWS::SQS::Queue:https://sqs.us-east-2.amazonaws.com/111122223333/orders"
    );
    assert_eq!(queue.properties["QueueUrl"], "https://sqs.us-east-2.amazonaws.com/111122223333/orders");
}

#[test]
fn an_arn_is_the_id() {
    let machine = draft("AWS::StepFunctions::StateMachine", "arn:aws:states:us-east-2:111122223333:stateMachine:orders");
    assert_eq!((machine.id.as_str(), machine.name.as_str()), ("arn:aws:states:us-east-2:111122223333:stateMachine:orders", "orders"));
}

#[test]
fn a_joined_identifier_is_taken_apart_only_where_its_parts_are_all_there() {
    let service = draft("AWS::ECS::Service", "arn:aws:ecs:us-east-2:111122223333:service/shop/api|shop");
    assert_eq!(service.properties["Cluster"], "shop");
    assert_eq!(draft("AWS::ECS::Service", "odd").properties["Cluster"], Value::Null);
}

#[test]
fn only_what_a_rule_reads_is_kept() {
    let told = json!({ "QueueName": "orders", "KmsMasterKeyId": null, "DelaySeconds": 5,
        "RedrivePolicy": { "maxReceiveCount": 3, "deadLetterTargetArn": "arn" },
        "Rules": [{ "Name": "a", "Secret": "s" }, { "Name": "b", "Secret": "s" }] });
    let draft = kept(
        &told,
        &["properties.RedrivePolicy.maxReceiveCount", "properties.Rules[].Name", "properties.KmsMasterKeyId", "properties.Absent"],
    );
    assert_eq!(draft.properties["RedrivePolicy"], json!({ "maxReceiveCount": 3 }));
    assert_eq!(draft.properties["Rules"], json!([{ "Name": "a" }, { "Name": "b" }]));
    for absent in ["QueueName", "DelaySeconds", "KmsMasterKeyId", "Absent"] {
        assert_eq!(draft.properties[absent], Value::Null, "{absent}");
    }
}

#[test]
fn a_list_keeps_the_places_of_its_items() {
    let told = json!({ "Rules": [{ "Name": "a" }, { "Name": "b" }] });
    assert_eq!(kept(&told, &["properties.Rules[1].Name"]).properties["Rules"], json!([null, { "Name": "b" }]));
}

#[test]
fn tags_are_read_in_both_shapes_and_none_is_untagged() {
    let tags = |tags: Value| kept(&json!({ "Tags": tags }), &[]).tags;
    assert_eq!(tags(json!([{ "Key": "Owner", "Value": "platform" }, { "Key": "Empty" }])), json!({ "Owner": "platform", "Empty": "" }));
    assert_eq!(tags(json!({ "Owner": "platform" })), json!({ "Owner": "platform" }));
    assert_eq!(kept(&json!({}), &[]).tags, json!({}));
}

#[test]
fn text_that_is_no_object_is_no_answer() {
    assert!(properties(r#"{"a": 1}"#).is_some());
    for text in ["", "null", "[]", "{\"half"] {
        assert!(properties(text).is_none(), "{text}");
    }
}
