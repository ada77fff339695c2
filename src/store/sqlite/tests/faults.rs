//! Files that are no store, disks that are full, and URLs that name nothing.

use super::*;
use crate::model::finding::ChangeKind;
use crate::model::sight::Sight;
use crate::store::conformance::fixture::{change, finding};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

async fn refused(url: &str) -> StoreError {
    match open(url).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    }
}

async fn refused_at(path: &Path) -> StoreError {
    refused(&format!("sqlite://{}", path.display())).await
}

#[tokio::test]
async fn an_unsupported_scheme_names_the_supported_ones_and_no_secret() {
    for url in ["mysql://user:secret@host/db", "postgres://user:secret@host/db"] {
        let error = refused(url).await;
        assert!(error.is_input());
        let text = error.to_string();
        assert!(text.contains("supported: sqlite://") && !text.contains("secret"), "{text}");
    }
    for url in ["findings.db", "sqlite://", "sqlite:findings.db"] {
        let error = refused(url).await;
        assert!(error.is_input() && error.to_string().contains("sqlite://"), "{error}");
    }
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_named() {
    let (directory, _) = place();
    let error = refused_at(&directory.path().join("no/such/l.db")).await;
    assert!(error.is_input());
    assert!(error.to_string().contains(&format!("{} does not exist", directory.path().join("no/such").display())), "{error}");
}

#[tokio::test]
async fn a_file_of_another_kind_is_left_alone() {
    let (directory, path) = place();
    std::fs::write(&path, "resource \"aws_dynamodb_table\" \"x\" {}\n".repeat(100)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = refused_at(&path).await;
    assert!(matches!(&error, StoreError::Foreign { what, .. } if what == "not an SQLite database"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let error = refused_at(directory.path()).await;
    assert!(matches!(&error, StoreError::Foreign { what, .. } if what == "not a file"), "{error}");
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let (_directory, path) = place();
    let mut other = SqliteConnectOptions::new().filename(&path).create_if_missing(true).connect().await.unwrap();
    sqlx::raw_sql("CREATE TABLE findings (x)").execute(&mut other).await.unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    let error = refused_at(&path).await;
    assert!(matches!(&error, StoreError::Foreign { what, .. } if what.contains("another program")), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_with_a_remedy() {
    let (_directory, path) = place();
    let store = SqliteStore::open(&path).await.unwrap();
    sqlx::raw_sql("PRAGMA user_version = 99").execute(&store.pool).await.unwrap();
    store.close().await;
    let error = refused_at(&path).await;
    assert!(matches!(&error, StoreError::Newer { found: 99, .. }) && error.is_input(), "{error}");
    assert!(error.to_string().contains("use that version or another store"), "{error}");
}

#[tokio::test]
async fn a_damaged_store_is_noticed_when_it_is_opened() {
    let (_directory, path) = place();
    SqliteStore::open(&path).await.unwrap().close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096).step_by(7) {
        *byte = 0xa5;
    }
    std::fs::write(&path, &bytes).unwrap();
    let error = refused_at(&path).await;
    assert!(matches!(&error, StoreError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_full_disk_leaves_the_last_pass_intact() {
    let (_directory, path) = place();
    SqliteStore::open(&path).await.unwrap().close().await;
    // One connection, since the limit below is one of the connection.
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(SqliteConnectOptions::new().filename(&path)).await.unwrap();
    let store = SqliteStore { pool: pool.clone(), name: "sqlite://l.db".to_owned() };
    let shared: Arc<dyn Store> = Arc::new(SqliteStore { pool, name: store.name.clone() });
    crate::store::conformance::fixture::finish(&shared, 1, vec![change(1, ChangeKind::Opened, finding(1))]).await;
    let before = (store.known().await.unwrap(), store.snapshot().await.unwrap());
    // SQLite answers as for a full disk when the file may not grow.
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.pool).await.unwrap();
    let limit: i64 =
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 5))).fetch_one(&store.pool).await.unwrap();
    assert_eq!(limit, pages + 5);

    let changes: Vec<_> = (1..2000).map(|number| change(2, ChangeKind::Opened, finding(number))).collect();
    let (requests, snapshot) = (Requests::default(), Snapshot::default());
    let late = record(2, RunStatus::Complete);
    let finished = FinishedRun {
        record: &late,
        generation: before.0.generation,
        changes: &changes,
        sight: Sight::default(),
        requests: &requests,
        snapshot: &snapshot,
        tell: &[],
    };
    let error = store.finish_run(finished).await.unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("write what the pass found") && text.contains("l.db") && text.contains("disk is full"), "{text}");
    assert_eq!((store.known().await.unwrap(), store.snapshot().await.unwrap()), before);
    assert_eq!(store.run(&late.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_read_only_store_says_so() {
    let (_directory, path) = place();
    SqliteStore::open(&path).await.unwrap().close().await;
    // Tests may run as root, whom no mode stops: SQLite's own read-only opening answers alike.
    let options = SqliteConnectOptions::new().filename(&path).read_only(true);
    let pool = SqlitePoolOptions::new().connect_with(options).await.unwrap();
    let store = SqliteStore { pool, name: "sqlite://l.db".to_owned() };
    let error = store.begin_run(&record(1, RunStatus::Running)).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert_eq!(error.to_string(), "cannot note that a pass began in sqlite://l.db: the file or its directory is read-only");
    let fault = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    assert!(matches!(fault::from_io("l.db", "make the store", fault), StoreError::ReadOnly { .. }));
}

#[tokio::test]
async fn a_word_that_nobody_knows_is_damage_and_no_default() {
    let (_directory, path) = place();
    let store = SqliteStore::open(&path).await.unwrap();
    store.begin_run(&record(1, RunStatus::Running)).await.unwrap();
    sqlx::raw_sql("UPDATE runs SET status = 'dreaming'").execute(&store.pool).await.unwrap();
    let error = store.run(&record(1, RunStatus::Running).id).await.unwrap_err();
    assert!(matches!(&error, StoreError::Damaged { what, .. } if what.contains("dreaming")), "{error:?}");
}
