//! REST APIs and what belongs to them, in CloudFormation's words.
//!
//! Names are the API's name and the part's own (`orders/GET /users`, `orders/dev`), for people and contracts; two APIs may
//! share a name, and what tells them apart are the ARNs. Values of stage variables, request templates and parameters end
//! here: that is where people keep keys of back ends.

mod domain;
mod method;
mod stage;

#[cfg(test)]
mod tests;

use crate::collect::aws::document;
use crate::collect::aws::draft::{Draft, Object, time};
use crate::collect::aws::invocation;
use crate::collect::aws::scope::Scope;
use crate::model::GapKind;
use aws_sdk_apigateway::types::{ApiKeySourceType, Authorizer, EndpointConfiguration, RestApi};
use serde_json::{Value, json};
use std::collections::HashMap;

pub use domain::{Domain, domain, mapping};
pub use method::methods;
pub use stage::{deployment, stage};

/// The types' names, and the calls that bring them.
pub const REST_API: &str = "AWS::ApiGateway::RestApi";
pub const METHOD: &str = "AWS::ApiGateway::Method";
pub const STAGE: &str = "AWS::ApiGateway::Stage";
pub const AUTHORIZER: &str = "AWS::ApiGateway::Authorizer";
pub const DOMAIN: &str = "AWS::ApiGateway::DomainName";
pub const MAPPING: &str = "AWS::ApiGateway::BasePathMapping";
pub const APIS: &str = "apigateway:GetRestApis";
pub const RESOURCES: &str = "apigateway:GetResources";
pub const STAGES: &str = "apigateway:GetStages";
pub const AUTHORIZERS: &str = "apigateway:GetAuthorizers";
pub const DEPLOYMENT: &str = "apigateway:GetDeployment";
pub const DOMAINS: &str = "apigateway:GetDomainNames";
pub const MAPPINGS: &str = "apigateway:GetBasePathMappings";

/// One API, as its parts name it.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// What API Gateway's ARNs begin with: their account field is empty.
pub fn prefix(cx: &Scope<'_>) -> String {
    format!("arn:{}:apigateway:{}::", cx.partition(), cx.place.region)
}

/// One API; none where the answer lacks what names it.
pub fn rest_api(api: &RestApi, prefix: &str) -> Option<(Draft, Api)> {
    let (id, name) = (api.id()?, api.name()?);
    let arn = format!("{prefix}/restapis/{id}");
    let mut draft = Draft::new(REST_API, arn.as_str(), name);
    draft.tags = tags(api.tags());
    let into = &mut draft.properties;
    into.put("Name", name);
    into.put("Description", api.description().unwrap_or(""));
    into.put("DisableExecuteApiEndpoint", api.disable_execute_api_endpoint());
    into.put("ApiKeySourceType", api.api_key_source().unwrap_or(&ApiKeySourceType::Header).as_str());
    into.put("BinaryMediaTypes", api.binary_media_types());
    into.put_some("MinimumCompressionSize", api.minimum_compression_size());
    into.put_some("EndpointConfiguration", api.endpoint_configuration().map(endpoint));
    into.put_some("SecurityPolicy", api.security_policy().map(|policy| policy.as_str()));
    policy(&mut draft, "Policy", api.policy(), APIS);
    draft.state.put("RestApiId", id);
    draft.state.put_some("CreatedDate", time(api.created_date()));
    draft.state.put_some("ApiStatus", api.api_status().map(|status| status.as_str()));
    let api = Api { id: id.to_owned(), name: name.to_owned(), arn };
    Some((draft, api))
}

/// One authorizer; none where the answer lacks what names it.
pub fn authorizer(authorizer: &Authorizer, api: &Api) -> Option<Draft> {
    let (id, name) = (authorizer.id()?, authorizer.name()?);
    let mut draft = part(AUTHORIZER, api, &format!("/authorizers/{id}"), name);
    let into = &mut draft.properties;
    into.put("Name", name);
    into.put("ProviderARNs", authorizer.provider_arns());
    into.put_some("AuthType", authorizer.auth_type());
    into.put_some("AuthorizerUri", authorizer.authorizer_uri());
    into.put_some("AuthorizerCredentials", authorizer.authorizer_credentials());
    into.put_some("IdentitySource", authorizer.identity_source());
    into.put_some("IdentityValidationExpression", authorizer.identity_validation_expression());
    // API reference of CreateAuthorizer: 300 seconds where nothing else was said.
    into.put("AuthorizerResultTtlInSeconds", authorizer.authorizer_result_ttl_in_seconds().unwrap_or(300));
    match authorizer.r#type() {
        Some(kind) => draft.properties.put("Type", kind.as_str()),
        None => draft.lacks(("properties", "Type"), AUTHORIZERS),
    }
    draft.state.put("AuthorizerId", id);
    invocation::note(&mut draft, authorizer.authorizer_uri(), AUTHORIZERS);
    Some(draft)
}

/// A part of an API in the making, with what says to which it belongs.
fn part(kind: &'static str, api: &Api, path: &str, name: &str) -> Draft {
    let mut draft = Draft::new(kind, format!("{}{path}", api.arn), format!("{}/{name}", api.name));
    draft.properties.put("RestApiId", api.id.as_str());
    draft.state.put("RestApiArn", api.arn.as_str());
    draft
}

fn endpoint(endpoint: &EndpointConfiguration) -> Value {
    let types: Vec<&str> = endpoint.types().iter().map(|kind| kind.as_str()).collect();
    json!({ "Types": types, "VpcEndpointIds": endpoint.vpc_endpoint_ids() })
}

fn tags(tags: Option<&HashMap<String, String>>) -> Value {
    tags.map_or_else(|| json!({}), |tags| json!(tags))
}

/// The sorted names of the variables of a stage.
fn names(variables: Option<&HashMap<String, String>>) -> Vec<&str> {
    let mut names: Vec<&str> = variables.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}

/// A policy document. API Gateway writes it as JSON that was escaped once more for a string, without the string's quotes;
/// an emulator writes plain JSON.
fn policy(draft: &mut Draft, key: &str, text: Option<&str>, call: &'static str) {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return };
    let unescaped = serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
    let read = document::read(text).or_else(|fault| unescaped.map_or(Err(fault), |text| document::read(&text)));
    match read {
        Ok(document) => draft.properties.put(key, document),
        Err(fault) => {
            let detail = format!("the policy of {} cannot be read: {fault}", draft.name);
            draft.unsure(("properties", key), call, GapKind::Broken, detail);
        }
    }
}

/// Where logs of accesses go; none where they go nowhere.
fn access_log(destination: Option<&str>, format: Option<&str>) -> Option<Value> {
    let destination = destination.filter(|arn| !arn.is_empty())?;
    let mut log = Object::default();
    log.put("DestinationArn", destination);
    log.put_some("Format", format);
    Some(log.done())
}
