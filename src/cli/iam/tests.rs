//! Lines of a batch, answered in their place whatever they hold; files, checked whatever they are.

use super::simulate::answered;
use clap::Parser as _;
use serde_json::{Value, json};

fn answer(line: &Value) -> Value {
    serde_json::from_str(&answered(line.to_string().as_bytes())).unwrap()
}

fn case() -> Value {
    json!({
        "id": 7,
        "request": {"principal": "arn:aws:iam::111122223333:user/ada", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {"aws:SourceIp": "10.0.0.1"}},
        "identity_policies": [
            {"Version": "2012-10-17", "Statement": []},
            "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\", \"Condition\": {\"IpAddress\": {\"aws:sourceip\": \"10.0.0.0/8\"}}}]}"
        ],
        "resource_policy": null,
        "note": "ignored"
    })
}

#[test]
fn a_case_is_answered_with_the_statement_that_decided() {
    let answered = answer(&case());
    assert_eq!(answered["id"], 7);
    assert_eq!(answered["result"], "allowed");
    assert_eq!(answered["decided_by"], json!([{"policy": "identity_policies[1]", "statement_index": 0}]));
    let mut denied = case();
    denied["service_control_policies"] = json!([[]]);
    assert_eq!(answer(&denied)["result"], "implicit_deny", "an empty level allows nothing");
}

#[test]
fn a_bad_line_is_unknown_with_its_id_and_why() {
    for (key, value, why) in [
        ("request", json!(1), "`request` is no object"),
        ("identity_policies", json!({}), "`identity_policies` is no list"),
        ("service_control_policies", json!([1]), "`service_control_policies[0]` is no list"),
    ] {
        let mut bad = case();
        bad[key] = value;
        let answered = answer(&bad);
        assert_eq!((&answered["id"], answered["result"].as_str()), (&json!(7), Some("unknown")));
        assert_eq!(answered["reason"], why);
    }
    for line in [&b"{"[..], b"\xff", b"null"] {
        let answered: Value = serde_json::from_str(&answered(line)).unwrap();
        assert_eq!((answered["id"].is_null(), answered["result"].as_str()), (true, Some("unknown")));
    }
}

#[test]
fn a_policy_that_writes_a_key_twice_is_not_understood() {
    let line = br#"{"id": "a", "request": {"principal": null, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"},
        "resource_policy": {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Effect": "Deny"}}}"#;
    let answered: Value = serde_json::from_str(&answered(line)).unwrap();
    assert_eq!(answered["result"], "unknown");
    assert!(answered["reason"].as_str().unwrap().contains("written twice"), "{answered}");
}

#[test]
fn pairs_are_compared_in_their_place() {
    let policy = |action: &str| json!({"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}});
    let compared = |line: &Value| -> Value { serde_json::from_str(&super::compare::answered(line.to_string().as_bytes())).unwrap() };
    let wider = compared(&json!({"id": "w", "existing": policy("s3:GetObject"), "new": policy("s3:*").to_string(), "type": "identity"}));
    assert_eq!((&wider["id"], &wider["result"], &wider["statement_index"]), (&json!("w"), &json!("new_access"), &json!(0)));
    assert!(wider["witness"]["action"].as_str().unwrap().starts_with("s3:"), "{wider}");
    let same = compared(&json!({"id": 1, "existing": policy("s3:*"), "new": policy("s3:GetObject"), "type": "identity", "mode": "compat"}));
    assert_eq!((&same["result"], &same["witness"], &same["statement_index"]), (&json!("no_new_access"), &Value::Null, &Value::Null));
    for (key, value) in [("type", json!("trust")), ("new", Value::Null), ("existing", json!("{}"))] {
        let mut bad = json!({"id": 2, "existing": policy("s3:*"), "new": policy("s3:*"), "type": "identity"});
        bad[key] = value;
        let answer = compared(&bad);
        assert_eq!((&answer["id"], &answer["result"]), (&json!(2), &json!("unknown")), "{answer}");
    }
}

fn checked(files: &[(&str, &str)], arguments: &[&str]) -> (u8, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec!["ledgerline", "iam", "check", "--format", "json"];
    all.extend(arguments);
    let paths: Vec<_> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(files).filter(|(_, (_, text))| !text.is_empty()) {
        std::fs::write(path, text).unwrap();
    }
    let cli = super::super::Cli::try_parse_from(all.iter().map(std::ffi::OsString::from).chain(paths.iter().map(Into::into))).unwrap();
    let super::super::command::Command::Iam(super::IamArgs { command: super::IamCommand::Check(args) }) = cli.command else {
        panic!("check")
    };
    let (exit, entries) = super::check::entries(&args).unwrap();
    let text = serde_json::to_string(&entries).unwrap().replace(&format!("{}/", folder.path().display()), "");
    (exit.code(), serde_json::from_str(&text).unwrap())
}

const CLEAN: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#;
const SLIP: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#;

#[test]
fn clean_files_have_no_entries_and_exit_with_zero() {
    assert_eq!(checked(&[("a.json", CLEAN), ("b.json", CLEAN)], &[]), (0, Vec::new()));
}

#[test]
fn a_finding_is_an_entry_with_both_codes_and_exits_with_one() {
    let (exit, entries) = checked(&[("a.json", SLIP)], &[]);
    assert_eq!(exit, 1);
    assert_eq!(
        entries,
        [json!({
            "file": "a.json", "code": "invalid-effect", "access_analyzer_code": "INVALID_EFFECT", "path": "Statement[0].Effect",
            "severity": "error", "message": "\"allow\" is neither \"Allow\" nor \"Deny\""
        })]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_an_entry_and_the_others_are_checked() {
    let (exit, entries) = checked(&[("z.json", SLIP), ("gone.json", ""), ("a.json", SLIP)], &[]);
    assert_eq!(exit, 2);
    let told: Vec<_> = entries.iter().map(|entry| (entry["file"].as_str().unwrap(), entry["code"].as_str().unwrap())).collect();
    assert_eq!(told, [("a.json", "invalid-effect"), ("gone.json", "unreadable-file"), ("z.json", "invalid-effect")]);
    assert!(entries[1]["access_analyzer_code"].is_null());
}

#[test]
fn the_type_that_is_named_counts_more_than_what_the_document_looks_like() {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    assert_eq!(checked(&[("a.json", trust)], &[]).0, 0);
    let (_, entries) = checked(&[("a.json", trust)], &["--type", "identity"]);
    let codes: Vec<_> = entries.iter().map(|entry| entry["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["missing-resource", "unsupported-principal"]);
}

#[test]
fn a_pair_says_in_which_mode_it_is_compared() {
    let pair = |mode: &str| {
        let allow = |resources: Value| json!({"Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": resources}]});
        let pair = json!({"id": 1, "existing": allow(json!("arn:aws:s3:::b")), "new": allow(json!(["arn:aws:s3:::b", "arn:aws:s3:::b/*"])), "mode": mode});
        let line = super::compare::answered(pair.to_string().as_bytes());
        serde_json::from_str::<Value>(&line).unwrap()["result"].as_str().unwrap().to_owned()
    };
    assert_eq!(["compat", "typed", "guessed"].map(pair), ["new_access", "no_new_access", "unknown"]);
}
