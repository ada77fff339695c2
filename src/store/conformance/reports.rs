//! The story of reports: kept in a chain, for good; and of what they are counted from.

use super::fixture::{at, change, cost, finding, finish, record};
use super::{Shared, fixture};
use crate::model::finding::{ChangeKind, FindingStatus, Resolution};
use crate::model::judged::{JudgedRule, VerdictCounts};
use crate::model::rule::{Pillar, Severity};
use crate::model::run::{PassScope, Requests, RunStatus};
use crate::model::snapshot::Snapshot;
use crate::store::{AddedReport, FinishedRun, KeptPart, NewReport, PageRequest};

fn report(number: i64, previous: Option<&str>) -> NewReport {
    let part = |name: &str, bytes: &[u8]| {
        let kept = KeptPart { name: name.into(), media_type: "text/plain".into(), bytes: bytes.len() as u64, sha256: "ab".into() };
        (kept, bytes.to_vec())
    };
    NewReport {
        id: arcstr::format!("r{number}"),
        as_of: at(number),
        made_at: at(number + 1),
        previous: previous.map(Into::into),
        manifest: arcstr::format!("{{\"n\": {number}}} '; DROP TABLE reports"),
        manifest_sha256: arcstr::format!("hash {number}"),
        signature: "00ff".into(),
        headline: serde_json::json!({ "open": number }),
        parts: vec![part("report.html", b"<p>\0\xff"), part("report.csv", &[b'x'; 100_000]), part("empty", b"")],
    }
}

pub async fn reports_are_kept_in_a_chain_and_for_good(store: Shared) {
    assert_eq!(store.reports(&PageRequest::default()).await.unwrap().items, []);
    let first = report(1, None);
    let AddedReport::New(kept) = store.add_report(&first).await.unwrap() else { panic!() };
    assert_eq!((kept.number, kept.id.as_str(), kept.as_of, kept.made_at), (1, "r1", at(1), at(2)));
    assert_eq!((&kept.manifest, &kept.signature, &kept.headline), (&first.manifest, &first.signature, &first.headline));
    assert_eq!(kept.parts, first.parts.iter().map(|(part, _)| part.clone()).collect::<Vec<_>>());
    for (part, bytes) in &first.parts {
        assert_eq!(store.report_part("r1", &part.name).await.unwrap().as_ref(), Some(bytes));
    }
    assert_eq!(store.report_part("r1", "none").await.unwrap(), None);
    assert_eq!(store.report_part("none", "report.html").await.unwrap(), None);
    for number in 2..=5 {
        let before = format!("hash {}", number - 1);
        assert!(matches!(store.add_report(&report(number, Some(&before))).await.unwrap(), AddedReport::New(_)));
    }
    store.prune(at(100_000)).await.unwrap();
    let page = store.reports(&PageRequest::new(2, None)).await.unwrap();
    assert_eq!(page.items.iter().map(|report| (report.number, report.parts.len())).collect::<Vec<_>>(), [(5, 3), (4, 3)]);
    let rest = store.reports(&PageRequest::new(9, page.next)).await.unwrap();
    assert_eq!(rest.items.iter().map(|report| report.number).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!((store.report("r1").await.unwrap(), rest.next), (Some(kept), None));
    assert_eq!(store.report("r9").await.unwrap(), None);
}

pub async fn a_report_that_does_not_follow_the_last_is_turned_away(store: Shared) {
    assert_eq!(store.add_report(&report(1, Some("hash 0"))).await.unwrap(), AddedReport::Overtaken);
    let AddedReport::New(first) = store.add_report(&report(1, None)).await.unwrap() else { panic!() };
    assert_eq!(store.add_report(&report(2, None)).await.unwrap(), AddedReport::Overtaken);
    assert_eq!(store.add_report(&report(2, Some("another"))).await.unwrap(), AddedReport::Overtaken);
    let again = NewReport { manifest: "another".into(), ..report(1, Some("hash 1")) };
    assert_eq!(store.add_report(&again).await.unwrap(), AddedReport::Taken(first), "what is kept is not written over");
    assert_eq!(store.reports(&PageRequest::default()).await.unwrap().items.len(), 1);
}

pub async fn a_pass_over_everything_leaves_its_counts_and_a_narrower_one_does_not(store: Shared) {
    let judged = JudgedRule {
        rule: "rule-a".into(),
        title: "Things are as they should be".into(),
        pillar: Pillar::Security,
        severity: Severity::High,
        controls: [("soc2".into(), vec!["A1.1".into()])].into(),
        verdicts: VerdictCounts { pass: 1, fail: 2, waived: 3, unknown: 4, not_applicable: 5 },
    };
    let snapshot = Snapshot { judged: vec![judged.clone()], costs: vec![cost("S3", 1, "1")], ..Snapshot::default() };
    for (number, scope) in [(1, PassScope::default()), (2, record(2, RunStatus::Complete).scope)] {
        let record = crate::model::run::RunRecord { scope, ..record(number, RunStatus::Complete) };
        let generation = store.known().await.unwrap().generation;
        let requests = Requests::default();
        let finished = FinishedRun {
            record: &record,
            generation,
            changes: &[],
            sight: crate::model::sight::Sight::default(),
            requests: &requests,
            snapshot: &snapshot,
            tell: &[],
        };
        store.finish_run(finished).await.unwrap();
    }
    let kept = store.snapshot_of(&fixture::run_id(1)).await.unwrap().unwrap();
    assert_eq!((kept.judged, kept.costs), (vec![judged.clone()], Vec::new()));
    assert_eq!(store.snapshot_of(&fixture::run_id(2)).await.unwrap(), None);
    assert_eq!(store.snapshot().await.unwrap().unwrap().judged, vec![judged]);
    store.prune(at(1_000)).await.unwrap();
    assert_eq!(store.snapshot_of(&fixture::run_id(1)).await.unwrap(), None, "it goes with its pass");
}

pub async fn all_history_is_told_by_finding(store: Shared) {
    let (one, mut two) = (finding(1), finding(2));
    finish(&store, 1, vec![change(1, ChangeKind::Opened, two.clone()), change(1, ChangeKind::Opened, one.clone())]).await;
    two.status = FindingStatus::Resolved;
    two.resolved_at = Some(at(3));
    two.resolution = Some(Resolution::Gone);
    finish(&store, 3, vec![change(3, ChangeKind::Resolved, two.clone()), change(3, ChangeKind::Seen, one.clone())]).await;
    let told: Vec<_> = store.all_history().await.unwrap().into_iter().map(|(print, entry)| (print, entry.kind)).collect();
    let (one, two) = (one.fingerprint, two.fingerprint);
    assert_eq!(told, [(one, ChangeKind::Opened), (two.clone(), ChangeKind::Opened), (two.clone(), ChangeKind::Resolved)]);
    let of_two = store.history(&two).await.unwrap();
    assert_eq!(
        store.all_history().await.unwrap().into_iter().filter(|(print, _)| *print == two).map(|(_, entry)| entry).collect::<Vec<_>>(),
        of_two
    );
}
