//! The tables and their backups.
//!
//! Not broken here: an index that is not ACTIVE (no call makes one so), and what the deployment has wrong from the start
//! (`PLANTED` in the script that fills it: a table with provisioned throughput, one whose TTL is off).

use super::calls::{Promise, dynamodb};
use crate::support::stand_in::Canned;
use serde_json::json;

/// The tables and their backups.
pub const PROMISES: &[Promise] = &[
    (
        "a table's point-in-time recovery",
        |on| {
            let off = json!({"TableName": TABLE, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": false}});
            dynamodb(on, "UpdateContinuousBackups", &off);
        },
        &["dynamodb-table-pitr-disabled"],
    ),
    (
        "a table's protection",
        |on| dynamodb(on, "UpdateTable", &json!({"TableName": TABLE, "DeletionProtectionEnabled": false})),
        &["dynamodb-table-deletion-unprotected"],
    ),
    (
        "a table's tenant index",
        |on| {
            let less = json!([{"Delete": {"IndexName": "tenant-flows-index"}}]);
            dynamodb(on, "UpdateTable", &json!({"TableName": TABLE, "GlobalSecondaryIndexUpdates": less}));
        },
        &["dynamodb-tenant-index-missing"],
    ),
    (
        "a table's tags",
        |on| {
            let arn = format!("arn:aws:dynamodb:us-east-2:{}:table/{TABLE}", on.account.id);
            dynamodb(on, "UntagResource", &json!({"ResourceArn": arn, "TagKeys": ["Owner"]}));
        },
        &["tagging-table-tag-missing"],
    ),
    (
        "a table, which everybody may read",
        |on| {
            let everybody = json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}]});
            let arn = format!("arn:aws:dynamodb:us-east-2:{}:table/{TABLE}", on.account.id);
            dynamodb(on, "PutResourcePolicy", &json!({"ResourceArn": arn, "Policy": everybody.to_string()}));
        },
        &["dynamodb-table-policy-public"],
    ),
    (
        "a table, billed by provisioned throughput",
        |on| {
            let provisioned = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
            let body = json!({"TableName": TABLE, "BillingMode": "PROVISIONED", "ProvisionedThroughput": provisioned});
            dynamodb(on, "UpdateTable", &body);
        },
        &["dynamodb-index-unscaled", "dynamodb-table-mode-costly", "dynamodb-table-provisioned", "dynamodb-table-unscaled"],
    ),
    (
        "the attribute of a table's TTL",
        |on| {
            let other = json!({"Enabled": true, "AttributeName": "until"});
            let body = json!({"TableName": "aws-devops-dev-experiment-run-logs", "TimeToLiveSpecification": other});
            dynamodb(on, "UpdateTimeToLive", &body);
        },
        &["dynamodb-table-ttl-attribute-unexpected"],
    ),
    (
        "an index that projects every attribute",
        |on| {
            let index = json!({"IndexName": "wide-index", "KeySchema": [{"AttributeName": "tenant_id", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"}});
            let body = json!({"TableName": "aws-devops-dev-agent-templates", "GlobalSecondaryIndexUpdates": [{"Create": index}],
                "AttributeDefinitions": [{"AttributeName": "tenant_id", "AttributeType": "S"}]});
            dynamodb(on, "UpdateTable", &body);
        },
        &["dynamodb-index-projection-all"],
    ),
    (
        "a table's encryption",
        |on| {
            // The emulator takes no change of a table's key.
            let mut described = on.account.json("dynamodb", "DynamoDB_20120810", "DescribeTable", &json!({"TableName": TABLE}));
            described["Table"].as_object_mut().expect("a table").remove("SSEDescription");
            on.stand_in.answer(Canned::json("dynamodb:DescribeTable", described).to(json!({"TableName": TABLE})));
        },
        &["dynamodb-table-encryption-weak"],
    ),
    (
        "how long backups are kept",
        |on| {
            let plans = on.account.get("backup", "/backup/plans/").1;
            let plan = plans["BackupPlansList"][0]["BackupPlanId"].as_str().expect("a plan");
            let rule = json!({"RuleName": "daily", "TargetBackupVaultName": "aws-devops-dev-vault",
                "ScheduleExpression": "cron(0 5 ? * * *)", "Lifecycle": {"DeleteAfterDays": 3}});
            // The emulator takes no change of a plan.
            let body = json!({"BackupPlanId": plan, "BackupPlan": {"BackupPlanName": "aws-devops-dev-daily", "Rules": [rule]}});
            on.stand_in.answer(Canned::json("backup:GetBackupPlan", body));
        },
        &["backup-plan-retention-short"],
    ),
    (
        "the last backup of a table",
        |on| {
            let saved = json!([{"ResourceArn": format!("arn:aws:dynamodb:us-east-2:{}:table/{TABLE}", on.account.id),
                "ResourceType": "DynamoDB", "LastBackupTime": 1_790_000_000}]);
            on.stand_in.answer(Canned::json("backup:ListProtectedResources", json!({"Results": saved})));
        },
        &["dynamodb-table-recovery-point-old", "backup-resource-stale"],
    ),
    (
        "the tables' backups",
        |on| on.stand_in.answer(Canned::json("backup:ListBackupSelections", json!({"BackupSelectionsList": []}))),
        &["backup-plan-selects-nothing", "dynamodb-table-unplanned"],
    ),
    (
        "the backup plan",
        |on| {
            on.stand_in.answer(Canned::json("backup:ListBackupPlans", json!({"BackupPlansList": []})));
        },
        &["backup-plan-missing"],
    ),
];

const TABLE: &str = "aws-devops-dev-flow-node-configs";
