//! AWS's error replies and what they mean, a table a kind.

use super::unsent::judge_credentials;
use super::*;
use aws_credential_types::provider::error::CredentialsError;

fn site(call: &str, region: &str) -> Site {
    Site {
        place: Place { account: "111122223333".into(), region: region.into() },
        call: call.into(),
        permission: call.into(),
        proven: None,
    }
}

fn reply(status: u16, code: &str, message: &str) -> Judged {
    judge_reply(&Reply { status, code: Some(code), message: Some(message) }, &site("dynamodb:DescribeTable", "us-east-2"))
}

#[test]
fn refusals_are_denied_and_name_the_action() {
    for code in ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "KMSAccessDeniedException", "NotAuthorizedException"] {
        let judged = reply(403, code, "no");
        assert_eq!(judged.failure.outcome(), Outcome::Denied, "{code}");
        assert_eq!(judged.failure.permission.as_deref(), Some("dynamodb:DescribeTable"), "{code}");
        assert_eq!(judged.again, Again::Never, "{code}");
    }
    let words = "User: arn:aws:iam::111122223333:user/x is not authorized to perform: apigateway:GET on resource: arn:aws:x";
    assert_eq!(reply(403, "AccessDeniedException", words).failure.permission.as_deref(), Some("apigateway:GET"));
}

#[test]
fn a_service_control_policy_is_told_apart() {
    let words = "User: x is not authorized to perform: dynamodb:DescribeTable with an explicit deny in a service control policy: arn:aws:p";
    let judged = reply(400, "AccessDeniedException", words);
    assert_eq!(judged.failure.outcome(), Outcome::Denied);
    assert!(judged.failure.reason.contains("refused by a service control policy (explicit deny)"), "{}", judged.failure.reason);
    let words = "User: x is not authorized to perform: dynamodb:DescribeTable with an explicit deny in an identity-based policy";
    assert!(reply(400, "AccessDeniedException", words).failure.reason.contains("refused by an identity-based policy"));
}

#[test]
fn credentials_that_end_are_denied_but_no_permission_is_missing() {
    for code in ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"] {
        let failure = reply(403, code, "The security token is no longer valid").failure;
        assert_eq!((failure.outcome(), failure.permission), (Outcome::Denied, None), "{code}");
    }
}

#[test]
fn a_region_that_must_be_opted_into_does_not_know_our_credentials() {
    let reply = Reply { status: 400, code: Some("UnrecognizedClientException"), message: Some("The security token is invalid") };
    let outcome = |region: &str| judge_reply(&reply, &site("dynamodb:ListTables", region)).failure.outcome();
    assert_eq!(outcome("ap-east-1"), Outcome::NotEnabled);
    assert_eq!(outcome("me-south-1"), Outcome::NotEnabled);
    assert_eq!(outcome("us-east-1"), Outcome::Denied);
    assert_eq!(outcome("cn-north-1"), Outcome::Denied);
    assert_eq!(outcome("global"), Outcome::Denied);
}

#[test]
fn a_region_that_told_who_we_are_is_on_and_does_not_know_us_any_more() {
    for code in ["UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"] {
        let reply = Reply { status: 403, code: Some(code), message: Some("The security token is invalid") };
        let failure = |proven: &str| {
            let site = Site { proven: Some(proven.into()), ..site("dynamodb:ListTables", "me-south-1") };
            judge_reply(&reply, &site).failure
        };
        assert_eq!(failure("us-east-1").outcome(), Outcome::NotEnabled, "{code}");
        let here = failure("me-south-1");
        assert_eq!((here.outcome(), &here.permission), (Outcome::Denied, &None), "{code}");
        assert!(here.reason.contains("keys are no longer valid") && here.reason.contains("me-south-1 was switched off"), "{}", here.reason);
    }
}

#[test]
fn what_asks_to_slow_down_is_throttled_and_tried_again() {
    for (status, code) in [
        (400, "Throttling"),
        (400, "ThrottlingException"),
        (400, "ThrottledException"),
        (429, "TooManyRequestsException"),
        (503, "RequestLimitExceeded"),
        (400, "LimitExceededException"),
        (400, "ProvisionedThroughputExceededException"),
        (400, "RequestThrottledException"),
        (503, "SlowDown"),
        (429, "SomethingNew"),
    ] {
        let judged = reply(status, code, "Rate exceeded");
        assert_eq!((judged.failure.outcome(), judged.again), (Outcome::Throttled, Again::Slower), "{code}");
    }
}

#[test]
fn what_does_not_exist_is_vanished() {
    for code in ["ResourceNotFoundException", "TableNotFoundException", "NoSuchEntity", "PolicyNotFoundException"] {
        let failure = reply(400, code, "gone").failure;
        assert!(failure.vanished() && failure.is(code), "{code}");
        assert_eq!(failure.outcome(), Outcome::Broken, "in a listing nothing can vanish: {code}");
    }
}

#[test]
fn server_errors_with_a_code_are_unreachable_and_tried_again() {
    for (status, code) in [(500, "InternalServerError"), (503, "ServiceUnavailable"), (500, "ServiceFailure"), (408, "RequestTimeout")] {
        let judged = reply(status, code, "oh");
        assert_eq!((judged.failure.outcome(), judged.again), (Outcome::Unreachable, Again::Soon), "{code}");
    }
}

#[test]
fn an_error_without_a_code_is_broken_whatever_its_status() {
    for status in [301, 400, 403, 404, 429, 500, 503] {
        for code in [None, Some(""), Some(" ")] {
            let judged = judge_reply(&Reply { status, code, message: None }, &site("dynamodb:DescribeTable", "us-east-2"));
            assert_eq!(judged.failure.outcome(), Outcome::Broken, "{status}");
            assert!(!judged.failure.vanished(), "{status}");
        }
    }
}

#[test]
fn an_unknown_code_is_broken_and_not_tried_again() {
    let judged = reply(400, "ValidationException", "1 validation error detected");
    assert_eq!((judged.failure.outcome(), judged.again), (Outcome::Broken, Again::Never));
}

#[test]
fn a_region_or_service_that_is_off_is_not_enabled() {
    for code in ["OptInRequired", "SubscriptionRequiredException", "RegionDisabledException"] {
        assert_eq!(reply(403, code, "not here").failure.outcome(), Outcome::NotEnabled, "{code}");
    }
}

#[test]
fn reasons_are_one_clean_line() {
    let failure = reply(400, "ValidationException", "a\u{1b}[31mred\r\nline\tand a very long tail ").failure;
    assert_eq!(&*failure.reason, "dynamodb:DescribeTable: ValidationException: a[31mred line and a very long tail");
    let long = reply(400, "ValidationException", &"x".repeat(10_000)).failure;
    assert!(long.reason.chars().count() == 501 && long.reason.ends_with('…'));
}

#[test]
fn missing_credentials_are_told_in_a_few_words() {
    let reason = |words: &str| judge_credentials(&CredentialsError::not_loaded(words.to_owned()), &"sts:GetCallerIdentity".into()).failure;
    let listed = "no credentials found in chain. Attempted:\nEnvironment: the credential provider was not enabled: not set";
    assert_eq!(&*reason(listed).reason, "no credentials were found");
    assert_eq!(reason(listed).outcome(), Outcome::Denied);
    let named = format!("{listed}\nProfile: the credential provider was not enabled: profile `nope` was not defined\nEcs: no");
    assert_eq!(&*reason(&named).reason, "no credentials were found: profile `nope` was not defined");
}
