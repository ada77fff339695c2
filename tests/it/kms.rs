//! Keys over the emulator: at most three calls a key, and only of the customer's own is rotation asked.

use crate::support::moto;
use crate::support::report::{collected, find, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use crate::support::{account::Account, command::Ledgerline};
use serde_json::{Value, json};

const KEY: &str = "AWS::KMS::Key";

fn account() -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    (stand_in, account)
}

fn kms(account: &Account, operation: &str, body: &Value) -> Value {
    account.json("kms", "TrentService", operation, body)
}

/// A key; its id.
fn key(account: &Account, more: &Value) -> String {
    kms(account, "CreateKey", more)["KeyMetadata"]["KeyId"].as_str().expect("a key has an id").to_owned()
}

fn audit(account: &Account, rule: &str) -> Value {
    Ledgerline::on(account).args(["audit", "--format", "json", "--rule", rule, "--status", "pass,fail,unknown,not_applicable"]).run().json()
}

fn status(report: &Value, rule: &str, name: &str) -> String {
    statuses(report, rule).into_iter().find(|(of, _)| of == name).unwrap_or_else(|| panic!("no {rule} of {name}: {report:#}")).1
}

#[test]
fn a_key_takes_three_calls_and_one_that_cannot_rotate_two() {
    let (stand_in, account) = account();
    let rotated = key(&account, &json!({"Tags": [{"TagKey": "Key", "TagValue": "a=b"}]}));
    kms(&account, "CreateAlias", &json!({"AliasName": "alias/tables", "TargetKeyId": rotated}));
    kms(&account, "EnableKeyRotation", &json!({"KeyId": rotated}));
    let signing = key(&account, &json!({"KeyUsage": "SIGN_VERIFY", "KeySpec": "RSA_2048"}));
    stand_in.forget_counts();
    let resources = collected(&account, &[]);
    for (call, count) in [("ListKeys", 1), ("ListAliases", 1), ("DescribeKey", 2), ("GetKeyPolicy", 2), ("GetKeyRotationStatus", 1)] {
        assert_eq!(stand_in.count(&format!("kms:{call}")), count, "{call}: {:?}", stand_in.counts());
    }
    assert_eq!(stand_in.count("kms:ListResourceTags"), 0);
    let rotated = find(&resources, KEY, &rotated);
    assert_eq!(rotated["properties"]["EnableKeyRotation"], true);
    assert_eq!(rotated["state"]["Aliases"], json!(["alias/tables"]));
    assert_eq!(rotated["tags"], json!({"Key": "a=b"}));
    assert_eq!(rotated["properties"]["KeyPolicy"]["Statement"][0]["Effect"], "Allow");
    assert!(find(&resources, KEY, &signing)["properties"].get("EnableKeyRotation").is_none());
}

#[test]
fn rotation_of_aws_own_keys_is_not_asked_and_not_judged() {
    let (stand_in, account) = account();
    let arn = format!("arn:aws:kms:{}:{}:key/k1", account.region, account.id);
    stand_in.answer(Canned::json("kms:ListKeys", json!({"Keys": [{"KeyId": "k1", "KeyArn": arn}], "Truncated": false})));
    let metadata =
        json!({"KeyId": "k1", "Arn": arn, "KeyManager": "AWS", "KeyState": "Enabled", "Origin": "AWS_KMS", "KeySpec": "SYMMETRIC_DEFAULT"});
    stand_in.answer(Canned::json("kms:DescribeKey", json!({"KeyMetadata": metadata})));
    let report = audit(&account, "kms-key-rotation-disabled");
    assert_eq!(stand_in.count("kms:GetKeyRotationStatus"), 0);
    assert_eq!(status(&report, "kms-key-rotation-disabled", "k1"), "not_applicable");
}

#[test]
fn a_key_on_its_way_out_is_found_and_a_rotation_switched_off_too() {
    let (_stand_in, account) = account();
    let (leaving, still) = (key(&account, &json!({})), key(&account, &json!({})));
    kms(&account, "ScheduleKeyDeletion", &json!({"KeyId": leaving, "PendingWindowInDays": 7}));
    let report = audit(&account, "kms-*");
    assert_eq!(status(&report, "kms-key-pending-deletion", &leaving), "fail");
    assert_eq!(status(&report, "kms-key-pending-deletion", &still), "pass");
    assert_eq!(status(&report, "kms-key-rotation-disabled", &still), "fail");
    assert_eq!(status(&report, "kms-key-rotation-disabled", &leaving), "not_applicable");
}

#[test]
fn a_refused_policy_is_unknown_and_never_no_policy() {
    let (stand_in, account) = account();
    let id = key(&account, &json!({}));
    stand_in.trouble(Trouble::with("kms:GetKeyPolicy", Fault::Denied));
    let report = audit(&account, "kms-*");
    assert_eq!(status(&report, "kms-key-policy-public", &id), "unknown");
    assert_eq!(status(&report, "kms-key-pending-deletion", &id), "pass");
    assert_eq!(outcome(&report, KEY, "kms:GetKeyPolicy"), "denied");
    stand_in.mend();
    stand_in.answer(Canned::json("kms:GetKeyPolicy", json!({})));
    assert_eq!(status(&audit(&account, "kms-*"), "kms-key-policy-public", &id), "unknown");
}

#[test]
fn a_refused_listing_of_aliases_hides_no_key() {
    let (stand_in, account) = account();
    let id = key(&account, &json!({}));
    stand_in.trouble(Trouble::with("kms:ListAliases", Fault::Denied));
    let report = audit(&account, "kms-key-*");
    assert_eq!(status(&report, "kms-key-policy-public", &id), "pass");
    assert_eq!(outcome(&report, KEY, "kms:ListAliases"), "denied");
    assert_eq!(outcome(&report, KEY, "kms:ListKeys"), "complete");
}

#[test]
fn keys_of_a_second_page_are_judged_and_more_without_a_marker_is_no_end() {
    let (stand_in, account) = account();
    let ids = [key(&account, &json!({})), key(&account, &json!({}))];
    let page = |id: &str, more: Value| {
        let mut page = json!({"Keys": [{"KeyId": id, "KeyArn": format!("arn:aws:kms:{}:{}:key/{id}", account.region, account.id)}], "Truncated": false});
        page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        page
    };
    stand_in.answer(Canned::json("kms:ListKeys", page(&ids[0], json!({"Truncated": true, "NextMarker": "b"}))));
    stand_in.answer(Canned::json("kms:ListKeys", page(&ids[1], json!({}))).to(json!({"Marker": "b"})));
    let report = audit(&account, "kms-key-pending-deletion");
    assert_eq!(statuses(&report, "kms-key-pending-deletion").len(), 2);
    assert_eq!(outcome(&report, KEY, "kms:ListKeys"), "complete");
    stand_in.answer(Canned::json("kms:ListKeys", page(&ids[0], json!({"Truncated": true}))));
    assert_eq!(outcome(&audit(&account, "kms-key-pending-deletion"), KEY, "kms:ListKeys"), "broken");
}

#[test]
fn a_key_that_goes_meanwhile_is_dropped() {
    let (stand_in, account) = account();
    let id = key(&account, &json!({}));
    stand_in.trouble(Trouble::with("kms:DescribeKey", Fault::Vanished));
    let report = audit(&account, "kms-key-pending-deletion");
    assert!(statuses(&report, "kms-key-pending-deletion").is_empty(), "{id}: {report:#}");
    assert_eq!(report["coverage"]["complete"], true);
}

#[test]
fn traces_without_a_key_of_the_customers_are_found_and_half_an_answer_is_none() {
    let (stand_in, account) = account();
    assert_eq!(status(&audit(&account, "xray-*"), "xray-traces-key-missing", "encryption-config"), "fail");
    assert_eq!(stand_in.count("xray:GetEncryptionConfig"), 1);
    let config = json!({"EncryptionConfig": {"Type": "KMS", "KeyId": "arn:aws:kms:us-east-2:1:key/k", "Status": "ACTIVE"}});
    stand_in.answer(Canned::json("xray:GetEncryptionConfig", config));
    assert_eq!(status(&audit(&account, "xray-*"), "xray-traces-key-missing", "encryption-config"), "pass");
    stand_in.answer(Canned::json("xray:GetEncryptionConfig", json!({"EncryptionConfig": {"Type": "KMS"}})));
    let report = audit(&account, "xray-traces-key-missing");
    assert_eq!(outcome(&report, "Ledgerline::XRay::EncryptionConfig", "xray:GetEncryptionConfig"), "broken");
}
