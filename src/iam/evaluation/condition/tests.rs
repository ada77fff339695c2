//! Each operator against one value, many values and none: AWS's own tables where it publishes them, the live service elsewhere.

use super::holds;
use crate::iam::document::{Condition, Version, parse_text};
use crate::iam::evaluation::request::{Context, ContextValue};
use crate::iam::evaluation::truth::Truth;

fn condition(operator: &str, values: &[&str]) -> Condition {
    let values = serde_json::to_string(values).unwrap();
    let text = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"k:ey": {values}}}}}}}}}"#
    );
    parse_text(&text).unwrap().statements[0].conditions[0].clone()
}

fn one(value: &str) -> Context {
    Context::new([("K:ey", ContextValue::One(value.into()))])
}

fn many(values: &[&str]) -> Context {
    Context::new([("k:ey", ContextValue::Many(values.iter().map(|value| (*value).into()).collect()))])
}

/// Whether it holds for one value.
fn meets(operator: &str, wanted: &[&str], given: &str) -> bool {
    let truth = holds(&condition(operator, wanted), Version::V2012, &one(given));
    assert!(!matches!(truth, Truth::Unsure(_)), "{operator} {wanted:?} {given}");
    truth.is_yes()
}

#[test]
fn what_an_absent_key_and_many_values_mean() {
    // Absent, [team], [env], [team, env]: the table of iam.md, section 3.
    let rows = [
        ("StringEquals", "FFFF"),
        ("StringNotEquals", "TFFF"),
        ("StringEqualsIfExists", "TFFF"),
        ("StringNotEqualsIfExists", "TFFF"),
        ("ForAnyValue:StringEquals", "FTFT"),
        ("ForAllValues:StringEquals", "TTFF"),
        ("ForAnyValue:StringNotEquals", "FFTT"),
        ("ForAllValues:StringNotEquals", "TFTF"),
    ];
    for (operator, expected) in rows {
        let condition = condition(operator, &["team"]);
        let contexts = [Context::default(), many(&["team"]), many(&["env"]), many(&["team", "env"])];
        let got: String =
            contexts.iter().map(|context| if holds(&condition, Version::V2012, context).is_yes() { 'T' } else { 'F' }).collect();
        assert_eq!(got, expected, "{operator}");
    }
}

#[test]
fn an_empty_list_of_values_is_all_and_none_of_them() {
    assert_eq!(holds(&condition("ForAllValues:StringEquals", &["a"]), Version::V2012, &many(&[])), Truth::Yes);
    assert_eq!(holds(&condition("ForAnyValue:StringEquals", &["a"]), Version::V2012, &many(&[])), Truth::No);
}

#[test]
fn operators_compare_one_value() {
    let rows: &[(&str, &[&str], &str, bool)] = &[
        ("StringEquals", &["a", "b"], "b", true),
        ("StringEquals", &["a*"], "ab", false),
        ("StringEquals", &["A"], "a", false),
        ("StringNotEquals", &["a", "b"], "b", false),
        ("StringNotEquals", &["a", "b"], "c", true),
        ("StringEqualsIgnoreCase", &["TEAM"], "team", true),
        ("StringEqualsIgnoreCase", &["ß"], "SS", false),
        ("StringNotEqualsIgnoreCase", &["TEAM"], "team", false),
        ("stringlike", &["te?m*"], "team-a", true),
        ("StringNotLike", &["te*"], "team", false),
        ("NumericEquals", &["10"], "10.0", true),
        ("NumericEquals", &["10"], "ten", false),
        ("NumericNotEquals", &["10"], "ten", true),
        ("NumericLessThan", &["10"], "9", true),
        ("NumericLessThan", &["10"], "10", false),
        ("NumericLessThanEquals", &["10"], "10", true),
        ("NumericGreaterThan", &["10"], "9", false),
        ("NumericGreaterThanEquals", &["1e1"], "10", true),
        ("DateLessThan", &["2026-01-01T00:00:00Z"], "2025-12-31T23:59:59Z", true),
        ("DateGreaterThan", &["2026-01-01"], "1767225601", true),
        ("DateEquals", &["2026-01-01T01:00:00+01:00"], "2026-01-01T00:00:00Z", true),
        ("DateLessThan", &["2026-01-01"], "yesterday", false),
        ("Bool", &["true"], "true", true),
        ("Bool", &["false"], "anything", true),
        ("Bool", &["true"], "TRUE", true),
        ("BinaryEquals", &["QmluYXJ5"], "QmluYXJ5", true),
        ("IpAddress", &["203.0.113.77/24"], "203.0.113.5", true),
        ("IpAddress", &["203.0.113.5"], "203.0.113.5", true),
        ("IpAddress", &["203.0.113.5"], "203.0.113.6", false),
        ("IpAddress", &["0.0.0.0/0"], "198.51.100.1", true),
        ("IpAddress", &["0.0.0.0/0"], "2001:db8::1", false),
        ("IpAddress", &["2001:db8::/32"], "2001:db8:1::1", true),
        ("IpAddress", &["2001:db8::1/32"], "2001:db8:1::1", false),
        ("IpAddress", &["10.0.0.0/8"], "no address", false),
        ("NotIpAddress", &["10.0.0.0/8"], "no address", false),
        ("NotIpAddress", &["10.0.0.0/8"], "192.0.2.1", true),
        ("NotIpAddress", &["10.0.0.0/8"], "10.1.2.3", false),
        ("ArnEquals", &["arn:aws:sns:*:111122223333:topic"], "arn:aws:sns:us-east-2:111122223333:topic", true),
        ("ArnLike", &["arn:aws:s3:::bucket/*"], "arn:aws:s3:::bucket/a:b/c", true),
        ("ArnNotLike", &["arn:aws:s3:::bucket/*"], "arn:aws:s3:::other/a", true),
        ("Null", &["false"], "anything", true),
        ("Null", &["true"], "anything", false),
    ];
    for (operator, wanted, given, expected) in rows {
        assert_eq!(meets(operator, wanted, given), *expected, "{operator} {wanted:?} {given}");
    }
    assert_eq!(holds(&condition("Null", &["true"]), Version::V2012, &Context::default()), Truth::Yes);
}

#[test]
fn what_is_not_known_is_not_guessed() {
    assert!(matches!(holds(&condition("StringSounds", &["a"]), Version::V2012, &one("a")), Truth::Unsure(_)));
    let twice = Context::new([("k:Ey", ContextValue::One("a".into())), ("K:ey", ContextValue::One("a".into()))]);
    assert!(matches!(holds(&condition("StringEquals", &["a"]), Version::V2012, &twice), Truth::Unsure(_)));
    let arn = one("arn:aws:iam::111122223333:role/a");
    assert!(matches!(holds(&condition("ArnLike", &["arn:aws:iam::*"]), Version::V2012, &arn), Truth::Unsure(_)), "the colon is disputed");
}

#[test]
fn variables_stand_for_what_the_context_says() {
    let context = |value: ContextValue| Context::new([("k:ey", ContextValue::One("home/*/x".into())), ("aws:username", value)]);
    let plain = context(ContextValue::One("*".into()));
    let check = |operator: &str, wanted: &str, version, context: &Context| holds(&condition(operator, &[wanted]), version, context);
    assert_eq!(check("StringLike", "home/${aws:UserName}/?", Version::V2012, &plain), Truth::Yes);
    assert_eq!(check("StringLike", "home/${aws:username}/?", Version::V2008, &plain), Truth::No, "plain text in 2008");
    let other = context(ContextValue::One("z".into()));
    assert_eq!(check("StringLike", "home/${aws:username}/?", Version::V2012, &other), Truth::No);
    assert_eq!(check("StringLike", "home/${aws:other, '*'}/?", Version::V2012, &other), Truth::Yes, "a default is plain text");
    assert_eq!(check("StringEquals", "home/${*}/x", Version::V2012, &other), Truth::Yes);
    assert_eq!(check("StringLike", "home/${aws:other}/*", Version::V2012, &other), Truth::No, "nothing to stand for");
    assert_eq!(check("StringNotLike", "home/${aws:other}/*", Version::V2012, &other), Truth::Yes);
    let many = context(ContextValue::Many(vec!["*".into()]));
    assert_eq!(check("StringLike", "home/${aws:username}/x", Version::V2012, &many), Truth::No);
}
