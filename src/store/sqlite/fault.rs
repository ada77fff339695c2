//! What SQLite says, in the store's words.

use crate::store::StoreError;
use std::io::ErrorKind;

/// SQLite's primary result codes that we tell apart (<https://www.sqlite.org/rescode.html>); extended codes carry them in
/// their low byte.
mod code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const READONLY: i32 = 8;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const NOTADB: i32 = 26;
}

/// Turns what SQLite says into a [`StoreError`] that names the file and the act.
pub fn from_sqlite(store: &str, act: &'static str, fault: sqlx::Error) -> StoreError {
    let store = store.to_owned();
    let number = fault.as_database_error().and_then(|fault| fault.code()).and_then(|code| code.parse::<i32>().ok());
    match number.map(|number| number & 0xff) {
        Some(code::BUSY | code::LOCKED) => StoreError::Busy { store, act },
        Some(code::READONLY) => StoreError::ReadOnly { store, act },
        Some(code::FULL) => StoreError::Full { store, act },
        Some(code::CORRUPT | code::NOTADB) => StoreError::Damaged { store, act, what: fault.to_string() },
        _ => match fault {
            sqlx::Error::Io(fault) => from_io(&store, act, fault),
            fault @ (sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
                StoreError::Damaged { store, act, what: fault.to_string() }
            }
            fault => StoreError::Failed { store, act, reason: Box::new(fault) },
        },
    }
}

/// The same for what the file system says.
pub fn from_io(store: &str, act: &'static str, fault: std::io::Error) -> StoreError {
    let store = store.to_owned();
    match fault.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { store, act },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full { store, act },
        _ => StoreError::Failed { store, act, reason: Box::new(fault) },
    }
}
