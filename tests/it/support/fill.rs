//! Fills an account of the emulator over plain HTTP: what a test needs to exist, in one line each.
//!
//! Not over the SDK: tests should not share its mistakes with the program, and the emulator does not check signatures.

use super::moto::Account;
use super::stand_in::cbor;
use serde_json::{Value, json};
use std::time::Duration;

impl Account {
    /// A call of a JSON service: `("dynamodb", "DynamoDB_20120810", "CreateTable", …)`.
    ///
    /// # Panics
    /// Where the answer is an error.
    pub fn json(&self, service: &str, target: &str, operation: &str, body: &Value) -> Value {
        let request = agent()
            .post(&self.endpoint)
            .header("authorization", &self.authorization(service))
            .header("x-amz-security-token", &self.session_token)
            .header("x-amz-target", &format!("{target}.{operation}"))
            .header("content-type", "application/x-amz-json-1.1");
        let text = answered(operation, request.send(body.to_string()));
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("an answer in JSON") }
    }

    /// A call of a query service: `("iam", "2010-05-08", "CreateRole", …)`; the answer's XML.
    ///
    /// # Panics
    /// Where the answer is an error.
    pub fn query(&self, service: &str, version: &str, operation: &str, parameters: &[(&str, &str)]) -> String {
        let form = [("Action", operation), ("Version", version)].into_iter().chain(parameters.iter().copied());
        let request = agent()
            .post(&self.endpoint)
            .header("authorization", &self.authorization(service))
            .header("x-amz-security-token", &self.session_token);
        answered(operation, request.send_form(form))
    }

    /// A read of a REST service: status and JSON.
    pub fn get(&self, service: &str, path: &str) -> (u16, Value) {
        let request = agent().get(format!("{}{path}", self.endpoint)).header("authorization", &self.authorization(service));
        let request = request.header("x-amz-security-token", &self.session_token);
        let mut response = request.call().unwrap_or_else(|error| panic!("{path} was not answered: {error}"));
        let text = response.body_mut().read_to_string().unwrap_or_default();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// A request to a REST service (`("POST", "xray", "/EncryptionConfig", …)`); the JSON of the answer.
    ///
    /// # Panics
    /// Where the answer is an error.
    pub fn rest(&self, method: &str, service: &str, path: &str, body: &Value) -> Value {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint))
            .header("authorization", &self.authorization(service))
            .header("x-amz-security-token", &self.session_token)
            .header("content-type", "application/json")
            .body(body.to_string())
            .expect("a request");
        let text = answered(path, agent().run(request));
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A request to CloudWatch, which speaks CBOR: status and answer.
    pub fn cbor(&self, operation: &str, body: &Value) -> (u16, Value) {
        let path = format!("{}/service/GraniteServiceVersion20100801/operation/{operation}", self.endpoint);
        let request = agent()
            .post(path)
            .header("authorization", &self.authorization("monitoring"))
            .header("smithy-protocol", "rpc-v2-cbor")
            .header("content-type", "application/cbor");
        let mut response = request.send(&cbor::write(body)).unwrap_or_else(|error| panic!("{operation} was not answered: {error}"));
        (response.status().as_u16(), cbor::read(&response.body_mut().read_to_vec().unwrap_or_default()))
    }

    /// A table, billed on demand, with a partition key and nothing else; its ARN. `more` is joined to the request.
    pub fn table(&self, name: &str, more: &Value) -> String {
        let mut body = json!({
            "TableName": name,
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        let answer = self.json("dynamodb", "DynamoDB_20120810", "CreateTable", &body);
        answer["TableDescription"]["TableArn"].as_str().expect("a table has an ARN").to_owned()
    }

    /// A log group, and its retention where one is given.
    pub fn log_group(&self, name: &str, retention_days: Option<u32>) {
        self.json("logs", "Logs_20140328", "CreateLogGroup", &json!({"logGroupName": name}));
        if let Some(days) = retention_days {
            let body = json!({"logGroupName": name, "retentionInDays": days});
            self.json("logs", "Logs_20140328", "PutRetentionPolicy", &body);
        }
    }

    /// A role that this service may assume.
    pub fn role(&self, name: &str, service: &str) {
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]});
        let trust = trust.to_string();
        self.iam("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", trust.as_str())]);
    }

    /// A call of IAM.
    pub fn iam(&self, operation: &str, parameters: &[(&str, &str)]) -> String {
        self.query("iam", "2010-05-08", operation, parameters)
    }

    /// The emulator finds account, service and region in this header, and does not check the signature.
    fn authorization(&self, service: &str) -> String {
        let scope = format!("{}/20260101/{}/{service}/aws4_request", self.access_key_id, self.region);
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=test")
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30))).build().into()
}

fn answered(what: &str, response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> String {
    let mut response = response.unwrap_or_else(|error| panic!("{what} was not answered: {error}"));
    let text = response.body_mut().read_to_string().unwrap_or_default();
    assert!(response.status().is_success(), "{what} answered {}: {text}", response.status());
    text
}
