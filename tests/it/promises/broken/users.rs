//! The users: their pool, its groups and its app client.

use super::calls::{Promise, change_client, change_pool, pool};
use crate::support::stand_in::Canned;
use serde_json::json;

/// The user pool.
pub const PROMISES: &[Promise] = &[
    (
        "the users' passwords",
        |on| {
            let short = json!({"PasswordPolicy": {"MinimumLength": 6}});
            change_pool(on, "Policies", short);
        },
        &["cognito-user-pool-password-policy-weak"],
    ),
    (
        "the users' second factor, by text message alone",
        |on| {
            let sms =
                json!({"SmsAuthenticationMessage": "{####}", "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::111122223333:role/sms"}});
            pool(on, "SetUserPoolMfaConfig", &json!({"MfaConfiguration": "ON", "SmsMfaConfiguration": sms}));
        },
        &["cognito-user-pool-mfa-by-message-only"],
    ),
    ("the pool's protection", |on| change_pool(on, "DeletionProtection", json!("INACTIVE")), &["cognito-user-pool-deletion-unprotected"]),
    ("the users' second factor", |on| change_pool(on, "MfaConfiguration", json!("OFF")), &["cognito-user-pool-mfa-off"]),
    (
        "who may sign up",
        |on| change_pool(on, "AdminCreateUserConfig", json!({"AllowAdminCreateUserOnly": false})),
        &["cognito-user-pool-sign-up-open"],
    ),
    (
        "the pool's watch over threats",
        |on| change_pool(on, "UserPoolAddOns", json!({"AdvancedSecurityMode": "OFF"})),
        &["cognito-user-pool-custom-auth-unprotected", "cognito-user-pool-threat-protection-off"],
    ),
    (
        "the client's way to sign in",
        |on| change_client(on, &json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})),
        &["cognito-client-password-flow"],
    ),
    ("the client's grant", |on| change_client(on, &json!({"AllowedOAuthFlows": ["implicit"]})), &["cognito-client-implicit-grant"]),
    (
        "the client's callback",
        |on| change_client(on, &json!({"CallbackURLs": ["http://app-dev.diatonic.ai/callback"]})),
        &["cognito-client-callback-insecure"],
    ),
    (
        "the client's tokens, which last",
        |on| change_client(on, &json!({"AccessTokenValidity": 1440, "IdTokenValidity": 1440})),
        &["cognito-client-token-long-lived"],
    ),
    (
        "the client's tokens, which nobody can revoke",
        |on| change_client(on, &json!({"EnableTokenRevocation": false})),
        &["cognito-client-token-irrevocable"],
    ),
    (
        "the client, which tells who is a user",
        |on| change_client(on, &json!({"PreventUserExistenceErrors": "LEGACY"})),
        &["cognito-client-users-revealed"],
    ),
    (
        "a group's role",
        |on| {
            let gone = format!("arn:aws:iam::{}:role/aws-devops-dev-gone", on.account.id);
            pool(on, "UpdateGroup", &json!({"GroupName": "admin", "RoleArn": gone}));
        },
        &["cognito-group-role-missing"],
    ),
    (
        "the groups",
        |on| on.stand_in.answer(Canned::json("cognito-idp:ListGroups", json!({"Groups": []}))),
        &["cognito-user-pool-groups-missing"],
    ),
    (
        "guests, who are let in",
        |on| {
            let guests = json!({"IdentityPoolName": "aws-devops-dev-guests", "AllowUnauthenticatedIdentities": true});
            on.account.json("cognito-identity", "AWSCognitoIdentityService", "CreateIdentityPool", &guests);
        },
        &["cognito-identity-pool-guests-allowed", "tagging-identity-pool-tag-missing"],
    ),
];
