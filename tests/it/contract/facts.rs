//! The facts of the deployment, each changed by one API call, and the one result that names it. What the emulator lacks is done by another
//! answer of the stand-in. Each act is done on what the ones before it have left.

use crate::support::deployed::Deployed;
use crate::support::stand_in::Canned;
use serde_json::{Value, json};

/// What is changed, how, and the rule and sub-key (without the contract) that tell it.
pub type Fact = (&'static str, fn(&Deployed), &'static str, &'static str);

const DRIFTED: &str = "contract-drifted";
const MISSING: &str = "contract-missing";
const UNEXPECTED: &str = "contract-unexpected";

/// Every fact.
pub const FACTS: &[Fact] = &[
    (
        "a table's billing",
        |on| described(on, "agent-templates", |table| table["BillingModeSummary"] = json!({"BillingMode": "PROVISIONED"})),
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/properties.BillingMode",
    ),
    (
        "a table's status",
        |on| described(on, "agent-templates", |table| table["TableStatus"] = json!("ARCHIVED")),
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/state.TableStatus",
    ),
    (
        "a table's partition key",
        |on| described(on, "agent-templates", |table| table["KeySchema"][0]["AttributeName"] = json!("category")),
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/properties.KeySchema[KeyType=HASH].AttributeName",
    ),
    (
        "the type of an attribute",
        |on| {
            described(on, "agent-templates", |table| {
                named(&mut table["AttributeDefinitions"], "AttributeName", "rating")["AttributeType"] = json!("S")
            })
        },
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/properties.AttributeDefinitions[AttributeName=rating].AttributeType",
    ),
    (
        "the sort key of an index",
        |on| {
            described(on, "agent-templates", |table| {
                let index = named(&mut table["GlobalSecondaryIndexes"], "IndexName", "category-rating-index");
                named(&mut index["KeySchema"], "KeyType", "RANGE")["AttributeName"] = json!("usage_count");
            });
        },
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/\
         properties.GlobalSecondaryIndexes[IndexName=category-rating-index].KeySchema[KeyType=RANGE].AttributeName",
    ),
    (
        "the projection of an index",
        |on| {
            described(on, "agent-templates", |table| {
                let index = named(&mut table["GlobalSecondaryIndexes"], "IndexName", "public-usage-index");
                index["Projection"] = json!({"ProjectionType": "ALL"});
            });
        },
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/\
         properties.GlobalSecondaryIndexes[IndexName=public-usage-index].Projection.ProjectionType",
    ),
    (
        "the status of an index",
        |on| {
            described(on, "agent-templates", |table| {
                named(&mut table["GlobalSecondaryIndexes"], "IndexName", "popular-templates-index")["IndexStatus"] = json!("CREATING");
            });
        },
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/state.GlobalSecondaryIndexes[IndexName=popular-templates-index].IndexStatus",
    ),
    (
        "a table's encryption",
        |on| described(on, "agent-templates", |table| _ = table.as_object_mut().expect("a table").remove("SSEDescription")),
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-agent-templates/properties.SSESpecification.SSEEnabled",
    ),
    (
        "an index",
        |on| {
            let less = json!([{"Delete": {"IndexName": "tenant-flows-index"}}]);
            dynamodb(on, "UpdateTable", &json!({"TableName": TABLE, "GlobalSecondaryIndexUpdates": less}));
        },
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-flow-node-configs/properties.GlobalSecondaryIndexes[IndexName=tenant-flows-index]",
    ),
    (
        "a table without TTL, which has one",
        |on| {
            let ttl = json!({"Enabled": true, "AttributeName": "ttl"});
            dynamodb(on, "UpdateTimeToLive", &json!({"TableName": TABLE, "TimeToLiveSpecification": ttl}));
        },
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-flow-node-configs/properties.TimeToLiveSpecification.Enabled",
    ),
    (
        "a tag's value",
        |on| dynamodb(on, "TagResource", &json!({"ResourceArn": arn(on), "Tags": [{"Key": "Environment", "Value": "prod"}]})),
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-flow-node-configs/tags.Environment",
    ),
    (
        "a tag",
        |on| dynamodb(on, "UntagResource", &json!({"ResourceArn": arn(on), "TagKeys": ["Owner"]})),
        DRIFTED,
        "AWS::DynamoDB::Table/aws-devops-dev-flow-node-configs/tags.Owner",
    ),
    (
        "the older table",
        |on| dynamodb(on, "DeleteTable", &json!({"TableName": "aws-devops-dev-user-content-metadata"})),
        MISSING,
        "AWS::DynamoDB::Table/aws-devops-dev-user-content-metadata",
    ),
    (
        "a table that nobody expects",
        |on| {
            let keys = json!([{"AttributeName": "id", "KeyType": "HASH"}]);
            let attributes = json!([{"AttributeName": "id", "AttributeType": "S"}]);
            let table = json!({"TableName": "aws-devops-dev-extra", "KeySchema": keys, "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST"});
            dynamodb(on, "CreateTable", &table);
        },
        UNEXPECTED,
        "AWS::DynamoDB::Table/aws-devops-dev-extra",
    ),
    (
        "the policy's grants on indexes",
        |on| {
            let tables = ["agent-templates", "flow-node-configs", "agent-execution-history", "lab-model-registry", "experiment-run-logs"];
            let tables = tables.map(|table| format!("arn:aws:dynamodb:us-east-2:{}:table/aws-devops-dev-{table}", on.account.id));
            let actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"];
            let less = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": tables}]});
            let policy = format!("arn:aws:iam::{}:policy/aws-devops-dev-lambda-dynamodb-access", on.account.id);
            on.account
                .iam("CreatePolicyVersion", &[("PolicyArn", &policy), ("PolicyDocument", &less.to_string()), ("SetAsDefault", "true")]);
        },
        DRIFTED,
        "AWS::IAM::ManagedPolicy/aws-devops-dev-lambda-dynamodb-access/properties.PolicyDocument",
    ),
    (
        "the policy of the role",
        |on| {
            let policy = format!("arn:aws:iam::{}:policy/aws-devops-dev-lambda-dynamodb-access", on.account.id);
            on.account.iam("DetachRolePolicy", &[("RoleName", "aws-devops-dev-lambda-execution"), ("PolicyArn", &policy)]);
        },
        DRIFTED,
        "AWS::IAM::Role/aws-devops-dev-lambda-execution/properties.ManagedPolicyArns",
    ),
    (
        "who may take a role",
        |on| {
            let trust = json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
            let parameters = [("RoleName", "aws-devops-dev-flow-runner-execution"), ("PolicyDocument", &*trust.to_string())];
            on.account.iam("UpdateAssumeRolePolicy", &parameters);
        },
        DRIFTED,
        "AWS::IAM::Role/aws-devops-dev-*-execution/properties.AssumeRolePolicyDocument of aws-devops-dev-flow-runner-execution",
    ),
    (
        "a function without provisioned concurrency",
        |on| {
            let config = json!({"ProvisionedConcurrencyConfigs": [{
                "FunctionArn": format!("arn:aws:lambda:us-east-2:{}:function:aws-devops-dev-flow-runner:1", on.account.id), "Status": "READY",
                "RequestedProvisionedConcurrentExecutions": 1, "AllocatedProvisionedConcurrentExecutions": 1,
                "AvailableProvisionedConcurrentExecutions": 1, "LastModified": "2026-11-01T00:00:00+0000"}]});
            let asked = json!({"FunctionName": "aws-devops-dev-flow-runner"});
            on.stand_in.answer(Canned::json("lambda:ListProvisionedConcurrencyConfigs", config).to(asked));
        },
        DRIFTED,
        "AWS::Lambda::Function/aws-devops-dev-*/state.ProvisionedConcurrency of aws-devops-dev-flow-runner",
    ),
    (
        "a function",
        |on| _ = on.account.rest("DELETE", "lambda", "/2015-03-31/functions/aws-devops-dev-user-profile-management", &json!({})),
        MISSING,
        "AWS::Lambda::Function/aws-devops-dev-user-profile-management",
    ),
    (
        "a stage's access logs",
        |on| {
            let mut stage = stage(on);
            stage.as_object_mut().expect("a stage").remove("accessLogSettings");
            on.stand_in.answer(Canned::json("apigateway:GetStages", json!({"item": [stage]})));
        },
        DRIFTED,
        "AWS::ApiGateway::Stage/aws-devops-dev-api/dev/properties.AccessLogSetting",
    ),
    (
        "the domain's TLS policy",
        |on| {
            let mut listed = on.account.get("apigateway", "/domainnames").1;
            let key = if listed.get("item").is_some() { "item" } else { "items" };
            listed[key][0]["securityPolicy"] = json!("TLS_1_0");
            on.stand_in.answer(Canned::json("apigateway:GetDomainNames", listed));
        },
        DRIFTED,
        "AWS::ApiGateway::DomainName/api-dev.diatonic.ai/properties.SecurityPolicy",
    ),
    (
        "the groups of the user pool",
        |on| on.stand_in.answer(Canned::json("cognito-idp:ListGroups", json!({"Groups": []}))),
        MISSING,
        "AWS::Cognito::UserPoolGroup/*",
    ),
    (
        "a log group's retention",
        |on| logs(on, "PutRetentionPolicy", &json!({"logGroupName": "/aws/lambda/aws-devops-dev-flow-runner", "retentionInDays": 30})),
        DRIFTED,
        "AWS::Logs::LogGroup//aws/lambda/aws-devops-dev-*/properties.RetentionInDays of /aws/lambda/aws-devops-dev-flow-runner",
    ),
    (
        "a security group, open to everybody",
        |on| {
            let filter = [("Filter.1.Name", "group-name"), ("Filter.1.Value.1", "aws-devops-dev-endpoints")];
            let groups = on.account.query("ec2", "2016-11-15", "DescribeSecurityGroups", &filter);
            let group = groups.split("<groupId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a group");
            let rule = [
                ("GroupId", group),
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", "22"),
                ("IpPermissions.1.ToPort", "22"),
                ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ];
            on.account.query("ec2", "2016-11-15", "AuthorizeSecurityGroupIngress", &rule);
        },
        DRIFTED,
        "AWS::EC2::SecurityGroup/aws-devops-dev-*/properties.SecurityGroupIngress of aws-devops-dev-endpoints",
    ),
    (
        "the stage",
        |on| on.stand_in.answer(Canned::json("apigateway:GetStages", json!({"item": []}))),
        MISSING,
        "AWS::ApiGateway::Stage/aws-devops-dev-api/dev",
    ),
];

const TABLE: &str = "aws-devops-dev-flow-node-configs";

fn arn(on: &Deployed) -> String {
    format!("arn:aws:dynamodb:us-east-2:{}:table/{TABLE}", on.account.id)
}

/// Another description of a table: the emulator can't change this of one.
fn described(on: &Deployed, table: &str, change: impl Fn(&mut Value)) {
    let asked = json!({"TableName": format!("aws-devops-dev-{table}")});
    let mut described = on.account.json("dynamodb", "DynamoDB_20120810", "DescribeTable", &asked);
    change(&mut described["Table"]);
    on.stand_in.answer(Canned::json("dynamodb:DescribeTable", described).to(asked));
}

/// The item of a list with this value under a key.
fn named<'a>(list: &'a mut Value, key: &str, value: &str) -> &'a mut Value {
    list.as_array_mut().expect("a list").iter_mut().find(|item| item[key] == value).expect("an item of that name")
}

/// The API's stage.
fn stage(on: &Deployed) -> Value {
    let apis = on.account.get("apigateway", "/restapis").1;
    let apis = apis.get("item").or(apis.get("items")).and_then(Value::as_array).expect("APIs").clone();
    let api = apis[0]["id"].as_str().expect("an id");
    let stages = on.account.get("apigateway", &format!("/restapis/{api}/stages")).1;
    stages["item"][0].clone()
}

fn dynamodb(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("dynamodb", "DynamoDB_20120810", operation, body);
}

fn logs(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("logs", "Logs_20140328", operation, body);
}
