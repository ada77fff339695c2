//! HTTP and WebSocket APIs and what belongs to them, in CloudFormation's words.
//!
//! Names are the API's name and the part's own (`orders/GET /users`, `orders/$default`). Values of stage variables and of
//! request parameters end here. Every part says in its state of which protocol its API is: `$default` is a route of both.

mod part;

#[cfg(test)]
mod tests;

use crate::collect::aws::draft::{Draft, Object, time};
use crate::collect::aws::scope::Scope;
use aws_sdk_apigatewayv2::types::{Api as Answer, ApiMapping, Cors};
use serde_json::{Value, json};
use std::collections::HashMap;

pub use part::{authorizer, integration, route, stage};

/// The types' names, and the calls that bring them.
pub const API: &str = "AWS::ApiGatewayV2::Api";
pub const ROUTE: &str = "AWS::ApiGatewayV2::Route";
pub const STAGE: &str = "AWS::ApiGatewayV2::Stage";
pub const AUTHORIZER: &str = "AWS::ApiGatewayV2::Authorizer";
pub const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";
pub const MAPPING: &str = "AWS::ApiGatewayV2::ApiMapping";
pub const APIS: &str = "apigateway:GetApis";
pub const ROUTES: &str = "apigateway:GetRoutes";
pub const STAGES: &str = "apigateway:GetStages";
pub const AUTHORIZERS: &str = "apigateway:GetAuthorizers";
pub const INTEGRATIONS: &str = "apigateway:GetIntegrations";
pub const DOMAINS: &str = "apigateway:GetDomainNames";
pub const MAPPINGS: &str = "apigateway:GetApiMappings";

/// One API, as its parts name it.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// HTTP or WEBSOCKET.
    pub protocol: Option<String>,
}

/// What API Gateway's ARNs begin with: their account field is empty.
pub fn prefix(cx: &Scope<'_>) -> String {
    format!("arn:{}:apigateway:{}::", cx.partition(), cx.place.region)
}

/// One API; none where the answer lacks what names it.
pub fn api(api: &Answer, prefix: &str) -> Option<(Draft, Api)> {
    let (id, name) = (api.api_id()?, api.name()?);
    let arn = format!("{prefix}/apis/{id}");
    let mut draft = Draft::new(API, arn.as_str(), name);
    draft.tags = tags(api.tags());
    let protocol = api.protocol_type().map(|protocol| protocol.as_str().to_owned());
    let into = &mut draft.properties;
    into.put("Name", name);
    into.put("Description", api.description().unwrap_or(""));
    // Api of the API reference: callers may use the default endpoint unless it is disabled.
    into.put("DisableExecuteApiEndpoint", api.disable_execute_api_endpoint().unwrap_or(false));
    into.put_some("CorsConfiguration", api.cors_configuration().map(cors));
    into.put_some("RouteSelectionExpression", api.route_selection_expression());
    match &protocol {
        Some(protocol) => draft.properties.put("ProtocolType", protocol.as_str()),
        None => draft.lacks(("properties", "ProtocolType"), APIS),
    }
    draft.state.put("ApiId", id);
    draft.state.put_some("ApiEndpoint", api.api_endpoint());
    draft.state.put_some("CreatedDate", time(api.created_date()));
    let api = Api { id: id.to_owned(), name: name.to_owned(), arn, protocol };
    Some((draft, api))
}

fn cors(cors: &Cors) -> Value {
    let mut into = Object::default();
    into.put("AllowOrigins", cors.allow_origins());
    into.put("AllowMethods", cors.allow_methods());
    into.put("AllowHeaders", cors.allow_headers());
    into.put("AllowCredentials", cors.allow_credentials().unwrap_or(false));
    into.put_some("MaxAge", cors.max_age());
    into.done()
}

/// One mapping; none where the answer does not say to which API.
pub fn mapping(mapping: &ApiMapping, domain: &str, prefix: &str) -> Option<Draft> {
    let (id, api) = (mapping.api_mapping_id()?, mapping.api_id()?);
    let key = mapping.api_mapping_key().filter(|key| !key.is_empty() && *key != "(none)");
    let arn = format!("{prefix}/domainnames/{domain}/apimappings/{id}");
    let mut draft = Draft::new(MAPPING, arn, format!("{domain}/{}", key.unwrap_or("")));
    draft.properties.put("DomainName", domain);
    draft.properties.put("ApiId", api);
    draft.properties.put_some("ApiMappingKey", key);
    draft.properties.put_some("Stage", mapping.stage());
    draft.state.put("ApiArn", format!("{prefix}/apis/{api}"));
    draft.state.put("RestApiArn", format!("{prefix}/restapis/{api}"));
    Some(draft)
}

fn tags(tags: Option<&HashMap<String, String>>) -> Value {
    tags.map_or_else(|| json!({}), |tags| json!(tags))
}
