//! What watches the deployment: logs, alarms, dashboards.
//!
//! Not broken here: an alarm's state, which no rule judges. Metric filters have tests of their own: the deployment has none.

use super::calls::{Promise, cloudwatch, logs};
use crate::support::account::Account;
use serde_json::json;

/// Logs, alarms and the dashboard.
pub const PROMISES: &[Promise] = &[
    (
        "a log group's retention",
        |on| logs(on, "DeleteRetentionPolicy", &json!({"logGroupName": LOG_GROUP})),
        &["logs-group-retention-long", "logs-group-retention-missing"],
    ),
    (
        "how soon logs are gone",
        |on| logs(on, "PutRetentionPolicy", &json!({"logGroupName": "/aws/lambda/aws-devops-dev-flow-runner", "retentionInDays": 1})),
        &["logs-group-retention-short"],
    ),
    (
        "logs of nobody",
        |on| logs(on, "CreateLogGroup", &json!({"logGroupName": "/aws/lambda/aws-devops-dev-gone"})),
        &["logs-group-orphaned", "logs-group-retention-missing", "logs-group-retention-long", "tagging-log-group-tag-missing"],
    ),
    (
        "how long logs are kept",
        |on| {
            logs(
                on,
                "PutRetentionPolicy",
                &json!({"logGroupName": "/aws/lambda/aws-devops-dev-user-profile-management", "retentionInDays": 30}),
            )
        },
        &["logs-group-retention-long"],
    ),
    (
        "a function's logs",
        |on| logs(on, "DeleteLogGroup", &json!({"logGroupName": "/aws/lambda/aws-devops-dev-user-profile-management"})),
        &["lambda-log-group-missing"],
    ),
    (
        "the access logs",
        |on| logs(on, "DeleteLogGroup", &json!({"logGroupName": "/aws/apigateway/aws-devops-dev-api/access"})),
        &["apigateway-stage-access-log-group-missing"],
    ),
    (
        "who may write logs",
        |on| {
            let everybody = json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "logs:PutLogEvents", "Resource": "*"}]});
            logs(on, "PutResourcePolicy", &json!({"policyName": "open", "policyDocument": everybody.to_string()}));
        },
        &["logs-policy-public"],
    ),
    (
        "an alarm that nobody is told of",
        |on| cloudwatch(on, "DisableAlarmActions", &json!({"AlarmNames": ["aws-devops-dev-agent-templates-errors"]})),
        &["cloudwatch-alarm-actions-disabled"],
    ),
    (
        "the alarm on a function's errors",
        |on| cloudwatch(on, "DeleteAlarms", &json!({"AlarmNames": ["aws-devops-dev-flow-runner-errors"]})),
        &["cloudwatch-function-errors-unwatched"],
    ),
    (
        "the alarm on a function's throttles",
        |on| cloudwatch(on, "DeleteAlarms", &json!({"AlarmNames": ["aws-devops-dev-flow-runner-throttles"]})),
        &["cloudwatch-function-throttles-unwatched"],
    ),
    (
        "the alarm on a table's errors",
        |on| cloudwatch(on, "DeleteAlarms", &json!({"AlarmNames": ["aws-devops-dev-agent-templates-systemerrors"]})),
        &["dynamodb-table-errors-unwatched"],
    ),
    (
        "the alarm on a table's throttles",
        |on| cloudwatch(on, "DeleteAlarms", &json!({"AlarmNames": ["aws-devops-dev-agent-templates-readthrottleevents"]})),
        &["dynamodb-table-throttles-unwatched"],
    ),
    (
        "the alarm on the API's errors",
        |on| cloudwatch(on, "DeleteAlarms", &json!({"AlarmNames": ["aws-devops-dev-api-5xxerror"]})),
        &["cloudwatch-api-errors-unwatched"],
    ),
    (
        "the billing alarm",
        |on| {
            let there = Account { region: "us-east-1".to_owned(), ..on.account.clone() };
            let (status, answer) = there.cbor("DeleteAlarms", &json!({"AlarmNames": ["aws-devops-dev-billing"]}));
            assert_eq!(status, 200, "{answer}");
        },
        &["cloudwatch-billing-alarm-missing"],
    ),
    (
        "the dashboard",
        |on| cloudwatch(on, "DeleteDashboards", &json!({"DashboardNames": ["aws-devops-dev-overview"]})),
        &["cloudwatch-dashboard-missing"],
    ),
];

const LOG_GROUP: &str = "/aws/lambda/aws-devops-dev-agent-templates";
