//! The REST API: its methods, authorizer, stage, domain and certificate.
//!
//! What AWS changes by `UpdateMethod` and `UpdateDomainName` the emulator lacks: a method is put anew there, and a domain
//! is told of by another answer. HTTP and WebSocket APIs have tests of their own: the deployment has none.

use super::calls::{Promise, api, api_id, function, id_of, patch_api};
use crate::support::deployed::Deployed;
use crate::support::stand_in::Canned;
use chrono::Utc;
use serde_json::{Value, json};

/// The API, its domain and its certificate.
pub const PROMISES: &[Promise] = &[
    (
        "a method that asks nobody who they are",
        |on| {
            method(on, "users", &json!({"authorizationType": "NONE"}));
        },
        &["apigateway-method-open", "apigateway-stage-deployment-stale"],
    ),
    (
        "a method that asks otherwise than by the user pool",
        |on| {
            method(on, "flows", &json!({"authorizationType": "AWS_IAM"}));
        },
        &["apigateway-method-authorization-unexpected"],
    ),
    ("the stage's tracing", |on| patch_api(on, STAGE, "replace", "/tracingEnabled", "false"), &["apigateway-stage-tracing-inactive"]),
    (
        "the stage's execution logs",
        |on| patch_api(on, STAGE, "replace", "/*/*/logging/loglevel", "OFF"),
        &["apigateway-stage-execution-logging-off"],
    ),
    (
        "the stage's execution logs, which hold whole requests",
        |on| patch_api(on, STAGE, "replace", "/*/*/logging/dataTrace", "true"),
        &["apigateway-stage-data-trace-on"],
    ),
    (
        "the stage's limits",
        |on| patch_api(on, STAGE, "replace", "/*/*/throttling/rateLimit", "10000"),
        &["apigateway-stage-throttling-missing"],
    ),
    (
        "the API's own domain as the only way in",
        |on| {
            // The emulator takes any text for true.
            patch_api(on, "", "replace", "/disableExecuteApiEndpoint", "");
        },
        &["apigateway-api-default-endpoint-open"],
    ),
    (
        "the API, which another account may call",
        |on| {
            let foreign = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke",
                "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Resource": "execute-api:/*"}]});
            patch_api(on, "", "replace", "/policy", &foreign.to_string());
        },
        &["apigateway-api-policy-cross-account"],
    ),
    ("the stage's access logs", |on| patch_api(on, STAGE, "remove", "/accessLogSettings", ""), &["apigateway-stage-access-logs-missing"]),
    (
        "the domain's TLS",
        |on| {
            let mut listed = on.account.get("apigateway", "/domainnames").1;
            listed["item"][0]["securityPolicy"] = json!("TLS_1_0");
            // HTTP APIs list domains under the same name, and have none here.
            listed["items"] = json!([]);
            on.stand_in.answer(Canned::json("apigateway:GetDomainNames", listed));
        },
        &["apigateway-domain-tls-old"],
    ),
    (
        "the domain's certificate, which ends",
        |on| certificate(on, &json!({"NotAfter": Utc::now().timestamp() + 7 * 86_400})),
        &["acm-certificate-expiring", "apigateway-domain-certificate-expiring"],
    ),
    (
        "the certificate, which is not renewed",
        |on| {
            let stuck = json!({"RenewalStatus": "PENDING_VALIDATION", "DomainValidationOptions": [], "UpdatedAt": 1_790_000_000});
            certificate(on, &json!({"RenewalSummary": stuck}));
        },
        &["acm-certificate-renewal-stuck"],
    ),
    (
        "a function that the API may not call",
        |on| {
            function(on, "aws-devops-dev-user-profile-management", "DELETE", ("2015-03-31", "/policy/api"), &Value::Null);
        },
        &["apigateway-integration-not-permitted"],
    ),
    (
        "a function that the API calls",
        |on| function(on, "aws-devops-dev-flow-runner", "DELETE", ("2015-03-31", ""), &Value::Null),
        &["apigateway-integration-function-missing", "logs-group-orphaned"],
    ),
    (
        "the authorizer",
        |on| {
            let listed = on.account.get("apigateway", &format!("/restapis/{}/authorizers", api_id(on))).1;
            api(on, "DELETE", &format!("/authorizers/{}", id_of(&listed, "name", "users")), &Value::Null);
        },
        &["apigateway-method-authorizer-missing"],
    ),
    (
        "what the domain leads to",
        |on| {
            // The emulator maps only to what is there, and keeps it so.
            let gone = json!([{"basePath": "(none)", "restApiId": "gone000000", "stage": "dev"}]);
            on.stand_in.answer(Canned::json("apigateway:GetBasePathMappings", json!({"item": gone})));
        },
        &["apigateway-mapping-dangling"],
    ),
    (
        "the API's tags",
        |on| {
            // The emulator does not find an API by the ARN that names it.
            let mut listed = on.account.get("apigateway", "/restapis").1;
            listed["item"][0]["tags"].as_object_mut().expect("tags").remove("Owner");
            on.stand_in.answer(Canned::json("apigateway:GetRestApis", listed));
        },
        &["tagging-rest-api-tag-missing"],
    ),
];

const STAGE: &str = "/stages/dev";

/// The method `GET` of the resource at this path, authorised so.
fn method(on: &Deployed, path: &str, body: &Value) {
    let listed = on.account.get("apigateway", &format!("/restapis/{}/resources", api_id(on))).1;
    let resource = id_of(&listed, "pathPart", path);
    api(on, "PUT", &format!("/resources/{resource}/methods/GET"), body);
}

/// The domain's certificate, with this otherwise.
fn certificate(on: &Deployed, otherwise: &Value) {
    let acm = |operation: &str, body: &Value| on.account.json("acm", "CertificateManager", operation, body);
    let mut listed = acm("ListCertificates", &json!({}));
    let mut known = acm("DescribeCertificate", &json!({"CertificateArn": listed["CertificateSummaryList"][0]["CertificateArn"]}));
    for (field, value) in otherwise.as_object().into_iter().flatten() {
        known["Certificate"][field] = value.clone();
        listed["CertificateSummaryList"][0][field] = value.clone();
    }
    on.stand_in.answer(Canned::json("acm:ListCertificates", listed));
    on.stand_in.answer(Canned::json("acm:DescribeCertificate", known));
}
