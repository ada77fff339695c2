//! What is particular to the SQLite backend: the file, who may read it, and what happens when it fails.

mod faults;
mod sharing;

use super::*;
use crate::model::run::{Requests, RunStatus};
use crate::store::conformance::conformance;
use crate::store::conformance::fixture::record;
use crate::store::open;
use std::path::PathBuf;
use std::sync::Arc;

async fn empty() -> (tempfile::TempDir, Arc<dyn Store>) {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("l.db")).await.unwrap();
    (directory, Arc::new(store))
}

conformance!(empty());

/// A path in a directory of its own.
fn place() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("l.db");
    (directory, path)
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() {
    let (_directory, path) = place();
    let url = format!("sqlite://{}", path.display());
    let written = record(1, RunStatus::Running);
    let store = open(&url).await.unwrap();
    assert_eq!(store.name(), url);
    store.begin_run(&written).await.unwrap();
    store.close().await;
    let store = open(&url).await.unwrap();
    assert_eq!(store.run(&written.id).await.unwrap(), Some(written));
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_the_file_and_its_companions() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (directory, path) = place();
    let store = SqliteStore::open(&path).await.unwrap();
    store.begin_run(&record(1, RunStatus::Running)).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "the file, -wal and -shm: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    store.close().await;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    SqliteStore::open(&path).await.unwrap().close().await;
    assert_eq!(mode(&path), 0o600, "a copy that came with more rights loses them");
}

#[tokio::test]
async fn ten_thousand_findings_fit_into_one_pass() {
    use crate::model::finding::ChangeKind;
    use crate::store::conformance::fixture::{change, finding, finish};
    let (_guard, store) = empty().await;
    let changes: Vec<_> = (0..10_000).map(|number| change(1, ChangeKind::Opened, finding(number))).collect();
    let begun = std::time::Instant::now();
    finish(&store, 1, changes.clone()).await;
    let again = finish(&store, 2, changes).await;
    assert_eq!(again.findings.iter().map(|(.., count)| count).sum::<u64>(), 10_000);
    assert_eq!(store.known().await.unwrap().findings.len(), 10_000);
    println!("two passes of 10,000 findings: {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_filled_store_of_the_first_schema_is_brought_up_to_date_and_keeps_all() {
    use crate::store::conformance::fixture::waiver;
    use sqlx::ConnectOptions as _;
    let (_guard, path) = place();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(opening::MIGRATIONS[0]).execute(&mut connection).await.unwrap();
    // A snapshot as it was written before waivers were counted.
    let filled = "PRAGMA user_version = 1; PRAGMA application_id = 1281838190; \
        UPDATE state SET generation = 7, snapshot = '{\"last_success\":null,\"duration_secs\":null,\"coverage\":[],\"coverage_ratio\":[],\
        \"resources\":[],\"results\":[],\"findings\":[],\"rule_findings\":[],\"rules\":[],\"oldest\":[],\"opened\":[],\"resolved\":[],\
        \"reopened\":[],\"tags\":[],\"costs\":[],\"estimates\":[],\"savings\":[],\"requests\":{\"total\":3,\"by_action\":{},\"throttled\":0,\
        \"retried\":0,\"paid_usd\":\"0\"}}'";
    sqlx::raw_sql(filled).execute(&mut connection).await.unwrap();
    drop(connection);
    let store = SqliteStore::open(&path).await.unwrap();
    let snapshot = store.snapshot().await.unwrap().unwrap();
    assert_eq!((snapshot.requests.total, snapshot.waivers.len()), (3, 0));
    assert!(matches!(store.add_waiver(&waiver("w"), Time::default(), None).await.unwrap(), AddedWaiver::New(_)));
    assert_eq!(store.waivers().await.unwrap().len(), 1);
}
