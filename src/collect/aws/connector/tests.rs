//! What the wire says about who is calling.

use super::*;
use aws_smithy_types::body::SdkBody;

fn named(uri: &str, body: &'static str) -> Option<String> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_uri(uri.to_owned()).unwrap();
    named_by_wire(&request).map(|call| call.to_string())
}

#[test]
fn what_the_credential_chain_sends_is_named_and_what_stays_on_the_machine_is_not_counted() {
    assert_eq!(named("https://sts.us-east-2.amazonaws.com/", "Action=AssumeRole&Version=2011-06-15").as_deref(), Some("sts:AssumeRole"));
    assert_eq!(named("http://127.0.0.1:5000/", "Action=AssumeRoleWithWebIdentity").as_deref(), Some("sts:AssumeRoleWithWebIdentity"));
    let portal = "https://portal.sso.us-east-2.amazonaws.com/federation/credentials?role_name=x&account_id=1";
    assert_eq!(named(portal, "").as_deref(), Some("sso:GetRoleCredentials"));
    assert_eq!(named("http://169.254.169.254/latest/api/token", ""), None);
    assert_eq!(named("http://169.254.170.2/v2/credentials/x", ""), None);
}

#[test]
fn a_request_that_the_sdk_sends_again_says_so() {
    let attempt = |value: &'static str| {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.headers_mut().insert("amz-sdk-request", value);
        is_repeated(&request)
    };
    assert!(!attempt("attempt=1; max=3"));
    assert!(!attempt("ttl=20261123T080000Z; attempt=1; max=3"));
    assert!(attempt("ttl=20261123T080000Z; attempt=2; max=3"));
    assert!(attempt("attempt=2; max=3"));
}
