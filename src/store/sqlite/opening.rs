//! Opening the file: private from its first byte, never a stranger's, never newer than we understand.
//!
//! SQLite's own `application_id` and `user_version` say whose file it is and which schema it has, and one IMMEDIATE
//! transaction brings it up to date: two processes that start at once cannot both migrate, and a crash leaves the old
//! schema whole. `sqlx`'s migrator has neither the one transaction nor a place for the first question.

use super::fault::{from_io, from_sqlite};
use crate::store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::time::Duration;

/// Every schema in order; the place in the list, counted from one, is its number. One that was released never changes.
pub const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_waivers.sql"),
    include_str!("migrations/0003_reports.sql"),
    include_str!("migrations/0004_askers.sql"),
    include_str!("migrations/0005_resources.sql"),
    include_str!("migrations/0006_outbox.sql"),
    include_str!("migrations/0007_searching.sql"),
    include_str!("migrations/0008_by_account.sql"),
    include_str!("migrations/0009_exports.sql"),
    include_str!("migrations/0010_ledger.sql"),
    include_str!("migrations/0011_first_told.sql"),
];

/// "LgLn": what marks the file as ours.
const APPLICATION_ID: i64 = 0x4c67_4c6e;
/// How long a writer waits for another process; a pass of 100,000 findings commits in less.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Files up to this size are checked whole when opened: under 0.2 s.
const CHECKED_BYTES: u64 = 64 * 1024 * 1024;

/// How every SQLite file begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

const OPEN: &str = "open the store";
/// How long to stand aside before another try at a file that another process is opening too.
const ASIDE: Duration = Duration::from_millis(20);

/// Opens the file, making it where there is none.
///
/// SQLite answers "busy" at once, without its timeout, where two processes switch one file to WAL together: waiting
/// could deadlock them (<https://www.sqlite.org/c3ref/busy_handler.html>). Then one stands aside and tries again.
pub async fn open(path: &Path, store: &str) -> Result<SqlitePool, StoreError> {
    let mut aside = Duration::ZERO;
    loop {
        match open_once(path, store).await {
            Err(StoreError::Busy { .. }) if aside < BUSY_TIMEOUT => {
                aside += ASIDE;
                tokio::time::sleep(ASIDE).await;
            }
            opened => return opened,
        }
    }
}

async fn open_once(path: &Path, store: &str) -> Result<SqlitePool, StoreError> {
    let size = make_private(path, store)?;
    let fault = |fault| from_sqlite(store, OPEN, fault);
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // FULL, not NORMAL: a pass commits a handful of times, and a reservation of money must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        // Statements that take long are nothing that a user could act on.
        .disable_statement_logging();
    // The first look is without WAL: switching to it would write to a file that may not be ours.
    let mut connection = options.connect().await.map_err(fault)?;
    refuse_foreign(&mut connection, store, size).await?;
    connection.close().await.map_err(fault)?;
    keep_private(path, store)?;

    let options = options.journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new().max_connections(4).acquire_timeout(BUSY_TIMEOUT).connect_with(options).await.map_err(fault)?;
    migrate(&pool, store).await?;
    Ok(pool)
}

/// Makes the file with mode 0600 where there is none; SQLite gives `-wal` and `-shm` the mode of the file. Answers its
/// size.
fn make_private(path: &Path, store: &str) -> Result<u64, StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(0),
        Err(fault) if fault.kind() == ErrorKind::NotFound => {
            let directory = path.parent().map_or_else(String::new, |directory| directory.display().to_string());
            Err(StoreError::NoDirectory { store: store.to_owned(), directory })
        }
        Err(fault) if fault.kind() == ErrorKind::AlreadyExists => size_of_database(path, store),
        Err(fault) => Err(from_io(store, "make the store", fault)),
    }
}

/// The size of a file that begins as SQLite's do (<https://www.sqlite.org/fileformat2.html#the_database_header>), or is
/// empty.
fn size_of_database(path: &Path, store: &str) -> Result<u64, StoreError> {
    let fault = |fault| from_io(store, OPEN, fault);
    let foreign = |what: &str| StoreError::Foreign { store: store.to_owned(), what: what.to_owned() };
    let metadata = std::fs::metadata(path).map_err(fault)?;
    if !metadata.is_file() {
        return Err(foreign("not a file"));
    }
    let mut head = Vec::new();
    std::fs::File::open(path).map_err(fault)?.take(MAGIC.len() as u64).read_to_end(&mut head).map_err(fault)?;
    if head.is_empty() || head == MAGIC { Ok(metadata.len()) } else { Err(foreign("not an SQLite database")) }
}

/// Takes the rights of others from a file that was there and is ours: a copy or a backup may have come with them.
#[cfg(unix)]
fn keep_private(path: &Path, store: &str) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let fault = |fault| from_io(store, OPEN, fault);
    let mode = std::fs::metadata(path).map_err(fault)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(fault)
}

#[cfg(not(unix))]
fn keep_private(_path: &Path, _store: &str) -> Result<(), StoreError> {
    Ok(())
}

async fn refuse_foreign(connection: &mut SqliteConnection, store: &str, size: u64) -> Result<(), StoreError> {
    let fault = |fault| from_sqlite(store, OPEN, fault);
    // One reading of all of it: between two, another process may have migrated.
    let mut connection = connection.begin().await.map_err(fault)?;
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await.map_err(fault)?;
    if id != APPLICATION_ID {
        let foreign = StoreError::Foreign { store: store.to_owned(), what: "an SQLite database of another program".to_owned() };
        let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *connection).await.map_err(fault)?;
        return if id == 0 && tables == 0 { Ok(()) } else { Err(foreign) };
    }
    refuse_newer(schema_of(&mut connection).await.map_err(fault)?, store)?;
    if size <= CHECKED_BYTES {
        let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut *connection).await.map_err(fault)?;
        if verdict != "ok" {
            return Err(StoreError::Damaged { store: store.to_owned(), act: OPEN, what: verdict });
        }
    }
    Ok(())
}

async fn schema_of(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await
}

fn refuse_newer(found: i64, store: &str) -> Result<usize, StoreError> {
    match usize::try_from(found) {
        Ok(schema) if schema <= MIGRATIONS.len() => Ok(schema),
        _ => Err(StoreError::Newer { store: store.to_owned(), found, known: MIGRATIONS.len() as i64 }),
    }
}

/// Brings the schema up to date. It begins a writing transaction even where there is nothing to do, so that a read-only
/// store is noticed now and not when the first pass ends.
async fn migrate(pool: &SqlitePool, store: &str) -> Result<(), StoreError> {
    let fault = |fault| from_sqlite(store, "bring the schema up to date", fault);
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(|fault| from_sqlite(store, OPEN, fault))?;
    let schema = refuse_newer(schema_of(&mut transaction).await.map_err(fault)?, store)?;
    for (position, migration) in MIGRATIONS.iter().enumerate().skip(schema) {
        sqlx::raw_sql(*migration).execute(&mut *transaction).await.map_err(fault)?;
        // Pragmas take no bound values; these are our own numbers.
        let marks = format!("PRAGMA user_version = {}; PRAGMA application_id = {APPLICATION_ID}", position + 1);
        sqlx::raw_sql(AssertSqlSafe(marks)).execute(&mut *transaction).await.map_err(fault)?;
    }
    transaction.commit().await.map_err(fault)
}
