//! The deployment as Terraform: its plan and its state are judged as the live account is, for all that a file can know; what is secret in
//! one stays in it.

use crate::support::command::{Ledgerline, Ran};
use crate::support::deployed::{CONFIG, here};
use crate::support::moto;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The recording of the live account that the demo ships, planted faults included; the Terraform has the same.
const LIVE: &str = "src/cli/demo/account.ndjson.zst";

/// Rule, type, name and sub-key.
type Key = (String, String, String, String);

/// Writes the deployment's plan and state.
fn terraform() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new(moto::python())
        .args(["-B", "-s"])
        .arg(here("tests/demo/terraform/deployment.py"))
        .arg(folder.path())
        .output()
        .expect("Python runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

fn audit(source: &std::path::Path) -> Value {
    let ran = Ledgerline::new()
        .file("ledgerline.yaml", CONFIG)
        .args(["audit", "--format", "json", "--fail-on", "never", "--as-of", "2026-11-23", "--source"])
        .args([source])
        .args(["--status", "pass,fail,waived,unknown,not_applicable"])
        .run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.json()
}

fn verdicts(report: &Value) -> BTreeMap<Key, BTreeSet<String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut verdicts: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for result in report["results"].as_array().expect("results") {
        let resource = &result["resource"];
        let key = (text(&result["rule"]), text(&resource["type"]), text(&resource["name"]), text(&result["sub_key"]));
        verdicts.entry(key).or_default().insert(text(&result["status"]));
    }
    verdicts
}

/// Where the emulator, and not the deployment, is otherwise: it keeps no key algorithm of a requested certificate.
const EMULATED: &[&str] = &["acm-certificate-key-short"];

/// The rules that a file leaves unknown and the live account decides, sorted.
fn undecided(file: &str) -> BTreeSet<String> {
    let folder = terraform();
    let (declared, live) = (verdicts(&audit(&folder.path().join(file))), verdicts(&audit(&here(LIVE))));
    let unknown = BTreeSet::from(["unknown".to_owned()]);
    let both: Vec<_> = declared.iter().filter_map(|(key, here)| Some((key, here, live.get(key)?))).collect();
    assert!(both.len() > 1000, "only {} verdicts are about the same", both.len());
    let decided = both.iter().filter(|(_, here, there)| !here.contains("unknown") && **there != unknown);
    let different: Vec<_> = decided.filter(|(key, here, there)| here != there && !EMULATED.contains(&key.0.as_str())).collect();
    assert!(different.is_empty(), "{different:#?}");
    both.iter().filter(|(_, here, there)| here.contains("unknown") && **there != unknown).map(|(key, ..)| key.0.clone()).collect()
}

#[test]
fn a_plan_is_judged_as_the_live_account_but_for_what_only_that_can_know() {
    assert_eq!(undecided("plan.json").into_iter().collect::<Vec<_>>().join("\n"), [ONLY_LIVE, AFTER_APPLY].concat_sorted());
}

#[test]
fn a_state_is_judged_as_the_live_account_but_for_what_only_that_can_know() {
    assert_eq!(undecided("terraform.tfstate").into_iter().collect::<Vec<_>>().join("\n"), [ONLY_LIVE].concat_sorted());
}

/// Joins lists of rules.
trait Sorted {
    fn concat_sorted(self) -> String;
}

impl<const N: usize> Sorted for [&[&str]; N] {
    fn concat_sorted(self) -> String {
        self.into_iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("\n")
    }
}

/// What no file of Terraform knows: status, use, items, money spent, what AWS counts, other resources of the account.
const ONLY_LIVE: &[&str] = &[
    "account-trail-delivery-failing",
    "acm-certificate-email-validated",
    "acm-certificate-renewal-stuck",
    "acm-certificate-unused",
    "apigateway-stage-deployment-stale",
    "backup-plan-idle",
    "budgets-budget-exceeded",
    "budgets-budget-forecast-exceeded",
    "budgets-budget-unhealthy",
    "cloudwatch-alarm-data-missing",
    "dynamodb-index-not-active",
    "dynamodb-table-class-costly",
    "dynamodb-table-idle",
    "dynamodb-table-key-disabled",
    "dynamodb-table-key-inaccessible",
    "dynamodb-table-mode-costly",
    "dynamodb-table-not-active",
    "dynamodb-table-recovery-point-old",
    "dynamodb-table-unplanned",
    "ec2-group-reference-stale",
    "ec2-group-unused",
    "iam-analyzer-inactive",
    "logs-group-storage-costly",
];

/// What a plan does not know yet: ids and ARNs that AWS will give, documents that are put together from them.
const AFTER_APPLY: &[&str] = &[
    "acm-certificate-expiring",
    "acm-certificate-not-issued",
    "apigateway-api-default-endpoint-open",
    "apigateway-authorizer-pool-missing",
    "apigateway-domain-certificate-expiring",
    "apigateway-integration-not-permitted",
    "cloudwatch-alarm-topic-unheard",
    "iam-role-inline-admin",
    "iam-role-inline-decrypt-any",
    "iam-role-inline-not-action",
    "iam-role-inline-not-resource",
    "iam-role-inline-pass-role-any",
    "iam-role-inline-pass-role-service-only",
    "iam-role-inline-resource-wildcard",
    "iam-role-inline-service-wildcard",
    "iam-role-unused",
    "lambda-async-failure-dropped",
    "lambda-permission-s3-unguarded",
    "lambda-permission-unguarded",
    "lambda-policy-cross-account",
    "lambda-policy-public",
    "sns-topic-unheard",
];

#[test]
fn the_planted_faults_that_a_plan_can_know_are_found_with_their_address() {
    let folder = terraform();
    let report = audit(&folder.path().join("plan.json"));
    let failed = |rule: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let failed = report["results"].as_array().unwrap().iter().filter(|result| result["rule"] == rule && result["status"] == "fail");
        failed.map(|result| (text(&result["resource"]["name"]), text(&result["resource"]["origin"]["address"]))).collect()
    };
    let found = |name: &str, address: &str| vec![(format!("aws-devops-dev-{name}"), address.to_owned())];
    assert_eq!(failed("dynamodb-table-provisioned"), found("lab-model-registry", "aws_dynamodb_table.lab_model_registry"));
    assert_eq!(failed("dynamodb-table-ttl-disabled"), found("experiment-run-logs", "aws_dynamodb_table.experiment_run_logs"));
    assert_eq!(failed("iam-policy-service-wildcard"), found("support-tools", "aws_iam_policy.support_tools"));
    assert_eq!(failed("lambda-environment-secret"), found("flow-runner", "aws_lambda_function.this[\"flow-runner\"]"));
}

#[test]
fn types_without_a_mapping_are_counted_and_not_passed_over() {
    let folder = terraform();
    let report = audit(&folder.path().join("plan.json"));
    let rows = report["coverage"]["scopes"].as_array().unwrap();
    let skipped: BTreeMap<&str, &Value> =
        rows.iter().filter(|row| row["outcome"] == "skipped").map(|row| (row["type"].as_str().unwrap(), row)).collect();
    let row = skipped.get("aws_vpc").expect("a VPC has no mapping");
    assert_eq!((&row["resources"], &row["call"]), (&json!(1), &json!("terraform:plan")));
    assert!(row["reason"].as_str().unwrap().contains("aws_vpc"), "{row}");
    assert_eq!(report["coverage"]["complete"], true);
}

const SECRET: &str = "PLANTED-5ecret";

/// Resources that hold secrets, as a plan has them: values known, marked as sensitive or not.
fn secretive() -> Vec<(&'static str, Value)> {
    vec![
        (
            "aws_lambda_function",
            json!({"function_name": "f", "environment": [{"variables": {"DB_URL": format!("postgres://u:{SECRET}@h/d")}}]}),
        ),
        ("aws_iam_access_key", json!({"user": "u", "secret": SECRET, "ses_smtp_password_v4": SECRET})),
        ("aws_secretsmanager_secret_version", json!({"secret_id": "s", "secret_string": SECRET})),
        ("aws_ssm_parameter", json!({"name": "p", "type": "SecureString", "value": SECRET})),
        ("aws_db_instance", json!({"identifier": "d", "password": SECRET})),
        ("random_password", json!({"result": SECRET, "bcrypt_hash": SECRET})),
        ("aws_cognito_user_pool_client", json!({"name": "c", "user_pool_id": "p", "client_secret": SECRET})),
        ("aws_api_gateway_stage", json!({"stage_name": "dev", "rest_api_id": "a", "variables": {"KEY": SECRET}})),
        ("aws_sns_topic_subscription", json!({"topic_arn": "t", "protocol": "https", "endpoint": format!("https://h.example/{SECRET}")})),
        ("aws_dynamodb_table", json!({"name": "t", "hash_key": "id", "tags": {"Owner": SECRET}, "tags_all": {"Owner": SECRET}})),
    ]
}

fn secretive_plan() -> Value {
    let changes: Vec<Value> = secretive()
        .into_iter()
        .map(|(kind, after)| {
            let sensitive = if kind == "aws_dynamodb_table" { json!({"tags": {"Owner": true}, "tags_all": {"Owner": true}}) } else { json!({}) };
            json!({"address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x", "provider_name": "registry.terraform.io/hashicorp/aws",
                   "change": {"actions": ["create"], "before": {"password": SECRET}, "after": after, "after_unknown": {}, "after_sensitive": sensitive}})
        })
        .collect();
    json!({"format_version": "1.2", "terraform_version": "1.9.8", "variables": {"password": {"value": SECRET}},
           "planned_values": {"outputs": {"o": {"sensitive": true, "value": SECRET}}}, "resource_changes": changes,
           "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"secret_key": {"constant_value": SECRET}}}}, "root_module": {}}})
}

fn secretive_state() -> Value {
    let resources: Vec<Value> = secretive()
        .into_iter()
        .map(|(kind, attributes)| {
            let path =
                |root: &str| json!([{"type": "get_attr", "value": root}, {"type": "index", "value": {"value": "Owner", "type": "string"}}]);
            let sensitive = if kind == "aws_dynamodb_table" { json!([path("tags"), path("tags_all")]) } else { json!([]) };
            json!({"mode": "managed", "type": kind, "name": "x", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
                   "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": sensitive, "private": SECRET}]})
        })
        .collect();
    json!({"version": 4, "terraform_version": "1.9.8", "serial": 1, "lineage": "l", "outputs": {"o": {"value": SECRET, "type": "string", "sensitive": true}},
           "resources": resources})
}

#[test]
fn no_secret_of_a_plan_or_a_state_is_printed_or_stored() {
    for (name, content) in [("plan.json", secretive_plan()), ("terraform.tfstate", secretive_state())] {
        for format in ["table", "json", "ndjson", "csv"] {
            let (ran, stored): (Ran, Vec<u8>) = Ledgerline::new()
                .file(name, &content.to_string())
                .env("LEDGERLINE_LOG", "trace")
                .args(["audit", "--source", name, "--store", "sqlite://kept.db", "--format", format, "--fail-on", "never"])
                .args(["--status", "pass,fail,waived,unknown,not_applicable"])
                .run_and(|folder| {
                    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
                    files
                        .filter(|path| path.is_file() && !path.ends_with(name))
                        .flat_map(|path| std::fs::read(path).expect("a file"))
                        .collect()
                });
            assert_eq!(ran.code, 0, "{name} {format}: {}", ran.stderr);
            assert!(stored.len() > 1000, "something was stored");
            for (what, bytes) in [("output", ran.stdout.as_bytes()), ("log", ran.stderr.as_bytes()), ("store", &stored)] {
                assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()), "{what} of {name} as {format}");
            }
            if format == "json" {
                let secrets = ran.json();
                let found = secrets["results"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|row| row["rule"] == "lambda-environment-value-secret" && row["status"] == "fail");
                assert!(found, "the secret's shape is told, for which the value was looked at");
            }
        }
    }
}

#[test]
fn what_is_no_plan_says_what_to_do_and_ends_with_2() {
    for (content, said) in [
        (&br#"{"format_version":"2.0","terraform_version":"3","planned_values":{}}"#[..], "look for a newer ledgerline"),
        (br#"{"version":3,"terraform_version":"0.11.14","modules":[]}"#, "refresh-only"),
        (br#"{"format_version":"1.2","terraform_version":"1.9.8","planned_va"#, "not the JSON of a plan"),
        (b"PK\x03\x04", "terraform show -json"),
    ] {
        let ran = Ledgerline::new().file("plan", &String::from_utf8_lossy(content)).args(["audit", "--source", "plan"]).run();
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}
