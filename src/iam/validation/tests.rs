//! The registry, walked: every check has an example that shows it and one that does not. And documents of any kind, bounded.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn codes(text: &str, kind: Option<Kind>) -> BTreeSet<String> {
    check(text.as_bytes(), kind, Database::embedded()).issues.iter().map(|issue| issue.check.code()).collect()
}

#[test]
fn every_check_finds_its_bad_example_and_spares_the_good_one() {
    let mut wrong = Vec::new();
    for check in checks() {
        let (bad, good) = (codes(&check.bad(), Some(check.kind)), codes(&check.good(), Some(check.kind)));
        if !bad.contains(&check.code()) || !good.is_empty() {
            wrong.push((check.code(), bad, good));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn codes_are_unique_and_those_of_access_analyzer_are_its_own() {
    let all = checks();
    let codes: BTreeSet<String> = all.iter().map(|check| check.code()).collect();
    assert_eq!(codes.len(), all.len());
    assert_eq!(all.iter().filter(|check| check.access_analyzer().is_none()).count(), 1, "only `malformed-principal` is ours alone");
    for check in all {
        assert!(check.meaning.len() > 10 && !check.meaning.ends_with('.'), "{}", check.code());
        assert!(
            check
                .access_analyzer()
                .is_none_or(|code| code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'))
        );
        assert!(check.source().starts_with("https://docs.aws.amazon.com/IAM/"));
    }
}

#[test]
fn every_family_has_its_checks_sorted() {
    for family in &FAMILIES {
        let codes: Vec<String> = family.checks.iter().map(|check| check.access_analyzer().unwrap_or_default().to_owned()).collect();
        assert!(codes.iter().filter(|code| !code.is_empty()).is_sorted(), "{codes:?}");
    }
}

#[test]
fn findings_tell_their_place_as_path_and_bytes() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:GetObjekt"],"Resource":"*"}]}"#;
    let checked = check(text.as_bytes(), None, Database::embedded());
    let issue = checked.issues.first().unwrap();
    assert_eq!((issue.path.as_str(), &text[issue.span.clone()]), ("Statement[0].Action[1]", "\"s3:GetObjekt\""));
    assert!(issue.message.ends_with("did you mean s3:GetObject?"), "{}", issue.message);
    let lone = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObjekt","Resource":"*"}}"#;
    let checked = check(lone.as_bytes(), None, Database::embedded());
    assert_eq!(checked.issues.first().unwrap().path, "Statement.Action");
}

#[test]
fn the_kind_is_told_from_the_document() {
    let kind = |statement: &str| {
        check(format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#).as_bytes(), None, Database::embedded()).kind
    };
    assert_eq!(kind(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#), Kind::Identity);
    assert_eq!(kind(r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#), Kind::Trust);
    assert_eq!(kind(r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#), Kind::Resource);
    assert_eq!(kind(r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#), Kind::ResourceControl);
    assert_eq!(kind(r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject"}"#), Kind::Resource);
}

#[test]
fn what_is_no_text_or_no_json_is_a_coded_finding() {
    let deep = format!("{{\"Statement\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let cases: [&[u8]; 9] = [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"{\"a\":1,\"a\":2}",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":01}",
        b"{} {}",
        b"nul",
        deep.as_bytes(),
    ];
    for bytes in cases {
        let checked = check(bytes, None, Database::embedded());
        let codes: Vec<String> = checked.issues.iter().map(|issue| issue.check.code()).collect();
        assert_eq!(codes, ["json-syntax-error"], "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(20)]));
    }
    assert_eq!(codes("[]", None), BTreeSet::from(["data-type-mismatch".to_owned()]));
}

#[test]
fn percent_encoded_documents_are_read_as_iam_sends_them() {
    let plain = r#"{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    let encoded: String = plain.bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(codes(&encoded, None), codes(plain, None));
}

#[test]
fn large_documents_are_checked_in_bounded_time() {
    let many = |count: usize, statement: &dyn Fn(usize) -> String| {
        let statements: Vec<String> = (0..count).map(statement).collect();
        format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
    };
    let documents = [
        many(10_000, &|at| format!(r#"{{"Sid":"S{at}","Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b{at}/*"}}"#)),
        many(1_000, &|at| {
            format!(
                r#"{{"Effect":"Deny","Action":"s3:Nonsense{at}","Resource":"arn:aws:ec2:*:*:*{at}*a*b*c*","Condition":{{"StringLike":{{"s3:none{at}":"*"}}}}}}"#
            )
        }),
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Resource":"*","Action":[{}]}}}}"#,
            (0..1_000).map(|at| format!("\"s3:*{at}*\"")).collect::<Vec<_>>().join(",")
        ),
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::{}"}}}}"#,
            "*?".repeat(500_000)
        ),
    ];
    for document in documents {
        let started = Instant::now();
        check(document.as_bytes(), None, Database::embedded());
        // Seconds even where it is not optimised. The limit tells what hangs from what waits for a loaded machine.
        assert!(started.elapsed() < Duration::from_secs(600), "{:?} for {}…", started.elapsed(), &document[..80]);
    }
}

/// Pieces of policies, put together at random: half-right documents reach further than noise.
fn pieces() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("\"*\"".to_owned()),
        Just("\"s3:Get*\"".to_owned()),
        Just("\"arn:aws:s3:::b/${aws:username\"".to_owned()),
        Just("\"Allow\"".to_owned()),
        Just("[]".to_owned()),
        Just("null".to_owned()),
        Just("1e9".to_owned()),
        Just("true".to_owned()),
        "\"[a-z:*?$\\{\\}/é.0-9]{0,12}\"".prop_map(|text| text),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let key = prop_oneof![
            Just("Version"),
            Just("Statement"),
            Just("Effect"),
            Just("Action"),
            Just("NotAction"),
            Just("Resource"),
            Just("NotResource"),
            Just("Principal"),
            Just("NotPrincipal"),
            Just("Condition"),
            Just("Sid"),
            Just("StringLike"),
            Just("ForAllValues:Null"),
            Just("aws:SourceIp"),
            Just("aws:userid"),
            Just("AWS"),
            Just("Federated"),
            Just("x"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((key, inner), 0..6).prop_map(|members| {
                let members: Vec<String> = members.into_iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
    #[test]
    fn any_pieces_are_checked_without_panic_and_sorted(text in pieces(), kind in 0_usize..6) {
        let kinds = [None, Some(Kind::Identity), Some(Kind::Resource), Some(Kind::Trust), Some(Kind::ServiceControl), Some(Kind::ResourceControl)];
        let checked = check(text.as_bytes(), kinds[kind], Database::embedded());
        let order: Vec<(&str, String)> = checked.issues.iter().map(|issue| (issue.path.as_str(), issue.check.code())).collect();
        prop_assert!(order.is_sorted());
        for issue in &checked.issues {
            prop_assert!(checked.text.get(issue.span.clone()).is_some(), "{issue:?}");
        }
    }

    #[test]
    fn any_bytes_are_checked_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..140) {
        check(&bytes, None, Database::embedded());
        let mut text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#.as_bytes().to_vec();
        if let (Some(slot), Some(byte)) = (text.get_mut(at), bytes.first()) {
            *slot = *byte;
        }
        check(&text, None, Database::embedded());
    }

    /// The reader agrees with serde_json on what is JSON, but for nesting and halves of characters.
    #[test]
    fn the_reader_takes_what_serde_takes(text in "[\\[\\]{},:\"\\\\ue0-9.a-f -]{0,24}") {
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        let ours = tree::read(&text).is_ok();
        prop_assert!(ours == theirs || (theirs && text.contains("\\u")), "{text}: {ours}");
    }
}
