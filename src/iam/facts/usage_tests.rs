//! What was not used, as rules see it.

use super::{replacement, unused};
use crate::model::{GapKind, Interner, Value};
use serde_json::{Value as Json, json};

fn value(json: &Json) -> Value {
    Value::from_json(json, &Interner::new())
}

fn accessed() -> Json {
    json!({"ServicesLastAccessed": [
        {"ServiceNamespace": "sqs", "TrackedActionsLastAccessed": []},
        {"ServiceNamespace": "s3", "LastAuthenticated": "2026-11-01T00:00:00Z", "TrackedActionsLastAccessed": [
            {"ActionName": "CreateBucket"}, {"ActionName": "ListBuckets", "LastAccessedTime": "2026-11-01T00:00:00Z"}]},
    ]})
}

#[test]
fn services_come_before_actions_and_untracked_ones_are_not_told() {
    let told = unused(&[value(&accessed())]).unwrap().to_json();
    assert_eq!(
        told,
        json!([{"action": "", "service": "sqs", "verdict": "service_unused"}, {"action": "CreateBucket", "service": "s3", "verdict": "unused"}])
    );
    assert_eq!(unused(&[value(&json!({"JobStatus": "IN_PROGRESS"}))]).unwrap_err().kind, GapKind::Undecidable);
}

#[test]
fn a_replacement_is_proven_or_none() {
    let wide = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "sqs:*"], "Resource": "*"}]});
    let narrow = json!({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]});
    let ask = |document: &Json, accessed: &Json, baseline: &Json| {
        replacement(&[Value::str("app"), value(document), value(accessed), value(baseline)]).unwrap().to_json()
    };
    let by_use = ask(&wide, &accessed(), &Json::Null);
    assert_eq!((&by_use["policy"], &by_use["removed"]), (&json!("app"), &json!(["sqs:*"])));
    assert_eq!(by_use["proofs"]["keeps_use"]["result"], "no_new_access");
    let by_baseline = ask(&wide, &Json::Null, &narrow);
    assert_eq!(by_baseline["documents"][0]["Statement"][0]["Resource"], "arn:aws:s3:::b/*");
    assert_eq!(ask(&narrow, &accessed(), &Json::Null), Json::Null);
}
