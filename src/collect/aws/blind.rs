//! Reads that hand out the customer's own data, or a way to it: the auditor makes none of them, and its policy has none.
//!
//! AWS calls them Read all the same, so the access level does not tell. Samples (`dynamodb:Scan`) and exports have policies
//! of their own, off unless configured.

use crate::iam::actions::{AccessLevel, Database};

/// Action names, and beginnings of such with `*`.
const BLIND_TO: &[&str] = &[
    "appconfig:GetHostedConfigurationVersion",
    "appsync:GetGraphqlApiEnvironmentVariables",
    "appsync:ListApiKeys",
    "athena:GetQueryResults*",
    "codecommit:GetBlob",
    "codecommit:GetFile",
    "cognito-idp:ListUserPoolClientSecrets",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "iam:GetLoginProfile",
    "kinesis:GetRecords",
    "kms:Decrypt",
    "lambda:GetFunction",
    "lambda:GetLayerVersion",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:Unmask",
    "s3:GetObject*",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter*",
];

/// Whether an action hands out data.
pub fn hands_out_data(action: &str) -> bool {
    BLIND_TO.iter().any(|known| match known.strip_suffix('*') {
        Some(beginning) => action.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning)),
        None => action.eq_ignore_ascii_case(known),
    })
}

/// Whether AWS lists an action as one that only lists or reads.
pub fn reads_only(action: &str) -> bool {
    let known = action.split_once(':').and_then(|(service, name)| Database::embedded().find(service, name));
    known.is_some_and(|known| {
        known.access_levels().next().is_some() && known.access_levels().all(|level| matches!(level, AccessLevel::List | AccessLevel::Read))
    })
}
