//! Plans, selections and protected resources as AWS Backup answers them, and what they become.

use super::{plan, protected, rules, selected, selection};
use crate::collect::aws::draft::Object;
use aws_sdk_backup::types::{
    BackupPlan, BackupPlansListMember, BackupRule, BackupSelection, BackupSelectionsListMember, Condition, ConditionParameter,
    ConditionType, Conditions, Lifecycle, ProtectedResource,
};
use aws_smithy_types::DateTime;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:backup:us-east-2:111122223333:backup-plan:p-1";

fn daily() -> BackupPlansListMember {
    BackupPlansListMember::builder().backup_plan_arn(ARN).backup_plan_id("p-1").backup_plan_name("daily").build()
}

#[test]
fn a_plan_that_never_ran_has_no_time() {
    let listed = plan(&daily()).unwrap();
    assert_eq!((listed.draft.name.as_str(), &listed.draft.state["LastExecutionDate"]), ("daily", &Value::Null));
    assert!(plan(&BackupPlansListMember::builder().backup_plan_id("p-1").build()).is_none());
}

#[test]
fn copies_without_an_end_are_kept_for_ever_however_it_is_said() {
    let rule = |lifecycle: Option<Lifecycle>| {
        let rule = BackupRule::builder().rule_name("daily").target_backup_vault_name("vault").set_lifecycle(lifecycle).build().unwrap();
        let mut properties = Object::default();
        rules(&BackupPlan::builder().backup_plan_name("daily").rules(rule).build().unwrap(), &mut properties);
        properties["BackupPlan"]["BackupPlanRule"][0]["Lifecycle"].clone()
    };
    assert_eq!(rule(None), json!({}));
    assert_eq!(rule(Some(Lifecycle::builder().delete_after_days(-1).build())), json!({}));
    assert_eq!(rule(Some(Lifecycle::builder().delete_after_days(35).build())), json!({ "DeleteAfterDays": 35 }));
}

#[test]
fn a_selection_says_all_of_its_lists() {
    let answer = BackupSelection::builder()
        .selection_name("tables")
        .iam_role_arn("arn:aws:iam::111122223333:role/backup")
        .resources("arn:aws:dynamodb:*")
        .list_of_tags(
            Condition::builder()
                .condition_type(ConditionType::Stringequals)
                .condition_key("backup")
                .condition_value("daily")
                .build()
                .unwrap(),
        )
        .conditions(
            Conditions::builder()
                .string_like(ConditionParameter::builder().condition_key("aws:ResourceTag/env").condition_value("p*").build())
                .build(),
        )
        .build()
        .unwrap();
    let mut properties = Object::default();
    selected(&answer, &mut properties);
    assert_eq!(
        properties["BackupSelection"],
        json!({
            "SelectionName": "tables",
            "IamRoleArn": "arn:aws:iam::111122223333:role/backup",
            "Resources": ["arn:aws:dynamodb:*"],
            "NotResources": [],
            "ListOfTags": [{ "ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily" }],
            "Conditions": {
                "StringEquals": [],
                "StringLike": [{ "ConditionKey": "aws:ResourceTag/env", "ConditionValue": "p*" }],
                "StringNotEquals": [],
                "StringNotLike": [],
            },
        })
    );
}

#[test]
fn selections_of_one_name_in_two_plans_are_two() {
    let listed = BackupSelectionsListMember::builder().selection_id("s-1").selection_name("all").build();
    let one = selection(&listed, &plan(&daily()).unwrap()).unwrap();
    let other = BackupPlansListMember::builder().backup_plan_arn("arn:other").backup_plan_id("p-2").backup_plan_name("weekly").build();
    let other = selection(&listed, &plan(&other).unwrap()).unwrap();
    assert_ne!(one.id, other.id);
    assert_eq!(one.state["BackupPlanArn"], ARN);
}

#[test]
fn what_was_saved_is_found_by_its_arn() {
    let table = "arn:aws:dynamodb:us-east-2:111122223333:table/orders";
    let answer = ProtectedResource::builder().resource_arn(table).resource_type("DynamoDB").last_backup_time(DateTime::from_secs(0));
    let draft = protected(&answer.build(), &"111122223333".into()).unwrap();
    assert_eq!((draft.name.as_str(), &draft.state["LastBackupTime"]), (table, &json!("1970-01-01T00:00:00Z")));
    assert_ne!(draft.id.as_str(), table, "the table itself has this id");
}
