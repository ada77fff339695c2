//! REST, HTTP and WebSocket APIs over the stand-in: what is asked, how often, what a fault leaves, and what is never kept.

use crate::support::account::Account;
use crate::support::command::Ledgerline;
use crate::support::report::{collected, find, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const METHOD: &str = "AWS::ApiGateway::Method";
const STAGE: &str = "AWS::ApiGateway::Stage";

/// Two REST APIs on two pages, each with a stage, an authorizer and two resources on two pages; a domain, and an HTTP API.
fn deployment() -> StandIn {
    let stand_in = StandIn::of(World::default());
    let says = |operation: &str, answer: Value| stand_in.answer(Canned::json(operation, answer));
    let to = |operation: &str, input: Value, answer: Value| stand_in.answer(Canned::json(operation, answer).to(input));
    let apis = |id: &str, name: &str| json!([{"id": id, "name": name, "createdDate": 1_700_000_000, "tags": {"Owner": "platform"}}]);
    says("apigateway:GetRestApis", json!({"item": apis("abc", "orders"), "position": "second"}));
    to("apigateway:GetRestApis", json!({"position": "second"}), json!({"item": apis("def", "carts")}));
    let uri =
        "arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-2:111122223333:function:users/invocations";
    let guarded = json!({"httpMethod": "GET", "authorizationType": "COGNITO_USER_POOLS", "authorizerId": "a1", "apiKeyRequired": false,
        "methodIntegration": {"type": "AWS_PROXY", "httpMethod": "POST", "uri": uri, "requestTemplates": {"application/json": "planted-s3cr3t"}}});
    let open = json!({"httpMethod": "POST", "authorizationType": "NONE", "apiKeyRequired": false});
    let root = json!({"id": "root", "path": "/"});
    says(
        "apigateway:GetResources",
        json!({"item": [root, {"id": "r1", "path": "/users", "resourceMethods": {"GET": guarded}}], "position": "more"}),
    );
    to(
        "apigateway:GetResources",
        json!({"position": "more"}),
        json!({"item": [{"id": "r2", "path": "/carts", "resourceMethods": {"POST": open}}]}),
    );
    let stage = json!({"stageName": "dev", "deploymentId": "d1", "variables": {"KEY": "planted-s3cr3t"}, "methodSettings": {}});
    says("apigateway:GetStages", json!({"item": [stage]}));
    let deployed = json!({"/users": {"GET": {"authorizationType": "NONE", "apiKeyRequired": false}}, "/carts": {"POST": {"authorizationType": "NONE", "apiKeyRequired": false}}});
    says("apigateway:GetDeployment", json!({"id": "d1", "createdDate": 1_700_000_000, "apiSummary": deployed}));
    says(
        "apigateway:GetAuthorizers",
        json!({"item": [{"id": "a1", "name": "users", "type": "COGNITO_USER_POOLS", "providerARNs": ["arn:aws:cognito-idp:us-east-2:111122223333:userpool/p"]}]}),
    );
    says("apigateway:GetDomainNames", json!({"item": [{"domainName": "api.example.com"}]}));
    // A domain without mappings is answered so.
    says("apigateway:GetBasePathMappings", json!({}));
    stand_in
}

fn account(stand_in: &StandIn) -> Account {
    stand_in.account("111122223333")
}

#[test]
fn one_rest_api_takes_four_calls_and_a_method_none() {
    let stand_in = deployment();
    let resources = collected(&account(&stand_in), &["apigateway-method-*", "apigateway-stage-*"]);
    let counts: Vec<(String, u64)> = stand_in.counts().into_iter().filter(|(call, _)| call.starts_with("apigateway:")).collect();
    let expected = [
        ("apigateway:GetAuthorizers", 2),
        ("apigateway:GetDeployment", 2),
        ("apigateway:GetResources", 4),
        ("apigateway:GetRestApis", 2),
        ("apigateway:GetStages", 2),
    ];
    assert_eq!(counts, expected.map(|(call, count)| (call.to_owned(), count)));
    let method = find(&resources, METHOD, "orders/GET /users");
    assert_eq!(method["properties"]["AuthorizationType"], "COGNITO_USER_POOLS");
    assert_eq!(method["state"]["FunctionArn"], "arn:aws:lambda:us-east-2:111122223333:function:users");
    assert_eq!(find(&resources, STAGE, "carts/dev")["state"]["VariableNames"], json!(["KEY"]));
    assert!(!serde_json::to_string(&resources).unwrap().contains("planted-s3cr3t"));
}

#[test]
fn only_what_rules_read_is_asked() {
    let stand_in = deployment();
    collected(&account(&stand_in), &["apigateway-stage-tracing-inactive"]);
    let asked: Vec<String> = stand_in.counts().into_keys().filter(|call| call.starts_with("apigateway:")).collect();
    assert_eq!(asked, ["apigateway:GetRestApis", "apigateway:GetStages"]);
}

#[test]
fn a_stage_that_serves_less_than_its_api_says_is_found() {
    let stand_in = deployment();
    let report = audit(&stand_in, "apigateway-stage-deployment-stale");
    assert_eq!(statuses(&report, "apigateway-stage-deployment-stale"), two("carts", "orders", "fail"));
    let report = audit(&stand_in, "apigateway-method-open");
    let open = statuses(&report, "apigateway-method-open");
    assert_eq!(open, two("carts/POST /carts", "orders/POST /carts", "fail"));
}

#[test]
fn a_refused_part_leaves_what_hangs_on_it_unknown_and_the_rest_judged() {
    let stand_in = deployment();
    // In AWS's words: every read of API Gateway is one action.
    let message = "User: arn:aws:iam::111122223333:user/auditor is not authorized to perform: apigateway:GET on resource: \
                   arn:aws:apigateway:us-east-2::/restapis/abc/authorizers";
    let refused = Fault::Coded { status: 403, code: "AccessDeniedException", message };
    stand_in.trouble(Trouble::with("apigateway:GetAuthorizers", refused));
    let report = audit(&stand_in, "apigateway-method-*");
    assert_eq!(outcome(&report, "AWS::ApiGateway::Authorizer", "apigateway:GetAuthorizers"), "denied");
    let missing = statuses(&report, "apigateway-method-authorizer-missing");
    assert_eq!(missing, two("carts/GET /users", "orders/GET /users", "unknown"));
    assert_eq!(statuses(&report, "apigateway-method-open").len(), 2, "the other rule is judged");
    let row = report["coverage"]["scopes"].as_array().unwrap().iter().find(|row| row["call"] == "apigateway:GetAuthorizers").unwrap();
    assert_eq!(row["permission"], "apigateway:GET");
}

#[test]
fn half_of_an_apis_resources_are_not_all_of_them() {
    let stand_in = deployment();
    stand_in.trouble(Trouble::with("apigateway:GetResources", Fault::ServerError).on_later_pages());
    let report = audit(&stand_in, "apigateway-method-open");
    assert_ne!(outcome(&report, METHOD, "apigateway:GetResources"), "complete");
}

#[test]
fn an_api_that_is_gone_meanwhile_is_no_fault() {
    let stand_in = deployment();
    let gone = Canned::error("apigateway:GetStages", 404, "NotFoundException", "Invalid API identifier specified 111122223333:abc");
    stand_in.answer(gone.to(json!({"restapi_id": "abc"})));
    let report = audit(&stand_in, "apigateway-stage-tracing-inactive");
    assert_eq!(statuses(&report, "apigateway-stage-tracing-inactive"), [("carts/dev".to_owned(), "fail".to_owned())]);
    assert_eq!(report["coverage"]["complete"], true);
}

#[test]
fn an_empty_answer_is_no_empty_list_but_for_a_domain_without_mappings() {
    let stand_in = deployment();
    let report = audit(&stand_in, "apigateway-api-default-endpoint-open");
    assert_eq!(outcome(&report, "AWS::ApiGateway::BasePathMapping", "apigateway:GetBasePathMappings"), "complete");
    stand_in.answer(Canned::json("apigateway:GetStages", json!({})));
    let report = audit(&stand_in, "apigateway-stage-tracing-inactive");
    assert_eq!(outcome(&report, STAGE, "apigateway:GetStages"), "broken");
}

#[test]
fn a_stage_of_the_wrong_shape_hides_no_other() {
    let stand_in = deployment();
    let odd = json!({"item": [{"deploymentId": "d1"}, {"stageName": "dev", "deploymentId": "d1", "tracingEnabled": true}]});
    stand_in.answer(Canned::json("apigateway:GetStages", odd).to(json!({"restapi_id": "abc"})));
    let report = audit(&stand_in, "apigateway-stage-tracing-inactive");
    assert_eq!(outcome(&report, STAGE, "apigateway:GetStages"), "broken");
    assert!(statuses(&report, "apigateway-stage-tracing-inactive").contains(&("carts/dev".to_owned(), "fail".to_owned())));
}

#[test]
fn http_apis_are_paged_and_take_one_call_for_each_kind_of_part() {
    let stand_in = StandIn::of(World::default());
    let says = |operation: &str, answer: Value| stand_in.answer(Canned::json(operation, answer));
    says("apigateway:GetApis", json!({"items": [{"apiId": "x", "name": "web", "protocolType": "HTTP"}], "nextToken": "2"}));
    let second = Canned::json("apigateway:GetApis", json!({"items": [{"apiId": "y", "name": "chat", "protocolType": "WEBSOCKET"}]}));
    stand_in.answer(second.to(json!({"nextToken": "2"})));
    says("apigateway:GetRoutes", json!({"items": [{"routeId": "r", "routeKey": "$default", "authorizationType": "NONE"}]}));
    says("apigateway:GetStages", json!({"items": [{"stageName": "$default"}]}));
    says("apigateway:GetIntegrations", json!({"items": []}));
    says("apigateway:GetAuthorizers", json!({"items": []}));
    let report = audit(&stand_in, "apigateway-{route,http-stage,http-integration}-*");
    for call in ["GetRoutes", "GetStages", "GetIntegrations", "GetAuthorizers"] {
        assert_eq!(stand_in.count(&format!("apigateway:{call}")), 2, "{call}");
    }
    assert_eq!(stand_in.count("apigateway:GetApis"), 2);
    // `$default` of a WebSocket API cannot ask who calls.
    assert_eq!(statuses(&report, "apigateway-route-open"), [("web/$default".to_owned(), "fail".to_owned())]);
    assert_eq!(statuses(&report, "apigateway-http-stage-access-logs-missing").len(), 2);
}

fn audit(stand_in: &StandIn, rule: &str) -> Value {
    Ledgerline::on(&account(stand_in)).args(["audit", "--format", "json", "--rule", rule]).run().json()
}

fn two(one: &str, other: &str, status: &str) -> Vec<(String, String)> {
    [one, other].map(|name| (name.to_owned(), status.to_owned())).to_vec()
}
