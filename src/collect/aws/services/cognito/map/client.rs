//! App clients in CloudFormation's words. The answer holds their secret: whether there is one is kept, and it ends here.

use super::{Pool, hangs_on};
use crate::collect::aws::draft::{Draft, time};
use aws_sdk_cognitoidentityprovider::types::{
    PreventUserExistenceErrorTypes, TimeUnitsType, UserPoolClientDescription, UserPoolClientType,
};
use serde_json::{Value, json};

/// App clients.
pub const CLIENT: &str = "AWS::Cognito::UserPoolClient";
/// The listing of a pool's clients.
pub const CLIENTS: &str = "cognito-idp:ListUserPoolClients";
/// What a client is.
pub const DESCRIBE_CLIENT: &str = "cognito-idp:DescribeUserPoolClient";

/// A client that was listed, and what it is asked for by.
#[derive(Debug)]
pub struct Named {
    /// Its pool's id.
    pub pool_id: String,
    /// Its own.
    pub client_id: String,
    /// What is known of it.
    pub draft: Draft,
}

/// One client of the listing; none where the answer lacks what names it. AWS gives clients no ARN: theirs is built from the
/// pool's.
pub fn client(client: &UserPoolClientDescription, pool: &Pool) -> Option<Named> {
    let (id, name) = (client.client_id()?, client.client_name()?);
    let mut draft = Draft::new(CLIENT, format!("{}/client/{id}", pool.arn), name);
    draft.properties.put("ClientName", name);
    draft.properties.put("UserPoolId", pool.id.as_str());
    draft.state.put("ClientId", id);
    hangs_on(&mut draft, pool);
    Some(Named { pool_id: pool.id.clone(), client_id: id.to_owned(), draft })
}

/// What a client may do. What the answer leaves out stands at the default that the API reference of CreateUserPoolClient
/// gives.
pub fn described(client: &UserPoolClientType, draft: &mut Draft) {
    let into = &mut draft.properties;
    into.put("GenerateSecret", client.client_secret().is_some_and(|secret| !secret.is_empty()));
    let flows: Vec<&str> = client.explicit_auth_flows().iter().map(|flow| flow.as_str()).collect();
    let usual = vec!["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];
    into.put("ExplicitAuthFlows", if flows.is_empty() { usual } else { flows });
    into.put("AllowedOAuthFlowsUserPoolClient", client.allowed_o_auth_flows_user_pool_client().unwrap_or(false));
    into.put("AllowedOAuthFlows", client.allowed_o_auth_flows().iter().map(|flow| flow.as_str()).collect::<Value>());
    into.put("AllowedOAuthScopes", client.allowed_o_auth_scopes());
    into.put("CallbackURLs", client.callback_urls());
    into.put("LogoutURLs", client.logout_urls());
    into.put_some("DefaultRedirectURI", client.default_redirect_uri());
    into.put("SupportedIdentityProviders", client.supported_identity_providers());
    let units = client.token_validity_units();
    let (access, access_unit) = lifetime(client.access_token_validity(), units.and_then(|units| units.access_token()), ACCESS);
    let (id, id_unit) = lifetime(client.id_token_validity(), units.and_then(|units| units.id_token()), ACCESS);
    let (refresh, refresh_unit) = lifetime(Some(client.refresh_token_validity()), units.and_then(|units| units.refresh_token()), REFRESH);
    into.put("AccessTokenValidity", access);
    into.put("IdTokenValidity", id);
    into.put("RefreshTokenValidity", refresh);
    into.put("TokenValidityUnits", json!({"AccessToken": access_unit, "IdToken": id_unit, "RefreshToken": refresh_unit}));
    let errors = client.prevent_user_existence_errors().unwrap_or(&PreventUserExistenceErrorTypes::Legacy);
    into.put("PreventUserExistenceErrors", errors.as_str());
    into.put("EnableTokenRevocation", client.enable_token_revocation().unwrap_or(false));
    draft.state.put_some("CreationDate", time(client.creation_date()));
    draft.state.put_some("LastModifiedDate", time(client.last_modified_date()));
}

/// Of access and identity tokens: one hour, and hours where a number has no unit (API reference of UserPoolClientType).
const ACCESS: (i32, TimeUnitsType) = (1, TimeUnitsType::Hours);
/// Of refresh tokens: thirty days, and days. The reference says too that 0 is taken for that.
const REFRESH: (i32, TimeUnitsType) = (30, TimeUnitsType::Days);

/// How long a token is good for, with its unit. A unit without a number is of no number that the answer gives.
fn lifetime(number: Option<i32>, unit: Option<&TimeUnitsType>, usual: (i32, TimeUnitsType)) -> (i32, String) {
    match number.filter(|number| *number > 0) {
        Some(number) => (number, unit.unwrap_or(&usual.1).as_str().to_owned()),
        None => (usual.0, usual.1.as_str().to_owned()),
    }
}
