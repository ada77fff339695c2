//! The deployment that Ledgerline was made for, in an account of the emulator: filled by the demo's script, reached through
//! the stand-in, audited as the people who run it would.

use super::command::{Ledgerline, Ran};
use super::moto::{self, Account};
use super::stand_in::{CostBook, StandIn, World};
use chrono::{Months, NaiveDate, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

/// The configuration inside the binary: the deployment's environment, estimates and owners.
pub const CONFIG: &str = include_str!("../../../src/cli/demo/ledgerline.yaml");

/// A filled account, and the stand-in that leads to it.
pub struct Deployed {
    /// Requests to it are counted and may be troubled.
    pub stand_in: StandIn,
    /// The account, behind the stand-in.
    pub account: Account,
}

/// A file of this repository.
pub fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Deployed {
    /// The deployment in this account.
    pub fn into(account: &Account) -> Self {
        let stand_in = StandIn::before(moto::url(), World { cost: bill(), ..World::default() });
        let account = Account { endpoint: stand_in.url().to_owned(), ..account.clone() };
        fill(&account);
        stand_in.forget_counts();
        Self { stand_in, account }
    }

    /// The deployment in an account of its own.
    pub fn new() -> Self {
        Self::into(&moto::account())
    }

    /// A whole audit, which lists every result.
    pub fn audit(&self) -> Ran {
        self.audit_with(CONFIG)
    }

    /// An audit by the rule files alone, which lists every result: contracts say of one change what several rules say.
    pub fn audit_by_files(&self) -> Ran {
        self.audit_with(&format!("{CONFIG}\nrules: {{ disable: [\"contract-*\"] }}\n"))
    }

    fn audit_with(&self, config: &str) -> Ran {
        Ledgerline::on(&self.account)
            .file("ledgerline.yaml", config)
            .args(["audit", "--store", "sqlite://demo.db", "--format", "json", "--fail-on", "never"])
            .args(["--status", "pass,fail,waived,unknown,not_applicable"])
            .run()
    }
}

/// What the deployment costs, by service and day, since two months. The table that is billed by the hour costs more than
/// DynamoDB was estimated to.
fn bill() -> CostBook {
    let today = Utc::now().date_naive();
    let from: NaiveDate = today.checked_sub_months(Months::new(2)).expect("a day");
    let mut book = CostBook::default()
        .spend("Amazon DynamoDB", from, today, "0.2014000000")
        .spend("AWS Lambda", from, today, "0.0655000000")
        .spend("Amazon API Gateway", from, today, "0.0483000000")
        .spend("AmazonCloudWatch", from, today, "0.0512000000");
    book.lines.iter_mut().for_each(|line| _ = line.tags.insert("Owner".to_owned(), "platform".to_owned()));
    book
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

/// What the script plants in an account: rule and the resource's name.
pub fn planted(account: &str) -> BTreeSet<(String, String)> {
    let mut script = Command::new(moto::python());
    script.arg(here("tests/demo/fill.py")).arg("--planted").env("PYTHONDONTWRITEBYTECODE", "1");
    let said = script.output().expect("Python runs");
    let planted: Vec<Value> = serde_json::from_slice(&said.stdout).expect("JSON");
    planted.iter().map(|fault| (text(&fault["rule"]), text(&fault["name"]).replace("{account}", account))).collect()
}

/// The status of every result, by rule and the resource's name.
pub fn verdicts(report: &Value) -> BTreeMap<(String, String), String> {
    let results = report["results"].as_array().expect("results");
    let of = |result: &Value| ((text(&result["rule"]), text(&result["resource"]["name"])), text(&result["status"]));
    results.iter().map(of).collect()
}

/// The calls that each rule is made for, by the rule's id.
pub fn calls_of_rules() -> BTreeMap<String, BTreeSet<String>> {
    let rules = Ledgerline::new().args(["rules", "list", "--format", "json"]).run().json();
    let calls = |rule: &Value| rule["calls"].as_array().into_iter().flatten().map(text).collect();
    rules.as_array().expect("a list").iter().map(|rule| (text(&rule["id"]), calls(rule))).collect()
}

/// Text, or none.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}
