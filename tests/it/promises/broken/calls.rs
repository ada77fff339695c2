//! The calls that break promises, in one line each, and what they are made on.

use crate::support::deployed::Deployed;
use serde_json::{Value, json};

/// What is broken, how, and the rules that fail by it.
pub type Promise = (&'static str, fn(&Deployed), &'static [&'static str]);

/// A call of DynamoDB.
pub fn dynamodb(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("dynamodb", "DynamoDB_20120810", operation, body);
}

/// A call of CloudWatch Logs.
pub fn logs(on: &Deployed, operation: &str, body: &Value) {
    on.account.json("logs", "Logs_20140328", operation, body);
}

/// A call of KMS on the deployment's key.
pub fn key(on: &Deployed, operation: &str, more: &Value) {
    let alias = json!({"KeyId": "alias/aws-devops-dev-data"});
    let known = on.account.json("kms", "TrentService", "DescribeKey", &alias);
    on.account.json("kms", "TrentService", operation, &joined(json!({"KeyId": known["KeyMetadata"]["KeyId"]}), more));
}

/// A call of Cognito on the deployment's user pool.
pub fn pool(on: &Deployed, operation: &str, more: &Value) -> Value {
    let pools = cognito(on, "ListUserPools", &json!({"MaxResults": 60}));
    let pool = pools["UserPools"].as_array().and_then(|pools| pools.iter().find(|pool| pool["Name"] == "aws-devops-dev-users"));
    cognito(on, operation, &joined(json!({"UserPoolId": pool.expect("the pool")["Id"]}), more))
}

/// A call of Cognito.
fn cognito(on: &Deployed, operation: &str, body: &Value) -> Value {
    on.account.json("cognito-idp", "AWSCognitoIdentityProviderService", operation, body)
}

/// The user pool with one setting changed. AWS sets back what an update does not name, so all the others are named too.
pub fn change_pool(on: &Deployed, setting: &str, value: Value) {
    let mut settings = pool(on, "DescribeUserPool", &json!({}))["UserPool"].take();
    settings[setting] = value;
    pool(on, "UpdateUserPool", &settings);
}

/// The only app client with some settings changed. AWS sets back what an update does not name.
pub fn change_client(on: &Deployed, more: &Value) {
    let clients = pool(on, "ListUserPoolClients", &json!({}));
    let id = json!({"ClientId": clients["UserPoolClients"][0]["ClientId"]});
    let known = pool(on, "DescribeUserPoolClient", &id)["UserPoolClient"].take();
    pool(on, "UpdateUserPoolClient", &joined(known, more));
}

/// A call of CloudWatch.
pub fn cloudwatch(on: &Deployed, operation: &str, body: &Value) {
    let (status, answer) = on.account.cbor(operation, body);
    assert_eq!(status, 200, "{operation}: {answer}");
}

/// A call of EC2 on the security group of this name.
pub fn security_group(on: &Deployed, name: &str, operation: &str, more: &[(&str, &str)]) {
    let asked = [("Filter.1.Name", "group-name"), ("Filter.1.Value.1", name)];
    let groups = on.account.query("ec2", "2016-11-15", "DescribeSecurityGroups", &asked);
    let group = groups.split("<groupId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a group");
    let parameters: Vec<_> = more.iter().map(|(key, value)| (*key, if *value == "GROUP" { group } else { *value })).collect();
    on.account.query("ec2", "2016-11-15", operation, &parameters);
}

/// A call of SNS on the topic that alarms are told to.
pub fn topic(on: &Deployed, operation: &str, more: &[(&str, &str)]) {
    let arn = arn(on, "sns", "aws-devops-dev-alerts");
    let parameters: Vec<_> = [("TopicArn", arn.as_str()), ("ResourceArn", arn.as_str())].iter().chain(more).copied().collect();
    on.account.query("sns", "2010-03-31", operation, &parameters);
}

/// A write to one function.
pub fn function(on: &Deployed, name: &str, method: &str, version_and_part: (&str, &str), body: &Value) {
    let (version, part) = version_and_part;
    on.account.rest(method, "lambda", &format!("/{version}/functions/{name}{part}"), body);
}

/// A write to the deployment's REST API (`/stages/dev`).
pub fn api(on: &Deployed, method: &str, path: &str, body: &Value) {
    on.account.rest(method, "apigateway", &format!("/restapis/{}{path}", api_id(on)), body);
}

/// One setting of the stage, or of the API where the path is empty.
pub fn patch_api(on: &Deployed, path: &str, operation: &str, setting: &str, value: &str) {
    api(on, "PATCH", path, &json!({"patchOperations": [{"op": operation, "path": setting, "value": value}]}));
}

/// The id of the deployment's REST API.
pub fn api_id(on: &Deployed) -> String {
    id_of(&on.account.get("apigateway", "/restapis").1, "name", "aws-devops-dev-api")
}

/// The id of the item that has this.
pub fn id_of(listed: &Value, field: &str, value: &str) -> String {
    let item = listed["item"].as_array().and_then(|items| items.iter().find(|item| item[field] == value));
    item.and_then(|item| item["id"].as_str()).expect("an id").to_owned()
}

/// The ARN of something in the deployment's region.
pub fn arn(on: &Deployed, service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{}:{}:{rest}", on.account.region, on.account.id)
}

/// The first with what the second has too.
fn joined(mut body: Value, more: &Value) -> Value {
    for (field, value) in more.as_object().into_iter().flatten() {
        body[field] = value.clone();
    }
    body
}
