//! CloudFormation templates, audited as the people who write them would: before they are deployed.

use crate::support::command::{Ledgerline, Ran};
use crate::support::deployed::{CONFIG, here, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The deployment as a template.
const DEPLOYMENT: &str = include_str!("../demo/template/deployment.yaml");
/// The account that is shipped, recorded from the emulator.
const RECORDED: &str = "src/cli/demo/account.ndjson.zst";
/// A small one with something of everything.
const SMALL: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Environment: { Type: String, Default: dev }
  Password: { Type: String, NoEcho: true, Default: not-a-real-password }
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${Environment}-users"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Ref Password, RetentionInDays: "7" }
"#;

fn audit(template: &str, arguments: &[&str]) -> Ran {
    let command = Ledgerline::new().file("template.yaml", template);
    command.args(["audit", "--source", "template.yaml", "--region", "us-east-2"]).args(arguments.iter().copied()).run()
}

/// The decided verdicts: by rule, type, name and part.
fn decided(report: &Value) -> BTreeMap<[String; 4], String> {
    let results = report["results"].as_array().expect("results");
    let decided = results.iter().filter(|result| ["pass", "fail", "not_applicable"].contains(&text(&result["status"]).as_str()));
    let key = |result: &Value| {
        let resource = &result["resource"];
        [text(&result["rule"]), text(&resource["type"]), text(&resource["name"]), text(&result["sub_key"])]
    };
    decided.map(|result| (key(result), text(&result["status"]))).collect()
}

fn all_results(source: &str) -> Value {
    let config = format!("{CONFIG}\naccounts: [\"313476888312\"]\nregions: [us-east-2]\n");
    let ran = Ledgerline::new()
        .file("ledgerline.yaml", &config)
        .file("template.yaml", DEPLOYMENT)
        .args(["audit", "--source", source, "--format", "json", "--fail-on", "never", "--status", "pass,fail,unknown,not_applicable"])
        .run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.json()
}

#[test]
fn the_deployments_template_is_judged_as_the_deployment_is() {
    let (planned, live) = (all_results("template.yaml"), all_results(here(RECORDED).to_str().expect("a path")));
    let (planned, live) = (decided(&planned), decided(&live));
    let both: Vec<_> = planned.iter().filter_map(|(key, status)| Some((key, status, live.get(key)?))).collect();
    let differing: Vec<_> = both.iter().filter(|(_, planned, live)| planned != live).collect();
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(both.len() > 900, "only {} verdicts are decided in both", both.len());
    // What is wrong on purpose is wrong in the template too.
    for (rule, name) in [
        ("dynamodb-table-provisioned", "aws-devops-dev-lab-model-registry"),
        ("dynamodb-table-deletion-unprotected", "aws-devops-dev-user-content-metadata"),
        ("lambda-environment-secret", "aws-devops-dev-flow-runner"),
        ("logs-group-retention-missing", "/aws/lambda/aws-devops-dev-experiment-runner"),
        ("iam-role-inline-pass-role-any", "aws-devops-dev-deployment"),
        ("iam-policy-service-wildcard", "aws-devops-dev-support-tools"),
    ] {
        let found = planned.iter().any(|(key, status)| key[0] == rule && key[2] == name && status == "fail");
        assert!(found, "{rule} on {name} is not found");
    }
}

#[test]
fn findings_name_file_address_and_line() {
    let report = audit(SMALL, &["--rule", "dynamodb-table-pitr-disabled", "--format", "json"]).json();
    let result = &report["results"][0];
    assert_eq!(result["status"], "fail");
    assert_eq!(result["resource"]["origin"], json!({"file": "template.yaml", "address": "Users", "line": 6}));
    assert_eq!(result["resource"]["name"], "dev-users");
    let table = audit(SMALL, &["--rule", "dynamodb-table-pitr-disabled"]);
    assert!(table.stdout.contains("(at template.yaml:6, Users)"), "{}", table.stdout);
    assert_eq!(table.code, 0, "the rule is of medium severity: {}", table.stdout);
    let sarif = audit(SMALL, &["--rule", "dynamodb-table-pitr-disabled", "--format", "sarif"]).json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place, &json!({"artifactLocation": {"uri": "template.yaml"}, "region": {"startLine": 6}}));
    let junit = audit(SMALL, &["--rule", "dynamodb-table-pitr-disabled", "--format", "junit"]);
    assert!(junit.stdout.contains("file=\"template.yaml\" line=\"6\""), "{}", junit.stdout);
}

#[test]
fn what_is_sensitive_is_in_no_output() {
    for format in ["json", "ndjson", "csv", "table", "sarif", "junit", "ocsf", "asff", "markdown", "html"] {
        let ran = audit(SMALL, &["--format", format, "--status", "pass,fail,unknown,not_applicable"]);
        assert!(!ran.stdout.contains("not-a-real-password") && !ran.stderr.contains("not-a-real-password"), "{format}");
    }
    let report = audit(SMALL, &["--rule", "logs-group-*", "--format", "json"]).json();
    let named: Vec<String> = report["results"].as_array().unwrap().iter().map(|result| text(&result["resource"]["name"])).collect();
    assert!(named.iter().all(|name| name == "Logs"), "a name that is not told is the logical id: {named:?}");
}

#[test]
fn what_is_not_judged_is_counted_in_coverage() {
    let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  A: { Type: AWS::Serverless::Function }\n  Q: { Type: AWS::SQS::Queue }\n  S: { Type: AWS::Serverless::SimpleTable }\n";
    let report = audit(template, &["--format", "json"]).json();
    let row = |name: &str| {
        let rows = report["coverage"]["scopes"].as_array().expect("rows").iter();
        rows.filter(|row| row["type"] == name).map(|row| json!([row["call"], row["outcome"], row["resources"]])).collect::<Vec<_>>()
    };
    assert_eq!(row("AWS::Serverless::Function"), [json!(["cloudformation:template", "skipped", 1])]);
    assert_eq!(row("AWS::SQS::Queue"), [json!(["cloudformation:template", "skipped", 1])]);
    assert!(report["results"].as_array().unwrap().iter().any(|result| result["resource"]["type"] == "AWS::DynamoDB::Table"));
}

#[test]
fn a_broken_template_is_refused_with_all_its_mistakes() {
    let broken = "Resources:
  A: { Type: AWS::SNS::Topic, Properties: { TopicName: !Sub '${B}-a' } }
  B: { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref A } }
  C: { Type: AWS::SNS::Topic, Propertys: { TopicName: !Ref Nobody } }
";
    let ran = audit(broken, &[]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn a_file_that_is_nothing_known_is_told_what_there_is() {
    let ran = Ledgerline::new().file("notes.txt", "hello").args(["audit", "--source", "notes.txt"]).run();
    assert_eq!(ran.code, 2);
    for word in ["recording", "Terraform", "CloudFormation"] {
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}
