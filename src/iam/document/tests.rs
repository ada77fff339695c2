//! Policy documents, well formed and not.

use super::*;

fn faults(text: &str) -> Vec<String> {
    parse_text(text).map_or_else(|Faults(faults)| faults.iter().map(ToString::to_string).collect(), |_| Vec::new())
}

fn one(text: &str) -> Statement {
    parse_text(text).unwrap().statements.remove(0)
}

#[test]
fn scalars_and_lists_mean_the_same() {
    let scalar = r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#;
    let list = r#"{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}"#;
    assert_eq!(parse_text(scalar).unwrap(), parse_text(list).unwrap());
}

#[test]
fn a_document_without_version_is_of_2008() {
    assert_eq!(parse_text(r#"{"Statement": []}"#).unwrap().version, Version::V2008);
    assert_eq!(parse_text(r#"{"Version": "2012-10-17", "Statement": []}"#).unwrap().version, Version::V2012);
    assert_eq!(faults(r#"{"Version": "2020-01-01", "Statement": []}"#), ["Version: is neither 2012-10-17 nor 2008-10-17"]);
}

#[test]
fn names_and_effects_are_read_in_any_case() {
    let statement = one(r#"{"statement": {"EFFECT": "allow", "action": "*", "RESOURCE": "*"}}"#);
    assert_eq!(statement.effect, Effect::Allow);
}

#[test]
fn percent_encoding_is_undone_once_and_a_plus_stays() {
    let encoded = "%7B%22Statement%22%3A%7B%22Sid%22%3A%22a+b%252F%22%2C%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
    assert_eq!(one(encoded).sid.unwrap(), "a+b%2F");
    let plain = r#" {"Statement": {"Sid": "%41", "Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    assert_eq!(one(plain).sid.unwrap(), "%41");
}

#[test]
fn keys_written_twice_are_faults_whatever_their_case() {
    assert_eq!(
        faults(r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Action": "*", "Resource": "*"}}"#),
        ["Statement.Action: is written twice"]
    );
    assert_eq!(
        faults(r#"{"Statement": [{"Effect": "Allow", "Action": "a:b", "action": "*", "Resource": "*"}]}"#),
        ["Statement[0]: action is written twice, in different case"]
    );
    assert_eq!(
        faults(
            r#"{"Statement": [{"Effect": "Allow", "Action": "a:b", "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/team": "a", "aws:ResourceTag/Team": "b"}}}]}"#
        ),
        ["Statement[0].Condition.StringEquals: aws:resourcetag/team is written twice, in different case"]
    );
}

#[test]
fn all_breaches_of_the_grammar_are_told_at_once() {
    assert_eq!(
        faults(
            r#"{"Statement": [
                {"Effect": "Maybe", "Action": "a:b", "NotAction": "a:c", "Resource": 7},
                {"Effect": "Allow", "Resource": "*", "Comment": "x"},
                {"Effect": "Allow", "Action": "a:b"}]}"#
        ),
        [
            "Statement[0].Effect: is neither Allow nor Deny",
            "Statement[0]: has both Action and NotAction",
            "Statement[0].Resource: is neither text nor a list of texts",
            "Statement[1]: Comment is no element of it",
            "Statement[1]: has neither Action nor NotAction",
            "Statement[2]: has neither Resource nor NotResource",
        ]
    );
    assert_eq!(faults("[]"), ["no JSON: expected value at line 1 column 1"].map(|_| "is no object"));
    assert_eq!(faults("{}"), ["has no Statement"]);
    assert!(faults("{\"Statement\": ").first().unwrap().starts_with("no JSON"));
}

#[test]
fn deep_nesting_is_a_fault_and_no_overflow() {
    let deep = format!("{{\"Statement\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(faults(&deep).first().unwrap().contains("recursion limit"));
}

#[test]
fn principals_are_told_apart() {
    let statement = one(r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {
        "AWS": ["123456789012", "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/x", "AROAEXAMPLE", "*"],
        "Service": "lambda.amazonaws.com", "Federated": "accounts.google.com"}}}"#);
    let Some(Selection::Only(principals)) = statement.principals else { panic!("principals") };
    assert_eq!(
        principals,
        [
            Principal::Account("123456789012".into()),
            Principal::Account("123456789012".into()),
            Principal::Arn("arn:aws:iam::123456789012:role/x".into()),
            Principal::Deleted("AROAEXAMPLE".into()),
            Principal::Anyone,
            Principal::Federated("accounts.google.com".into()),
            Principal::Service("lambda.amazonaws.com".into()),
        ]
    );
}

#[test]
fn what_can_never_match_is_remarked_and_not_refused() {
    let document = parse_text(
        r#"{"Statement": {"Effect": "Allow", "Action": ["s3: GetObject", "GetObject"], "Principal": {"AWS": "arn:aws:iam::*:role/x"}}}"#,
    );
    let remarks: Vec<String> = document.unwrap().remarks().iter().map(ToString::to_string).collect();
    assert_eq!(remarks.len(), 3, "{remarks:?}");
}

#[test]
fn conditions_keep_quantifier_and_if_exists_apart() {
    let statement = one(r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*",
        "Condition": {"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", 1, true]}}}}"#);
    let condition = statement.conditions.first().unwrap();
    assert_eq!(condition.operator, Operator { quantifier: Some(Quantifier::ForAllValues), name: "StringLike".into(), if_exists: true });
    assert_eq!(condition.values, ["a", "1", "true"]);
}

#[test]
fn only_closed_origins_keep_strangers_out() {
    let names_origin = |operator: &str, key: &str, value: &str| {
        Condition { operator: Operator::read(operator), key: key.into(), values: vec![value.into()] }.names_origin()
    };
    for (operator, key, value, expected) in [
        ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3", true),
        ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3", false),
        ("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3", false),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a/r-b/*", false),
        ("StringLike", "aws:PrincipalAccount", "*", false),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0", false),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/1", false),
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24", true),
        ("ArnLike", "aws:SourceArn", "arn:aws:execute-api:us-east-2:123456789012:abc/*", true),
        ("ArnLike", "aws:SourceArn", "arn:aws:execute-api:us-east-2:*:abc/*", false),
        ("ArnLike", "AWS:SourceArn", "arn:aws:s3:::bucket", true),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*", false),
        ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}", false),
        ("Bool", "aws:SecureTransport", "true", false),
    ] {
        assert_eq!(names_origin(operator, key, value), expected, "{operator} {key} {value}");
    }
}

#[test]
fn open_resources_are_seen_in_every_spelling() {
    for (pattern, everything, roles, keys) in [
        ("*", true, true, true),
        ("**", true, true, true),
        ("arn:*", true, true, true),
        ("arn:aws:*", true, true, true),
        ("arn:aws:*:*:*:*", true, true, true),
        ("arn:aws:iam::*:role/*", false, true, false),
        ("arn:aws:iam::123456789012:role/*", false, true, false),
        ("arn:aws:iam::123456789012:*", false, true, false),
        ("arn:aws:iam::123456789012:r*", false, true, false),
        ("arn:aws:iam::123456789012:role/app-*", false, false, false),
        ("arn:aws:iam::123456789012:role/app", false, false, false),
        ("arn:aws:iam::123456789012:user/*", false, false, false),
        ("arn:aws:s3:::*", false, false, false),
        ("arn:aws:kms:us-east-2:123456789012:key/*", false, false, true),
        ("arn:aws:kms:*:*:alias/*", false, false, false),
        ("", false, false, false),
    ] {
        let resource = ResourcePattern(pattern.into());
        assert_eq!((resource.is_everything(), resource.is_every_role(), resource.is_every_key()), (everything, roles, keys), "{pattern}");
    }
}
