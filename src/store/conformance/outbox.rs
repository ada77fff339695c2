//! The outbox: each change once for each channel, batches that stay what they are, and where channels stand.

use super::fixture::{at, change, finding, record, run_id};
use super::*;
use crate::model::finding::{Change, ChangeKind};
use crate::model::notice::Notice;

/// Finishes a pass of which these channels are told of everything.
async fn told(store: &Shared, run: u32, changes: Vec<Change>, channels: &[&str]) {
    let (requests, snapshot) = Default::default();
    let sight = crate::model::sight::Sight::default();
    let generation = store.known().await.unwrap().generation;
    let record = record(run, RunStatus::Complete);
    let tell: Vec<(ArcStr, usize)> =
        channels.iter().flat_map(|name| (0..changes.len()).map(|position| (ArcStr::from(*name), position))).collect();
    let finished =
        FinishedRun { record: &record, generation, changes: &changes, sight, requests: &requests, snapshot: &snapshot, tell: &tell };
    store.finish_run(finished).await.unwrap();
}

fn opened(run: u32, numbers: std::ops::Range<u32>) -> Vec<Change> {
    numbers.map(|number| change(run, ChangeKind::Opened, finding(number))).collect()
}

async fn claim(store: &Shared, channel: &str, most: u32, hour: i64, begin: Begin) -> Option<Batch> {
    let claim = Claim { channel, most, begin, now: at(hour), lease: chrono::TimeDelta::minutes(2) };
    store.claim(&claim).await.unwrap()
}

async fn state(store: &Shared, channel: &str) -> ChannelState {
    store.channels().await.unwrap().into_iter().find(|state| state.name == channel).unwrap()
}

const ALL: Settlement<'static> = Settlement::Sent { refused: &[], again: &[] };

pub async fn each_change_is_told_once_to_each_channel(store: Shared) {
    told(&store, 1, opened(1, 0..5), &["a", "b"]).await;
    assert_eq!(
        store.channels().await.unwrap().iter().map(|state| (state.name.as_str(), state.waiting)).collect::<Vec<_>>(),
        [("a", 5), ("b", 5)]
    );
    assert_eq!(state(&store, "a").await.oldest, Some(at(0)));
    let first = claim(&store, "a", 3, 2, Begin::Yes).await.unwrap();
    assert_eq!(first.notices.len(), 3);
    assert_eq!(first.notices[0].change, change(1, ChangeKind::Opened, finding(0)), "as it was, with its details");
    assert_eq!(first.notices[0].id, Notice::id_of(&run_id(1), &finding(0).fingerprint, ChangeKind::Opened, "a"));
    store.settle(&first, &ALL, at(2)).await.unwrap();
    let second = claim(&store, "a", 3, 2, Begin::Yes).await.unwrap();
    let mut ids: Vec<_> = first.notices.iter().chain(&second.notices).map(|notice| notice.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), second.notices.len()), (5, 2));
    store.settle(&second, &ALL, at(3)).await.unwrap();
    assert_eq!(claim(&store, "a", 3, 4, Begin::Yes).await, None);
    let stands = state(&store, "a").await;
    assert_eq!((stands.waiting, stands.sent, stands.last_success), (0, 5, Some(at(3))));
    assert_eq!(state(&store, "b").await.waiting, 5, "the other channel is on its own");
}

pub async fn a_batch_that_began_is_the_same_until_it_is_settled(store: Shared) {
    told(&store, 1, opened(1, 0..3), &["a"]).await;
    let batch = claim(&store, "a", 100, 1, Begin::Yes).await.unwrap();
    assert_eq!(claim(&store, "a", 100, 1, Begin::Yes).await, None, "somebody sends it");
    // The process dies; more changes come; the lease ends.
    told(&store, 2, opened(2, 3..6), &["a"]).await;
    assert_eq!(claim(&store, "a", 1, 2, Begin::No).await.as_ref(), Some(&batch), "even where none may begin");
    store.release_channels().await.unwrap();
    assert_eq!(claim(&store, "a", 1, 2, Begin::Yes).await.as_ref(), Some(&batch), "a new process need not wait");
    assert_eq!(state(&store, "a").await.begun, 3);
    let failed = Settlement::Failed { reason: "down", next_attempt: at(4), dead: Dead::No };
    store.settle(&batch, &failed, at(2)).await.unwrap();
    assert_eq!(claim(&store, "a", 9, 3, Begin::Yes).await, None, "too early");
    store.release_channels().await.unwrap();
    assert_eq!(claim(&store, "a", 9, 3, Begin::Yes).await, None, "a new process does not press either");
    let stands = state(&store, "a").await;
    assert_eq!((stands.failures, stands.last_failure, stands.last_reason.as_deref()), (1, Some(at(2)), Some("down")));
    assert_eq!((stands.next_attempt, stands.dead_since), (Some(at(4)), None));
    assert_eq!(claim(&store, "a", 9, 4, Begin::Yes).await.as_ref(), Some(&batch));
    store.settle(&batch, &ALL, at(4)).await.unwrap();
    assert_eq!(state(&store, "a").await.failures, 0);
    assert_eq!(claim(&store, "a", 9, 4, Begin::No).await, None);
    assert_eq!(claim(&store, "a", 9, 4, Begin::Yes).await.unwrap().notices.len(), 3);
}

pub async fn what_a_channel_refuses_is_not_told_again_and_what_it_puts_off_is(store: Shared) {
    told(&store, 1, opened(1, 0..3), &["a"]).await;
    let batch = claim(&store, "a", 9, 1, Begin::Yes).await.unwrap();
    let id = |position: usize| batch.notices[position].id.clone();
    let settlement = Settlement::Sent { refused: &[(id(0), "too long".to_owned())], again: &[id(2)] };
    store.settle(&batch, &settlement, at(1)).await.unwrap();
    let stands = state(&store, "a").await;
    assert_eq!((stands.sent, stands.refused, stands.waiting, stands.last_reason.as_deref()), (1, 1, 1, Some("too long")));
    let later = claim(&store, "a", 9, 2, Begin::Yes).await.unwrap();
    assert_eq!(later.notices, [batch.notices[2].clone()]);
    assert_ne!(later.id, batch.id, "it is another batch");
    // Taken apart, each goes alone.
    store.settle(&later, &ALL, at(2)).await.unwrap();
    told(&store, 2, opened(2, 3..5), &["a"]).await;
    let together = claim(&store, "a", 9, 3, Begin::Yes).await.unwrap();
    store.settle(&together, &Settlement::Split { reason: "too large" }, at(3)).await.unwrap();
    told(&store, 3, opened(3, 5..7), &["a"]).await;
    for expected in [1, 1, 2] {
        let batch = claim(&store, "a", 9, 4, Begin::Yes).await.unwrap();
        assert_eq!(batch.notices.len(), expected);
        store.settle(&batch, &ALL, at(4)).await.unwrap();
    }
}

pub async fn a_dead_channel_says_since_when_and_lives_again_when_it_works(store: Shared) {
    told(&store, 1, opened(1, 0..1), &["a"]).await;
    let batch = claim(&store, "a", 9, 1, Begin::Yes).await.unwrap();
    let failed = |hour, dead| Settlement::Failed { reason: "403", next_attempt: at(hour), dead };
    store.settle(&batch, &failed(50, Dead::Yes), at(1)).await.unwrap();
    assert_eq!(state(&store, "a").await.dead_since, Some(at(1)));
    assert_eq!(claim(&store, "a", 9, 2, Begin::Yes).await, None);
    // Somebody mended it and said so.
    store.release_channels().await.unwrap();
    let again = claim(&store, "a", 9, 2, Begin::Yes).await.unwrap();
    store.settle(&again, &failed(3, Dead::No), at(2)).await.unwrap();
    assert_eq!(state(&store, "a").await.dead_since, Some(at(1)), "since when it does not work");
    let again = claim(&store, "a", 9, 3, Begin::Yes).await.unwrap();
    store.settle(&again, &ALL, at(3)).await.unwrap();
    let stands = state(&store, "a").await;
    assert_eq!((stands.dead_since, stands.failures, stands.next_attempt), (None, 0, None));
}

pub async fn what_is_too_old_or_for_nobody_is_given_up(store: Shared) {
    told(&store, 1, opened(1, 0..2), &["a", "gone"]).await;
    let mut later = finding(5);
    (later.first_seen, later.last_seen) = (at(9), at(9));
    told(&store, 2, vec![change(2, ChangeKind::Opened, later)], &["a", "gone"]).await;
    let given_up = store.give_up(at(5), &["a".into()], at(10)).await.unwrap();
    assert_eq!(given_up, BTreeMap::from([("a".into(), 2), ("gone".into(), 3)]));
    let stands = store.channels().await.unwrap();
    assert_eq!(stands.iter().map(|one| (one.name.as_str(), one.waiting, one.expired)).collect::<Vec<_>>(), [("a", 1, 2)]);
    // What waits survives the forgetting of what is old; what was sent does not.
    store.prune(at(10_000)).await.unwrap();
    assert_eq!(claim(&store, "a", 9, 11, Begin::Yes).await.unwrap().notices.len(), 1);
}
