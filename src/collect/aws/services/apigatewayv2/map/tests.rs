//! What HTTP and WebSocket APIs become.

use super::*;
use aws_sdk_apigatewayv2::types::{
    AccessLogSettings, AuthorizationType, Authorizer, ConnectionType, Integration, JwtConfiguration, ProtocolType, Route, RouteSettings,
    Stage,
};

const PREFIX: &str = "arn:aws:apigateway:us-east-2::";

fn orders() -> Api {
    let answer = Answer::builder().api_id("abc").name("orders").protocol_type(ProtocolType::Http).build();
    super::api(&answer, PREFIX).unwrap().1
}

#[test]
fn an_api_is_not_taken_for_a_rest_api_of_the_same_id() {
    assert_eq!(orders().arn, "arn:aws:apigateway:us-east-2::/apis/abc");
    let stage = stage(&Stage::builder().stage_name("dev").build(), &orders()).unwrap();
    assert_eq!(stage.id.as_str(), "arn:aws:apigateway:us-east-2::/apis/abc/stages/dev");
}

#[test]
fn a_route_says_what_guards_it_and_of_which_protocol_it_is() {
    let open = route(&Route::builder().route_id("r").route_key("$default").build(), &orders()).unwrap();
    assert_eq!(open.properties["AuthorizationType"], "NONE");
    assert_eq!(open.state["ProtocolType"], "HTTP");
    let guarded = Route::builder()
        .route_id("r2")
        .route_key("GET /users")
        .authorization_type(AuthorizationType::Jwt)
        .authorizer_id("a1")
        .target("integrations/i1")
        .build();
    let guarded = route(&guarded, &orders()).unwrap();
    assert_eq!(guarded.name, "orders/GET /users");
    assert_eq!(guarded.state["AuthorizerArn"], "arn:aws:apigateway:us-east-2::/apis/abc/authorizers/a1");
    assert_eq!(guarded.state["IntegrationArn"], "arn:aws:apigateway:us-east-2::/apis/abc/integrations/i1");
}

#[test]
fn a_stage_without_settings_logs_nothing_and_keeps_no_values_of_variables() {
    let bare = stage(&Stage::builder().stage_name("$default").stage_variables("KEY", "s3cr3t").build(), &orders()).unwrap();
    assert!(bare.properties["AccessLogSettings"].is_null());
    assert_eq!(bare.properties["DefaultRouteSettings"]["LoggingLevel"], "OFF");
    assert!(bare.properties["DefaultRouteSettings"].get("ThrottlingRateLimit").is_none());
    assert_eq!(bare.state["VariableNames"], json!(["KEY"]));
    assert!(!format!("{bare:?}").contains("s3cr3t"));
    let logged = Stage::builder()
        .stage_name("dev")
        .access_log_settings(AccessLogSettings::builder().destination_arn("arn:aws:logs:us-east-2:1:log-group:g").build())
        .default_route_settings(RouteSettings::builder().throttling_rate_limit(10.0).build());
    let logged = stage(&logged.build(), &orders()).unwrap();
    assert_eq!(logged.properties["AccessLogSettings"]["DestinationArn"], "arn:aws:logs:us-east-2:1:log-group:g");
    assert_eq!(logged.properties["DefaultRouteSettings"]["ThrottlingRateLimit"], 10.0);
}

#[test]
fn a_private_integration_says_whether_it_speaks_tls() {
    let plain = Integration::builder()
        .integration_id("i1")
        .connection_type(ConnectionType::VpcLink)
        .integration_uri("https://user:s3cr3t@internal/x?key=s3cr3t")
        .build();
    let draft = integration(&plain, &orders()).unwrap();
    assert!(draft.properties["TlsConfig"].is_null());
    assert_eq!(draft.properties["IntegrationUri"], "https://internal/x");
    assert!(!format!("{draft:?}").contains("s3cr3t"));
}

#[test]
fn an_authorizer_of_tokens_names_issuer_and_audience() {
    let jwt = JwtConfiguration::builder().issuer("https://cognito-idp.us-east-2.amazonaws.com/p").audience("client").build();
    let answer = Authorizer::builder().authorizer_id("a1").name("users").authorizer_type("JWT".into()).jwt_configuration(jwt).build();
    let draft = authorizer(&answer, &orders()).unwrap();
    assert_eq!(draft.properties["JwtConfiguration"]["Audience"], json!(["client"]));
}

#[test]
fn a_mapping_may_name_an_api_of_either_kind() {
    let answer = ApiMapping::builder().api_mapping_id("m").api_id("abc").stage("dev").build();
    let draft = mapping(&answer, "api.example.com", PREFIX).unwrap();
    assert_eq!(draft.state["ApiArn"], "arn:aws:apigateway:us-east-2::/apis/abc");
    assert_eq!(draft.state["RestApiArn"], "arn:aws:apigateway:us-east-2::/restapis/abc");
    assert!(draft.properties["ApiMappingKey"].is_null());
}
