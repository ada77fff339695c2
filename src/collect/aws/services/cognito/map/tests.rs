//! What Cognito leaves out, and what must never be kept of what it says.

use super::*;
use aws_sdk_cognitoidentity::operation::describe_identity_pool::DescribeIdentityPoolOutput;
use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::GetIdentityPoolRolesOutput;
use aws_sdk_cognitoidentity::types::{
    IdentityPoolShortDescription, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType, RulesConfigurationType,
};
use aws_sdk_cognitoidentityprovider::types::builders::UserPoolTypeBuilder;
use aws_sdk_cognitoidentityprovider::types::{
    AdminCreateUserConfigType, AdvancedSecurityAdditionalFlowsType, AdvancedSecurityEnabledModeType, AuthFactorType, EmailMfaConfigType,
    ExplicitAuthFlowsType, PasswordPolicyType, SignInPolicyType, SmsConfigurationType, SmsMfaConfigType, SoftwareTokenMfaConfigType,
    TimeUnitsType, TokenValidityUnitsType, UserPoolAddOnsType, UserPoolClientDescription, UserPoolClientType, UserPoolMfaType,
    UserPoolPolicyType,
};
use std::collections::HashMap;

fn users() -> Pool {
    let listed = UserPoolDescriptionType::builder().id("us-east-2_a").name("users").build();
    pool(&listed, |rest| format!("arn:aws:cognito-idp:us-east-2:111122223333:{rest}")).unwrap()
}

fn answer() -> UserPoolTypeBuilder {
    let policy = PasswordPolicyType::builder().minimum_length(12).build();
    UserPoolType::builder()
        .id("us-east-2_a")
        .mfa_configuration(UserPoolMfaType::On)
        .policies(UserPoolPolicyType::builder().password_policy(policy).build())
}

fn read(answer: &UserPoolType) -> Draft {
    let mut draft = draft(&users());
    described(answer, &mut draft);
    draft
}

fn client_of(answer: &UserPoolClientType) -> Draft {
    let listed = UserPoolClientDescription::builder().client_id("c1").client_name("web").build();
    let mut draft = client::client(&listed, &users()).unwrap().draft;
    client::described(answer, &mut draft);
    draft
}

#[test]
fn the_arn_of_a_pool_is_built_for_the_listing_gives_none() {
    assert_eq!(draft(&users()).id.as_str(), "arn:aws:cognito-idp:us-east-2:111122223333:userpool/us-east-2_a");
}

#[test]
fn what_a_pool_leaves_out_stands_at_its_default() {
    let draft = read(&answer().build());
    assert_eq!(draft.tags, json!({}));
    let properties = &draft.properties;
    assert_eq!(properties["DeletionProtection"], "INACTIVE");
    assert_eq!(properties["UserPoolAddOns"], json!({"AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": {}}));
    assert_eq!(properties["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"], json!(["PASSWORD"]));
    assert_eq!(properties["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], false);
    assert_eq!(properties["UsernameConfiguration"]["CaseSensitive"], true);
    assert_eq!(properties["EmailConfiguration"]["EmailSendingAccount"], "COGNITO_DEFAULT");
    assert!(properties["SmsConfiguration"].is_null());
    assert!(draft.state["KmsKeyArn"].is_null());
    assert_eq!(draft.state["TriggerArns"], json!([]));
}

#[test]
fn half_an_answer_is_told_from_a_pool() {
    assert!(is_whole(&answer().build()));
    assert!(!is_whole(&answer().set_id(None).build()));
    assert!(!is_whole(&answer().set_mfa_configuration(None).build()));
}

#[test]
fn a_missing_password_policy_is_a_gap_and_no_weak_one() {
    let without_length = PasswordPolicyType::builder().require_symbols(true).build();
    let policies = UserPoolPolicyType::builder().password_policy(without_length).build();
    for answer in [answer().set_policies(None).build(), answer().policies(policies).build()] {
        let draft = read(&answer);
        assert_eq!(draft.gaps.len(), 1);
        assert_eq!(draft.gaps[0].path.to_string(), "properties.Policies.PasswordPolicy");
        assert!(draft.properties["Policies"].get("PasswordPolicy").is_none());
        assert_eq!(draft.properties["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"], json!(["PASSWORD"]));
    }
}

#[test]
fn temporary_passwords_live_as_long_as_the_newer_setting_says_else_the_older_else_a_week() {
    let days = |newer, older| {
        let policy = PasswordPolicyType::builder().minimum_length(8).temporary_password_validity_days(newer).build();
        let admin = AdminCreateUserConfigType::builder().unused_account_validity_days(older).build();
        let policies = UserPoolPolicyType::builder().password_policy(policy).build();
        read(&answer().policies(policies).admin_create_user_config(admin).build()).properties["Policies"]["PasswordPolicy"]
            ["TemporaryPasswordValidityDays"]
            .clone()
    };
    assert_eq!((days(3, 30), days(0, 30), days(0, 0)), (json!(3), json!(30), json!(7)));
}

#[test]
fn factors_and_threat_protection_are_told_as_they_are() {
    let factors = SignInPolicyType::builder()
        .allowed_first_auth_factors(AuthFactorType::Password)
        .allowed_first_auth_factors(AuthFactorType::WebAuthn);
    let policies = UserPoolPolicyType::builder()
        .password_policy(PasswordPolicyType::builder().minimum_length(8).build())
        .sign_in_policy(factors.build())
        .build();
    let flows = AdvancedSecurityAdditionalFlowsType::builder().custom_auth_mode(AdvancedSecurityEnabledModeType::Audit).build();
    let add_ons = UserPoolAddOnsType::builder()
        .advanced_security_mode(AdvancedSecurityModeType::Enforced)
        .advanced_security_additional_flows(flows)
        .build()
        .unwrap();
    let draft = read(&answer().policies(policies).user_pool_add_ons(add_ons).build());
    assert_eq!(draft.properties["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"], json!(["PASSWORD", "WEB_AUTHN"]));
    let expected = json!({"AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"}});
    assert_eq!(draft.properties["UserPoolAddOns"], expected);
}

#[test]
fn a_tag_named_key_is_a_tag() {
    let tags = HashMap::from([("Key".to_owned(), "a".to_owned()), ("Value".to_owned(), "b=$\"\n".to_owned())]);
    assert_eq!(read(&answer().set_user_pool_tags(Some(tags.clone())).build()).tags, json!({"Key": "a", "Value": "b=$\"\n"}));
    let mut draft = Draft::new(identity::IDENTITY_POOL, "id", "name");
    let answer = DescribeIdentityPoolOutput::builder()
        .identity_pool_id("us-east-2:1")
        .identity_pool_name("name")
        .allow_unauthenticated_identities(false)
        .set_identity_pool_tags(Some(tags));
    identity::described(&answer.build().unwrap(), &mut draft);
    assert_eq!(draft.tags["Key"], "a");
}

#[test]
fn second_factors_are_those_that_are_set_up() {
    let enabled = |answer: GetUserPoolMfaConfigOutput| {
        let mut draft = draft(&users());
        mfa(&answer, &mut draft);
        draft.properties["EnabledMfas"].clone()
    };
    let answer = GetUserPoolMfaConfigOutput::builder;
    let sms = SmsConfigurationType::builder().sns_caller_arn("arn").build();
    let sms = SmsMfaConfigType::builder().sms_configuration(sms).build();
    let token = |enabled| SoftwareTokenMfaConfigType::builder().enabled(enabled).build();
    assert_eq!(enabled(answer().build()), json!([]));
    assert_eq!(enabled(answer().software_token_mfa_configuration(token(false)).build()), json!([]));
    // A message template without a role to send it with sends nothing.
    assert_eq!(enabled(answer().sms_mfa_configuration(SmsMfaConfigType::builder().build()).build()), json!([]));
    let all = answer().sms_mfa_configuration(sms).software_token_mfa_configuration(token(true));
    let all = all.email_mfa_configuration(EmailMfaConfigType::builder().build()).build();
    assert_eq!(enabled(all), json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]));
}

#[test]
fn the_external_id_of_text_messages_is_not_kept() {
    let sms = SmsConfigurationType::builder().sns_caller_arn("arn:role").external_id("s3cr3t").build();
    let draft = read(&answer().sms_configuration(sms).build());
    assert_eq!(draft.properties["SmsConfiguration"], json!({"SnsCallerArn": "arn:role"}));
    assert!(!format!("{draft:?}").contains("s3cr3t"));
}

#[test]
fn a_clients_secret_ends_here() {
    let draft = client_of(&UserPoolClientType::builder().client_id("c1").client_secret("s3cr3t").build());
    assert_eq!(draft.properties["GenerateSecret"], true);
    assert!(!format!("{draft:?}").contains("s3cr3t"));
    assert_eq!(client_of(&UserPoolClientType::builder().client_id("c1").build()).properties["GenerateSecret"], false);
}

#[test]
fn what_a_client_leaves_out_stands_at_its_default() {
    let client = client_of(&UserPoolClientType::builder().client_id("c1").build()).properties;
    assert_eq!(client["ExplicitAuthFlows"], json!(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]));
    assert_eq!(
        (&client["AccessTokenValidity"], &client["IdTokenValidity"], &client["RefreshTokenValidity"]),
        (&json!(1), &json!(1), &json!(30))
    );
    assert_eq!(client["TokenValidityUnits"], json!({"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}));
    assert_eq!(client["PreventUserExistenceErrors"], "LEGACY");
    assert_eq!(client["EnableTokenRevocation"], false);
    assert_eq!(client["AllowedOAuthFlowsUserPoolClient"], false);
    let named = client_of(&UserPoolClientType::builder().client_id("c1").explicit_auth_flows(ExplicitAuthFlowsType::AllowUserAuth).build());
    assert_eq!(named.properties["ExplicitAuthFlows"], json!(["ALLOW_USER_AUTH"]));
}

#[test]
fn a_unit_without_a_number_changes_no_default() {
    let units = TokenValidityUnitsType::builder().access_token(TimeUnitsType::Days).refresh_token(TimeUnitsType::Minutes).build();
    let answer = || UserPoolClientType::builder().client_id("c1").token_validity_units(units.clone());
    let client = client_of(&answer().build()).properties;
    assert_eq!((&client["AccessTokenValidity"], &client["TokenValidityUnits"]["AccessToken"]), (&json!(1), &json!("hours")));
    assert_eq!((&client["RefreshTokenValidity"], &client["TokenValidityUnits"]["RefreshToken"]), (&json!(30), &json!("days")));
    let client = client_of(&answer().access_token_validity(1).refresh_token_validity(90).build()).properties;
    assert_eq!((&client["AccessTokenValidity"], &client["TokenValidityUnits"]["AccessToken"]), (&json!(1), &json!("days")));
    assert_eq!((&client["RefreshTokenValidity"], &client["TokenValidityUnits"]["RefreshToken"]), (&json!(90), &json!("minutes")));
}

#[test]
fn groups_and_clients_of_two_pools_have_ids_of_their_own() {
    let other = Pool { id: "us-east-2_b".to_owned(), arn: "arn:b".to_owned(), ..users() };
    let admins = GroupType::builder().group_name("admins").role_arn("").build();
    let (one, two) = (group(&admins, &users()).unwrap(), group(&admins, &other).unwrap());
    assert_ne!(one.id, two.id);
    assert_eq!((one.name.as_str(), &one.state["UserPoolName"]), ("admins", &json!("users")));
    assert!(one.properties["RoleArn"].is_null());
    assert!(group(&GroupType::builder().build(), &users()).is_none());
}

#[test]
fn an_identity_pools_roles_are_kept_and_its_claims_are_not() {
    let rule = |value: &str, role: &str| {
        MappingRule::builder().claim("email").match_type(MappingRuleMatchType::Equals).value(value).role_arn(role).build().unwrap()
    };
    let rules = RulesConfigurationType::builder().rules(rule("jane@example.com", "arn:b")).rules(rule("john@example.com", "arn:a"));
    let mapping = RoleMapping::builder().r#type(RoleMappingType::Rules).rules_configuration(rules.build().unwrap()).build().unwrap();
    let answer = GetIdentityPoolRolesOutput::builder().identity_pool_id("us-east-2:1").roles("authenticated", "arn:c");
    let listed = IdentityPoolShortDescription::builder().identity_pool_id("us-east-2:1").identity_pool_name("web").build();
    let mut draft = identity::named(&listed, str::to_owned).unwrap().draft;
    identity::roles(&answer.role_mappings("provider", mapping).build(), &mut draft);
    assert_eq!(draft.state["Roles"], json!({"authenticated": "arn:c"}));
    assert_eq!(draft.state["MappedRoles"], json!(["arn:a", "arn:b"]));
    assert_eq!(draft.state["TokenMapped"], false);
    assert!(!format!("{draft:?}").contains("example.com"));
}
