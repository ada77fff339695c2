"""The user pool with groups for roles, its app client, and no way in for strangers."""

from .names import OWNED, POOL, PREFIX

# What is wrong on purpose here.
PLANTED = []

GROUPS = ["admin", "member", "viewer"]


def fill(session, account):
    cognito = session.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName=POOL,
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 14,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "PasswordHistorySize": 5,
                "TemporaryPasswordValidityDays": 1,
            }
        },
        DeletionProtection="ACTIVE",
        MfaConfiguration="ON",
        UserPoolAddOns={
            "AdvancedSecurityMode": "ENFORCED",
            "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"},
        },
        UserPoolTags=OWNED,
        UserPoolTier="PLUS",
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    )["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )
    for group in GROUPS:
        cognito.create_group(UserPoolId=pool, GroupName=group, Description=f"{group}s of the deployment")
    cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName=PREFIX + "web",
        # Its secret is dropped on arrival, and a test looks for it.
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=["https://app-dev.diatonic.ai/callback"],
        LogoutURLs=["https://app-dev.diatonic.ai/"],
        SupportedIdentityProviders=["COGNITO"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=True,
        AccessTokenValidity=60,
        IdTokenValidity=60,
        RefreshTokenValidity=30,
        TokenValidityUnits={"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
    )


def pool(session):
    """The pool's id."""
    pools = session.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    return next(pool["Id"] for pool in pools if pool["Name"] == POOL)
