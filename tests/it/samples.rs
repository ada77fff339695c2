//! The sampler of TTL attributes over the emulator's real items: off unless the config names the table, and only figures stay.

use crate::support::command::{Ledgerline, Ran};
use crate::support::moto::{self, Account};
use crate::support::report::{results, rows, statuses};
use crate::support::stand_in::{Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const RULES: [&str; 5] = [
    "dynamodb-ttl-attribute-missing",
    "dynamodb-ttl-expired-lingering",
    "dynamodb-ttl-in-milliseconds",
    "dynamodb-ttl-not-a-number",
    "dynamodb-ttl-retention-unexpected",
];
const CONFIG: &str = "samples: [{ table: users, items: 50, created: createdAt, created_format: seconds, retention_days: 90 }]\n";
const DAY: i64 = 86_400;

fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

/// A table `users` with TTL on `ttl`, and these items: expiry and creation as DynamoDB writes them.
fn users(account: &Account, items: &[(Option<Value>, i64)]) {
    for name in ["users", "others"] {
        account.table(name, &json!({}));
        let ttl = json!({"TableName": name, "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}});
        account.json("dynamodb", "DynamoDB_20120810", "UpdateTimeToLive", &ttl);
    }
    let described = account.json("dynamodb", "DynamoDB_20120810", "DescribeTable", &json!({"TableName": "users"}));
    let keys = described["Table"]["AttributeDefinitions"].as_array().unwrap().clone();
    for (number, (expiry, created)) in items.iter().enumerate() {
        let mut item = json!({"createdAt": {"N": created.to_string()}, "password": {"S": "of-a-customer"}});
        for key in &keys {
            let kind = key["AttributeType"].as_str().unwrap();
            item[key["AttributeName"].as_str().unwrap()] = json!({kind: number.to_string()});
        }
        if let Some(expiry) = expiry {
            item["ttl"] = expiry.clone();
        }
        account.json("dynamodb", "DynamoDB_20120810", "PutItem", &json!({"TableName": "users", "Item": item}));
    }
}

fn audit(account: &Account, config: &str) -> Ran {
    let rules = RULES.iter().flat_map(|rule| ["--rule", rule]);
    let args = ["audit", "--config", "c.yaml", "--format", "json", "--fail-on", "never", "--status", "pass,fail,unknown,not_applicable"];
    Ledgerline::on(account).file("c.yaml", config).args(args.into_iter().chain(rules)).run()
}

/// The stand-in before the emulator counts what goes over the wire.
fn watched(account: &Account) -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let watched = Account { endpoint: stand_in.url().to_owned(), ..account.clone() };
    (stand_in, watched)
}

fn status<'a>(report: &'a Value, rule: &str, table: &str) -> &'a str {
    let found = results(report, rule).into_iter().find(|result| result["resource"]["name"] == table);
    found.unwrap_or_else(|| panic!("no {rule} on {table}"))["status"].as_str().unwrap()
}

#[test]
fn items_that_expire_as_declared_pass_and_only_the_named_table_is_read() {
    let account = moto::account();
    let created = now() - DAY;
    users(&account, &vec![(Some(json!({"N": (created + 90 * DAY).to_string()})), created); 3]);
    let (stand_in, watched) = watched(&account);
    let ran = audit(&watched, CONFIG);
    let report = ran.json();
    for rule in RULES {
        assert_eq!((status(&report, rule, "users"), status(&report, rule, "others")), ("pass", "not_applicable"), "{rule}: {}", ran.stderr);
    }
    assert_eq!(stand_in.count("dynamodb:Scan"), 1);
    assert!(!ran.stdout.contains("of-a-customer"));
}

#[test]
fn each_way_to_be_wrong_turns_its_own_rule() {
    let account = moto::account();
    let created = now() - 60 * DAY;
    let number = |number: i64| Some(json!({"N": number.to_string()}));
    users(
        &account,
        &[
            (None, created),
            (Some(json!({"S": "2026-01-31"})), created),
            (number((created + 30 * DAY) * 1000), created),
            (number(created + 30 * DAY), created),
        ],
    );
    let report = audit(&account, CONFIG).json();
    for rule in RULES {
        assert_eq!(status(&report, rule, "users"), "fail", "{rule}");
    }
    let message = &results(&report, "dynamodb-ttl-retention-unexpected").iter().find(|one| one["status"] == "fail").unwrap()["message"];
    assert_eq!(message, "table users: sampled items live 30 days in the median, 90 are declared");
}

#[test]
fn without_a_config_no_item_is_read_and_nothing_passes() {
    let account = moto::account();
    users(&account, &[(None, now())]);
    let (stand_in, watched) = watched(&account);
    let report = audit(&watched, "{}\n").json();
    for rule in RULES {
        let statuses = statuses(&report, rule);
        assert!(statuses.iter().all(|(_, status)| status == "not_applicable"), "{rule}: {statuses:?}");
    }
    assert_eq!(stand_in.count("dynamodb:Scan"), 0);
    assert_eq!(rows(&report, "dynamodb:Scan")[0]["outcome"], "skipped");
}

#[test]
fn a_refused_scan_is_unknown() {
    let account = moto::account();
    users(&account, &[(None, now())]);
    let (stand_in, watched) = watched(&account);
    stand_in.trouble(Trouble::with("dynamodb:Scan", Fault::Denied));
    let report = audit(&watched, CONFIG).json();
    assert_eq!(status(&report, RULES[0], "users"), "unknown");
    assert_eq!(rows(&report, "dynamodb:Scan")[0]["permission"], "dynamodb:Scan");
}

#[test]
fn the_permission_stands_in_a_policy_of_its_own_on_the_named_tables() {
    let policy =
        |args: &[&str], config: &str| Ledgerline::new().file("c.yaml", config).args(["permissions", "--config", "c.yaml"]).args(args).run();
    assert!(!policy(&[], CONFIG).stdout.contains("dynamodb:Scan"));
    let sampling = policy(&["--for", "sampling"], &format!("regions: [us-east-2]\n{CONFIG}")).json();
    let [statement] = sampling["Statement"].as_array().unwrap().as_slice() else { panic!("{sampling}") };
    assert_eq!(
        (&statement["Action"], &statement["Resource"]),
        (&json!(["dynamodb:Scan"]), &json!(["arn:aws:dynamodb:us-east-2:*:table/users"]))
    );
    assert_eq!(policy(&["--for", "sampling"], "{}\n").code, 2);
}
