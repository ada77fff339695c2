//! Rules as their authors and operators meet them: explained on one resource, given other severities and parameters.

use crate::support::command::{Ledgerline, Ran};
use crate::support::stand_in::{Fault, Size, StandIn, Trouble, World};
use serde_json::Value;

#[track_caller]
fn says(ran: &Ran, code: i32, said: &[&str]) {
    assert_eq!(ran.code, code, "stderr:\n{}\nstdout:\n{}", ran.stderr, ran.stdout);
    let all = format!("{}{}", ran.stdout, ran.stderr);
    for said in said {
        assert!(all.contains(said), "{said:?} is not in:\n{all}");
    }
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

const SETTINGS: &str = "\
environments:
  - { name: production, tags: { Environment: [production] } }
  - { name: dev, regions: [us-east-2], names: ['table-*'] }
parameters:
  default: { dynamodb-table-provisioned: { allow_provisioned: [general] } }
  dev: { dynamodb-table-provisioned: { allow_provisioned: [other] } }
rules:
  severity:
    dynamodb-table-provisioned: { default: low, dev: critical }
    dynamodb-scaling-suspended: info
";
const RULE: &str = "dynamodb-table-provisioned";

fn world() -> StandIn {
    let mut world = World::generated(Size { tables: 2, ..Size::default() });
    world.tables[0].name = "table-a".to_owned();
    world.tables[0].description =
        serde_json::json!({ "BillingModeSummary": null, "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5} });
    world.tables[1].name = "table-b".to_owned();
    StandIn::of(world)
}

fn explain(stand_in: &StandIn, config: &str, args: &[&str]) -> Ran {
    let account = stand_in.account("111122223333");
    Ledgerline::on(&account).file("ledgerline.yaml", config).args(["rules", "explain", RULE]).args(args).run()
}

#[test]
fn a_verdict_of_the_live_account_is_explained_from_environment_to_derivation() {
    let stand_in = world();
    let ran = explain(&stand_in, SETTINGS, &["--resource", "table-a"]);
    says(
        &ran,
        0,
        &[
            "fail, critical: table table-a is billed PROVISIONED",
            "severity critical in dev, instead of medium: ledgerline.yaml:9:",
            "Environment: dev",
            "production: does not hold",
            "names [table-*]: holds (\"table-a\")",
            "allow_provisioned = [\"other\"]   (parameters.dev, ledgerline.yaml:6:",
            "properties.BillingMode = \"PROVISIONED\"   (dynamodb:DescribeTable)",
            "  assert = false",
            "      properties.BillingMode = \"PROVISIONED\"",
        ],
    );
    let asked: Vec<String> = stand_in.counts().into_keys().filter(|call| !call.starts_with("sts:")).collect();
    assert_eq!(
        asked,
        ["dynamodb:DescribeTable", "dynamodb:ListTables", "tag:GetResources"],
        "only the rule's calls, and tags for the environment"
    );
}

#[test]
fn a_refused_call_is_explained_with_the_permission_that_is_missing() {
    let stand_in = world();
    stand_in.trouble(Trouble::with("dynamodb:DescribeTable", Fault::Denied));
    let ran = explain(&stand_in, "", &["--resource", "table-a", "--format", "json"]);
    let document = ran.json();
    assert_eq!(document["schema"], "ledgerline.explain/1");
    let resource = &document["rules"][0]["resources"][0];
    assert_eq!(resource["results"][0]["status"], "unknown", "{resource}");
    let read = &resource["reads"][0];
    assert_eq!(
        (&read["path"], &read["gap"]["permission"]),
        (&Value::from("properties.BillingMode"), &Value::from("dynamodb:DescribeTable"))
    );
    assert_eq!(resource["environment"]["name"], Value::Null);
    stand_in.mend();
    stand_in.trouble(Trouble::with("dynamodb:ListTables", Fault::Denied));
    says(&explain(&stand_in, "", &["--resource", "table-a"]), 2, &["dynamodb:ListTables failed", "grant dynamodb:ListTables"]);
    stand_in.mend();
    says(&explain(&stand_in, "", &["--resource", "table-aa"]), 2, &["no resource \"table-aa\"", "did you mean"]);
}

#[test]
fn where_tags_are_denied_the_environment_is_unknown_and_the_worst_severity_holds() {
    let stand_in = world();
    stand_in.trouble(Trouble::with("tag:GetResources", Fault::Denied));
    let ran = explain(&stand_in, SETTINGS, &["--resource", "table-a"]);
    says(&ran, 0, &["unknown, critical:", "Environment: not known", "grant tag:GetResources", "allow_provisioned = not known"]);
}

#[test]
fn severities_of_shipped_rules_are_set_without_copying_them() {
    let list = |config: &str| Ledgerline::new().file("ledgerline.yaml", config).args(["rules", "list", "--rule", "dynamodb-*"]).run();
    says(&list(SETTINGS), 0, &["low (not medium, critical in dev)"]);
    let stand_in = world();
    let audit = |config: &str| {
        let args = ["audit", "--rule", RULE, "--format", "json", "--fail-on", "never"];
        Ledgerline::on(&stand_in.account("111122223333")).file("ledgerline.yaml", config).args(args).run().json()
    };
    let (set, own) = (audit(SETTINGS), audit(""));
    assert_eq!((&set["results"][0]["severity"], &own["results"][0]["severity"]), (&"critical".into(), &"medium".into()), "{set}");
    assert_ne!(set["run"]["rules_digest"], own["run"]["rules_digest"]);
    let wrong = "\
environments: [{ name: dev, names: [x] }]
rules:
  severity:
    dynamodb-table-provisoned: low
    dynamodb-table-provisioned: { dve: high, dev: hihg }
parameters:
  dve: { dynamodb-table-provisioned: { allow_provisioned: [x] } }
  dev:
    dynamodb-table-provisioned: { allow_provisioned: 7 }
    logs-group-retention-short: { minimun_days: 7 }
    logs-group-retention-shrt: { minimum_days: 7 }
";
    says(
        &list(wrong),
        2,
        &["ledgerline.yaml:5:35", "did you mean \"dev\"", "ledgerline.yaml:5:51", "did you mean \"high\"", "ledgerline.yaml:7:3"],
    );
    let mended = wrong
        .replace("dve: high, dev: hihg", "dev: high")
        .replace("  dve: { dynamodb-table-provisioned: { allow_provisioned: [x] } }\n", "");
    says(
        &list(&mended),
        2,
        &[
            "ledgerline.yaml:4:5",
            "did you mean \"dynamodb-table-provisioned\"",
            "allow_provisioned of dynamodb-table-provisioned must be a list",
            "ledgerline.yaml:8:54",
            "did you mean \"minimum_days\"",
            "ledgerline.yaml:10:5",
            "did you mean \"logs-group-retention-short\"",
            "4 mistakes found",
        ],
    );
}
