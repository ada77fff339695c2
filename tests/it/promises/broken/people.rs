//! Who may do what: policies, roles and the people of the account.
//!
//! Not broken here: AWS's own policies, such as an administrator's, which the emulator is started without
//! (`tests/it/iam.rs` has them).

use super::calls::Promise;
use crate::support::deployed::Deployed;
use crate::support::stand_in::Canned;
use chrono::Utc;
use serde_json::{Value, json};

/// Policies, roles and people.
pub const PROMISES: &[Promise] = &[
    (
        "the lambda policy, which grants all of the service",
        |on| {
            let wide = json!({"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:us-east-2:111122223333:table/one"});
            policy(on, "lambda-dynamodb-access", &wide);
        },
        &["iam-policy-service-wildcard"],
    ),
    (
        "the lambda policy, which grants everything",
        |on| policy(on, "lambda-dynamodb-access", &json!({"Effect": "Allow", "Action": "*", "Resource": "*"})),
        &["iam-policy-admin", "iam-policy-decrypt-any", "iam-policy-pass-role-any", "iam-policy-resource-wildcard"],
    ),
    (
        "the lambda policy, which grants all but",
        |on| {
            policy(
                on,
                "lambda-dynamodb-access",
                &json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:dynamodb:us-east-2:111122223333:table/one"}),
            )
        },
        &["iam-policy-not-action", "iam-policy-service-wildcard"],
    ),
    (
        "the lambda policy, on all tables of the account",
        |on| policy(on, "lambda-dynamodb-access", &json!({"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"})),
        &["iam-policy-resource-wildcard"],
    ),
    (
        "another policy, which may pass any role",
        |on| policy(on, "support-tools", &json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"})),
        &["iam-policy-pass-role-any"],
    ),
    (
        "another policy, which may decrypt with any key",
        |on| policy(on, "support-tools", &json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"})),
        &["iam-policy-decrypt-any", "iam-policy-resource-wildcard"],
    ),
    (
        "a role with a policy of its own, which grants everything",
        |on| {
            let all = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}).to_string();
            on.account.iam("PutRolePolicy", &[("RoleName", ROLE), ("PolicyName", "all"), ("PolicyDocument", &all)]);
        },
        &["iam-role-inline-admin", "iam-role-inline-decrypt-any", "iam-role-inline-pass-role-any", "iam-role-inline-resource-wildcard"],
    ),
    ("a role that everybody may assume", |on| trust(on, &json!({"AWS": "*"})), &["iam-principal-escalation", "iam-role-trust-public"]),
    (
        "a role that another account may assume",
        |on| trust(on, &json!({"AWS": "arn:aws:iam::999988887777:root"})),
        &["iam-role-trust-external", "iam-role-trust-external-id-missing"],
    ),
    (
        "a person outside of groups",
        |on| {
            on.account.iam("CreateUser", &[("UserName", USER)]);
            credentials(on, "false,N/A,N/A,N/A,true", "false,N/A", "false,N/A");
        },
        &["iam-user-group-missing", "tagging-user-tag-missing", "tagging-user-untagged"],
    ),
    (
        "a person who signs in without a second factor",
        |on| credentials(on, "true,NOW,NOW,N/A,false", "false,N/A", "false,N/A"),
        &["iam-user-console-mfa-missing", "iam-user-mfa-missing"],
    ),
    (
        "a key beside the password",
        |on| credentials(on, "true,NOW,NOW,N/A,true", "true,NOW", "false,N/A"),
        &["iam-user-key-beside-password"],
    ),
    ("a person with a second key", |on| credentials(on, "false,N/A,N/A,N/A,true", "true,NOW", "true,NOW"), &["iam-user-key-second"]),
    (
        "a key that is never changed",
        |on| credentials(on, "false,N/A,N/A,N/A,true", "true,2026-01-01T00:00:00+00:00", "false,N/A"),
        &["iam-user-key-old", "iam-user-credential-idle", "iam-user-credential-unused"],
    ),
    (
        "a person with a policy",
        |on| {
            let policy = format!("arn:aws:iam::{}:policy/aws-devops-dev-support-tools", on.account.id);
            on.account.iam("AttachUserPolicy", &[("UserName", USER), ("PolicyArn", &policy)]);
        },
        &["iam-user-policy-attached"],
    ),
];

const ROLE: &str = "aws-devops-dev-lambda-execution";
const USER: &str = "aws-devops-dev-somebody";

/// A policy of the deployment, which from now on grants this alone. AWS keeps five versions of a policy, and so does the emulator.
fn policy(on: &Deployed, name: &str, statement: &Value) {
    let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let arn = format!("arn:aws:iam::{}:policy/aws-devops-dev-{name}", on.account.id);
    on.account.iam("CreatePolicyVersion", &[("PolicyArn", &arn), ("PolicyDocument", &text), ("SetAsDefault", "true")]);
}

/// Who may assume the functions' role.
fn trust(on: &Deployed, principal: &Value) {
    let text = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})
    .to_string();
    on.account.iam("UpdateAssumeRolePolicy", &[("RoleName", ROLE), ("PolicyDocument", &text)]);
}

/// What AWS reports of the person's credentials: password (enabled, used, changed, changes next, second factor) and two keys
/// (active, changed). The emulator's report knows no past, so the stand-in tells it.
fn credentials(on: &Deployed, password: &str, first: &str, second: &str) {
    let fields = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
        mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
        access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
        access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    let (account, now) = (&on.account.id, Utc::now().format("%Y-%m-%dT%H:%M:%S+00:00").to_string());
    let root = format!(
        "<root_account>,arn:aws:iam::{account}:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,\
         true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    );
    let person =
        format!("{USER},arn:aws:iam::{account}:user/{USER},NOW,{password},{first},N/A,N/A,N/A,{second},N/A,N/A,N/A,false,N/A,false,N/A");
    let report = aws_smithy_types::base64::encode(format!("{fields}\n{root}\n{person}").replace("NOW", &now));
    let made = format!("<ReportFormat>text/csv</ReportFormat><GeneratedTime>{}</GeneratedTime>", Utc::now().format("%Y-%m-%dT%H:%M:%SZ"));
    on.stand_in.answer(Canned::xml("iam:GetCredentialReport", &format!("<Content>{report}</Content>{made}")));
}
