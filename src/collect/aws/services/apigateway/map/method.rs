//! The methods of one resource of an API, each a resource of its own.

use super::{Api, METHOD, RESOURCES, part};
use crate::collect::aws::draft::{Draft, Object};
use crate::collect::aws::invocation;
use aws_sdk_apigateway::types::{ConnectionType, Integration, Method, Resource};
use serde_json::Value;

/// The methods of a resource, sorted; none where the answer lacks what names it.
pub fn methods(resource: &Resource, api: &Api) -> Option<Vec<Draft>> {
    let (id, path) = (resource.id()?, resource.path()?);
    let mut methods: Vec<Draft> =
        resource.resource_methods().into_iter().flatten().map(|(verb, of)| method(verb, of, id, path, api)).collect();
    methods.sort_by(|one, other| one.name.cmp(&other.name));
    Some(methods)
}

fn method(verb: &str, method: &Method, resource: &str, path: &str, api: &Api) -> Draft {
    let mut draft = part(METHOD, api, &format!("/resources/{resource}/methods/{verb}"), &format!("{verb} {path}"));
    let into = &mut draft.properties;
    into.put("ResourceId", resource);
    into.put("HttpMethod", verb);
    into.put("AuthorizationScopes", method.authorization_scopes());
    into.put_some("AuthorizerId", method.authorizer_id());
    into.put_some("RequestValidatorId", method.request_validator_id());
    into.put_some("OperationName", method.operation_name());
    into.put_some("Integration", method.method_integration().map(integration));
    draft.state.put("Path", path);
    draft.state.put("Method", format!("{verb} {path}"));
    draft.state.put_some("AuthorizerArn", method.authorizer_id().map(|id| format!("{}/authorizers/{id}", api.arn)));
    match method.authorization_type() {
        Some(kind) => {
            draft.properties.put("AuthorizationType", kind);
            // Method of the API reference: a key is required only where it says so.
            draft.properties.put("ApiKeyRequired", method.api_key_required().unwrap_or(false));
            invocation::note(&mut draft, method.method_integration().and_then(Integration::uri), RESOURCES);
        }
        // A server that leaves the embedding out answers with the verbs alone: nothing is known of the method then.
        None => {
            for key in ["AuthorizationType", "AuthorizerId", "ApiKeyRequired", "Integration"] {
                draft.lacks(("properties", key), RESOURCES);
            }
            for key in ["AuthorizerArn", "FunctionArn", "FunctionQualifier"] {
                draft.lacks(("state", key), RESOURCES);
            }
        }
    }
    draft
}

fn integration(integration: &Integration) -> Value {
    let mut into = Object::default();
    into.put_some("Type", integration.r#type().map(|kind| kind.as_str()));
    into.put_some("Uri", integration.uri().map(invocation::without_credentials));
    into.put_some("IntegrationHttpMethod", integration.http_method());
    into.put_some("Credentials", integration.credentials());
    into.put("ConnectionType", integration.connection_type().unwrap_or(&ConnectionType::Internet).as_str());
    into.put_some("ConnectionId", integration.connection_id());
    // Zero is what the SDK has where nothing was said; 29 seconds is the default of the API reference.
    let timeout = integration.timeout_in_millis();
    into.put("TimeoutInMillis", if timeout > 0 { timeout } else { 29_000 });
    into.done()
}
