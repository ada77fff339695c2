//! The contract of the deployment against the emulator: what was planted is all that it says, and each fact that is changed alone is
//! one drift that names it.

mod facts;

use crate::support::command::{Ledgerline, Ran};
use crate::support::deployed::{Deployed, planted, text};
use crate::support::moto::{self, Account};
use crate::support::stand_in::{Fault, Trouble};
use facts::FACTS;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What `contract check` says of the deployment.
fn check(deployed: &Deployed) -> Ran {
    let command =
        Ledgerline::on(&deployed.account).args(["contract", "check", "diatonic-dev", "--format", "json", "--status", "fail,unknown"]);
    command.run()
}

/// Rule and sub-key of each result, with the resource's name where the entry is a pattern and so does not have it.
fn told(ran: &Ran) -> BTreeSet<(String, String)> {
    let about = |row: &Value| {
        let (sub_key, name) = (text(&row["sub_key"]), text(&row["resource"]["name"]));
        if sub_key.contains(&name) { sub_key } else { format!("{sub_key} of {name}") }
    };
    let report = ran.json();
    let results = report["results"].as_array().expect("results").iter();
    results.map(|row| (format!("{} {}", text(&row["rule"]), text(&row["status"])), about(row))).collect()
}

#[test]
fn each_fact_of_the_deployment_that_is_changed_alone_is_one_drift_that_names_it() {
    let deployed = Deployed::new();
    let ran = check(&deployed);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = ran.json();
    let names: BTreeSet<(String, String)> =
        report["results"].as_array().expect("results").iter().map(|row| (text(&row["rule"]), text(&row["resource"]["name"]))).collect();
    // The month is judged where cost data is collected, which a check of contracts alone does not ask for.
    let known = planted(&deployed.account.id).into_iter().filter(|(rule, name)| rule.starts_with("contract-") && name != "Amazon DynamoDB");
    assert_eq!(names, known.collect(), "what is untouched has no drift but what was planted");

    let (mut before, mut faults) = (told(&ran), Vec::new());
    for (what, act, rule, sub_key) in FACTS {
        act(&deployed);
        let ran = check(&deployed);
        let now = told(&ran);
        let new: Vec<&(String, String)> = now.difference(&before).collect();
        let expected = (format!("{rule} fail"), format!("diatonic-dev/{sub_key}"));
        if new != [&expected] {
            faults.push(format!("{what}:\n  told     {new:?}\n  expected {expected:?}\n  {}", ran.stderr));
        }
        before = now;
    }
    assert_eq!(faults.len(), 0, "{}", faults.join("\n"));
}

#[test]
fn a_refused_call_makes_what_depends_on_it_unknown_and_nothing_missing() {
    let deployed = Deployed::new();
    let before = told(&check(&deployed));
    deployed.stand_in.trouble(Trouble::with("dynamodb:ListTables", Fault::Denied));
    deployed.stand_in.trouble(Trouble::with("logs:DescribeLogGroups", Fault::Denied));
    let ran = check(&deployed);
    assert_eq!(ran.code, 3, "nothing fails any more at or above high, and coverage is incomplete: {}", ran.stderr);
    let now = told(&ran);
    let new: Vec<&(String, String)> = now.difference(&before).collect();
    assert!(new.iter().all(|(rule, _)| rule.ends_with("unknown")), "{new:?}");
    // Six tables, two groups of log groups, and whether there are others of both types.
    assert_eq!(new.iter().filter(|(rule, _)| rule == "contract-missing unknown").count(), 8, "{new:?}");
    assert_eq!(new.iter().filter(|(rule, _)| rule == "contract-unexpected unknown").count(), 2, "{new:?}");
    let row = ran.json()["results"].as_array().expect("results").iter().find(|row| row["status"] == "unknown").cloned().expect("one");
    assert!(text(&row["message"]).contains("grant"), "{row:#}");
}

#[test]
fn what_is_wrong_with_contracts_is_told_at_once_and_ends_with_2() {
    let ran = Ledgerline::new()
        .file(
            "a.yaml",
            "contract: a\nresources:\n  AWS::DynamoDB::Tabel: {}\n  AWS::Logs::LogGroup: { g: { properties: { RetentionInDays: x } } }\n",
        )
        .file("b.yaml", "contract: c\nresources: {}\n")
        .args(["contract", "check", "a.yaml", "b.yaml"])
        .run();
    assert_eq!(ran.code, 2);
    for said in ["did you mean", "AWS::DynamoDB::Table", "must be a whole number", "name the file c.yaml", "3 mistakes found"] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    let ran = Ledgerline::new().args(["contract", "check", "diatonic-def"]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("diatonic-dev"), "{}", ran.stderr);
    let ran = Ledgerline::new().args(["contract", "check", "gone.yaml"]).run();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[test]
fn contracts_are_listed_explained_and_disabled_like_rules() {
    let list = |config: &str| {
        Ledgerline::new().file("ledgerline.yaml", config).args(["rules", "list", "--rule", "contract-*", "--format", "json"]).run()
    };
    let ids = |ran: &Ran| ran.json().as_array().map_or(0, |rules: &Vec<Value>| rules.len());
    assert_eq!(ids(&list("{}\n")), 3);
    assert_eq!(ids(&list("rules: { disable: [contract-unexpected] }\n")), 2);
    let explained = Ledgerline::new().args(["rules", "explain", "contract-missing"]).run();
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    assert!(explained.stdout.contains("What a contract names is there"), "{}", explained.stdout);
    let unknown = Ledgerline::new().file("ledgerline.yaml", "rules: { contracts: [diatonic-def] }\n").args(["rules", "list"]).run();
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean \"diatonic-dev\"?"), "{}", unknown.stderr);
}

/// A state with two tables, of which `b` is gone, `a` has a tag more, and `c` was made by hand.
fn drifted() -> (Account, String) {
    let account = moto::account();
    let arn = account.table("app-dev-a", &json!({"Tags": [{"Key": "Owner", "Value": "a"}, {"Key": "More", "Value": "x"}]}));
    account.table("app-dev-c", &json!({}));
    let table = |name: &str| {
        json!({"mode": "managed", "type": "aws_dynamodb_table", "name": name, "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
               "instances": [{"schema_version": 1, "attributes": {
                   "name": format!("app-dev-{name}"), "arn": arn.replace("app-dev-a", &format!("app-dev-{name}")), "billing_mode": "PAY_PER_REQUEST",
                   "hash_key": "id", "attribute": [{"name": "id", "type": "S"}], "tags": {"Owner": "a"}, "tags_all": {"Owner": "a"}},
                   "sensitive_attributes": []}]})
    };
    let state = json!({"version": 4, "terraform_version": "1.9.8", "serial": 1, "lineage": "l", "outputs": {},
                       "resources": [table("a"), table("b")], "check_results": null});
    (account, state.to_string())
}

#[test]
fn a_state_beside_the_account_shows_drift_both_ways_tags_included() {
    let (account, state) = drifted();
    let command = Ledgerline::on(&account).file("terraform.tfstate", &state);
    let sources = ["audit", "--source", "aws", "--source", "terraform.tfstate", "--rule", "contract-*", "--format", "json"];
    let ran = command.args(sources).run();
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let of = |rule: &str, rest: &str| (format!("{rule} fail"), format!("terraform.tfstate/AWS::DynamoDB::Table/app-dev-{rest}"));
    let expected = [of("contract-drifted", "a/tags.More"), of("contract-missing", "b"), of("contract-unexpected", "c")];
    assert_eq!(told(&ran), expected.into_iter().collect(), "{}", ran.stdout);
    assert_eq!(ran.json()["coverage"]["complete"], true);
    assert!(
        !ran.json()["requests"]["by_action"].as_object().expect("calls").contains_key("iam:ListRoles"),
        "only what the file has is asked for"
    );
}

#[test]
fn a_contract_is_written_from_a_state_and_checked_and_keeps_what_was_edited() {
    let (account, state) = drifted();
    let write = |existing: &str| {
        let command = Ledgerline::new().file("terraform.tfstate", &state);
        let command = if existing.is_empty() { command } else { command.file("app-dev.yaml", existing) };
        let (ran, text) = command
            .args(["contract", "from-terraform", "terraform.tfstate", "--output", "app-dev.yaml"])
            .run_and(|folder| std::fs::read_to_string(folder.join("app-dev.yaml")).unwrap_or_default());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        (ran, text)
    };
    let (_, first) = write("");
    assert_eq!(write("").1, first, "always the same");
    let edited = first.replacen("BillingMode: PAY_PER_REQUEST", "BillingMode: PROVISIONED # ours", 1);
    assert_ne!(edited, first);
    let (ran, second) = write(&edited);
    assert_eq!(second, edited);
    assert!(ran.stderr.contains("kept as edited: AWS::DynamoDB::Table app-dev-a"), "{}", ran.stderr);
    let ran = Ledgerline::on(&account).file("app-dev.yaml", &second).args(["contract", "check", "app-dev.yaml", "--format", "json"]).run();
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let of = |rule: &str, rest: &str| (format!("{rule} fail"), format!("app-dev/AWS::DynamoDB::Table/app-dev-{rest}"));
    let drifts = ["a/properties.BillingMode", "a/tags.More"].map(|rest| of("contract-drifted", rest));
    let expected = drifts.into_iter().chain([of("contract-missing", "b"), of("contract-unexpected", "c")]);
    assert_eq!(told(&ran), expected.collect(), "{first}");
    let refused = Ledgerline::new().file("x.json", "{}").args(["contract", "from-terraform", "x.json"]).run();
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}
