//! Whole files: what is read of them, and what is refused.

use crate::collect::terraform::Terraform;
use crate::collect::{Request, Silent, Source as _, SourceError};
use crate::model::catalogue::Catalogue;
use crate::model::inventory::Collected;
use crate::model::needs::Needs;
use crate::model::paid::{PaidCalls, PaidRequest, Refusal};
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::{Interner, Resource};
use futures::future::BoxFuture;
use serde_json::{Value, json};

struct NoMoney;

impl PaidCalls for NoMoney {
    fn cached<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Option<Value>> {
        Box::pin(std::future::ready(None))
    }
    fn reserve<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::NoStore)))
    }
    fn settle<'a>(&'a self, _: &'a PaidRequest, _: u32, _: Option<Value>, _: Time) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn collect(bytes: &[u8], limit: Option<u64>) -> Result<Collected, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    std::fs::write(&path, bytes).unwrap();
    let catalogue: Catalogue = crate::collect::catalogue();
    let (needs, interner, scope) = (Needs::everything(&catalogue), Interner::new(), PassScope::default());
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    let request =
        Request { needs: &needs, scope: &scope, now, catalogue: &catalogue, interner: &interner, paid: &NoMoney, progress: &Silent };
    let source = Terraform::file(&path, Some("eu-west-1".to_owned().into()));
    let source = if let Some(limit) = limit { source.with_limit(limit) } else { source };
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(source.collect(request))
}

fn read(file: &Value) -> Collected {
    collect(file.to_string().as_bytes(), None).unwrap()
}

fn refused(bytes: &[u8]) -> String {
    collect(bytes, None).unwrap_err().to_string()
}

fn only(collected: &Collected) -> &Resource {
    assert_eq!(collected.resources.len(), 1);
    &collected.resources[0]
}

fn change(terraform: &str, actions: &[&str], after: Value, unknown: Value) -> Value {
    json!({"address": format!("{terraform}.x"), "mode": "managed", "type": terraform, "name": "x",
           "provider_name": "registry.terraform.io/hashicorp/aws",
           "change": {"actions": actions, "before": {"name": "BEFORE"}, "after": after, "after_unknown": unknown, "after_sensitive": {}}})
}

fn plan(changes: &[Value]) -> Value {
    json!({"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {"root_module": {}}, "resource_changes": changes,
           "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-2"}}}}, "root_module": {}}})
}

fn state(resources: Value) -> Value {
    json!({"version": 4, "terraform_version": "1.9.8", "serial": 1, "lineage": "l", "outputs": {}, "resources": resources, "check_results": null})
}

fn text<'a>(resource: &'a Resource, path: &str) -> Option<&'a str> {
    resource.at(&path.parse().unwrap())?.as_str()
}

#[test]
fn one_table_reads_alike_from_all_three_kinds_of_file() {
    let values = json!({"name": "t", "arn": "arn:aws:dynamodb:us-east-2:111122223333:table/t", "billing_mode": "PAY_PER_REQUEST",
                        "hash_key": "id", "attribute": [{"name": "id", "type": "S"}], "tags": {"a": "1"}, "tags_all": {"a": "1", "b": "2"}});
    let shown = json!({"format_version": "1.0", "terraform_version": "1.9.8", "values": {"root_module": {"child_modules": [
        {"address": "module.m", "resources": [{"address": "module.m.aws_dynamodb_table.x[0]", "mode": "managed", "type": "aws_dynamodb_table",
         "name": "x", "index": 0, "provider_name": "registry.opentofu.org/hashicorp/aws", "values": values, "sensitive_values": {}}]}]}}});
    let stored = state(json!([{"module": "module.m", "mode": "managed", "type": "aws_dynamodb_table", "name": "x",
        "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
        "instances": [{"index_key": 0, "schema_version": 1, "attributes": values, "sensitive_attributes": []},
                      {"index_key": 0, "deposed": "00000001", "attributes": {"name": "old"}}]}]));
    let mut planned = change("aws_dynamodb_table", &["no-op"], values, json!({}));
    planned["address"] = json!("module.m.aws_dynamodb_table.x[0]");
    let records: Vec<Value> = [plan(&[planned]), shown, stored]
        .iter()
        .map(|file| {
            let mut record = serde_json::to_value(only(&read(file)).to_record()).unwrap();
            record["gaps"] = Value::Null;
            record["origin"]["file"] = Value::Null;
            record
        })
        .collect();
    assert_eq!(records[0], records[1]);
    assert_eq!(records[0], records[2]);
    assert_eq!(records[0]["id"], "arn:aws:dynamodb:us-east-2:111122223333:table/t");
    assert_eq!(records[0]["tags"], json!({"a": "1", "b": "2"}), "default tags are tags");
    assert_eq!(records[0]["origin"]["address"], "module.m.aws_dynamodb_table.x[0]");
}

#[test]
fn what_will_be_gone_is_not_there() {
    let table = |actions: &[&str]| change("aws_dynamodb_table", actions, json!({"name": "t"}), json!({}));
    for actions in [&["delete"][..], &["forget"]] {
        assert!(read(&plan(&[table(actions)])).resources.is_empty(), "{actions:?}");
    }
    for actions in [&["create"][..], &["update"], &["no-op"], &["delete", "create"], &["create", "delete"]] {
        assert_eq!(read(&plan(&[table(actions)])).resources.len(), 1, "{actions:?}");
    }
    let mut deposed = table(&["create"]);
    deposed["deposed"] = json!("00000001");
    assert!(read(&plan(&[deposed])).resources.is_empty());
}

#[test]
fn what_is_known_after_the_apply_or_sensitive_is_a_gap() {
    let mut function = change(
        "aws_lambda_function",
        &["create"],
        json!({"function_name": "f", "environment": [{"variables": {"A": "x"}}], "description": "PLANTED"}),
        json!({"arn": true, "role": true, "environment": [{"variables": {"B": true}}]}),
    );
    function["change"]["after_sensitive"] = json!({"description": true});
    let collected = read(&plan(&[function]));
    let function = only(&collected);
    let gap = |path: &str| function.at(&path.parse().unwrap()).and_then(|value| value.as_gap()).map(ToString::to_string);
    assert_eq!(gap("properties.Role").as_deref(), Some("known after apply"));
    assert!(gap("properties.Description").unwrap().contains("sensitive"));
    assert!(gap("state.EnvironmentSecrets").is_some(), "a value that is not known may be a secret");
    assert_eq!(function.at(&"state.EnvironmentVariableNames[1]".parse().unwrap()).unwrap().as_str(), Some("B"));
    assert_eq!(function.region.as_str(), "us-east-2");
    assert_eq!(function.account.as_str(), "unknown");
}

#[test]
fn a_reference_leads_to_the_name_that_the_other_will_have() {
    let mut file = plan(&[
        change("aws_lambda_function", &["create"], json!({"function_name": "f"}), json!({"role": true, "arn": true})),
        change("aws_iam_role", &["create"], json!({"name": "r", "path": "/"}), json!({"arn": true})),
    ]);
    file["configuration"]["root_module"] = json!({"resources": [
        {"address": "aws_lambda_function.x", "mode": "managed", "type": "aws_lambda_function", "name": "x", "provider_config_key": "aws",
         "expressions": {"role": {"references": ["module.roles.arn", "module.roles"]}}}],
        "module_calls": {"roles": {"expressions": {"it": {"references": ["aws_iam_role.x.arn", "aws_iam_role.x"]}},
            "module": {"outputs": {"arn": {"expression": {"references": ["var.it"]}}}}}}});
    file["prior_state"] = json!({"format_version": "1.0", "values": {"root_module": {"resources": [
        {"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "name": "me",
         "provider_name": "registry.terraform.io/hashicorp/aws", "values": {"account_id": "111122223333"}}]}}});
    let collected = read(&file);
    let function = collected.resources.iter().find(|resource| resource.name == "f").unwrap();
    assert_eq!(text(function, "properties.Role"), Some("arn:aws:iam::111122223333:role/r"));
    assert_eq!(function.id.as_str(), "arn:aws:lambda:us-east-2:111122223333:function:f");
    // Of two references nobody knows what the expression makes.
    file["configuration"]["root_module"]["resources"][0]["expressions"]["role"]["references"] = json!(["aws_iam_role.x.arn", "local.y"]);
    let collected = read(&file);
    let function = collected.resources.iter().find(|resource| resource.name == "f").unwrap();
    assert_eq!(text(function, "properties.Role"), None);
}

#[test]
fn parts_join_their_owners_and_strays_are_counted() {
    let mut inline =
        change("aws_iam_role_policy", &["create"], json!({"name": "p", "role": "r", "policy": "{\"Statement\":[]}"}), json!({}));
    inline["address"] = json!("aws_iam_role_policy.x");
    let mut file = plan(&[
        change("aws_iam_role", &["create"], json!({"name": "r", "path": "/"}), json!({"arn": true, "inline_policy": true})),
        inline,
        change("aws_iam_role_policy_attachment", &["create"], json!({"role": "elsewhere", "policy_arn": "a"}), json!({})),
        change("aws_s3_bucket", &["create"], json!({"bucket": "b"}), json!({})),
        change("random_id", &["create"], json!({}), json!({})),
    ]);
    assert_eq!(text(only(&read(&file)), "properties.Policies[0].PolicyName"), None, "without a configuration there may be others");
    file["configuration"]["root_module"] = json!({"resources": [{"address": "aws_iam_role.x", "type": "aws_iam_role", "expressions": {}}]});
    let collected = read(&file);
    assert_eq!(text(only(&collected), "properties.Policies[0].PolicyName"), Some("p"));
    let skipped: Vec<String> = collected
        .coverage
        .rows()
        .filter(|row| row.outcome == crate::model::Outcome::Skipped)
        .map(|row| format!("{} {}", row.resources, row.reason.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(skipped.len(), 3, "{skipped:#?}");
    assert!(skipped.iter().any(|reason| reason.contains("aws_s3_bucket") && reason.contains("no mapping")), "{skipped:#?}");
    assert!(
        skipped.iter().any(|reason| reason.contains("aws_iam_role_policy_attachment") && reason.contains("not in this file")),
        "{skipped:#?}"
    );
}

#[test]
fn a_permission_is_a_statement_of_the_functions_policy() {
    let file = plan(&[
        change("aws_lambda_function", &["create"], json!({"function_name": "f"}), json!({"arn": true})),
        change(
            "aws_lambda_permission",
            &["create"],
            json!({"function_name": "arn:aws:lambda:us-east-2:111122223333:function:f", "action": "lambda:InvokeFunction", "statement_id": "s",
                   "principal": "apigateway.amazonaws.com", "source_arn": "arn:aws:execute-api:us-east-2:111122223333:api/*"}),
            json!({}),
        ),
    ]);
    let collected = read(&file);
    let policy = only(&collected).at(&"state.Policy".parse().unwrap()).unwrap().to_json();
    assert_eq!(policy["Statement"][0]["Principal"], json!({"Service": "apigateway.amazonaws.com"}));
    assert_eq!(policy["Statement"][0]["Condition"]["ArnLike"]["AWS:SourceArn"], "arn:aws:execute-api:us-east-2:111122223333:api/*");
}

#[test]
fn what_cannot_be_judged_says_why_and_what_to_do() {
    assert!(refused(br#"{"format_version": "2.0", "planned_values": {}}"#).contains("format version 2.0"));
    assert!(refused(br#"{"version": 3, "terraform_version": "0.11.14", "modules": []}"#).contains("refresh-only"));
    assert!(refused(br#"{"version": 5, "terraform_version": "9"}"#).contains("newer"));
    assert!(refused(br#"{"encrypted_data": "x", "lineage": "l"}"#).contains("tofu show -json"));
    assert!(refused(br#"{"format_version": "1.2", "errored": true, "planned_values": {}}"#).contains("plan again"));
    assert!(refused(b"PK\x03\x04rest").contains("terraform show -json"));
    assert!(refused(br#"{"hello": 1}"#).contains("neither a plan nor a state"));
    assert!(refused(br#"{"version": 4, "resources": 5}"#).contains("resources is not as Terraform writes it"));
    assert!(refused(br#"{"version": 4, "resources": [{"type": 1}]}"#).contains("resources[0]"));
    let whole = plan(&[change("aws_dynamodb_table", &["create"], json!({"name": "t"}), json!({}))]).to_string();
    for end in (0..whole.len()).step_by(7) {
        assert!(collect(&whole.as_bytes()[..end], None).is_err(), "cut at {end}");
    }
    let deep = format!("{{\"version\": 4, \"resources\": {}{}}}", "[".repeat(5000), "]".repeat(5000));
    refused(deep.as_bytes());
    let deep = format!("{{\"name\": {}{}}}", "[".repeat(5000), "]".repeat(5000));
    let deep = format!(
        "{{\"version\": 4, \"resources\": [{{\"type\": \"aws_dynamodb_table\", \"name\": \"x\", \"instances\": [{{\"attributes\": {deep}}}]}}]}}"
    );
    assert!(refused(deep.as_bytes()).contains("recursion limit"));
    assert!(collect(whole.as_bytes(), Some(100)).unwrap_err().to_string().contains("larger than"));
}

#[test]
fn a_plan_of_some_targets_proves_no_absence() {
    let mut file = plan(&[change("aws_dynamodb_table", &["create"], json!({"name": "t"}), json!({}))]);
    let listed = |file: &Value| {
        let collected = read(file);
        collected.coverage.rows().find(|row| row.resource_type.as_str() == "AWS::DynamoDB::Table").unwrap().outcome
    };
    assert_eq!(listed(&file), crate::model::Outcome::Complete);
    file["complete"] = json!(false);
    assert_eq!(listed(&file), crate::model::Outcome::Skipped);
}

#[test]
fn keys_in_any_order_are_read_alike_and_types_with_secrets_never() {
    let file = plan(&[change("aws_iam_access_key", &["create"], json!({"secret": "PLANTED"}), json!({}))]);
    assert!(!format!("{:?}", super::super::read::read(file.to_string().as_bytes()).unwrap()).contains("PLANTED"));
    // Sorted, `type` comes behind `change`.
    let sorted = r#"{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"aws_dynamodb_table.x","change":{"actions":["create"],"after":{"name":"t","password":"PLANTED"}},"mode":"managed","type":"aws_dynamodb_table"},{"address":"aws_iam_access_key.x","change":{"actions":["create"],"after":{"secret":"PLANTED"}},"type":"aws_iam_access_key"}]}"#;
    let tree = super::super::read::read(sorted.as_bytes()).unwrap();
    assert!(!format!("{tree:?}").contains("PLANTED"));
    assert_eq!(tree.pointer("/resource_changes/0/change/after/name"), Some(&json!("t")));
}

#[test]
fn references_in_circles_and_endless_paths_end() {
    let mut file = plan(&[change("aws_lambda_function", &["create"], json!({"function_name": "f"}), json!({"role": true}))]);
    // Each output names the other twice: followed to the end, that would never be.
    let call = |other: &str| {
        json!({"module": {"outputs": {"o": {"expression": {"references": ["var.i", "var.j"]}}}},
        "expressions": {"i": {"references": [format!("module.{other}.o")]}, "j": {"references": [format!("module.{other}.o")]}}})
    };
    file["configuration"]["root_module"] = json!({"resources": [{"address": "aws_lambda_function.x", "type": "aws_lambda_function",
        "expressions": {"role": {"references": ["module.a.o"]}}}], "module_calls": {"a": call("b"), "b": call("a")}});
    assert_eq!(text(only(&read(&file)), "properties.Role"), None);
    let endless: Vec<Value> = (0..100_000).map(|_| json!({"type": "get_attr", "value": "a"})).collect();
    let instance = json!({"attributes": {"name": "t"}, "sensitive_attributes": [endless]});
    let resource = json!({"mode": "managed", "type": "aws_dynamodb_table", "name": "x", "provider": "", "instances": [instance]});
    assert_ne!(read(&state(json!([resource]))).resources[0].name, "t", "what is marked in a way that we do not follow is all sensitive");
}
