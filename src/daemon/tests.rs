//! The daemon over a real store, with an auditor that does what each test wants.

use super::Trigger;
use super::config::ScheduleConfig;
use super::puppet::{Behaviour, Stage, clock, stage, stage_on, until};
use super::queue::{Admission, Refusal};
use crate::model::run::{PassScope, RunStatus};
use std::time::Duration;

fn regions(region: &str) -> PassScope {
    PassScope { regions: Some([region.into()].into()), ..PassScope::default() }
}

#[tokio::test]
async fn a_daemon_with_an_empty_store_audits_at_once_and_is_ready_after_it() {
    let stage = stage(Behaviour::Good).await;
    let id = stage.first().await;
    assert_eq!(stage.begun()[0].1, Trigger::Start);
    assert!(!stage.daemon.readiness().ready);
    assert!(!stage.daemon.page().scrape().contains("ledgerline_results"));
    stage.puppet.permits.add_permits(1);
    until(async || stage.daemon.readiness().ready).await;
    assert_eq!(stage.status(&id).await, RunStatus::Complete);
    assert!(stage.daemon.page().scrape().contains("ledgerline_results"));
}

#[tokio::test]
async fn requests_join_wait_or_are_turned_away_and_run_one_after_another() {
    let stage = stage(Behaviour::Good).await;
    let first = stage.first().await;
    let daemon = &stage.daemon;
    assert_eq!(daemon.submit(Trigger::Api, PassScope::default(), None).await, Ok(Admission::Joined(first.clone())));
    assert_eq!(daemon.submit(Trigger::Api, regions("a"), None).await, Ok(Admission::Joined(first)));
    stage.puppet.permits.add_permits(1);
    until(async || daemon.readiness().ready).await;
    let narrow = stage.queued(regions("a")).await;
    until(async || stage.begun().len() == 2).await;
    let Ok(Admission::Queued(other)) = daemon.submit(Trigger::Api, regions("b"), None).await else { panic!() };
    assert_eq!(stage.status(&other).await, RunStatus::Queued);
    assert_eq!(daemon.submit(Trigger::Api, regions("b"), None).await, Err(Refusal::Waiting(other.clone())));
    stage.puppet.permits.add_permits(2);
    until(async || stage.status(&other).await == RunStatus::Complete).await;
    assert_eq!(stage.status(&narrow).await, RunStatus::Complete);
}

#[tokio::test]
async fn ending_lets_the_pass_under_way_end_and_cancels_what_waits() {
    let stage = stage(Behaviour::Good).await;
    let first = stage.first().await;
    stage.puppet.permits.add_permits(1);
    until(async || stage.daemon.readiness().ready).await;
    let second = stage.queued(regions("a")).await;
    until(async || stage.begun().len() == 2).await;
    let Ok(Admission::Queued(waiting)) = stage.daemon.submit(Trigger::Api, regions("b"), None).await else { panic!() };
    stage.daemon.end();
    assert_eq!(stage.daemon.submit(Trigger::Api, regions("c"), None).await, Err(Refusal::Ending));
    stage.puppet.permits.add_permits(1);
    tokio::time::timeout(Duration::from_secs(3), stage.daemon.ended()).await.unwrap();
    assert_eq!(stage.status(&first).await, RunStatus::Complete);
    assert_eq!(stage.status(&second).await, RunStatus::Complete);
    assert_eq!(stage.status(&waiting).await, RunStatus::Cancelled);
}

#[tokio::test]
async fn a_pass_that_does_not_end_in_time_is_abandoned() {
    let stage = stage(Behaviour::Good).await;
    let id = stage.first().await;
    let began = std::time::Instant::now();
    stage.daemon.end();
    tokio::time::timeout(Duration::from_secs(10), stage.daemon.ended()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1), "it was given its time");
    assert_eq!(stage.status(&id).await, RunStatus::Cancelled);
}

#[tokio::test]
async fn a_pass_that_hears_nothing_is_ended_all_the_same_and_marked_as_cancelled() {
    let stage = stage(Behaviour::Deaf).await;
    let id = stage.first().await;
    stage.daemon.end();
    stage.daemon.end();
    tokio::time::timeout(Duration::from_secs(15), stage.daemon.ended()).await.unwrap();
    assert_eq!(stage.status(&id).await, RunStatus::Cancelled);
}

#[tokio::test]
async fn a_bug_in_a_pass_ends_the_pass_and_not_the_daemon() {
    let stage = stage(Behaviour::Panics).await;
    let id = stage.first().await;
    stage.puppet.permits.add_permits(1);
    until(async || stage.status(&id).await == RunStatus::Failed).await;
    assert!(stage.daemon.submit(Trigger::Api, PassScope::default(), None).await.is_ok());
    until(async || stage.daemon.readiness().audit_error.is_some_and(|why| why.contains("internal error"))).await;
}

#[tokio::test]
async fn a_failed_pass_leaves_the_last_good_page() {
    let stage = stage(Behaviour::Fails).await;
    stage.first().await;
    stage.puppet.permits.add_permits(1);
    until(async || stage.daemon.readiness().audit_error.as_deref() == Some("no network")).await;
    assert_eq!(stage.status(&stage.first().await).await, RunStatus::Failed);
    assert!(!stage.daemon.readiness().ready);
    assert!(stage.daemon.page().scrape().contains("ledgerline_audit_last_attempt_timestamp_seconds 1"));
}

#[tokio::test]
async fn a_bad_file_keeps_the_old_ones_and_says_so() {
    let stage = stage(Behaviour::Good).await;
    let before = stage.daemon.next_due();
    *stage.puppet.reload.lock().unwrap() = Err("ledgerline.yaml:3:1: unknown key".into());
    stage.daemon.reload().await;
    assert_eq!(stage.daemon.readiness().reload_error.unwrap(), "ledgerline.yaml:3:1: unknown key");
    assert!(stage.daemon.page().scrape().contains("ledgerline_config_reload_successful 0"));
    assert_eq!(stage.daemon.next_due(), before);
    *stage.puppet.reload.lock().unwrap() = Ok(ScheduleConfig { audit: "3 4 5 6 *".parse().unwrap(), ..ScheduleConfig::default() });
    stage.daemon.reload().await;
    assert_eq!(stage.daemon.readiness().reload_error, None);
    assert_ne!(stage.daemon.next_due(), before);
}

#[tokio::test]
async fn what_was_missed_while_nobody_ran_is_made_up_for_once() {
    let every_minute =
        ScheduleConfig { audit: "* * * * *".parse().unwrap(), jitter_secs: 0, shutdown_secs: 1, ..ScheduleConfig::default() };
    let mut stage = stage_on(tempfile::tempdir().unwrap(), Behaviour::Good, every_minute.clone()).await;
    stage.first().await;
    stage.puppet.permits.add_permits(1);
    until(async || stage.daemon.readiness().ready).await;
    stage.daemon.end();
    (&mut stage.task).await.unwrap();
    // Hours pass.
    let long_ago = clock() - chrono::TimeDelta::hours(5);
    stage.store.remember_task("audit", crate::store::TaskMemory { last_due: Some(long_ago), last_run: Some(long_ago) }).await.unwrap();
    let Stage { folder, store, .. } = stage;
    store.close().await;
    let later = stage_on(folder, Behaviour::Good, every_minute).await;
    assert!(later.daemon.readiness().ready, "the last snapshot is shown at once");
    let id = later.first().await;
    assert_eq!(later.begun(), [(id, Trigger::Schedule)]);
    // That it was due is noted once it waits in the queue, which may be after it began.
    until(async || clock() - later.store.tasks().await.unwrap()["audit"].last_due.unwrap() < chrono::TimeDelta::seconds(90)).await;
    later.puppet.permits.add_permits(1);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(later.begun().len() <= 2, "one to make up, and at most the one of the minute that began meanwhile");
}

#[tokio::test]
async fn a_pass_that_ended_with_its_process_is_marked_as_failed() {
    let stage = stage(Behaviour::Good).await;
    let id = stage.first().await;
    stage.task.abort();
    let later = stage_on(stage.folder, Behaviour::Good, ScheduleConfig::default()).await;
    assert_eq!(later.status(&id).await, RunStatus::Failed);
}
