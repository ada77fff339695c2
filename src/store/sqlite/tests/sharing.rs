//! Two processes on one file: `audit --store` beside `serve`.

use super::*;
use crate::model::finding::{Change, ChangeKind};
use crate::model::sight::Sight;
use crate::store::conformance::fixture::{at, change, day, finding, money, want};

async fn two() -> (tempfile::TempDir, [Arc<SqliteStore>; 2]) {
    let (directory, path) = place();
    // Both at once: neither may fall over the other's migration.
    let (one, other) = tokio::join!(SqliteStore::open(&path), SqliteStore::open(&path));
    (directory, [Arc::new(one.unwrap()), Arc::new(other.unwrap())])
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_open_a_new_store_together_wait_their_turn() {
    for _ in 0..20 {
        let (_directory, path) = place();
        let opening: Vec<_> =
            (0..8).map(|_| path.clone()).map(|path| tokio::spawn(async move { SqliteStore::open(&path).await })).collect();
        for opened in opening {
            opened.await.unwrap().unwrap();
        }
    }
}

async fn finish(store: &SqliteStore, number: u32, changes: &[Change]) {
    let record = record(number, RunStatus::Complete);
    let requests = Requests { total: 1, ..Requests::default() };
    loop {
        let generation = store.known().await.unwrap().generation;
        let snapshot = Snapshot::default();
        let sight = Sight::default();
        let finished = FinishedRun { record: &record, generation, changes, sight, requests: &requests, snapshot: &snapshot, tell: &[] };
        match store.finish_run(finished).await {
            Err(StoreError::Overtaken { .. }) => {}
            done => return drop(done.unwrap()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passes_of_two_processes_are_all_counted_once() {
    let (_directory, stores) = two().await;
    let mut passes = Vec::new();
    for (side, store) in stores.iter().enumerate() {
        let store = Arc::clone(store);
        passes.push(tokio::spawn(async move {
            for number in 0..10 {
                let number = number * 2 + u32::try_from(side).unwrap();
                finish(&store, number, &[change(number, ChangeKind::Opened, finding(number))]).await;
            }
        }));
    }
    for pass in passes {
        pass.await.unwrap();
    }
    let [one, other] = &stores;
    assert_eq!(one.known().await.unwrap(), other.known().await.unwrap());
    let snapshot = other.snapshot().await.unwrap().unwrap();
    assert_eq!((snapshot.requests.total, snapshot.opened[0].2), (20, 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_never_spend_more_than_the_cap() {
    let (_directory, stores) = two().await;
    let month = Month::of(day(1));
    let mut asked = Vec::new();
    for number in 0..40 {
        let store = Arc::clone(&stores[number % 2]);
        asked.push(tokio::spawn(async move { store.reserve_paid(&want(month, money("0.01"), money("0.30"))).await.unwrap() }));
    }
    let mut granted = 0;
    for answer in asked {
        granted += usize::from(matches!(answer.await.unwrap(), Reserved::Granted(_)));
    }
    assert_eq!(granted, 30);
    assert_eq!(stores[0].paid_spent(month).await.unwrap(), money("0.30"));
}

#[tokio::test]
async fn a_transaction_that_was_dropped_leaves_nothing() {
    let (_directory, [one, other]) = two().await;
    let mut transaction = one.begin("begin").await.unwrap();
    runs::write(&mut *transaction, &record(1, RunStatus::Running)).await.unwrap();
    drop(transaction);
    assert_eq!(other.run(&record(1, RunStatus::Running).id).await.unwrap(), None);
    other.remember_task("audit", TaskMemory { last_due: Some(at(1)), last_run: None }).await.unwrap();
}
