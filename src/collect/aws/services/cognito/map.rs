//! User pools and their groups in CloudFormation's words; clients and identity pools in files of their own.
//!
//! Message templates, mail addresses and the external id of text messages are not kept.

pub mod client;
pub mod identity;
#[cfg(test)]
mod tests;

use crate::collect::aws::draft::{Draft, Object, time};
use crate::model::resource::GapRecord;
use crate::model::{Gap, GapKind, Path};
use aws_sdk_cognitoidentityprovider::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::types::{
    AdvancedSecurityModeType, DeletionProtectionType, EmailSendingAccountType, GroupType, LambdaConfigType, UserPoolDescriptionType,
    UserPoolType,
};
use serde_json::{Value, json};

/// User pools.
pub const USER_POOL: &str = "AWS::Cognito::UserPool";
/// Groups of user pools.
pub const GROUP: &str = "AWS::Cognito::UserPoolGroup";
/// The listing of user pools.
pub const USER_POOLS: &str = "cognito-idp:ListUserPools";
/// What a user pool is.
pub const DESCRIBE: &str = "cognito-idp:DescribeUserPool";
/// Its second factors.
pub const MFA: &str = "cognito-idp:GetUserPoolMfaConfig";
/// Its groups.
pub const GROUPS: &str = "cognito-idp:ListGroups";

/// What names a user pool, and what else its listing says.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its id, `us-east-2_Ab129faBb`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Its name; two pools may have the same.
    pub name: String,
    created: Option<String>,
    modified: Option<String>,
}

/// One user pool of the listing; none where the answer lacks what names it. `arn` makes an ARN of what stands behind the
/// account, for the listing gives none.
pub fn pool(pool: &UserPoolDescriptionType, arn: impl Fn(&str) -> String) -> Option<Pool> {
    let (id, name) = (pool.id()?, pool.name()?);
    Some(Pool {
        id: id.to_owned(),
        arn: arn(&format!("userpool/{id}")),
        name: name.to_owned(),
        created: time(pool.creation_date()),
        modified: time(pool.last_modified_date()),
    })
}

/// What the listing says of a user pool.
pub fn draft(pool: &Pool) -> Draft {
    let mut draft = Draft::new(USER_POOL, pool.arn.as_str(), pool.name.as_str());
    draft.properties.put("UserPoolName", pool.name.as_str());
    draft.state.put("UserPoolId", pool.id.as_str());
    draft.state.put_some("CreationDate", pool.created.as_deref());
    draft.state.put_some("LastModifiedDate", pool.modified.as_deref());
    draft
}

/// Whether the answer says which pool it is of, and what Cognito always says of one.
pub fn is_whole(pool: &UserPoolType) -> bool {
    pool.id().is_some() && pool.mfa_configuration().is_some()
}

/// What a user pool is. What the answer leaves out stands at the default that the API reference of CreateUserPool gives.
pub fn described(pool: &UserPoolType, draft: &mut Draft) {
    draft.tags = pool.user_pool_tags().map_or_else(|| json!({}), |tags| json!(tags));
    let policies = policies(pool, draft);
    let into = &mut draft.properties;
    into.put("Policies", policies);
    let protection = pool.deletion_protection().unwrap_or(&DeletionProtectionType::Inactive);
    into.put("DeletionProtection", protection.as_str());
    into.put_some("MfaConfiguration", pool.mfa_configuration().map(|mfa| mfa.as_str()));
    into.put("UserPoolAddOns", add_ons(pool));
    let admin = pool.admin_create_user_config();
    into.put("AdminCreateUserConfig", json!({"AllowAdminCreateUserOnly": admin.is_some_and(|admin| admin.allow_admin_create_user_only())}));
    let recovery = pool.account_recovery_setting().map(|setting| setting.recovery_mechanisms()).unwrap_or_default();
    let mechanisms = recovery.iter().map(|mechanism| json!({"Name": mechanism.name().as_str(), "Priority": mechanism.priority()}));
    into.put("AccountRecoverySetting", json!({"RecoveryMechanisms": mechanisms.collect::<Value>()}));
    into.put_some("UserPoolTier", pool.user_pool_tier().map(|tier| tier.as_str()));
    let sensitive = pool.username_configuration().is_none_or(|config| config.case_sensitive());
    into.put("UsernameConfiguration", json!({"CaseSensitive": sensitive}));
    into.put("AliasAttributes", pool.alias_attributes().iter().map(|name| name.as_str()).collect::<Value>());
    into.put("UsernameAttributes", pool.username_attributes().iter().map(|name| name.as_str()).collect::<Value>());
    into.put("AutoVerifiedAttributes", pool.auto_verified_attributes().iter().map(|name| name.as_str()).collect::<Value>());
    let caller = pool.sms_configuration().map(|sms| sms.sns_caller_arn()).filter(|arn| !arn.is_empty());
    into.put_some("SmsConfiguration", caller.map(|arn| json!({"SnsCallerArn": arn})));
    let sender = pool.email_configuration().and_then(|email| email.email_sending_account());
    let sender = sender.unwrap_or(&EmailSendingAccountType::CognitoDefault);
    into.put("EmailConfiguration", json!({"EmailSendingAccount": sender.as_str()}));
    let state = &mut draft.state;
    state.put("EstimatedNumberOfUsers", pool.estimated_number_of_users());
    state.put_some("Domain", pool.domain());
    state.put_some("CustomDomain", pool.custom_domain());
    state.put_some("KmsKeyArn", pool.key_configuration().and_then(|key| key.kms_key_arn()).filter(|arn| !arn.is_empty()));
    state.put("TriggerArns", pool.lambda_config().map(triggers).unwrap_or_default());
}

/// The password policy and the first factors. A policy that is missing, or says no length, is not known: every pool has one.
fn policies(pool: &UserPoolType, draft: &mut Draft) -> Value {
    let mut policies = Object::default();
    let all = pool.policies();
    match all.and_then(|all| all.password_policy()).and_then(|policy| Some((policy, policy.minimum_length()?))) {
        Some((policy, length)) => {
            // 0 is "not set" (API reference of PasswordPolicyType); older pools have the setting for unused accounts instead.
            let older = pool.admin_create_user_config().map_or(0, |admin| admin.unused_account_validity_days());
            let days = [policy.temporary_password_validity_days(), older, 7].into_iter().find(|days| *days > 0);
            policies.put(
                "PasswordPolicy",
                json!({
                    "MinimumLength": length,
                    "RequireUppercase": policy.require_uppercase(),
                    "RequireLowercase": policy.require_lowercase(),
                    "RequireNumbers": policy.require_numbers(),
                    "RequireSymbols": policy.require_symbols(),
                    "PasswordHistorySize": policy.password_history_size().unwrap_or(0),
                    "TemporaryPasswordValidityDays": days,
                }),
            );
        }
        None => {
            let detail = format!("{DESCRIBE} says nothing of the length of passwords of {}", draft.name);
            let gap = Gap { call: Some(DESCRIBE.into()), ..Gap::new(GapKind::Broken, detail) };
            draft.gaps.push(GapRecord { path: Path::root("properties").key("Policies").key("PasswordPolicy"), gap });
        }
    }
    let factors = all.and_then(|all| all.sign_in_policy()).map(|policy| policy.allowed_first_auth_factors()).unwrap_or_default();
    let factors: Vec<&str> = factors.iter().map(|factor| factor.as_str()).collect();
    let factors = if factors.is_empty() { vec!["PASSWORD"] } else { factors };
    policies.put("SignInPolicy", json!({"AllowedFirstAuthFactors": factors}));
    policies.done()
}

fn add_ons(pool: &UserPoolType) -> Value {
    let add_ons = pool.user_pool_add_ons();
    let mode = add_ons.map_or(&AdvancedSecurityModeType::Off, |add_ons| add_ons.advanced_security_mode());
    let custom = add_ons.and_then(|add_ons| add_ons.advanced_security_additional_flows()).and_then(|flows| flows.custom_auth_mode());
    let mut flows = Object::default();
    flows.put_some("CustomAuthMode", custom.map(|mode| mode.as_str()));
    json!({"AdvancedSecurityMode": mode.as_str(), "AdvancedSecurityAdditionalFlows": flows.done()})
}

fn triggers(config: &LambdaConfigType) -> Vec<&str> {
    let mut arns: Vec<&str> = [
        config.pre_sign_up(),
        config.custom_message(),
        config.post_confirmation(),
        config.pre_authentication(),
        config.post_authentication(),
        config.define_auth_challenge(),
        config.create_auth_challenge(),
        config.verify_auth_challenge_response(),
        config.pre_token_generation(),
        config.user_migration(),
        config.pre_token_generation_config().map(|config| config.lambda_arn()),
        config.custom_sms_sender().map(|sender| sender.lambda_arn()),
        config.custom_email_sender().map(|sender| sender.lambda_arn()),
    ]
    .into_iter()
    .flatten()
    .filter(|arn| !arn.is_empty())
    .collect();
    arns.sort_unstable();
    arns.dedup();
    arns
}

/// The second factors that are set up.
pub fn mfa(answer: &GetUserPoolMfaConfigOutput, draft: &mut Draft) {
    let sms = answer.sms_mfa_configuration().is_some_and(|sms| sms.sms_configuration().is_some());
    let token = answer.software_token_mfa_configuration().is_some_and(|token| token.enabled());
    let mail = answer.email_mfa_configuration().is_some();
    let all = [("SMS_MFA", sms), ("SOFTWARE_TOKEN_MFA", token), ("EMAIL_OTP", mail)];
    draft.properties.put("EnabledMfas", all.into_iter().filter(|(_, on)| *on).map(|(name, _)| name).collect::<Value>());
    let verification = answer.web_authn_configuration().and_then(|config| config.user_verification());
    draft.properties.put_some("WebAuthnUserVerification", verification.map(|verification| verification.as_str()));
}

/// One group; none where the answer lacks its name. AWS gives groups no ARN: theirs is built from the pool's.
pub fn group(group: &GroupType, pool: &Pool) -> Option<Draft> {
    let name = group.group_name()?;
    let mut draft = Draft::new(GROUP, format!("{}/group/{name}", pool.arn), name);
    draft.properties.put("GroupName", name);
    draft.properties.put("UserPoolId", pool.id.as_str());
    draft.properties.put("Description", group.description().unwrap_or(""));
    draft.properties.put_some("RoleArn", group.role_arn().filter(|arn| !arn.is_empty()));
    draft.properties.put_some("Precedence", group.precedence());
    hangs_on(&mut draft, pool);
    draft.state.put_some("CreationDate", time(group.creation_date()));
    draft.state.put_some("LastModifiedDate", time(group.last_modified_date()));
    Some(draft)
}

fn hangs_on(draft: &mut Draft, pool: &Pool) {
    draft.state.put("UserPoolArn", pool.arn.as_str());
    draft.state.put("UserPoolName", pool.name.as_str());
}
