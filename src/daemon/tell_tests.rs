//! Channels are told by the daemon: once each, whatever fails and whenever it is restarted.

use super::super::config::ScheduleConfig;
use super::super::puppet::{Behaviour as Pass, Stage, clock, stage_on, until};
use crate::model::finding::{Change, ChangeKind};
use crate::publish::config::ChannelConfig;
use crate::publish::notify::Outlet;
use crate::publish::notify::tests::server::{Behaviour, Server};
use crate::publish::notify::tests::{change, channel, finding};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

fn schedules() -> ScheduleConfig {
    ScheduleConfig { jitter_secs: 0, shutdown_secs: 1, ..ScheduleConfig::default() }
}

/// A daemon whose next pass finds these changes.
async fn telling(folder: tempfile::TempDir, channels: Vec<ChannelConfig>, changes: Vec<Change>) -> Stage {
    let stage = stage_on(folder, Pass::Good, schedules()).await;
    let outlets: Vec<Arc<Outlet>> = channels.into_iter().map(|config| Arc::new(Outlet::new(config))).collect();
    *stage.puppet.outlets.lock().unwrap() = Arc::new(outlets);
    stage.puppet.finds.lock().unwrap().1 = changes;
    stage
}

/// Changes that happened now: old ones would be given up.
fn opened(count: u32) -> Vec<Change> {
    let fresh = |number| {
        let mut finding = finding(number);
        (finding.first_seen, finding.last_seen) = (clock(), clock());
        change(ChangeKind::Opened, finding)
    };
    (0..count).map(fresh).collect()
}

async fn sent(stage: &Stage, channel: &str) -> u64 {
    let states = stage.store.channels().await.unwrap();
    states.into_iter().find(|state| state.name == channel).map_or(0, |state| state.sent)
}

#[tokio::test]
async fn a_channel_that_fails_first_is_told_once_it_works_under_the_same_ids() {
    let server = Server::start(&[Behaviour::Answers(500, "", "down"), Behaviour::Answers(200, "", "ok")]).await;
    let mut changes = opened(3);
    changes.push(change(ChangeKind::Seen, finding(7)));
    let stage = telling(tempfile::tempdir().unwrap(), vec![channel("c", &server.url)], changes).await;
    stage.puppet.permits.add_permits(1);
    until(async || server.received().len() == 1).await;
    until(async || stage.daemon.page().scrape().contains("ledgerline_notification_backlog{channel=\"c\"} 3")).await;
    // The pause would be seconds: the test does not wait for it.
    stage.store.release_channels().await.unwrap();
    tokio::time::sleep(Duration::from_millis(5500)).await;
    until(async || sent(&stage, "c").await == 3).await;
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!((&received[0].body, &received[0].headers["idempotency-key"]), (&received[1].body, &received[1].headers["idempotency-key"]));
    let page = stage.daemon.page().scrape();
    for line in [
        "ledgerline_notifications_total{channel=\"c\",outcome=\"sent\"} 3",
        "ledgerline_notifications_total{channel=\"c\",outcome=\"failed\"} 1",
        "ledgerline_notifications_total{channel=\"c\",outcome=\"refused\"} 0",
        "ledgerline_notification_channel_dead{channel=\"c\"} 0",
    ] {
        assert!(page.contains(line), "{line} in {page}");
    }
}

#[tokio::test]
async fn a_restart_in_the_middle_tells_every_change_once() {
    // 250 changes are three messages; the process dies while the second is under way.
    let server = Server::start(&[Behaviour::Answers(200, "", ""), Behaviour::Never]).await;
    let stage = telling(tempfile::tempdir().unwrap(), vec![channel("c", &server.url)], opened(250)).await;
    stage.puppet.permits.add_permits(1);
    until(async || server.received().len() == 2).await;
    stage.task.abort();
    _ = stage.task.await;
    server.behave(&[Behaviour::Answers(200, "", "")]);
    let again = telling(stage.folder, vec![channel("c", &server.url)], Vec::new()).await;
    until(async || sent(&again, "c").await == 250).await;
    let ids = server.ids();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!((distinct.len(), ids.len()), (250, 350), "the message under way came twice, under one id");
    let received = server.received();
    assert_eq!(received[1].headers["idempotency-key"], received[2].headers["idempotency-key"]);
    assert_eq!(received[1].body, received[2].body);
}

#[tokio::test]
async fn a_dead_channel_stops_no_other_and_loses_nothing() {
    let dead = Server::start(&[Behaviour::Answers(302, "location: https://169.254.169.254/\r\n", "")]).await;
    let slow = Server::start(&[Behaviour::AnswersAfter(Duration::from_millis(900), 200)]).await;
    let good = Server::start(&[Behaviour::Answers(200, "", "")]).await;
    let channels = vec![channel("dead", &dead.url), channel("slow", &slow.url), channel("good", &good.url)];
    let stage = telling(tempfile::tempdir().unwrap(), channels, opened(2)).await;
    stage.puppet.permits.add_permits(1);
    until(async || sent(&stage, "good").await == 2 && sent(&stage, "slow").await == 2).await;
    until(async || stage.daemon.page().scrape().contains("ledgerline_notification_channel_dead{channel=\"dead\"} 1")).await;
    let states = stage.store.channels().await.unwrap();
    let state = states.iter().find(|state| state.name == "dead").unwrap();
    assert!(state.dead_since.is_some() && state.waiting == 2, "{state:?}");
    assert!(state.last_reason.as_deref().unwrap().contains("redirect to https://169.254.169.254, a metadata address"), "{state:?}");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(dead.received().len(), 1, "nobody presses a dead channel");
}

#[tokio::test]
async fn one_change_that_is_not_taken_does_not_hold_up_the_others() {
    let server = Server::start(&[
        Behaviour::Answers(413, "", "too large"),
        Behaviour::Answers(413, "", "too large"),
        Behaviour::Answers(200, "", ""),
    ])
    .await;
    let stage = telling(tempfile::tempdir().unwrap(), vec![channel("c", &server.url)], opened(3)).await;
    stage.puppet.permits.add_permits(1);
    until(async || sent(&stage, "c").await == 2).await;
    let state = stage.store.channels().await.unwrap().remove(0);
    assert_eq!((state.refused, state.waiting, state.failures), (1, 0, 0), "{state:?}");
    assert_eq!(server.received().len(), 4, "all together, then each alone");
}

#[tokio::test]
async fn a_channel_that_refuses_everything_is_dead_before_all_is_lost() {
    let server = Server::start(&[Behaviour::Answers(400, "", "no")]).await;
    let config = ChannelConfig { dead_after: 3, ..channel("c", &server.url) };
    let stage = telling(tempfile::tempdir().unwrap(), vec![config], opened(20)).await;
    stage.puppet.permits.add_permits(1);
    until(async || stage.store.channels().await.unwrap().first().is_some_and(|state| state.dead_since.is_some())).await;
    let state = stage.store.channels().await.unwrap().remove(0);
    assert_eq!((state.refused, state.waiting), (2, 18), "{state:?}");
}

#[tokio::test]
async fn a_digest_waits_for_its_time_and_tells_all_at_once() {
    let server = Server::start(&[Behaviour::Answers(200, "", "")]).await;
    let digest = |text: &str| ChannelConfig { digest: Some(text.into()), ..channel("c", &server.url) };
    let stage = telling(tempfile::tempdir().unwrap(), vec![digest("0 0 1 1 *")], opened(2)).await;
    stage.puppet.permits.add_permits(1);
    until(async || stage.daemon.page().scrape().contains("ledgerline_notification_backlog{channel=\"c\"} 2")).await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(server.received().is_empty(), "it is not due");
    // It was due an hour ago, and nobody ran: it is made up for once.
    let hour_ago = clock() - chrono::TimeDelta::hours(1);
    let memory = crate::store::TaskMemory { last_due: Some(hour_ago), last_run: Some(hour_ago) };
    stage.store.remember_task("digest:c", memory).await.unwrap();
    *stage.puppet.outlets.lock().unwrap() = Arc::new(vec![Arc::new(Outlet::new(digest("* * * * *")))]);
    until(async || sent(&stage, "c").await == 2).await;
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_channel_that_is_added_later_does_not_get_the_past_and_one_that_goes_leaves_nothing() {
    let server = Server::start(&[Behaviour::Answers(503, "retry-after: 3600\r\n", "")]).await;
    let stage = telling(tempfile::tempdir().unwrap(), vec![channel("old", &server.url)], opened(2)).await;
    stage.puppet.permits.add_permits(1);
    until(async || server.received().len() == 1).await;
    let other = Server::start(&[Behaviour::Answers(200, "", "")]).await;
    *stage.puppet.outlets.lock().unwrap() = Arc::new(vec![Arc::new(Outlet::new(channel("new", &other.url)))]);
    until(async || stage.store.channels().await.unwrap().is_empty()).await;
    until(async || {
        let page = stage.daemon.page().scrape();
        page.contains("channel=\"new\"") && !page.contains("channel=\"old\"")
    })
    .await;
    assert!(other.received().is_empty());
}
