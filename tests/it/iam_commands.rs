//! `ledgerline iam minimize|need|paths|compare` as a user runs them: files in, JSON and an exit code out.

use crate::support::command::{Ledgerline, Ran};
use serde_json::{Value, json};

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/account.ndjson.zst");
const POLICY: &str = "aws-devops-dev-lambda-dynamodb-access";

fn policy(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn run(files: &[(&str, &str)], args: &[&str]) -> Ran {
    files.iter().fold(Ledgerline::new(), |command, (name, text)| command.file(name, text)).args(["iam"]).args(args.iter().copied()).run()
}

fn printed(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {} {}", ran.stdout, ran.stderr))
}

#[test]
fn the_deployments_policy_is_sufficient_and_minimal() {
    let ran = run(&[], &["need", POLICY, "--source", RECORDING, "--format", "json"]);
    let answers = printed(&ran);
    assert_eq!((ran.code, answers.as_array().map(Vec::len)), (0, Some(1)), "{}", ran.stderr);
    assert_eq!((&answers[0]["sufficient"], &answers[0]["minimal"], &answers[0]["lacks"]), (&json!(true), &json!(true), &json!([])));
    // What the contract lets it have and does not ask for is told apart, each with a request.
    assert!(answers[0]["unneeded"].as_array().unwrap().iter().any(|one| one["witness"]["action"] == "dynamodb:BatchGetItem"));
}

#[test]
fn a_need_that_is_not_met_and_a_grant_beyond_it_are_each_shown_by_a_request() {
    let table = "arn:aws:dynamodb:us-east-2:313476888312:table/aws-devops-dev-agent-templates";
    let needed = policy(&json!([{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:DescribeTable"], "Resource": table}]));
    let ran = run(&[("needed.json", &needed)], &["need", POLICY, "--source", RECORDING, "--needed", "needed.json", "--format", "json"]);
    let answers = printed(&ran);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(answers[0]["lacks"][0]["witness"], json!({"action": "dynamodb:DescribeTable", "resource": table, "context": {}}));
    assert_eq!((&answers[0]["sufficient"], &answers[0]["minimal"]), (&json!(false), &json!(false)));
    assert_eq!(run(&[], &["need", "nobody", "--source", RECORDING, "--needed", RECORDING]).code, 2);
    assert_eq!(run(&[], &["need", "nobody", "--source", RECORDING]).code, 3);
}

#[test]
fn a_role_is_narrowed_by_what_was_used_and_by_a_terraform_baseline() {
    let used = "dynamodb:GetItem\ndynamodb:Query\nlogs:*\n";
    let ran = run(&[("used.txt", used)], &["minimize", POLICY, "--source", RECORDING, "--used", "used.txt", "--format", "json"]);
    let told = printed(&ran);
    let replacement = &told["policies"][0]["replacement"];
    assert_eq!((ran.code, &replacement["depth"]), (1, &json!("actions")), "{}", ran.stderr);
    for proof in ["within_current", "keeps_use"] {
        assert_eq!(replacement["proofs"][proof]["result"], "no_new_access");
    }
    assert!(replacement["diff"].as_str().unwrap().contains("-        \"dynamodb:PutItem\""), "{replacement:#}");
    assert!(replacement["undo"]["cli"].as_str().unwrap().contains("set-default-policy-version"));
    let table = "arn:aws:dynamodb:us-east-2:313476888312:table/aws-devops-dev-agent-templates";
    let baseline = policy(&json!([{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table}]));
    let state = json!({"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "l", "outputs": {}, "resources": [{
        "mode": "managed", "type": "aws_iam_policy", "name": "p", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
        "instances": [{"schema_version": 0, "attributes": {"name": POLICY, "path": "/", "policy": baseline,
            "arn": format!("arn:aws:iam::313476888312:policy/{POLICY}"), "id": format!("arn:aws:iam::313476888312:policy/{POLICY}")}}]}]});
    let files = [("plain.json", baseline.as_str()), ("state.tfstate", &state.to_string())];
    for file in ["plain.json", "state.tfstate"] {
        let ran = run(&files, &["minimize", POLICY, "--source", RECORDING, "--baseline", file, "--format", "json"]);
        let told = printed(&ran);
        let replacement = &told["policies"][0]["replacement"];
        assert_eq!((ran.code, &replacement["depth"]), (1, &json!("baseline")), "{file} {} {told:#}", ran.stderr);
        assert_eq!(replacement["documents"][0]["Statement"], json!([{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table}]));
        assert_eq!(replacement["proofs"]["within_baseline"]["result"], "no_new_access");
    }
}

#[test]
fn without_a_word_on_use_nothing_is_taken_away() {
    let ran = run(&[], &["minimize", POLICY, "--source", RECORDING]);
    assert_eq!(ran.code, 3, "{}", ran.stdout);
    assert!(ran.stdout.contains("what was used is not recorded"), "{}", ran.stdout);
    assert_eq!(run(&[], &["minimize", "nobody", "--source", RECORDING]).code, 2);
    let bad = [("p.json", "{}"), ("used.json", "{\"JobStatus\": \"IN_PROGRESS\"}")];
    assert_eq!(run(&bad, &["minimize", "p.json"]).code, 2);
    assert_eq!(run(&bad, &["minimize", POLICY, "--source", RECORDING, "--used", "used.json"]).code, 2);
}

#[test]
fn whoever_may_write_its_own_policy_is_on_a_path_and_a_deny_takes_it_off() {
    let template = |more: Value| {
        let allow = json!({"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "*"});
        let statements = [vec![allow], more.as_array().cloned().unwrap_or_default()].concat();
        json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Eve": {"Type": "AWS::IAM::User", "Properties": {
            "UserName": "eve", "Policies": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}]}}}})
        .to_string()
    };
    let deny = template(json!([{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]));
    let files = [("open.json", template(json!([]))), ("closed.json", deny)];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let ran = run(&files, &["paths", "--source", "open.json", "--format", "json"]);
    let chains = printed(&ran);
    assert_eq!((ran.code, &chains[0]["path_id"], &chains[0]["steps"][0]["action"]), (1, &json!("iam-007"), &json!("iam:PutUserPolicy")));
    assert!(chains[0]["fix"]["text"].is_string(), "{chains:#}");
    let ran = run(&files, &["paths", "--source", "closed.json", "--format", "json"]);
    assert_eq!((ran.code, printed(&ran)), (0, json!([])), "{}", ran.stderr);
}
