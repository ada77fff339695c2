//! Settings of the account, and what stands for those that nobody made.

use super::*;
use aws_sdk_iam::types::User;
use aws_smithy_types::DateTime;
use serde_json::{Value, json};

#[test]
fn a_policy_that_demands_nothing_more_has_no_age_and_no_memory() {
    let policy =
        written("id".into(), &PasswordPolicy::builder().minimum_password_length(14).require_symbols(true).max_password_age(0).build());
    assert_eq!((&policy.properties["Custom"], &policy.properties["MinimumPasswordLength"]), (&json!(true), &json!(14)));
    assert_eq!((&policy.properties["RequireSymbols"], &policy.properties["RequireNumbers"]), (&json!(true), &json!(false)));
    assert_eq!((&policy.properties["MaxPasswordAge"], &policy.properties["PasswordReusePrevention"]), (&Value::Null, &Value::Null));
}

#[test]
fn without_a_policy_the_default_of_aws_applies() {
    let policy = unwritten("id".into());
    assert_eq!((&policy.properties["Custom"], &policy.properties["MinimumPasswordLength"]), (&json!(false), &json!(8)));
    assert_eq!((&policy.properties["RequireNumbers"], &policy.properties["MaxPasswordAge"]), (&json!(false), &Value::Null));
}

#[test]
fn a_summary_that_does_not_tell_of_root_is_no_answer() {
    let key = |name: &str| SummaryKeyType::from(name);
    let whole =
        HashMap::from([(key("AccountMFAEnabled"), 1), (key("AccountAccessKeysPresent"), 0), (key("AccountSigningCertificatesPresent"), 0)]);
    let told = summary("id".into(), &whole).unwrap();
    assert_eq!((&told.state["AccountMFAEnabled"], &told.state["AccountAccessKeysPresent"]), (&json!(true), &json!(false)));
    assert_eq!(told.state["AccountPasswordPresent"], Value::Null);
    let mut half = whole;
    half.remove(&key("AccountMFAEnabled"));
    assert!(summary("id".into(), &half).is_none());
}

#[test]
fn a_virtual_factor_of_root_tells_whose_it_is_and_never_its_seed() {
    let root = User::builder()
        .path("/")
        .user_name("")
        .user_id("111122223333")
        .arn("arn:aws:iam::111122223333:root")
        .create_date(DateTime::from_secs(0))
        .build()
        .unwrap();
    let device = VirtualMfaDevice::builder()
        .serial_number("arn:aws:iam::111122223333:mfa/root-account-mfa-device")
        .base32_string_seed(aws_smithy_types::Blob::new("planted-seed"))
        .user(root)
        .build()
        .unwrap();
    let draft = virtual_mfa(&device).unwrap();
    assert_eq!(draft.name, "root-account-mfa-device");
    assert_eq!((&draft.state["UserArn"], &draft.properties["Users"]), (&json!("arn:aws:iam::111122223333:root"), &json!([])));
    assert!(!format!("{draft:?}").contains("planted-seed"));
}

#[test]
fn a_certificate_without_an_end_cannot_be_read() {
    let certificate = |expires: Option<DateTime>| {
        ServerCertificateMetadata::builder()
            .path("/")
            .server_certificate_name("old")
            .server_certificate_id("ASCA")
            .arn("arn:aws:iam::111122223333:server-certificate/old")
            .set_expiration(expires)
            .build()
            .unwrap()
    };
    assert_eq!(server_certificate(&certificate(Some(DateTime::from_secs(0)))).unwrap().state["Expiration"], "1970-01-01T00:00:00Z");
    assert!(server_certificate(&certificate(None)).is_none());
}
