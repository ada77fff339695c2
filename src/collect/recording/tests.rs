//! A recording comes back as it was, or is refused.

use super::*;
use crate::collect::Silent;
use crate::model::catalogue::Catalogue;
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::needs::Needs;
use crate::model::paid::{PaidCalls, PaidRequest, Refusal};
use crate::model::resource::ResourceRecord;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::{GapKind, Interner, Resource};
use futures::future::BoxFuture;
use serde_json::json;

struct NoMoney;

impl PaidCalls for NoMoney {
    fn cached<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Option<serde_json::Value>> {
        Box::pin(std::future::ready(None))
    }
    fn reserve<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::NoStore)))
    }
    fn settle<'a>(&'a self, _: &'a PaidRequest, _: u32, _: Option<serde_json::Value>, _: Time) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn catalogue() -> Catalogue {
    Catalogue::new([serde_json::from_value(json!({
        "type": "AWS::DynamoDB::Table", "listing": "dynamodb:ListTables", "tags": "tag:GetResources",
        "calls": [{"call": "dynamodb:ListTables", "each": "page"}, {"call": "dynamodb:DescribeTable", "each": "resource"},
                  {"call": "dynamodb:DescribeTimeToLive", "each": "resource"}, {"call": "tag:GetResources", "each": "page"}],
        "properties": {"type": "object", "fields": {
            "TableName": {"type": "string", "always": true},
            "BillingMode": {"type": "string", "always": true, "call": "dynamodb:DescribeTable"},
            "TimeToLiveSpecification": {"type": "object", "call": "dynamodb:DescribeTimeToLive", "fields": {}}}},
        "state": {"type": "object", "fields": {"CreationDateTime": {"type": "timestamp", "call": "dynamodb:DescribeTable"}}},
    }))
    .unwrap()])
}

fn row(call: &str, outcome: Outcome) -> ScopeRow {
    ScopeRow {
        account: "111122223333".into(),
        region: "us-east-2".into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        call: call.into(),
        outcome,
        resources: 1,
        reason: None,
        permission: None,
    }
}

fn collected() -> Collected {
    let record: ResourceRecord = serde_json::from_value(json!({
        "id": "arn:aws:dynamodb:us-east-2:111122223333:table/t", "type": "AWS::DynamoDB::Table", "name": "t",
        "account": "111122223333", "region": "us-east-2", "tags": {},
        "properties": {"TableName": "t", "BillingMode": "PAY_PER_REQUEST"}, "state": {"CreationDateTime": "2026-01-02T03:04:05.678Z"},
        "gaps": [{"path": "tags", "kind": "denied", "call": "tag:GetResources", "permission": "tag:GetResources", "detail": "AccessDenied"}],
    }))
    .unwrap();
    let mut collected = Collected {
        resources: vec![Resource::from_record(&record, &catalogue(), &Interner::new())],
        collected_at: Some(now()),
        ..Collected::default()
    };
    for (call, outcome) in
        [("dynamodb:ListTables", Outcome::Complete), ("dynamodb:DescribeTable", Outcome::Complete), ("tag:GetResources", Outcome::Denied)]
    {
        collected.coverage.add(row(call, outcome));
    }
    collected
}

fn now() -> Time {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

fn read(recording: &Recording, needs: &Needs) -> Result<Collected, SourceError> {
    let (catalogue, interner, scope) = (catalogue(), Interner::new(), PassScope::default());
    let request =
        Request { needs, scope: &scope, now: now(), catalogue: &catalogue, interner: &interner, paid: &NoMoney, progress: &Silent };
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(recording.collect(request))
}

fn written() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("account.ndjson.zst");
    write(&path, &collected(), "0.1.0", now()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "only its owner may read it");
    }
    std::fs::read(path).unwrap()
}

#[test]
fn what_was_written_is_read_again_with_its_gaps_and_times() {
    let back = read(&Recording::bytes("x", written()), &Needs::everything(&catalogue())).unwrap();
    let mut expected = collected().resources[0].to_record();
    let mut found = back.resources[0].to_record();
    let unrecorded: Vec<_> = found.gaps.iter().filter(|gap| gap.gap.kind == GapKind::NotRecorded).map(|gap| gap.path.to_string()).collect();
    assert_eq!(unrecorded, ["properties.TimeToLiveSpecification"], "what was not collected is a gap");
    found.gaps.retain(|gap| gap.gap.kind != GapKind::NotRecorded);
    expected.gaps.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(serde_json::to_value(&found).unwrap(), serde_json::to_value(&expected).unwrap());
    assert!(matches!(back.resources[0].state.get("CreationDateTime"), Some(crate::model::Value::Time(_))));
    assert_eq!(back.collected_at, Some(now()));
}

#[test]
fn a_call_that_was_not_recorded_is_a_skipped_row_and_a_denied_one_stays_denied() {
    let back = read(&Recording::bytes("x", written()), &Needs::everything(&catalogue())).unwrap();
    let rows: Vec<_> = back.coverage.rows().map(|row| format!("{} {}", row.call, row.outcome.as_str())).collect();
    assert_eq!(
        rows,
        [
            "dynamodb:DescribeTable complete",
            "dynamodb:DescribeTimeToLive skipped",
            "dynamodb:ListTables complete",
            "tag:GetResources denied"
        ]
    );
}

#[test]
fn what_the_rules_do_not_ask_for_is_a_gap_as_in_a_live_pass() {
    let mut needs = Needs::default();
    needs.list(&"AWS::DynamoDB::Table".into(), &catalogue());
    let back = read(&Recording::bytes("x", written()), &needs).unwrap();
    assert_eq!(back.resources[0].properties.get("TableName").unwrap().as_str(), Some("t"), "the listing brings the name");
    assert!(back.resources[0].properties.get("BillingMode").unwrap().as_gap().is_some(), "nobody asked for DescribeTable");
}

#[test]
fn a_recording_cut_anywhere_is_refused_and_never_a_smaller_account() {
    let whole = written();
    let plain = zstd::decode_all(whole.as_slice()).unwrap();
    for bytes in [&whole, &plain] {
        for end in 0..bytes.len() - 1 {
            let cut = Recording::bytes("cut", bytes[..end].to_vec());
            assert!(read(&cut, &Needs::everything(&catalogue())).is_err(), "cut at {end} of {}", bytes.len());
        }
    }
}

#[test]
fn what_is_no_recording_says_what_it_should_be() {
    let error = |bytes: &[u8]| read(&Recording::bytes("x.json", bytes.to_vec()), &Needs::default()).unwrap_err().to_string();
    assert!(error(b"").contains("is no recording"));
    assert!(error(b"{\"hello\": 1}\n").contains("is no recording"));
    assert!(error(b"\x28\xb5\x2f\xfdgarbage").contains("x.json"));
    assert!(error(b"{\"schema\": \"ledgerline.recording/9\"}\n").contains("this version reads ledgerline.recording/1"));
    assert!(read(&Recording::file(Path::new("/nonexistent/x")), &Needs::default()).unwrap_err().to_string().contains("/nonexistent/x"));
}

#[test]
fn a_small_file_that_unfolds_into_a_large_one_is_refused() {
    let bomb = zstd::encode_all(std::io::repeat(b' ').take(10 << 20), 3).unwrap();
    let header =
        zstd::encode_all(zstd::decode_all(written().as_slice()).unwrap().split_inclusive(|b| *b == b'\n').next().unwrap(), 3).unwrap();
    let bytes = [header, bomb].concat();
    assert!(bytes.len() < 4096);
    for limits in [Limits { total_bytes: 1 << 20, line_bytes: 16 << 20 }, Limits { total_bytes: 64 << 20, line_bytes: 1 << 20 }] {
        let recording = Recording::bytes("bomb", bytes.clone()).with_limits(limits);
        assert!(read(&recording, &Needs::default()).is_err());
    }
}

use std::io::Read as _;
