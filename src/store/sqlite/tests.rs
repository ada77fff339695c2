//! What is particular to the SQLite backend.

use super::*;
use crate::store::conformance::conformance;
use std::sync::Arc;

async fn empty() -> (tempfile::TempDir, Arc<dyn Store>) {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("l.db")).await.unwrap();
    (directory, Arc::new(store))
}

conformance!(empty());
