//! What keeps tables safe and scaled over the stand-in: plans with their selections, what was saved, and what scales.

use crate::support::command::Ledgerline;
use crate::support::moto::{self, Account};
use crate::support::report::{collected, find, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const SELECTION: &str = "AWS::Backup::BackupSelection";
const UNPLANNED: &str = "dynamodb-table-unplanned";

fn before_the_emulator() -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    (stand_in, account)
}

fn plan(id: &str) -> Value {
    json!({"BackupPlanArn": format!("arn:aws:backup:us-east-2:111122223333:backup-plan:{id}"), "BackupPlanId": id, "BackupPlanName": id})
}

/// Two pages of plans: the first saves tables by wildcard, the second by tag.
fn plans(stand_in: &StandIn) {
    stand_in.answer(Canned::json("backup:ListBackupPlans", json!({"BackupPlansList": [plan("one")], "NextToken": "two"})));
    stand_in.answer(Canned::json("backup:ListBackupPlans", json!({"BackupPlansList": [plan("two")]})).to(json!({"nextToken": "two"})));
    let selection = |id: &str| json!({"BackupSelectionsList": [{"SelectionId": id, "SelectionName": id}]});
    let wildcard = json!({"SelectionName": "orders", "IamRoleArn": "arn:aws:iam::111122223333:role/b", "Resources": ["arn:aws:dynamodb:*:*:table/ord*"]});
    let tag = json!({"SelectionName": "tagged", "IamRoleArn": "arn:aws:iam::111122223333:role/b",
        "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}]});
    for (plan, id, selected) in [("one", "s-1", wildcard), ("two", "s-2", tag)] {
        stand_in.answer(Canned::json("backup:ListBackupSelections", selection(id)).to(json!({"backupPlanId": plan})));
        let answer = json!({"BackupPlanId": plan, "SelectionId": id, "BackupSelection": selected});
        stand_in.answer(Canned::json("backup:GetBackupSelection", answer).to(json!({"selectionId": id})));
    }
}

fn audit(account: &Account, rules: &[&str]) -> Value {
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    let args = ["audit", "--format", "json", "--fail-on", "never", "--status", "pass,fail,waived,unknown,not_applicable"];
    Ledgerline::on(account).args(args.into_iter().chain(rules)).run().json()
}

fn told(report: &Value, rule: &str) -> Vec<String> {
    statuses(report, rule).into_iter().map(|(name, status)| format!("{name} {status}")).collect()
}

#[test]
fn tables_are_saved_by_wildcard_and_by_tag() {
    let (stand_in, account) = before_the_emulator();
    plans(&stand_in);
    account.table("orders", &json!({}));
    account.table("carts", &json!({"Tags": [{"Key": "backup", "Value": "daily"}]}));
    account.table("scratch", &json!({}));
    stand_in.forget_counts();
    let report = audit(&account, &[UNPLANNED]);
    assert_eq!(told(&report, UNPLANNED), ["carts pass", "orders pass", "scratch fail"]);
    let calls = ["backup:ListBackupPlans", "backup:ListBackupSelections", "backup:GetBackupSelection", "backup:GetBackupPlan"];
    assert_eq!(calls.map(|call| stand_in.count(call)), [2, 2, 2, 0]);
    // The wildcard still decides where tags are refused; the rest is not known.
    stand_in.trouble(Trouble::with("tag:GetResources", Fault::Denied));
    let report = audit(&account, &[UNPLANNED]);
    assert_eq!(told(&report, UNPLANNED), ["carts unknown", "orders pass", "scratch unknown"]);
}

#[test]
fn a_refused_selection_is_no_missing_one() {
    let (stand_in, account) = before_the_emulator();
    plans(&stand_in);
    account.table("orders", &json!({}));
    account.table("scratch", &json!({}));
    stand_in.trouble(Trouble::with("backup:GetBackupSelection", Fault::Denied).on("s-2"));
    let report = audit(&account, &[UNPLANNED]);
    assert_eq!(told(&report, UNPLANNED), ["orders pass", "scratch unknown"]);
    stand_in.mend();
    stand_in.trouble(Trouble::with("backup:ListBackupPlans", Fault::Denied));
    let report = audit(&account, &[UNPLANNED]);
    assert_eq!(told(&report, UNPLANNED), ["orders unknown", "scratch unknown"]);
    assert_eq!(outcome(&report, SELECTION, "backup:ListBackupSelections"), "denied");
}

#[test]
fn a_plan_or_selection_that_vanishes_is_gone_and_no_fault() {
    let (stand_in, account) = before_the_emulator();
    plans(&stand_in);
    let gone = |operation| Canned::error(operation, 400, "ResourceNotFoundException", "gone");
    stand_in.answer(gone("backup:GetBackupSelection").to(json!({"selectionId": "s-1"})));
    stand_in.answer(gone("backup:ListBackupSelections").to(json!({"backupPlanId": "two"})));
    account.table("orders", &json!({}));
    let report = audit(&account, &[UNPLANNED]);
    assert_eq!((told(&report, UNPLANNED), &report["coverage"]["complete"]), (vec!["orders fail".to_owned()], &json!(true)));
}

#[test]
fn a_copy_counts_by_its_age() {
    let (stand_in, account) = before_the_emulator();
    let (orders, carts) = (account.table("orders", &json!({})), account.table("carts", &json!({})));
    let hour = 3600;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let saved = json!({"Results": [
        {"ResourceArn": orders, "ResourceType": "DynamoDB", "LastBackupTime": now - hour},
        {"ResourceArn": carts, "ResourceType": "DynamoDB", "LastBackupTime": now - 48 * hour},
    ]});
    stand_in.answer(Canned::json("backup:ListProtectedResources", saved));
    let rule = "dynamodb-table-recovery-point-old";
    assert_eq!(told(&audit(&account, &[rule]), rule), ["carts fail", "orders pass"]);
    assert_eq!(stand_in.count("backup:ListProtectedResources"), 1);
}

#[test]
fn a_table_scales_with_targets_and_policies_of_every_index() {
    let (stand_in, account) = before_the_emulator();
    let provisioned = json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}});
    account.table("scaled", &provisioned);
    account.table("fixed", &provisioned);
    account.table("free", &json!({}));
    for units in ["Read", "Write"] {
        let dimension = format!("dynamodb:table:{units}CapacityUnits");
        let target = json!({"ServiceNamespace": "dynamodb", "ResourceId": "table/scaled", "ScalableDimension": dimension});
        let with = |more: Value| {
            let mut body = target.clone();
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let limits = json!({"MinCapacity": 5, "MaxCapacity": 50});
        account.json("application-autoscaling", "AnyScaleFrontendService", "RegisterScalableTarget", &with(limits));
        let metric = format!("DynamoDB{units}CapacityUtilization");
        let policy = json!({"PolicyName": units, "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration":
            {"TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": metric}}});
        account.json("application-autoscaling", "AnyScaleFrontendService", "PutScalingPolicy", &with(policy));
    }
    stand_in.forget_counts();
    let rule = "dynamodb-table-unscaled";
    assert_eq!(told(&audit(&account, &[rule]), rule), ["fixed fail", "free pass", "scaled pass"]);
    let calls = ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"];
    assert_eq!(calls.map(|call| stand_in.count(call)), [2, 2], "one listing of tables and one of functions");
    let resources = collected(&account, &["dynamodb-scaling-*"]);
    let target = find(&resources, "AWS::ApplicationAutoScaling::ScalableTarget", "table/scaled|dynamodb:table:ReadCapacityUnits|dynamodb");
    assert_eq!(target["state"]["TableName"], "scaled");
    stand_in.trouble(Trouble::with("application-autoscaling:DescribeScalingPolicies", Fault::Denied));
    assert_eq!(told(&audit(&account, &[rule]), rule), ["fixed fail", "free pass", "scaled unknown"]);
}

#[test]
fn throughput_is_held_against_the_accounts_limit() {
    let (stand_in, account) = before_the_emulator();
    let provisioned = json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 50, "WriteCapacityUnits": 5}});
    account.table("one", &provisioned);
    account.table("two", &provisioned);
    let limits = |read: u32| {
        json!({"AccountMaxReadCapacityUnits": read, "AccountMaxWriteCapacityUnits": 1000,
        "TableMaxReadCapacityUnits": 1000, "TableMaxWriteCapacityUnits": 1000})
    };
    let rule = "dynamodb-throughput-near-limit";
    for (read, expected) in [(126, "limits pass"), (125, "limits fail")] {
        stand_in.answer(Canned::json("dynamodb:DescribeLimits", limits(read)));
        assert_eq!(told(&audit(&account, &[rule]), rule), [expected], "{read}");
    }
    stand_in.trouble(Trouble::with("dynamodb:DescribeTable", Fault::Denied).on("two"));
    assert_eq!(told(&audit(&account, &[rule]), rule), ["limits unknown"]);
}
