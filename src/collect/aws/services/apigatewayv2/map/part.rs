//! What hangs on an API: routes, stages, authorizers, integrations.

use super::{APIS, AUTHORIZER, AUTHORIZERS, Api, INTEGRATION, INTEGRATIONS, ROUTE, STAGE, tags};
use crate::collect::aws::draft::{Draft, Object, time};
use crate::collect::aws::invocation;
use aws_sdk_apigatewayv2::types::{AuthorizationType, Authorizer, ConnectionType, Integration, LoggingLevel, Route, RouteSettings, Stage};
use serde_json::{Value, json};

/// A part of an API in the making, with what says to which it belongs.
fn part(kind: &'static str, api: &Api, path: &str, name: &str) -> Draft {
    let mut draft = Draft::new(kind, format!("{}{path}", api.arn), format!("{}/{name}", api.name));
    draft.properties.put("ApiId", api.id.as_str());
    draft.state.put("ApiArn", api.arn.as_str());
    match &api.protocol {
        Some(protocol) => draft.state.put("ProtocolType", protocol.as_str()),
        None => draft.lacks(("state", "ProtocolType"), APIS),
    }
    draft
}

/// One route; none where the answer lacks what names it.
pub fn route(route: &Route, api: &Api) -> Option<Draft> {
    let (id, key) = (route.route_id()?, route.route_key()?);
    let mut draft = part(ROUTE, api, &format!("/routes/{id}"), key);
    let into = &mut draft.properties;
    into.put("RouteKey", key);
    // A route that names no kind of authorization asks for none: CreateRoute begins with NONE.
    into.put("AuthorizationType", route.authorization_type().unwrap_or(&AuthorizationType::None).as_str());
    into.put("AuthorizationScopes", route.authorization_scopes());
    into.put_some("AuthorizerId", route.authorizer_id());
    into.put("ApiKeyRequired", route.api_key_required().unwrap_or(false));
    into.put_some("OperationName", route.operation_name());
    into.put_some("Target", route.target());
    draft.state.put("RouteId", id);
    draft.state.put_some("AuthorizerArn", route.authorizer_id().map(|id| format!("{}/authorizers/{id}", api.arn)));
    let integration = route.target().and_then(|target| target.strip_prefix("integrations/"));
    draft.state.put_some("IntegrationArn", integration.map(|id| format!("{}/integrations/{id}", api.arn)));
    Some(draft)
}

/// One stage; none where the answer lacks what names it.
pub fn stage(stage: &Stage, api: &Api) -> Option<Draft> {
    let name = stage.stage_name()?;
    let mut draft = part(STAGE, api, &format!("/stages/{name}"), name);
    draft.tags = tags(stage.tags());
    let into = &mut draft.properties;
    into.put("StageName", name);
    into.put("Description", stage.description().unwrap_or(""));
    into.put("AutoDeploy", stage.auto_deploy().unwrap_or(false));
    into.put_some("DeploymentId", stage.deployment_id());
    into.put_some("ClientCertificateId", stage.client_certificate_id().filter(|id| !id.is_empty()));
    let log = stage.access_log_settings();
    let destination = log.and_then(|log| log.destination_arn()).filter(|arn| !arn.is_empty());
    into.put_some("AccessLogSettings", destination.map(|arn| access_log(arn, log.and_then(|log| log.format()))));
    into.put("DefaultRouteSettings", stage.default_route_settings().map_or_else(|| settings(&RouteSettings::builder().build()), settings));
    let routes = stage.route_settings().into_iter().flatten();
    into.put("RouteSettings", routes.map(|(key, of)| (key.clone(), settings(of))).collect::<serde_json::Map<String, Value>>());
    let state = &mut draft.state;
    let mut variables: Vec<&str> = stage.stage_variables().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    variables.sort_unstable();
    state.put("VariableNames", variables);
    state.put_some("CreatedDate", time(stage.created_date()));
    state.put_some("LastUpdatedDate", time(stage.last_updated_date()));
    state.put_some("LastDeploymentStatusMessage", stage.last_deployment_status_message());
    Some(draft)
}

fn access_log(destination: &str, format: Option<&str>) -> Value {
    let mut log = Object::default();
    log.put("DestinationArn", destination);
    log.put_some("Format", format);
    log.done()
}

/// What is set for routes. RouteSettings of the API reference: logging is off and metrics are plain unless one says otherwise.
fn settings(settings: &RouteSettings) -> Value {
    let mut into = Object::default();
    into.put("LoggingLevel", settings.logging_level().unwrap_or(&LoggingLevel::Off).as_str());
    into.put("DataTraceEnabled", settings.data_trace_enabled().unwrap_or(false));
    into.put("DetailedMetricsEnabled", settings.detailed_metrics_enabled().unwrap_or(false));
    into.put_some("ThrottlingBurstLimit", settings.throttling_burst_limit());
    into.put_some("ThrottlingRateLimit", settings.throttling_rate_limit());
    into.done()
}

/// One authorizer; none where the answer lacks what names it.
pub fn authorizer(authorizer: &Authorizer, api: &Api) -> Option<Draft> {
    let (id, name) = (authorizer.authorizer_id()?, authorizer.name()?);
    let mut draft = part(AUTHORIZER, api, &format!("/authorizers/{id}"), name);
    let into = &mut draft.properties;
    into.put("Name", name);
    into.put("IdentitySource", authorizer.identity_source());
    let jwt = authorizer.jwt_configuration();
    into.put_some("JwtConfiguration", jwt.map(|jwt| json!({ "Audience": jwt.audience(), "Issuer": jwt.issuer().unwrap_or("") })));
    into.put_some("AuthorizerUri", authorizer.authorizer_uri());
    into.put_some("AuthorizerCredentialsArn", authorizer.authorizer_credentials_arn());
    into.put_some("AuthorizerResultTtlInSeconds", authorizer.authorizer_result_ttl_in_seconds());
    match authorizer.authorizer_type() {
        Some(kind) => draft.properties.put("AuthorizerType", kind.as_str()),
        None => draft.lacks(("properties", "AuthorizerType"), AUTHORIZERS),
    }
    draft.state.put("AuthorizerId", id);
    invocation::note(&mut draft, authorizer.authorizer_uri(), AUTHORIZERS);
    Some(draft)
}

/// One integration; none where the answer lacks what names it.
pub fn integration(integration: &Integration, api: &Api) -> Option<Draft> {
    let id = integration.integration_id()?;
    let mut draft = part(INTEGRATION, api, &format!("/integrations/{id}"), &format!("integrations/{id}"));
    let into = &mut draft.properties;
    into.put_some("IntegrationType", integration.integration_type().map(|kind| kind.as_str()));
    into.put_some("IntegrationSubtype", integration.integration_subtype());
    into.put_some("IntegrationUri", integration.integration_uri().map(invocation::without_credentials));
    into.put_some("IntegrationMethod", integration.integration_method());
    into.put("ConnectionType", integration.connection_type().unwrap_or(&ConnectionType::Internet).as_str());
    into.put_some("ConnectionId", integration.connection_id());
    into.put_some("CredentialsArn", integration.credentials_arn());
    into.put_some("PayloadFormatVersion", integration.payload_format_version());
    into.put_some(
        "TlsConfig",
        integration.tls_config().map(|tls| json!({ "ServerNameToVerify": tls.server_name_to_verify().unwrap_or("") })),
    );
    draft.state.put("IntegrationId", id);
    invocation::note(&mut draft, integration.integration_uri(), INTEGRATIONS);
    Some(draft)
}
