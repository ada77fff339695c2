//! Rules as their authors and operators meet them: explained on one resource, given other severities and parameters.

use crate::support::command::{Ledgerline, Ran};
use crate::support::stand_in::{Fault, Size, StandIn, Trouble, World};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

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

/// The command in a folder that outlives it.
fn within(folder: &Path, args: &[&str]) -> Ran {
    let config = folder.join("ledgerline.yaml");
    let command = Ledgerline::new().args(args).in_folder(folder);
    if config.exists() { command.env("LEDGERLINE_CONFIG", config) } else { command }.run()
}

#[test]
fn a_scaffold_checks_and_tests_well_and_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let new = |args: &[&str]| within(folder.path(), &[&["rules", "new"], args].concat());
    let made = new(&["acme-table-odd", "--resource", "AWS::DynamoDB::Table", "--pack", "acme", "--dir", "own"]);
    says(&made, 0, &["own/acme/acme-table-odd.yaml", "rules check"]);
    let path = folder.path().join("own/acme/acme-table-odd.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# yaml-language-server: $schema=../rule.schema.json\n"), "{text}");
    assert!(folder.path().join("own/rule.schema.json").exists());
    says(&within(folder.path(), &["rules", "check", "own"]), 0, &["1 rule file: no mistakes"]);
    let tested = within(folder.path(), &["rules", "test", "--rules", "own", "--rule", "acme-table-odd", "--coverage"]);
    says(&tested, 0, &["verdicts: 4 of 4 reached (100 %)", "4 passed, 0 failed"]);
    says(&new(&["acme-table-odd", "--resource", "AWS::DynamoDB::Table", "--pack", "acme", "--dir", "own"]), 2, &["is there already"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let wrong = new(&["Acme_Table", "--resource", "AWS::DynamoDB::Tabel", "--pack", "frameworks"]);
    says(&wrong, 2, &["can't be a rule's id", "did you mean \"AWS::DynamoDB::Table\"", "can't be a pack's name", "3 mistakes found"]);
    says(&new(&["dynamodb-table-provisioned", "--resource", "AWS::DynamoDB::Table"]), 2, &["is taken by rules/dynamodb"]);
}

const HALF: &str = "\
id: own-half
title: Table is as it should be
status: stable
since: 0.1.0
pillar: operations
severity: low
resource: AWS::DynamoDB::Table
assert: name.startsWith('a') || name.startsWith('b')
message: table {{ name }} is not
why: Because.
remedy: { text: Mend it. }
examples:
  - { expect: pass, name: aa }
  - { expect: fail, name: cc }
";

#[test]
fn examples_that_leave_a_side_out_are_told_and_can_fail_the_build() {
    let test = |text: &str, args: &[&str]| {
        let command = Ledgerline::new().file("own-half.yaml", text);
        command.args(["rules", "test", "--rules", "own-half.yaml", "--rule", "own-half"]).args(args).run()
    };
    let told = "own-half.yaml:8:33: no example where this is true: name.startsWith('b')";
    says(&test(HALF, &["--coverage"]), 0, &[told, "sides of conditions: 3 of 4 reached (75 %)", "2 passed, 0 failed"]);
    says(&test(HALF, &["--require-coverage", "84"]), 1, &[told, "less than the 84 %"]);
    says(&test(HALF, &["--require-coverage", "83"]), 0, &[]);
    let whole = format!("{HALF}  - {{ expect: pass, name: bb }}\n");
    says(&test(&whole, &["--require-coverage", "100"]), 0, &["sides of conditions: 4 of 4 reached (100 %)"]);
}

#[test]
fn a_pack_is_made_the_same_twice_loaded_by_its_digest_and_refused_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir_all(own.join("half")).unwrap();
    std::fs::write(own.join("half/own-half.yaml"), HALF).unwrap();
    let pack = |output: &str| within(folder.path(), &["rules", "pack", "own", "--name", "acme", "--version", "1.2.0", "--output", output]);
    let made = pack("acme-1.2.0.tar.zst");
    says(&made, 0, &["acme 1.2.0: 1 files", "sha256: "]);
    let digest = made.stdout.split_whitespace().next().unwrap().to_owned();
    assert!(pack("again.tar.zst").stdout.starts_with(&digest));
    says(&pack("acme.tar.gz"), 0, &["acme.tar.gz"]);
    says(&pack("acme.zip"), 2, &[".tar.zst"]);
    let listed = |config: &str| {
        std::fs::write(folder.path().join("ledgerline.yaml"), config).unwrap();
        let ran = within(folder.path(), &["rules", "list", "--rule", "own-half", "--format", "json"]);
        std::fs::remove_file(folder.path().join("ledgerline.yaml")).unwrap();
        ran
    };
    let config = format!("rules:\n  packs:\n    - {{ path: acme-1.2.0.tar.zst, sha256: {digest} }}\n");
    let list = listed(&config);
    assert_eq!(list.json()[0]["pack"], "acme", "{}", list.stderr);
    says(&listed(&config.replace(&format!(", sha256: {digest}"), "")), 2, &["needs its digest", "ledgerline.yaml:3:7"]);
    let other = "0".repeat(64);
    says(&listed(&config.replace(&digest, &other)), 2, &["is not the pack that was meant", &digest, "ledgerline.yaml:3:"]);
    says(&listed(&config.replace(&digest, "abc")), 2, &["64 hexadecimal digits"]);
    says(&listed(&config.replace("acme-1.2.0", "acme-1.3.0")), 2, &["cannot read the pack", "ledgerline.yaml:3:"]);
    // A flag names the file itself; what is in it twice is told with both places.
    says(&within(folder.path(), &["rules", "list", "--rules", "acme.tar.gz", "--rule", "own-half"]), 0, &["own-half"]);
    let twice = within(folder.path(), &["rules", "list", "--rules", "acme.tar.gz", "--rules", "own"]);
    says(&twice, 2, &["own/half/own-half.yaml:1:5", "is taken by acme.tar.gz/half/own-half.yaml:1"]);
    std::fs::write(own.join("half/own-half.yaml"), HALF.replace("name: aa", "name: xx")).unwrap();
    says(&pack("bad.tar.zst"), 2, &["own/half/own-half.yaml", "expected pass, got fail"]);
    assert!(!folder.path().join("bad.tar.zst").exists());
}

#[test]
fn check_watches_tells_each_change_and_ends_well() {
    let mut command = Ledgerline::new().file("own-half.yaml", HALF).args(["rules", "check", "--watch", "own-half.yaml"]);
    let path = command.folder().join("own-half.yaml");
    let mut child = command.spawn_piped();
    let (send, told) = std::sync::mpsc::channel();
    let pipes: [Box<dyn std::io::Read + Send>; 2] = [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    for mut pipe in pipes {
        let send = send.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                _ = send.send(String::from_utf8_lossy(&bytes[..count]).into_owned());
            }
        });
    }
    let until = |said: &str| {
        let mut all = String::new();
        while !all.contains(said) {
            all += &told.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("{said:?} was not said: {all}"));
        }
        assert!(!all.contains('\u{1b}'), "a pipe is not cleared: {all:?}");
    };
    until("1 rule file: no mistakes");
    std::fs::write(&path, HALF.replace("title:", "titel:")).unwrap();
    until("own-half.yaml:2:1");
    std::fs::write(&path, HALF).unwrap();
    until("1 rule file: no mistakes");
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    says(&Ledgerline::new().args(["rules", "check", "--watch"]).run(), 2, &["nothing to watch"]);
}

#[test]
fn schemas_for_editors_are_written() {
    for (kind, title) in [("rule", "Ledgerline rule"), ("config", "Ledgerline config"), ("waivers", "Ledgerline waivers")] {
        let schema = Ledgerline::new().args(["rules", "schema", kind]).run().json();
        assert_eq!(schema["title"], title);
    }
}
