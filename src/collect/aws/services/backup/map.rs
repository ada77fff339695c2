//! Backup plans, selections and protected resources in CloudFormation's words.

use crate::collect::aws::draft::{Draft, Object, time};
use crate::model::AccountId;
use aws_sdk_backup::types::{
    BackupPlan, BackupPlansListMember, BackupRule, BackupSelection, BackupSelectionsListMember, ConditionParameter, Lifecycle,
    ProtectedResource,
};
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// What is saved when, and for how long.
pub const PLAN: &str = "AWS::Backup::BackupPlan";
/// What a plan saves.
pub const SELECTION: &str = "AWS::Backup::BackupSelection";
/// What was saved at least once.
pub const PROTECTED: &str = "Ledgerline::Backup::ProtectedResource";

/// A plan as listings name it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its id, which other calls want.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The resource.
    pub draft: Draft,
}

/// One plan of the listing; none where the answer lacks what names it.
pub fn plan(plan: &BackupPlansListMember) -> Option<Plan> {
    let (id, arn, name) = (plan.backup_plan_id()?, plan.backup_plan_arn()?, plan.backup_plan_name()?);
    let mut draft = Draft::new(PLAN, arn, name);
    draft.properties.put("BackupPlan", json!({ "BackupPlanName": name }));
    draft.state.put("BackupPlanId", id);
    draft.state.put_some("VersionId", plan.version_id());
    draft.state.put_some("CreationDate", time(plan.creation_date()));
    draft.state.put_some("LastExecutionDate", time(plan.last_execution_date()));
    Some(Plan { id: id.to_owned(), arn: arn.to_owned(), draft })
}

/// What `GetBackupPlan` says.
pub fn rules(plan: &BackupPlan, properties: &mut Object) {
    let rules: Value = plan.rules().iter().map(rule).collect();
    properties.put("BackupPlan", json!({ "BackupPlanName": plan.backup_plan_name(), "BackupPlanRule": rules }));
}

fn rule(rule: &BackupRule) -> Value {
    let mut object = Object::default();
    object.put("RuleName", rule.rule_name());
    object.put("TargetBackupVault", rule.target_backup_vault_name());
    object.put_some("ScheduleExpression", rule.schedule_expression());
    object.put_some("StartWindowMinutes", rule.start_window_minutes());
    object.put_some("CompletionWindowMinutes", rule.completion_window_minutes());
    object.put("EnableContinuousBackup", rule.enable_continuous_backup().unwrap_or(false));
    object.put("Lifecycle", lifecycle(rule.lifecycle()));
    let copies = rule.copy_actions().iter();
    let copies: Value = copies
        .map(|copy| json!({ "DestinationBackupVaultArn": copy.destination_backup_vault_arn(), "Lifecycle": lifecycle(copy.lifecycle()) }))
        .collect();
    object.put("CopyActions", copies);
    object.done()
}

/// The API writes -1 for "never" in some answers and leaves the key out in others (API reference of Lifecycle).
fn lifecycle(lifecycle: Option<&Lifecycle>) -> Value {
    let days = |days: Option<i64>| days.filter(|days| *days >= 0);
    let mut object = Object::default();
    object.put_some("DeleteAfterDays", days(lifecycle.and_then(Lifecycle::delete_after_days)));
    object.put_some("MoveToColdStorageAfterDays", days(lifecycle.and_then(Lifecycle::move_to_cold_storage_after_days)));
    object.done()
}

/// One selection of a plan; none where the answer lacks what names it.
pub fn selection(selection: &BackupSelectionsListMember, plan: &Plan) -> Option<Draft> {
    let (id, name) = (selection.selection_id()?, selection.selection_name()?);
    // CloudFormation's identifier of one: the selection's id and the plan's.
    let mut draft = Draft::new(SELECTION, format!("{}/selection/{id}", plan.arn), name);
    draft.properties.put("BackupPlanId", plan.id.as_str());
    draft.state.put("SelectionId", id);
    draft.state.put("BackupPlanArn", plan.arn.as_str());
    draft.state.put_some("CreationDate", time(selection.creation_date()));
    Some(draft)
}

/// What `GetBackupSelection` says. Lists that are not in the answer are empty: AWS writes them so where nothing was given.
pub fn selected(selection: &BackupSelection, properties: &mut Object) {
    let tags = selection.list_of_tags().iter();
    let tags: Value = tags
        .map(|tag| {
            json!({
                "ConditionType": tag.condition_type().as_str(),
                "ConditionKey": tag.condition_key(),
                "ConditionValue": tag.condition_value(),
            })
        })
        .collect();
    let conditions = selection.conditions();
    let list = |of: Option<&[ConditionParameter]>| -> Value {
        let parameters = of.unwrap_or_default().iter();
        parameters
            .map(|parameter| json!({ "ConditionKey": parameter.condition_key(), "ConditionValue": parameter.condition_value() }))
            .collect()
    };
    properties.put(
        "BackupSelection",
        json!({
            "SelectionName": selection.selection_name(),
            "IamRoleArn": selection.iam_role_arn(),
            "Resources": selection.resources(),
            "NotResources": selection.not_resources(),
            "ListOfTags": tags,
            "Conditions": {
                "StringEquals": list(conditions.map(|conditions| conditions.string_equals())),
                "StringLike": list(conditions.map(|conditions| conditions.string_like())),
                "StringNotEquals": list(conditions.map(|conditions| conditions.string_not_equals())),
                "StringNotLike": list(conditions.map(|conditions| conditions.string_not_like())),
            },
        }),
    );
}

/// What was saved at least once; none where the answer lacks what names it.
pub fn protected(resource: &ProtectedResource, account: &AccountId) -> Option<Draft> {
    let arn = resource.resource_arn()?;
    let mut draft = Draft::new(PROTECTED, format!("ledgerline:protected:{account}:{arn}"), arn);
    draft.properties.put("ResourceArn", arn);
    draft.properties.put_some("ResourceType", resource.resource_type());
    draft.properties.put_some("LastBackupVaultArn", resource.last_backup_vault_arn());
    draft.properties.put_some("LastRecoveryPointArn", resource.last_recovery_point_arn());
    draft.state.put_some("LastBackupTime", time(resource.last_backup_time()));
    Some(draft)
}
