//! Lines of a batch, answered in their place whatever they hold.

use super::simulate::answered;
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
