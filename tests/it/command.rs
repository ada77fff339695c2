//! The command as users meet it: help, exit codes, and what it says when they write something wrong.

use crate::support::command::{Ledgerline, Ran};
use serde_json::Value;
use std::process::Stdio;

fn run(arguments: &[&str]) -> Ran {
    Ledgerline::new().args(arguments).run()
}

/// Fails with this exit code, says all of this, and shows no trace of a panic.
#[track_caller]
fn fails(ran: &Ran, code: i32, said: &[&str]) {
    assert_eq!(ran.code, code, "stderr:\n{}\nstdout:\n{}", ran.stderr, ran.stdout);
    for said in said {
        assert!(ran.stderr.contains(said), "{said:?} is not in:\n{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn the_first_screen_says_what_to_do_first() {
    let ran = run(&["--help"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!("help", ran.stdout);
}

#[test]
fn usage_mistakes_are_exit_code_2_and_name_what_was_meant() {
    fails(&run(&[]), 2, &["Begin here"]);
    fails(&run(&["audti"]), 2, &["audti", "audit"]);
    fails(&run(&["audit", "--fail-no", "high"]), 2, &["--fail-on"]);
    fails(&run(&["audit", "--format", "xml"]), 2, &["csv", "json", "ndjson", "table"]);
    fails(&run(&["audit", "--format", "pdf"]), 2, &["pdf", "ocsf", "sarif", "junit"]);
    fails(&run(&["audit", "--fail-on", "hgih"]), 2, &["info, low, medium, high, critical, never"]);
    fails(&run(&["audit", "--status", "fail,unkown"]), 2, &["unkown", "not_applicable"]);
    fails(&run(&["audit", "--as-of", "yesterday"]), 2, &["2026-11-23"]);
    fails(&run(&["audit", "--region", "us-east-2.evil.example"]), 2, &["region code"]);
    fails(&run(&["rules", "list", "--log-level", "loud=loud=loud"]), 2, &["no log level"]);
}

#[test]
fn a_rule_that_matches_nothing_is_exit_code_2_with_a_suggestion() {
    fails(&run(&["rules", "list", "--rule", "dynamodb-table-provisoned"]), 2, &["dynamodb-table-provisioned"]);
    fails(&run(&["audit", "--dry-run", "--rule", "no-such-*"]), 2, &["no-such-*"]);
}

#[test]
fn a_missing_config_file_is_named_with_its_remedy() {
    fails(&run(&["audit", "--config", "mine.yaml"]), 2, &["mine.yaml", "ledgerline init"]);
    let by_variable = Ledgerline::new().env("LEDGERLINE_CONFIG", "other.yaml").args(["rules", "list"]).run();
    fails(&by_variable, 2, &["other.yaml"]);
}

#[test]
fn every_mistake_of_a_config_file_is_told_with_its_line() {
    let ran =
        Ledgerline::new().file("ledgerline.yaml", "regoins: [us-east-2]\ncost: { enabled: maybe }\nnotify: loud\n").args(["audit"]).run();
    fails(&ran, 2, &["ledgerline.yaml:1:1", "regions", "ledgerline.yaml:2:18", "notify must be a list", "3 mistakes found"]);
}

#[test]
fn rule_names_and_parameters_in_the_config_file_are_judged_with_their_line() {
    let ran = Ledgerline::new().file("ledgerline.yaml", "rules: { disable: [dynamodb-table-provisoned] }\n").args(["rules", "list"]).run();
    fails(&ran, 2, &["ledgerline.yaml:1:20", "dynamodb-table-provisioned"]);
    let text = "parameters: { default: { dynamodb-table-provisioned: { alow_provisioned: [a] } } }\n";
    fails(
        &Ledgerline::new().file("ledgerline.yaml", text).args(["rules", "list"]).run(),
        2,
        &["ledgerline.yaml:1:56", "allow_provisioned"],
    );
}

#[test]
fn without_credentials_nothing_is_audited_and_the_remedy_is_named() {
    let ran = Ledgerline::new().env("AWS_REGION", "us-east-2").args(["audit"]).run();
    fails(&ran, 4, &["credentials", "AWS_"]);
}

#[test]
fn a_source_that_is_no_recording_is_refused_by_name() {
    fails(&run(&["audit", "--source", "missing.ndjson.zst"]), 2, &["missing.ndjson.zst"]);
    fails(
        &Ledgerline::new().file("photo.ndjson.zst", "\u{7f}ELF").args(["audit", "--source", "photo.ndjson.zst"]).run(),
        2,
        &["no recording"],
    );
    fails(&run(&["audit", "--source", "aws", "--source", "aws"]), 2, &["twice"]);
}

#[test]
fn a_store_of_an_unknown_kind_is_refused_with_the_known_ones() {
    let ran = Ledgerline::new().env("AWS_REGION", "us-east-2").args(["audit", "--store", "redis://localhost"]).run();
    fails(&ran, 2, &["redis", "sqlite"]);
    fails(&Ledgerline::new().args(["serve"]).run(), 2, &["--store"]);
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    for arguments in [["rules", "list"].as_slice(), &["--help"], &["completions", "bash"], &["man"]] {
        let mut command = Ledgerline::new().args(arguments);
        let mut child = command.spawn_piped();
        drop(child.stdout.take());
        let mut stderr = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}: {stderr}");
        assert_eq!(stderr, "", "{arguments:?}");
    }
}

#[test]
fn an_output_file_is_written_whole_or_stays_as_it_was() {
    fails(&run(&["permissions", "--output", "no/such/folder/policy.json"]), 2, &["no/such/folder/policy.json"]);
    fails(&run(&["permissions", "--output", "/dev/full"]), 2, &["/dev/full"]);
    let ran = run(&["permissions", "--output", "policy.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    // A folder cannot be replaced by a file: nothing is left beside it either.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("taken")).unwrap();
    let taken = folder.path().join("taken").display().to_string();
    fails(&run(&["permissions", "--output", &taken]), 2, &[&taken]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn standard_output_that_is_full_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ledgerline"))
        .args(["rules", "list"])
        .stdin(Stdio::null())
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"));
}

#[test]
fn completions_and_manual_pages_come_from_the_definitions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&["completions", shell]);
        assert!(ran.code == 0 && ran.stdout.contains("permissions"), "{shell}: {}", ran.stderr);
    }
    assert!(run(&["man"]).stdout.contains(".TH ledgerline"));
    assert!(!run(&["--help"]).stdout.contains("man "), "`man` is hidden");
}

#[test]
fn init_writes_a_config_that_loads_and_never_overwrites_one() {
    let ran = Ledgerline::new().env("AWS_REGION", "eu-central-1").args(["init"]).run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("ledgerline audit"), "{}", ran.stderr);
    fails(&Ledgerline::new().file("ledgerline.yaml", "# mine\n").args(["init"]).run(), 2, &["ledgerline.yaml", "--force"]);
}

#[test]
fn rules_are_listed_as_promised() {
    let list = run(&["rules", "list", "--format", "json"]).json();
    let rules = list.as_array().unwrap();
    assert!(rules.len() >= 30, "{} rules", rules.len());
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for rule in rules {
        let mut keys: Vec<&String> = rule.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["calls", "controls", "id", "pack", "pillar", "resource", "severity", "status", "title"]);
        assert!(rule["controls"].is_object() && rule["calls"].is_array(), "{rule}");
    }
}

#[test]
fn shipped_rules_have_no_mistakes_and_do_what_their_examples_say() {
    let checked = run(&["rules", "check"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    let tested = run(&["rules", "test"]);
    assert_eq!(tested.code, 0, "{}", tested.stdout);
    let last = tested.stdout.lines().last().unwrap();
    assert!(last.ends_with(" passed, 0 failed") && !last.starts_with("0 "), "{last}");
}

const OWN_RULE: &str = "\
id: own-table
title: Table has a good name
status: stable
since: 0.1.0
pillar: operations
severity: low
resource: AWS::DynamoDB::Table
assert: name.startsWith('good-')
message: \"table {{ name }} has a bad name\"
why: Names are read aloud.
remedy: { text: Give it another name. }
examples:
  - { expect: pass, name: good-table }
  - { expect: fail, name: bad-table }
";

#[test]
fn a_rule_of_ones_own_is_checked_and_tested() {
    let good = Ledgerline::new().file("own-table.yaml", OWN_RULE).args(["rules", "check", "own-table.yaml"]).run();
    assert_eq!(good.code, 0, "{}", good.stderr);
    let wrong = OWN_RULE.replace("title:", "titel:").replace("name.startsWith", "nmae.startsWith");
    let wrong = Ledgerline::new().file("own-table.yaml", &wrong).args(["rules", "check", "own-table.yaml"]).run();
    fails(&wrong, 2, &["own-table.yaml:2:1", "title", "own-table.yaml:8:", "nmae"]);
    let lying = OWN_RULE.replace("expect: pass, name: good-table", "expect: pass, name: other-table");
    let lying = Ledgerline::new().file("own-table.yaml", &lying).args(["rules", "test", "--rules", ".", "--rule", "own-table"]).run();
    assert_eq!(lying.code, 1, "{}", lying.stderr);
    assert!(lying.stdout.contains("own-table.yaml:13") && lying.stdout.ends_with("1 passed, 1 failed\n"), "{}", lying.stdout);
}

#[test]
fn a_rule_is_explained() {
    let ran = run(&["rules", "explain", "dynamodb-table-provisioned"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for said in ["Why", "Remedy", "allow_provisioned", "properties.BillingMode", "dynamodb:DescribeTable"] {
        assert!(ran.stdout.contains(said), "{said} is not in:\n{}", ran.stdout);
    }
    fails(&run(&["rules", "explain", "dynamodb-table-provisoned"]), 2, &["dynamodb-table-provisioned"]);
}

#[test]
fn a_dry_run_shows_calls_and_price_and_asks_nothing() {
    // There are no credentials: had it asked, it would have failed.
    let ran = run(&["audit", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for said in ["dynamodb:DescribeTable", "once a resource", "tag:GetResources", "once a page", "0.01 USD", "cost.enabled is false"] {
        assert!(ran.stdout.contains(said), "{said} is not in:\n{}", ran.stdout);
    }
    let narrow = run(&["audit", "--dry-run", "--rule", "dynamodb-table-provisioned"]);
    assert!(!narrow.stdout.contains("iam:"), "{}", narrow.stdout);
    let with_store =
        Ledgerline::new().file("ledgerline.yaml", "cost: { enabled: true }\n").args(["cost", "plan", "--store", "sqlite://l.db"]);
    let folder = with_store.folder().to_owned();
    let planned = with_store.run();
    assert!(planned.stdout.contains("cap is 2.50 USD, of which 0 USD are spent"), "{}", planned.stdout);
    assert!(!folder.join("l.db").exists(), "a plan makes no store");
}

#[test]
fn the_demo_audits_the_recorded_account_to_its_end() {
    let table = run(&["demo", "--once"]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    assert!(!table.stdout.contains('\u{1b}'), "colours in a pipe");
    let report = run(&["demo", "--once", "--format", "json"]).json();
    assert_eq!(report["schema"], "ledgerline.audit/1");
    assert_eq!(report["coverage"]["complete"], true, "{}", report["coverage"]);
    assert!(report["summary"]["fail"].as_u64().is_some_and(|failures| failures > 0), "{}", report["summary"]);
    assert_eq!(report["summary"]["unknown"], 0, "{}", report["summary"]);
    assert!(report["results"].as_array().is_some_and(|results| results.iter().all(|row| row["status"] != Value::Null)));
}
