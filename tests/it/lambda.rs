//! Functions over the stand-in: what the listing brings, what is asked for each, and what must never be kept or asked.

use crate::support::report::{collected, find};
use crate::support::stand_in::{Function, StandIn, World};
use serde_json::json;

const FUNCTION: &str = "AWS::Lambda::Function";

#[test]
fn a_functions_secrets_never_reach_a_recording() {
    let variables = json!({"Environment": {"Variables": {"API_KEY": "s3cr3t-value", "TABLE": "users"}}});
    let stand_in =
        StandIn::of(World { functions: vec![Function { configuration: variables, ..Function::named("one") }], ..World::default() });
    let resources = collected(&stand_in.account("111122223333"), &["lambda-*"]);
    let function = find(&resources, FUNCTION, "one");
    assert_eq!(function["state"]["EnvironmentVariableNames"], json!(["API_KEY", "TABLE"]));
    assert!(!serde_json::to_string(&resources).unwrap().contains("s3cr3t-value"));
    assert_eq!(stand_in.count("lambda:GetFunction"), 0, "GetFunction, whose answer has the code's address, was asked for");
}

#[test]
fn a_policy_is_asked_for_only_where_a_rule_reads_it() {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction"}]}"#;
    let stand_in = StandIn::of(World {
        functions: vec![Function { policy: Some(policy.to_owned()), ..Function::named("open") }, Function::named("shut")],
        ..World::default()
    });
    let account = stand_in.account("111122223333");
    collected(&account, &["lambda-tracing-inactive"]);
    assert_eq!(stand_in.count("lambda:GetPolicy"), 0);
    let resources = collected(&account, &["lambda-policy-public"]);
    assert_eq!(stand_in.count("lambda:GetPolicy"), 2);
    assert_eq!(find(&resources, FUNCTION, "open")["state"]["Policy"]["Statement"][0]["Principal"], "*");
    let shut = find(&resources, FUNCTION, "shut");
    assert!(shut["state"].get("Policy").is_none());
    assert!(!shut["gaps"].as_array().unwrap().iter().any(|gap| gap["path"] == "state.Policy"), "{shut:#}");
}

#[test]
fn an_image_has_no_runtime() {
    let image = json!({"PackageType": "Image", "Runtime": null, "Handler": null});
    let stand_in =
        StandIn::of(World { functions: vec![Function { configuration: image, ..Function::named("image") }], ..World::default() });
    let resources = collected(&stand_in.account("111122223333"), &[]);
    let function = find(&resources, FUNCTION, "image");
    assert_eq!(function["properties"]["PackageType"], "Image");
    assert!(function["properties"].get("Runtime").is_none());
}
