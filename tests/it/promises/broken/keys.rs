//! The traces, the budget, the key and the topic: what is paid, and who hears of it.
//!
//! Not broken here: what the bill says of a service, which no call changes: `tests/it/costexplorer.rs` has it.

use super::calls::{Promise, key, topic};
use crate::support::stand_in::Canned;
use serde_json::json;

/// Traces, budget, key and topic.
pub const PROMISES: &[Promise] = &[
    (
        "the traces' key",
        |on| {
            let own = json!({"EncryptionConfig": {"Status": "ACTIVE", "Type": "NONE"}});
            on.stand_in.answer(Canned::json("xray:GetEncryptionConfig", own));
        },
        &["xray-traces-key-missing"],
    ),
    (
        "a month that costs too much",
        |on| {
            let body = json!({"AccountId": on.account.id});
            let mut known = on.account.json("budgets", "AWSBudgetServiceGateway", "DescribeBudgets", &body);
            known["Budgets"][0]["CalculatedSpend"] =
                json!({"ActualSpend": {"Amount": "13", "Unit": "USD"}, "ForecastedSpend": {"Amount": "20", "Unit": "USD"}});
            on.stand_in.answer(Canned::json("budgets:DescribeBudgets", known));
        },
        &["budgets-budget-exceeded", "budgets-budget-forecast-exceeded"],
    ),
    (
        "the subscribers of the budget",
        |on| on.stand_in.answer(Canned::json("budgets:DescribeSubscribersForNotification", json!({"Subscribers": []}))),
        &["budgets-budget-subscriber-missing"],
    ),
    (
        "the budget's notices",
        |on| {
            let none = json!({"Notifications": []});
            on.stand_in.answer(Canned::json("budgets:DescribeNotificationsForBudget", none));
        },
        &["budgets-budget-actual-notification-missing", "budgets-budget-forecast-notification-missing"],
    ),
    (
        "the budget",
        |on| on.stand_in.answer(Canned::json("budgets:DescribeBudgets", json!({"Budgets": []}))),
        &["budgets-account-budget-missing"],
    ),
    ("the key's rotation", |on| key(on, "DisableKeyRotation", &json!({})), &["kms-key-rotation-disabled"]),
    (
        "the key, which everybody may use",
        |on| {
            let everybody = json!({"Version": "2012-10-17", "Statement": [
                {"Sid": "open", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]});
            key(on, "PutKeyPolicy", &json!({"PolicyName": "default", "Policy": everybody.to_string()}));
        },
        &["kms-key-policy-public"],
    ),
    (
        "the key, which another account may use",
        |on| {
            let foreign = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*",
                "Principal": {"AWS": ["arn:aws:iam::999988887777:root", format!("arn:aws:iam::{}:root", on.account.id)]}}]});
            key(on, "PutKeyPolicy", &json!({"PolicyName": "default", "Policy": foreign.to_string()}));
        },
        &["kms-key-policy-cross-account"],
    ),
    (
        "the topic's policy, which lets everybody in",
        |on| {
            let everybody = json!({"Version": "2012-10-17", "Statement": [
                {"Sid": "open", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}]});
            topic(on, "SetTopicAttributes", &[("AttributeName", "Policy"), ("AttributeValue", &everybody.to_string())]);
        },
        &["sns-topic-policy-public"],
    ),
    (
        "the topic's policy, which lets another account in",
        |on| {
            let foreign = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sns:Subscribe",
                "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Resource": "*"}]});
            topic(on, "SetTopicAttributes", &[("AttributeName", "Policy"), ("AttributeValue", &foreign.to_string())]);
        },
        &["sns-topic-policy-cross-account"],
    ),
    (
        "a subscriber in plain text",
        |on| topic(on, "Subscribe", &[("Protocol", "http"), ("Endpoint", "http://events.diatonic.ai/")]),
        &["sns-subscription-plain-http"],
    ),
    (
        "the key, which is switched off",
        |on| key(on, "DisableKey", &json!({})),
        &["kms-key-disabled", "kms-key-disabled-in-use", "sns-topic-key-unusable"],
    ),
    ("the key, which is to be deleted", |on| key(on, "ScheduleKeyDeletion", &json!({})), &["kms-key-pending-deletion"]),
    (
        "the topic's encryption",
        |on| topic(on, "SetTopicAttributes", &[("AttributeName", "KmsMasterKeyId"), ("AttributeValue", "")]),
        &["sns-topic-unencrypted"],
    ),
    (
        "the topic's subscribers",
        |on| {
            let none = "<Subscriptions></Subscriptions>";
            on.stand_in.answer(Canned::xml("sns:ListSubscriptions", none));
        },
        &["sns-topic-unheard", "cloudwatch-alarm-topic-unheard"],
    ),
    ("the topic", |on| topic(on, "DeleteTopic", &[]), &["cloudwatch-alarm-topic-missing"]),
];
