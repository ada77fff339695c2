//! The account: its root user, its passwords, and what watches it.
//!
//! Not broken here: the trail itself, which says no more when it is gone than when it is stopped.

use super::calls::Promise;
use crate::support::deployed::Deployed;
use crate::support::stand_in::Canned;
use serde_json::{Value, json};

/// Root, passwords, trail, recorder and organisation.
pub const PROMISES: &[Promise] = &[
    ("root's second factor", |on| root(on, "AccountMFAEnabled", 0), &["iam-root-mfa-missing", "iam-root-mfa-virtual"]),
    ("root's keys", |on| root(on, "AccountAccessKeysPresent", 1), &["iam-root-key-present"]),
    (
        "how passwords are made",
        |on| {
            on.account.iam("UpdateAccountPasswordPolicy", &[("MinimumPasswordLength", "8"), ("RequireSymbols", "true")]);
        },
        &[
            "iam-password-policy-below-pci",
            "iam-password-policy-length-short",
            "iam-password-policy-number-optional",
            "iam-password-policy-uppercase-optional",
            "iam-password-policy-lowercase-optional",
            "iam-password-policy-reuse-allowed",
            "iam-password-policy-expiry-missing",
            "iam-password-policy-weak",
        ],
    ),
    ("the policy of passwords", |on| _ = on.account.iam("DeleteAccountPasswordPolicy", &[]), &["iam-password-policy-symbol-optional"]),
    (
        "the analyzer of who can reach what",
        |on| on.stand_in.answer(Canned::json("access-analyzer:ListAnalyzers", json!({"analyzers": []}))),
        &["iam-analyzer-missing"],
    ),
    (
        "whom AWS tells of security matters",
        |on| {
            on.account.rest("POST", "account", "/deleteAlternateContact", &json!({"AlternateContactType": "SECURITY"}));
        },
        &["account-contact-security-missing"],
    ),
    (
        "the trail's validation",
        |on| trail(on, "UpdateTrail", &json!({"Name": TRAIL, "EnableLogFileValidation": false})),
        &["account-trail-unvalidated"],
    ),
    ("the trail's encryption", |on| trail(on, "UpdateTrail", &json!({"Name": TRAIL, "KmsKeyId": ""})), &["account-trail-unencrypted"]),
    (
        "the trail, which is stopped",
        |on| trail(on, "StopLogging", &json!({"Name": TRAIL})),
        &["account-trail-missing", "account-trail-off", "account-trail-stopped"],
    ),
    (
        "what the recorder records",
        |on| {
            let part = json!({"name": "default", "roleARN": format!("arn:aws:iam::{}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", on.account.id),
                "recordingGroup": {"allSupported": false, "includeGlobalResourceTypes": false, "resourceTypes": ["AWS::EC2::Instance"]}});
            recorder(on, "PutConfigurationRecorder", &json!({"ConfigurationRecorder": part}));
        },
        &["account-config-recorder-partial"],
    ),
    (
        "the recorder",
        |on| recorder(on, "StopConfigurationRecorder", &json!({"ConfigurationRecorderName": "default"})),
        &["account-config-off"],
    ),
    (
        "the organisation",
        |on| _ = on.account.json("organizations", "AWSOrganizationsV20161128", "DeleteOrganization", &json!({})),
        &["account-organization-missing"],
    ),
];

const TRAIL: &str = "aws-devops-dev-trail";

/// The account's summary with this otherwise: no call of the emulator gives its root user anything.
fn root(on: &Deployed, entry: &str, value: u32) {
    let summary = on.account.iam("GetAccountSummary", &[]);
    let start = summary.find("<SummaryMap>").expect("a summary");
    let end = summary.find("</SummaryMap>").expect("a summary");
    let (before, rest) = summary[start..end].split_once(&format!("<key>{entry}</key>")).expect("the entry");
    let rest = rest.split_once("</value>").map_or("", |(_, rest)| rest);
    let xml = format!("{before}<key>{entry}</key><value>{value}</value>{rest}</SummaryMap>");
    on.stand_in.answer(Canned::xml("iam:GetAccountSummary", &xml));
}

fn trail(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", operation, body);
}

fn recorder(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("config", "StarlingDoveService", operation, body);
}
