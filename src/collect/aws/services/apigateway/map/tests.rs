//! What REST APIs become: each quirk of the answers that once misled somebody.

use super::*;
use aws_sdk_apigateway::operation::get_deployment::GetDeploymentOutput;
use aws_sdk_apigateway::types::{
    BasePathMapping, CanarySettings, DomainName, Integration, IntegrationType, Method, MethodSetting, MethodSnapshot, Resource, Stage,
};

const PREFIX: &str = "arn:aws:apigateway:us-east-2::";
const FUNCTION: &str = "arn:aws:lambda:us-east-2:111122223333:function:users";

fn api() -> Api {
    Api { id: "c2n9uk1ovi".to_owned(), name: "orders".to_owned(), arn: format!("{PREFIX}/restapis/c2n9uk1ovi") }
}

#[test]
fn an_apis_policy_is_json_escaped_inside_a_string() {
    let escaped = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"execute-api:\/*\"}]}"#;
    let plain = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}"#;
    for text in [escaped, plain] {
        let (draft, _) = rest_api(&RestApi::builder().id("a").name("orders").policy(text).build(), PREFIX).unwrap();
        assert_eq!(draft.properties["Policy"]["Statement"][0]["Resource"], "execute-api:/*", "{text}");
        assert!(draft.gaps.is_empty());
    }
    let (draft, _) = rest_api(&RestApi::builder().id("a").name("orders").policy("{ \\\"Version").build(), PREFIX).unwrap();
    assert_eq!(draft.gaps.len(), 1, "a policy that cannot be read is not none");
    assert!(draft.properties["Policy"].is_null());
}

#[test]
fn arns_have_no_account() {
    let (draft, api) = rest_api(&RestApi::builder().id("c2n9uk1ovi").name("orders").build(), PREFIX).unwrap();
    assert_eq!(draft.id.as_str(), "arn:aws:apigateway:us-east-2::/restapis/c2n9uk1ovi");
    let stage = stage(&Stage::builder().stage_name("dev").deployment_id("d1").build(), &api).unwrap();
    assert_eq!(stage.id.as_str(), "arn:aws:apigateway:us-east-2::/restapis/c2n9uk1ovi/stages/dev");
}

#[test]
fn a_stage_is_one_by_api_and_name_and_not_by_deployment() {
    let other = Api { id: "other".to_owned(), arn: format!("{PREFIX}/restapis/other"), ..api() };
    let dev = |deployment: &str| Stage::builder().stage_name("dev").deployment_id(deployment).build();
    assert_eq!(stage(&dev("d1"), &api()).unwrap().id, stage(&dev("d2"), &api()).unwrap().id);
    assert_ne!(stage(&dev("d1"), &api()).unwrap().id, stage(&dev("d1"), &other).unwrap().id);
}

#[test]
fn empty_method_settings_are_an_empty_list_and_an_entry_without_a_level_logs_nothing() {
    let bare = stage(&Stage::builder().stage_name("dev").build(), &api()).unwrap();
    assert_eq!(bare.properties["MethodSettings"], json!([]));
    let throttled = MethodSetting::builder().throttling_rate_limit(100.0).throttling_burst_limit(50).build();
    let set = Stage::builder().stage_name("dev").method_settings("*/*", throttled.clone()).method_settings("~1users~1{id}/GET", throttled);
    let set = stage(&set.build(), &api()).unwrap();
    let settings = &set.properties["MethodSettings"];
    assert_eq!((&settings[0]["ResourcePath"], &settings[0]["HttpMethod"]), (&json!("/*"), &json!("*")));
    assert_eq!((&settings[1]["ResourcePath"], &settings[1]["HttpMethod"]), (&json!("/users/{id}"), &json!("GET")));
    assert_eq!(settings[0]["LoggingLevel"], "OFF");
    assert_eq!(settings[0]["ThrottlingRateLimit"], 100.0);
}

#[test]
fn values_of_stage_variables_end_here() {
    let canary = CanarySettings::builder().stage_variable_overrides("KEY", "s3cr3t-canary").percent_traffic(5.0).build();
    let stage =
        stage(&Stage::builder().stage_name("dev").variables("KEY", "s3cr3t").variables("API", "x").canary_settings(canary).build(), &api());
    let draft = stage.unwrap();
    assert_eq!(draft.state["VariableNames"], json!(["API", "KEY"]));
    assert!(!format!("{draft:?}").contains("s3cr3t"));
}

#[test]
fn every_embedded_method_is_a_resource_with_what_guards_it() {
    let integration = Integration::builder()
        .r#type(IntegrationType::AwsProxy)
        .http_method("POST")
        .uri(format!("arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"))
        .request_templates("application/json", "s3cr3t-template")
        .build();
    let guarded = Method::builder()
        .http_method("GET")
        .authorization_type("COGNITO_USER_POOLS")
        .authorizer_id("a1")
        .method_integration(integration)
        .build();
    let open = Method::builder().http_method("POST").authorization_type("NONE").api_key_required(true).build();
    let resource = Resource::builder().id("7rhgq1").path("/users").resource_methods("POST", open).resource_methods("GET", guarded);
    let methods = methods(&resource.build(), &api()).unwrap();
    let names: Vec<&str> = methods.iter().map(|method| method.name.as_str()).collect();
    assert_eq!(names, ["orders/GET /users", "orders/POST /users"]);
    let get = &methods[0];
    assert_eq!(get.id.as_str(), "arn:aws:apigateway:us-east-2::/restapis/c2n9uk1ovi/resources/7rhgq1/methods/GET");
    assert_eq!(get.state["AuthorizerArn"], "arn:aws:apigateway:us-east-2::/restapis/c2n9uk1ovi/authorizers/a1");
    assert_eq!(get.state["FunctionArn"], FUNCTION);
    assert_eq!(get.properties["Integration"]["IntegrationHttpMethod"], "POST");
    assert!(!format!("{get:?}").contains("s3cr3t"));
    assert_eq!(methods[1].properties["AuthorizationType"], "NONE");
    assert_eq!(methods[1].properties["ApiKeyRequired"], true);
}

#[test]
fn methods_that_were_not_embedded_are_unknown_and_not_open() {
    let resource = Resource::builder().id("r").path("/users").resource_methods("GET", Method::builder().build()).build();
    let methods = methods(&resource, &api()).unwrap();
    assert!(methods[0].properties["AuthorizationType"].is_null());
    let gaps: Vec<String> = methods[0].gaps.iter().map(|gap| gap.path.to_string()).collect();
    assert!(gaps.contains(&"properties.AuthorizationType".to_owned()) && gaps.contains(&"state.FunctionArn".to_owned()), "{gaps:?}");
}

#[test]
fn addresses_of_http_back_ends_keep_no_credentials() {
    let integration =
        Integration::builder().r#type(IntegrationType::Http).uri("https://user:s3cr3t@example.com/v1/users?key=s3cr3t").build();
    let method = Method::builder().authorization_type("AWS_IAM").method_integration(integration).build();
    let resource = Resource::builder().id("r").path("/").resource_methods("GET", method).build();
    let methods = methods(&resource, &api()).unwrap();
    assert_eq!(methods[0].properties["Integration"]["Uri"], "https://example.com/v1/users");
    assert!(!format!("{:?}", methods[0]).contains("s3cr3t"));
}

#[test]
fn what_was_deployed_is_told_by_verb_and_path() {
    let mut draft = stage(&Stage::builder().stage_name("dev").deployment_id("d1").build(), &api()).unwrap();
    let users = [("GET".to_owned(), MethodSnapshot::builder().authorization_type("NONE").build())].into_iter().collect();
    deployment(&mut draft, &GetDeploymentOutput::builder().id("d1").api_summary("/users", users).build());
    assert_eq!(draft.state["DeployedMethods"]["GET /users"]["AuthorizationType"], "NONE");
    assert!(draft.gaps.is_empty());
}

#[test]
fn a_deployment_without_a_summary_leaves_a_gap() {
    let mut draft = stage(&Stage::builder().stage_name("dev").deployment_id("d1").build(), &api()).unwrap();
    deployment(&mut draft, &GetDeploymentOutput::builder().id("d1").build());
    assert!(draft.state["DeployedMethods"].is_null());
    assert_eq!(draft.gaps[0].path.to_string(), "state.DeployedMethods");
}

#[test]
fn a_domain_without_a_security_policy_accepts_tls_1_0() {
    let old =
        DomainName::builder().domain_name("api.example.com").regional_certificate_arn("arn:aws:acm:us-east-2:1:certificate/a").build();
    let (draft, _) = domain(&old, PREFIX).unwrap();
    assert_eq!(draft.properties["SecurityPolicy"], "TLS_1_0");
    assert_eq!(draft.state["CertificateArn"], "arn:aws:acm:us-east-2:1:certificate/a");
    let new = DomainName::builder().domain_name("api.example.com").security_policy("TLS_1_2".into()).build();
    assert_eq!(domain(&new, PREFIX).unwrap().0.properties["SecurityPolicy"], "TLS_1_2");
}

#[test]
fn the_root_of_a_domain_has_no_base_path() {
    let (_, named) = domain(&DomainName::builder().domain_name("api.example.com").build(), PREFIX).unwrap();
    let root = mapping(&BasePathMapping::builder().base_path("(none)").rest_api_id("a").stage("dev").build(), &named, PREFIX).unwrap();
    assert!(root.properties["BasePath"].is_null());
    assert_eq!(root.name, "api.example.com/");
    assert_eq!(root.state["RestApiArn"], "arn:aws:apigateway:us-east-2::/restapis/a");
    assert!(mapping(&BasePathMapping::builder().base_path("v1").build(), &named, PREFIX).is_none());
}
