//! The whole of it on the deployment that Ledgerline was made for: what is planted is found and nothing else, what is
//! refused is unknown and nothing else, and the account that is shipped for `ledgerline demo` is what the script makes.

use crate::support::command::{Ledgerline, Ran};
use crate::support::moto::{self, Account};
use crate::support::report::recorded;
use crate::support::stand_in::{CostBook, Fault, StandIn, Trouble, World};
use chrono::{Months, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

/// The account of the deployment; only the test that records it may use this id.
const DEPLOYMENT: &str = "313476888312";

/// The recording inside the binary.
const SHIPPED: &str = "src/cli/demo/account.ndjson.zst";

/// The configuration inside the binary: the deployment's environment, estimates and owners.
const CONFIG: &str = include_str!("../../src/cli/demo/ledgerline.yaml");

fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs the script that fills an account.
fn fill(account: &Account) {
    let filled = Command::new(moto::python())
        .arg(here("tests/demo/fill.py"))
        .env_clear()
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("AWS_ENDPOINT_URL", &account.endpoint)
        .env("AWS_ACCESS_KEY_ID", &account.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &account.secret_access_key)
        .env("AWS_SESSION_TOKEN", &account.session_token)
        .output()
        .expect("Python runs");
    assert!(filled.status.success(), "{}", String::from_utf8_lossy(&filled.stderr));
}

/// What the script plants: rule and the resource's name.
fn planted() -> BTreeSet<(String, String)> {
    let said = Command::new(moto::python()).arg(here("tests/demo/fill.py")).arg("--planted").output().expect("Python runs");
    let planted: Vec<Value> = serde_json::from_slice(&said.stdout).expect("JSON");
    planted.iter().map(|fault| (text(&fault["rule"]), text(&fault["name"]))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}

/// The emulator with Cost Explorer before it: what the deployment costs, by service and day, since last month. The table
/// that is billed by the hour costs more than DynamoDB was estimated to.
fn in_front_of_the_emulator() -> StandIn {
    let today = Utc::now().date_naive();
    let from: NaiveDate = today.checked_sub_months(Months::new(2)).expect("a day");
    let cost = CostBook::default()
        .spend("Amazon DynamoDB", from, today, "0.2014000000")
        .spend("AWS Lambda", from, today, "0.0655000000")
        .spend("Amazon API Gateway", from, today, "0.0483000000")
        .spend("AmazonCloudWatch", from, today, "0.0512000000");
    StandIn::before(moto::url(), World { cost, ..World::default() })
}

fn through(stand_in: &StandIn, account: &Account) -> Account {
    Account { endpoint: stand_in.url().to_owned(), ..account.clone() }
}

fn audit(account: &Account) -> Ran {
    Ledgerline::on(account)
        .file("ledgerline.yaml", CONFIG)
        .args(["audit", "--store", "sqlite://demo.db", "--format", "json", "--fail-on", "never"])
        .args(["--status", "pass,fail,waived,unknown,not_applicable"])
        .run()
}

/// The status of every result, by rule and resource.
fn verdicts(report: &Value) -> BTreeMap<(String, String), String> {
    let results = report["results"].as_array().expect("results");
    let of = |result: &Value| ((text(&result["rule"]), text(&result["resource"]["name"])), text(&result["status"]));
    results.iter().map(of).collect()
}

#[test]
fn exactly_the_planted_faults_are_found() {
    let account = moto::account();
    fill(&account);
    let stand_in = in_front_of_the_emulator();
    let ran = audit(&through(&stand_in, &account));
    let report = ran.json();
    assert_eq!((ran.code, &report["coverage"]["complete"]), (0, &json!(true)), "{}\n{:#}", ran.stderr, report["coverage"]);
    let with = |wanted: &str| -> BTreeSet<(String, String)> {
        verdicts(&report).into_iter().filter(|(_, status)| status == wanted).map(|(key, _)| key).collect()
    };
    assert_eq!(with("unknown"), BTreeSet::new());
    assert_eq!(with("fail"), planted());
}

#[test]
fn what_a_refused_call_would_have_brought_is_unknown_and_nothing_else_changes() {
    let account = moto::account();
    fill(&account);
    let stand_in = in_front_of_the_emulator();
    let account = through(&stand_in, &account);
    let known = verdicts(&audit(&account).json());
    for (call, resource_type) in [
        ("dynamodb:DescribeContinuousBackups", "AWS::DynamoDB::Table"),
        ("dynamodb:DescribeTimeToLive", "AWS::DynamoDB::Table"),
        ("lambda:GetPolicy", "AWS::Lambda::Function"),
    ] {
        stand_in.mend();
        stand_in.trouble(Trouble::with(call, Fault::Denied));
        let ran = audit(&account);
        assert_eq!(ran.code, 3, "{call}: {}", ran.stderr);
        let depends = rules_that_ask(call);
        assert!(!depends.is_empty(), "no rule asks {call}");
        let now = verdicts(&ran.json());
        assert_eq!(known.keys().collect::<Vec<_>>(), now.keys().collect::<Vec<_>>(), "{call} of {resource_type}");
        for (key, status) in &now {
            let unchanged = *status == known[key];
            if depends.contains(&key.0) {
                // A rule whose `when` is decided before it reads the gap speaks of the resource as before.
                let is_not_meant = unchanged && status == "not_applicable";
                assert!(status == "unknown" || is_not_meant, "{key:?} is {status} with {call} refused");
            } else {
                assert!(unchanged, "{key:?} was {} and is {status} with {call} refused", known[key]);
            }
        }
        assert!(now.values().any(|status| status == "unknown"), "{call} decides nothing");
    }
}

/// The ids of the rules that a call is made for.
fn rules_that_ask(call: &str) -> BTreeSet<String> {
    let rules = Ledgerline::new().args(["rules", "list", "--format", "json"]).run().json();
    let asks = |rule: &&Value| rule["calls"].as_array().is_some_and(|calls| calls.iter().any(|asked| asked == call));
    rules.as_array().expect("a list").iter().filter(asks).map(|rule| text(&rule["id"])).collect()
}

#[test]
fn the_shipped_account_is_what_the_script_makes() {
    let account = moto::account_named(DEPLOYMENT);
    fill(&account);
    let stand_in = in_front_of_the_emulator();
    let command = Ledgerline::on(&through(&stand_in, &account)).file("ledgerline.yaml", CONFIG).args([
        "collect",
        "--output",
        "account.ndjson.zst",
        "--store",
        "sqlite://demo.db",
    ]);
    let (ran, made) = command.run_and(|folder| {
        let file = folder.join("account.ndjson.zst");
        if file.exists() && std::env::var_os("LEDGERLINE_RECORD_DEMO").is_some() {
            std::fs::copy(&file, here(SHIPPED)).expect("the shipped account can be written");
        }
        if file.exists() { recorded(&file) } else { Vec::new() }
    });
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (made, shipped) = (normal(&made), normal(&recorded(&here(SHIPPED))));
    assert_eq!(shipped.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>(), "run tests/demo/record.sh");
    for (name, resource) in &made {
        assert_eq!(&shipped[name], resource, "{name:?} differs: run tests/demo/record.sh");
    }
}

/// Resources by type and name, without what differs from one emulator, or one day, to the next: ids, times, money.
fn normal(resources: &[Value]) -> BTreeMap<(String, String), Value> {
    let mut normal = BTreeMap::new();
    for resource in resources {
        let (resource_type, name) = (text(&resource["type"]), text(&resource["name"]));
        let mut resource = without_chance(resource);
        if resource_type == "Ledgerline::Cost::ServiceMonth" {
            resource["properties"] = json!({"Service": resource["properties"]["Service"], "Currency": resource["properties"]["Currency"]});
            resource["id"] = Value::Null;
        }
        normal.insert((resource_type, name), resource);
    }
    normal
}

fn without_chance(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            let kept = |key: &str| {
                !(key.ends_with("Id")
                    || key.ends_with("Date")
                    || key.ends_with("DateTime")
                    || key.ends_with("Time")
                    || key == "LastModified")
            };
            entries
                .iter()
                .filter(|(key, _)| kept(key))
                .map(|(key, value)| (key.clone(), without_chance(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(without_chance).collect(),
        other => other.clone(),
    }
}
