//! What is done to the deployment, each by one API call, and which rules speak of it. What the emulator lacks is done by
//! another answer of the stand-in.

use crate::support::deployed::Deployed;
use crate::support::stand_in::Canned;
use serde_json::{Value, json};

/// What is broken, how, and the rules that fail by it.
pub type Promise = (&'static str, fn(&Deployed), &'static [&'static str]);

/// Every promise about resources.
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
        "a table's tags",
        |on| {
            let arn = format!("arn:aws:dynamodb:us-east-2:{}:table/{TABLE}", on.account.id);
            dynamodb(on, "UntagResource", &json!({"ResourceArn": arn, "TagKeys": ["Owner"]}));
        },
        &["tagging-table-tag-missing"],
    ),
    (
        "the tables' backups",
        |on| on.stand_in.answer(Canned::json("backup:ListBackupSelections", json!({"BackupSelectionsList": []}))),
        &["backup-plan-selects-nothing", "dynamodb-table-unplanned"],
    ),
    (
        "the lambda policy, which grants all of the service",
        |on| {
            let wide = json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:us-east-2:111122223333:table/one"}]});
            let arn = format!("arn:aws:iam::{}:policy/aws-devops-dev-lambda-dynamodb-access", on.account.id);
            let text = wide.to_string();
            on.account.iam("CreatePolicyVersion", &[("PolicyArn", &arn), ("PolicyDocument", &text), ("SetAsDefault", "true")]);
        },
        &["iam-policy-service-wildcard"],
    ),
    (
        "a function's tracing",
        |on| {
            // The emulator keeps a function's tracing as it was made.
            let mut listed = on.account.get("lambda", "/2015-03-31/functions/").1;
            let functions = listed["Functions"].as_array_mut().expect("functions");
            let one = functions.iter_mut().find(|one| one["FunctionName"] == FUNCTION).expect("the function");
            one["TracingConfig"] = json!({"Mode": "PassThrough"});
            on.stand_in.answer(Canned::json("lambda:ListFunctions", listed));
        },
        &["lambda-tracing-inactive"],
    ),
    (
        "a function's policy, which lets everybody in",
        |on| {
            let everybody = json!({"StatementId": "open", "Action": "lambda:InvokeFunction", "Principal": "*"});
            function(on, "POST", "2015-03-31", "policy", &everybody);
        },
        &["lambda-policy-public"],
    ),
    (
        "a function without provisioned concurrency",
        |on| {
            let config = json!({"ProvisionedConcurrencyConfigs": [{
                "FunctionArn": format!("arn:aws:lambda:us-east-2:{}:function:{FUNCTION}:1", on.account.id), "Status": "READY",
                "RequestedProvisionedConcurrentExecutions": 1, "AllocatedProvisionedConcurrentExecutions": 1,
                "AvailableProvisionedConcurrentExecutions": 1, "LastModified": "2026-11-01T00:00:00+0000"}]});
            on.stand_in.answer(Canned::json("lambda:ListProvisionedConcurrencyConfigs", config).to(json!({"FunctionName": FUNCTION})));
        },
        &["lambda-provisioned-concurrency-unwanted"],
    ),
    (
        "a function's URL, which asks for nothing",
        |on| {
            let url = json!({"FunctionUrlConfigs": [{
                "FunctionUrl": "https://x.lambda-url.us-east-2.on.aws/", "AuthType": "NONE", "InvokeMode": "BUFFERED",
                "FunctionArn": format!("arn:aws:lambda:us-east-2:{}:function:{FUNCTION}", on.account.id),
                "CreationTime": "2026-11-01T00:00:00Z", "LastModifiedTime": "2026-11-01T00:00:00Z"}]});
            on.stand_in.answer(Canned::json("lambda:ListFunctionUrlConfigs", url).to(json!({"FunctionName": FUNCTION})));
        },
        &["lambda-url-public"],
    ),
    (
        "a security group, open to everybody for SSH",
        |on| {
            let groups = on.account.query(
                "ec2",
                "2016-11-15",
                "DescribeSecurityGroups",
                &[("Filter.1.Name", "group-name"), ("Filter.1.Value.1", "aws-devops-dev-endpoints")],
            );
            let group = groups.split("<groupId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a group");
            on.account.query(
                "ec2",
                "2016-11-15",
                "AuthorizeSecurityGroupIngress",
                &[
                    ("GroupId", group),
                    ("IpPermissions.1.IpProtocol", "tcp"),
                    ("IpPermissions.1.FromPort", "22"),
                    ("IpPermissions.1.ToPort", "22"),
                    ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
                ],
            );
        },
        &[
            "ec2-group-admin-open-ipv4",
            "ec2-group-high-risk-port-open",
            "ec2-group-port-unauthorised",
            "ec2-group-source-wide",
            "ec2-group-ssh-open",
        ],
    ),
    (
        "a log group's retention",
        |on| logs(on, "DeleteRetentionPolicy", &json!({"logGroupName": LOG_GROUP})),
        &["logs-group-retention-long", "logs-group-retention-missing"],
    ),
    (
        "an alarm that nobody is told of",
        |on| cloudwatch(on, "DisableAlarmActions", &json!({"AlarmNames": ["aws-devops-dev-agent-templates-errors"]})),
        &["cloudwatch-alarm-actions-disabled"],
    ),
    (
        "the dashboard",
        |on| cloudwatch(on, "DeleteDashboards", &json!({"DashboardNames": ["aws-devops-dev-overview"]})),
        &["cloudwatch-dashboard-missing"],
    ),
    (
        "the subscribers of the budget",
        |on| on.stand_in.answer(Canned::json("budgets:DescribeSubscribersForNotification", json!({"Subscribers": []}))),
        &["budgets-budget-subscriber-missing"],
    ),
    (
        "the budget",
        |on| {
            let body = json!({"AccountId": on.account.id, "BudgetName": "aws-devops-dev-monthly"});
            on.account.json("budgets", "AWSBudgetServiceGateway", "DeleteBudget", &body);
        },
        &["budgets-account-budget-missing"],
    ),
];

const TABLE: &str = "aws-devops-dev-flow-node-configs";
const FUNCTION: &str = "aws-devops-dev-agent-templates";
const LOG_GROUP: &str = "/aws/lambda/aws-devops-dev-agent-templates";

fn dynamodb(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("dynamodb", "DynamoDB_20120810", operation, body);
}

fn logs(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("logs", "Logs_20140328", operation, body);
}

fn cloudwatch(on: &Deployed, operation: &str, body: &Value) {
    let (status, answer) = on.account.cbor(operation, body);
    assert_eq!(status, 200, "{operation}: {answer}");
}

/// A write to one function.
fn function(on: &Deployed, method: &str, version: &str, part: &str, body: &Value) {
    on.account.rest(method, "lambda", &format!("/{version}/functions/{FUNCTION}/{part}"), body);
}
