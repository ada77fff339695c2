//! Identity pools in CloudFormation's words. Roles are a type of their own there (`AWS::Cognito::IdentityPoolRoleAttachment`);
//! a live pool has them as state. The claims that choose a role may be personal data: only the roles are kept.

use crate::collect::aws::draft::{Draft, Object};
use aws_sdk_cognitoidentity::operation::describe_identity_pool::DescribeIdentityPoolOutput;
use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::GetIdentityPoolRolesOutput;
use aws_sdk_cognitoidentity::types::{IdentityPoolShortDescription, RoleMappingType};
use serde_json::{Value, json};

/// Identity pools.
pub const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";
/// Their listing.
pub const IDENTITY_POOLS: &str = "cognito-identity:ListIdentityPools";
/// What an identity pool is.
pub const DESCRIBE: &str = "cognito-identity:DescribeIdentityPool";
/// The roles that it hands out.
pub const ROLES: &str = "cognito-identity:GetIdentityPoolRoles";

/// An identity pool that was listed.
#[derive(Debug)]
pub struct Named {
    /// Its id, `us-east-2:` and a UUID.
    pub id: String,
    /// What is known of it.
    pub draft: Draft,
}

/// One pool of the listing; none where the answer lacks what names it. `arn` makes an ARN of what stands behind the account.
pub fn named(pool: &IdentityPoolShortDescription, arn: impl Fn(&str) -> String) -> Option<Named> {
    let (id, name) = (pool.identity_pool_id()?, pool.identity_pool_name()?);
    let mut draft = Draft::new(IDENTITY_POOL, arn(&format!("identitypool/{id}")), name);
    draft.properties.put("IdentityPoolName", name);
    draft.state.put("IdentityPoolId", id);
    Some(Named { id: id.to_owned(), draft })
}

/// What a pool is.
pub fn described(pool: &DescribeIdentityPoolOutput, draft: &mut Draft) {
    draft.tags = pool.identity_pool_tags().map_or_else(|| json!({}), |tags| json!(tags));
    let into = &mut draft.properties;
    into.put("AllowUnauthenticatedIdentities", pool.allow_unauthenticated_identities());
    into.put("AllowClassicFlow", pool.allow_classic_flow().unwrap_or(false));
    into.put_some("DeveloperProviderName", pool.developer_provider_name());
    into.put("OpenIdConnectProviderARNs", pool.open_id_connect_provider_arns());
    into.put("SamlProviderARNs", pool.saml_provider_arns());
    let providers = pool.cognito_identity_providers().iter().map(|provider| {
        json!({
            "ProviderName": provider.provider_name().unwrap_or(""),
            "ClientId": provider.client_id().unwrap_or(""),
            "ServerSideTokenCheck": provider.server_side_token_check().unwrap_or(false),
        })
    });
    into.put("CognitoIdentityProviders", providers.collect::<Value>());
    let mut names: Vec<&str> = pool.supported_login_providers().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    draft.state.put("LoginProviders", names);
}

/// The roles that a pool hands out.
pub fn roles(answer: &GetIdentityPoolRolesOutput, draft: &mut Draft) {
    let mut roles = Object::default();
    for kind in ["authenticated", "unauthenticated"] {
        roles.put_some(kind, answer.roles().and_then(|roles| roles.get(kind)).map(String::as_str));
    }
    draft.state.put("Roles", roles.done());
    let mappings = || answer.role_mappings().into_iter().flatten().map(|(_, mapping)| mapping);
    let rules = mappings().filter_map(|mapping| mapping.rules_configuration()).flat_map(|rules| rules.rules());
    let mut mapped: Vec<&str> = rules.map(|rule| rule.role_arn()).collect();
    mapped.sort_unstable();
    mapped.dedup();
    draft.state.put("MappedRoles", mapped);
    draft.state.put("TokenMapped", mappings().any(|mapping| *mapping.r#type() == RoleMappingType::Token));
}
