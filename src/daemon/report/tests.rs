//! Reports on a real store: made, kept in a chain, signed by a key that is made once, and on schedule.

use super::{ReportError, ReportSettings, data, keep, key_file, make, sign, signing_key};
use crate::daemon::config::{ReportConfig, ScheduleConfig};
use crate::daemon::puppet::{Behaviour, Stage, clock, stage_on, until};
use crate::model::finding::{Change, ChangeKind};
use crate::model::judged::{JudgedRule, VerdictCounts};
use crate::model::rule::{Pillar, Severity};
use crate::model::run::{PassScope, Requests, RunRecord, RunStatus};
use crate::model::sight::Sight;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::publish::report::manifest::{Link, check, check_chain};
use crate::publish::report::tests::story;
use crate::publish::report::{FORMATS, Format};
use crate::store::{FinishedRun, KeptReport, PageRequest, Store, TaskMemory};
use std::sync::Arc;

/// All but the PDF, which takes seconds where nothing is optimised.
fn quick() -> &'static [Format] {
    let end = FORMATS.iter().position(|format| format.name == "pdf").unwrap_or(FORMATS.len());
    &FORMATS[..end]
}

async fn store() -> (tempfile::TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::open(&format!("sqlite://{}", folder.path().join("l.db").display())).await.unwrap();
    (folder, store)
}

/// A pass over everything that began at a time and found one thing wrong.
async fn pass(store: &dyn Store, number: u32, at: Time) {
    let record = RunRecord {
        id: format!("0193-{number:04}").into(),
        status: RunStatus::Complete,
        scope: PassScope::default(),
        started_at: at,
        finished_at: Some(at + chrono::TimeDelta::minutes(1)),
        ..story::run(0)
    };
    store.begin_run(&record).await.unwrap();
    let mut finding = story::finding(number, Severity::High, 0);
    (finding.first_seen, finding.last_seen) = (at, at);
    let changes = [Change { run: record.id.clone(), kind: ChangeKind::Opened, finding }];
    let verdicts = VerdictCounts { fail: 1, ..VerdictCounts::default() };
    let judged = JudgedRule {
        rule: "r".into(),
        title: "R".into(),
        pillar: Pillar::Cost,
        severity: Severity::Low,
        controls: [("soc2".into(), vec!["A1.1".into()])].into(),
        verdicts,
    };
    let snapshot = Snapshot { judged: vec![judged], last_success: record.finished_at, ..Snapshot::default() };
    let generation = store.known().await.unwrap().generation;
    let requests = Requests::default();
    let sight = Sight { everywhere: true, every_rule: true, ..Sight::default() };
    let finished =
        FinishedRun { record: &record, generation, changes: &changes, sight, requests: &requests, snapshot: &snapshot, tell: &[] };
    store.finish_run(finished).await.unwrap();
}

async fn link(store: &dyn Store, kept: &KeptReport) -> Link {
    let mut contents = std::collections::HashMap::new();
    for part in &kept.parts {
        contents.insert(part.name.to_string(), store.report_part(&kept.id, &part.name).await.unwrap().unwrap());
    }
    let (link, faults) = check(&kept.manifest, &kept.signature, &[], |name| contents.remove(name));
    assert_eq!(faults, []);
    link.unwrap()
}

#[tokio::test]
async fn reports_of_three_weeks_are_kept_in_a_chain_that_verifies() {
    let (_folder, store) = store().await;
    let settings = ReportSettings::default();
    let key = signing_key(&key_file(&settings.config, store.as_ref())).unwrap();
    let mut links = Vec::new();
    for week in 0..3 {
        let number = u32::try_from(week).unwrap();
        pass(store.as_ref(), number, story::at(7 * week, -2)).await;
        let made = make(store.as_ref(), &settings, story::at(7 * week, 0), quick()).await.unwrap();
        let kept = keep(store.as_ref(), &made, &key, clock()).await.unwrap();
        assert_eq!((kept.number, kept.headline["open"]["high"].as_u64()), (u64::from(number) + 1, Some(u64::from(number) + 1)));
        links.push(link(store.as_ref(), &kept).await);
        let again = keep(store.as_ref(), &made, &key, clock()).await.unwrap();
        assert_eq!(again, kept, "the same time again changes nothing");
    }
    assert_eq!(check_chain(&links, true), []);
    let last = data(store.as_ref(), &settings, story::at(14, 0)).await.unwrap();
    assert!(last.comparison.is_comparable(), "{:?}", last.comparison);
    assert_eq!((last.changes.new.len(), last.frameworks.len()), (1, 1));
    // The report of an earlier time is byte for byte what was kept then.
    let earlier = make(store.as_ref(), &settings, story::at(7, 0), quick()).await.unwrap();
    for rendered in &earlier.parts {
        let kept = store.report_part(&earlier.data.id, &rendered.part.name).await.unwrap().unwrap();
        assert!(kept == rendered.bytes, "{}", rendered.part.name);
    }
    let (signed, previous) = sign(store.as_ref(), &earlier, &key).await.unwrap();
    assert_eq!(previous.unwrap().report, "2026-12-07T070000Z");
    assert!(!signed.signature.is_empty());
}

#[tokio::test]
async fn without_an_audit_there_is_no_report() {
    let (_folder, store) = store().await;
    let error = data(store.as_ref(), &ReportSettings::default(), story::at(0, 0)).await.unwrap_err();
    assert!(matches!(error, ReportError::NoAudit(_)), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_made_once_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, store) = store().await;
    let path = key_file(&ReportConfig::default(), store.as_ref());
    assert_eq!(path, folder.path().join("l.db.report-key"));
    let first = signing_key(&path).unwrap().public();
    assert_eq!(signing_key(&path).unwrap().public(), first);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let named = ReportConfig { key: Some(folder.path().join("none/key")), ..ReportConfig::default() };
    let error = signing_key(&key_file(&named, store.as_ref())).unwrap_err().to_string();
    assert!(error.contains("none/key"), "{error}");
    std::fs::write(&path, "no key").unwrap();
    assert!(matches!(signing_key(&path), Err(ReportError::Key { .. })));
}

fn every_minute() -> ScheduleConfig {
    let report = Some("* * * * *".parse().unwrap());
    ScheduleConfig { report, jitter_secs: 0, shutdown_secs: 1, ..ScheduleConfig::default() }
}

async fn kept(stage: &Stage) -> Vec<KeptReport> {
    stage.store.reports(&PageRequest::default()).await.unwrap().items
}

#[tokio::test]
async fn a_report_that_was_missed_is_made_up_for_once_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::open(&format!("sqlite://{}", folder.path().join("store.db").display())).await.unwrap();
    pass(store.as_ref(), 1, clock() - chrono::TimeDelta::hours(3)).await;
    let missed = TaskMemory { last_due: Some(clock() - chrono::TimeDelta::hours(2)), last_run: None };
    store.remember_task("report", missed).await.unwrap();
    store.close().await;
    let stage = stage_on(folder, Behaviour::Good, every_minute()).await;
    let mut made = Vec::new();
    for _ in 0..600 {
        made = kept(&stage).await;
        if !made.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let [only] = made.as_slice() else { panic!("{} were made", made.len()) };
    assert!(clock() - only.as_of < chrono::TimeDelta::minutes(3), "of the last time that was due");
    until(async || stage.store.tasks().await.unwrap()["report"].last_due == Some(only.as_of)).await;
    let page = stage.daemon.page().scrape();
    assert!(page.contains(&format!("ledgerline_report_last_success_timestamp_seconds {}", only.made_at.timestamp())), "{page}");
    assert!(page.contains("ledgerline_report_due_timestamp_seconds "), "{page}");
}

#[tokio::test]
async fn nothing_is_reported_before_an_audit_nor_where_no_schedule_wants_it() {
    let folder = tempfile::tempdir().unwrap();
    let stage = stage_on(folder, Behaviour::Good, ScheduleConfig { report: None, ..every_minute() }).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_300)).await;
    let page = stage.daemon.page().scrape();
    assert!(!page.contains("ledgerline_report_"), "a time that is not there is not 1970: {page}");
    assert!(kept(&stage).await.is_empty());
}
