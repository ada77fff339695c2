//! SNS, S3 and Security Hub of the emulator: what an audit opens and what a later one resolves.

use crate::support::command::Ledgerline;
use crate::support::moto::{self, Account};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

const OWN: &str = "111111111111";

fn template(mode: &str) -> String {
    format!(
        "Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: users\n      BillingMode: {mode}\n      \
         AttributeDefinitions: [{{ AttributeName: id, AttributeType: S }}]\n      KeySchema: [{{ AttributeName: id, KeyType: HASH }}]\n"
    )
}

fn cloud(account: &Account, act: &str) -> Value {
    let ran = Command::new(moto::python())
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/notify/cloud.py"))
        .arg(act)
        .env("AWS_ACCESS_KEY_ID", &account.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &account.secret_access_key)
        .env("AWS_SESSION_TOKEN", &account.session_token)
        .env("AWS_DEFAULT_REGION", &account.region)
        .env("AWS_ENDPOINT_URL", &account.endpoint)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

fn config(made: &Value, rest: &str) -> String {
    format!(
        "accounts: ['{OWN}']\nregions: [us-east-2]\nstore: {{ url: sqlite://l.db }}\nnotify:\n  \
         - {{ name: topic, kind: sns, topic_arn: '{}', when: {{ rules: dynamodb-table-provisioned }}{rest} }}\n  \
         - {{ name: drop, kind: s3, bucket: '{}', prefix: a/, when: {{ rules: dynamodb-* }} }}\n  \
         - {{ name: hub, kind: securityhub, account: '{OWN}', region: us-east-2, when: {{ rules: dynamodb-* }} }}\n",
        made["topic"].as_str().unwrap(),
        made["bucket"].as_str().unwrap()
    )
}

#[test]
fn topic_bucket_and_hub_get_each_change_once_and_the_hub_what_is_resolved() {
    let account = moto::account();
    let made = cloud(&account, "make");
    let first = Ledgerline::on(&account).file("ledgerline.yaml", &config(&made, "")).file("t.yaml", &template("PROVISIONED"));
    let folder = first.folder().to_owned();
    let audit = ["audit", "--source", "t.yaml", "--fail-on", "never", "--allow-incomplete"];
    let run = |args: &[&str]| Ledgerline::on(&account).in_folder(&folder).args(args).run();
    let (ran, ()) = first.args(audit).run_and(|folder| {
        let sent = run(&["notify", "send"]);
        assert_eq!(sent.code, 0, "{} {}", sent.stdout, sent.stderr);
        let seen = cloud(&account, "read");
        let [message] = seen["messages"].as_array().unwrap().as_slice() else { panic!("{seen:#}") };
        let told: Value = serde_json::from_str(message["Message"].as_str().unwrap()).unwrap();
        assert_eq!((&told["change"], &told["finding"]["rule"]), (&json!("opened"), &json!("dynamodb-table-provisioned")));
        let attribute = |name: &str| message["MessageAttributes"][name]["Value"].clone();
        assert_eq!((attribute("id"), attribute("pillar"), attribute("account")), (told["id"].clone(), json!("cost"), json!(OWN)));
        let objects = seen["objects"].as_object().unwrap();
        let (key, lines) = objects.iter().next().unwrap();
        assert!(objects.len() == 1 && key.starts_with("a/changes/20") && key.ends_with(".ndjson"), "{key}");
        let lines: Vec<Value> = lines.as_str().unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let findings = seen["findings"].as_array().unwrap();
        let prints: BTreeSet<String> =
            lines.iter().map(|one| format!("ledgerline/{}", one["finding"]["fingerprint"].as_str().unwrap())).collect();
        assert_eq!(findings.iter().map(|one| one["Id"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(), prints);
        assert!(
            findings
                .iter()
                .all(|one| one["RecordState"] == "ACTIVE" && one["ProductArn"].as_str().unwrap().ends_with(&format!("{OWN}/default")))
        );

        // Again: nothing is told twice. Then the table is mended.
        assert_eq!(run(&audit).code, 0);
        assert_eq!(run(&["notify", "send"]).code, 0);
        std::fs::write(folder.join("t.yaml"), template("PAY_PER_REQUEST")).unwrap();
        assert_eq!(run(&audit).code, 0);
        assert_eq!(run(&["notify", "send"]).code, 0);
        let seen = cloud(&account, "read");
        let [message] = seen["messages"].as_array().unwrap().as_slice() else { panic!("{seen:#}") };
        assert_eq!(message["MessageAttributes"]["change"]["Value"], "resolved");
        assert_eq!(seen["objects"].as_object().unwrap().len(), 2, "one more object");
        let mended = seen["findings"].as_array().unwrap().iter().find(|one| one["GeneratorId"] == "dynamodb-table-provisioned").unwrap();
        assert_eq!((&mended["RecordState"], &mended["Compliance"]["Status"]), (&json!("ARCHIVED"), &json!("PASSED")));
        assert_eq!(seen["findings"].as_array().unwrap().len(), findings.len(), "the same findings, updated");
    });
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_topic_that_is_gone_is_dead_and_what_is_published_needs_a_policy_of_its_own() {
    let account = moto::account();
    let made = json!({ "topic": format!("arn:aws:sns:us-east-2:{}:gone", account.id), "bucket": "no-such-bucket-of-ledgerline" });
    let command = || Ledgerline::on(&account).file("ledgerline.yaml", &config(&made, ", digest: '0 8 * * *'"));
    let ran = command().args(["notify", "test"]).run();
    assert_eq!(ran.code, 3, "{} {}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("topic (sns): not sent: sns:Publish answered NotFound"), "{}", ran.stdout);
    assert!(ran.stdout.contains("drop (s3): not sent: s3:PutObject answered NoSuchBucket"), "{}", ran.stdout);
    let policy = command().args(["permissions", "--for", "publishing"]).run().json();
    let actions: Vec<&str> = policy["Statement"].as_array().unwrap().iter().map(|one| one["Action"][0].as_str().unwrap()).collect();
    assert_eq!(actions, ["securityhub:BatchImportFindings", "sns:Publish", "s3:PutObject"]);
    let nothing = Ledgerline::new().args(["permissions", "--for", "publishing"]).run();
    assert!(nothing.code == 2 && nothing.stderr.contains("nothing would be published over AWS"), "{}", nothing.stderr);
}
