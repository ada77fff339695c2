//! The functions, and what guards them in their network.
//!
//! Not broken here: a function's network, for the deployment's functions are in none.

use super::calls::{Promise, function, security_group};
use crate::support::stand_in::Canned;
use serde_json::json;

/// Functions and security groups.
pub const PROMISES: &[Promise] = &[
    (
        "a function's policy, which lets everybody in",
        |on| {
            let everybody = json!({"StatementId": "open", "Action": "lambda:InvokeFunction", "Principal": "*"});
            function(on, FUNCTION, "POST", ("2015-03-31", "/policy"), &everybody);
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
        "a function's secret in its environment",
        |on| {
            let body = json!({"Environment": {"Variables": {"DATABASE_PASSWORD": "not-a-real-one"}}});
            function(on, FUNCTION, "PUT", ("2015-03-31", "/configuration"), &body);
        },
        &["lambda-environment-secret"],
    ),
    (
        "a function's runtime, which is out of support",
        |on| {
            function(on, FUNCTION, "PUT", ("2015-03-31", "/configuration"), &json!({"Runtime": "nodejs14.x"}));
        },
        &["lambda-runtime-unsupported"],
    ),
    (
        "a function's own role",
        |on| {
            let role = format!("arn:aws:iam::{}:role/aws-devops-dev-flow-runner-execution", on.account.id);
            function(on, FUNCTION, "PUT", ("2015-03-31", "/configuration"), &json!({"Role": role}));
        },
        &["lambda-role-shared"],
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
        "a security group, open to everybody for SSH",
        |on| {
            let wide = [
                ("GroupId", "GROUP"),
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", "22"),
                ("IpPermissions.1.ToPort", "22"),
                ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ];
            security_group(on, "aws-devops-dev-endpoints", "AuthorizeSecurityGroupIngress", &wide);
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
        "a security group that lets everything out",
        |on| {
            let wide = [("GroupId", "GROUP"), ("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")];
            security_group(on, "aws-devops-dev-lambda", "AuthorizeSecurityGroupEgress", &wide);
        },
        &["ec2-group-egress-open"],
    ),
    (
        "the default group, which nobody should use",
        |on| {
            let inside = [("GroupId", "GROUP"), ("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.Groups.1.GroupId", "GROUP")];
            security_group(on, "default", "AuthorizeSecurityGroupIngress", &inside);
        },
        &["ec2-default-group-open"],
    ),
    (
        "a security group that nothing uses",
        |on| {
            let unused = [("GroupName", "aws-devops-dev-left-over"), ("GroupDescription", "left over")];
            security_group(on, "default", "CreateSecurityGroup", &unused);
        },
        &["ec2-group-unused", "tagging-security-group-tag-missing", "tagging-security-group-untagged", "ec2-group-egress-open"],
    ),
];

const FUNCTION: &str = "aws-devops-dev-agent-templates";
