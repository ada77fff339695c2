//! Answers of IAM in CloudFormation's words.

use super::*;
use aws_sdk_iam::types::{PolicyVersion, RoleLastUsed};

const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%7D";

fn account() -> AccountId {
    AccountId::from("111122223333")
}

fn named(name: &str) -> aws_sdk_iam::types::builders::RoleDetailBuilder {
    let arn = format!("arn:aws:iam::111122223333:role/service/{name}");
    RoleDetail::builder().role_name(name).arn(arn).path("/service/").assume_role_policy_document(TRUST)
}

fn inline(name: &str, document: &str) -> PolicyDetail {
    PolicyDetail::builder().policy_name(name).policy_document(document).build()
}

#[test]
fn one_malformed_document_is_a_gap_and_the_rest_stays() {
    let detail = named("worker").role_policy_list(inline("good", TRUST)).role_policy_list(inline("bad", "%7Bnonsense")).build();
    let record = role(&detail, &account()).unwrap();
    assert_eq!(record.properties["Policies"][0]["PolicyDocument"]["Version"], "2012-10-17");
    assert_eq!(record.properties["Policies"][1], json!({"PolicyName": "bad"}));
    let [gap] = record.gaps.as_slice() else { panic!("{:?}", record.gaps) };
    assert_eq!(gap.path.to_string(), "properties.Policies[1].PolicyDocument");
    assert_eq!(gap.gap.kind, GapKind::Undecidable);
    assert!(gap.gap.detail.contains("worker"), "{}", gap.gap.detail);
}

#[test]
fn a_role_that_was_never_used_has_no_last_use() {
    let unused = named("x").role_last_used(RoleLastUsed::builder().build()).build();
    assert!(role(&unused, &account()).unwrap().state.get("RoleLastUsed").is_none());
    let used = RoleLastUsed::builder().last_used_date(DateTime::from_secs(1_760_000_000)).region("us-east-2").build();
    let record = role(&named("x").role_last_used(used).build(), &account()).unwrap();
    assert_eq!(record.state["RoleLastUsed"], json!({"LastUsedDate": "2025-10-09T08:53:20Z", "Region": "us-east-2"}));
}

#[test]
fn only_the_default_version_of_a_policy_counts() {
    let version = |id: &str, default: bool, document: &str| {
        PolicyVersion::builder().version_id(id).is_default_version(default).document(document).build()
    };
    let policy = ManagedPolicyDetail::builder()
        .arn("arn:aws:iam::111122223333:policy/app")
        .policy_name("app")
        .policy_version_list(version("v2", false, "%7B%22Id%22%3A%22newer%22%7D"))
        .policy_version_list(version("v1", true, "%7B%22Id%22%3A%22default%22%7D"))
        .build();
    let record = managed_policy(&policy, &account()).unwrap();
    assert_eq!(record.properties["PolicyDocument"]["Id"], "default");
    assert_eq!(record.state["AwsManaged"], false);
}

#[test]
fn a_policy_without_a_default_version_is_a_gap() {
    let policy = ManagedPolicyDetail::builder().arn("arn:aws:iam::111122223333:policy/app").policy_name("app").build();
    assert_eq!(managed_policy(&policy, &account()).unwrap().gaps.len(), 1);
}

#[test]
fn a_policys_name_is_the_last_part_of_its_arn() {
    let policy = ManagedPolicyDetail::builder().arn("arn:aws:iam::111122223333:policy/team/app").build();
    let record = managed_policy(&policy, &account()).unwrap();
    assert_eq!((record.name.as_str(), &record.properties["ManagedPolicyName"]), ("app", &json!("app")));
    assert!(managed_policy(&ManagedPolicyDetail::builder().policy_name("app").build(), &account()).is_none());
}

#[test]
fn policies_of_aws_matter_only_where_attached() {
    let policy = |arn: &str, attached| ManagedPolicyDetail::builder().arn(arn).policy_name("p").attachment_count(attached).build();
    assert!(!is_of_interest(&policy("arn:aws:iam::aws:policy/ReadOnlyAccess", 0)));
    assert!(is_of_interest(&policy("arn:aws-cn:iam::aws:policy/ReadOnlyAccess", 1)));
    assert!(is_of_interest(&policy("arn:aws:iam::111122223333:policy/aws", 0)));
}
