//! IAM over the emulator: one call an account brings roles, users, groups and policies, decoded and tagged.

use crate::support::moto;
use crate::support::report::{collected, find};
use serde_json::{Value, json};

const PLAIN: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a+b/%2F/*"}]}"#;

#[test]
fn a_role_has_its_documents_decoded_and_its_tags() {
    let account = moto::account();
    account.role("worker", "lambda.amazonaws.com");
    account.iam("PutRolePolicy", &[("RoleName", "worker"), ("PolicyName", "inline"), ("PolicyDocument", PLAIN)]);
    account.iam("TagRole", &[("RoleName", "worker"), ("Tags.member.1.Key", "Owner"), ("Tags.member.1.Value", "a=b")]);
    let resources = collected(&account, &["iam-role-*"]);
    let role = find(&resources, "AWS::IAM::Role", "worker");
    assert_eq!(role["properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"], "lambda.amazonaws.com");
    assert_eq!(role["properties"]["Policies"][0]["PolicyDocument"], serde_json::from_str::<Value>(PLAIN).unwrap());
    assert_eq!((&role["tags"], &role["region"]), (&json!({"Owner": "a=b"}), &json!("global")));
    // What was used is a job of AWS's own, begun only where the config asks for it.
    let gaps: Vec<&Value> = role["gaps"].as_array().expect("gaps").iter().map(|gap| &gap["path"]).collect();
    assert_eq!(gaps, ["state.LastAccessed"]);
}

#[test]
fn groups_count_their_users_and_policies_their_attachments() {
    let account = moto::account();
    for name in ["full", "empty"] {
        account.iam("CreateGroup", &[("GroupName", name)]);
    }
    account.iam("CreateUser", &[("UserName", "ann")]);
    account.iam("AddUserToGroup", &[("UserName", "ann"), ("GroupName", "full")]);
    account.iam("CreatePolicy", &[("PolicyName", "reader"), ("PolicyDocument", PLAIN)]);
    let arn = format!("arn:aws:iam::{}:policy/reader", account.id);
    account.iam("AttachGroupPolicy", &[("GroupName", "full"), ("PolicyArn", arn.as_str())]);
    let resources = collected(&account, &["iam-group-*", "iam-policy-*", "iam-user-policy-attached"]);
    let count = |name: &str| find(&resources, "AWS::IAM::Group", name)["state"]["UserCount"].clone();
    assert_eq!((count("full"), count("empty")), (json!(1), json!(0)));
    let policy = find(&resources, "AWS::IAM::ManagedPolicy", "reader");
    assert_eq!((&policy["state"]["AttachmentCount"], &policy["state"]["AwsManaged"]), (&json!(1), &json!(false)));
    assert_eq!(policy["properties"]["PolicyDocument"], serde_json::from_str::<Value>(PLAIN).unwrap());
    assert_eq!(find(&resources, "AWS::IAM::User", "ann")["properties"]["Groups"], json!(["full"]));
}
