//! Why the store could not do what it was asked. Every message names the store and the act, and what to do about it.

use super::SCHEMES;

/// Why the store failed. What was stored before is intact in every case but [`StoreError::Damaged`].
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names a backend that this build does not have.
    #[error("no store of kind {scheme:?}; supported: {}", supported())]
    UnsupportedScheme {
        /// What stands before `://`; the rest may hold a password.
        scheme: String,
    },
    /// The URL has no scheme.
    #[error("{url:?} is no store; did you mean sqlite://{url}?")]
    NoScheme {
        /// What stands where a URL should.
        url: String,
    },
    /// The URL names no file.
    #[error("{url:?} names no file; write sqlite://FILE")]
    NoFile {
        /// The URL.
        url: String,
    },
    /// The directory of the file does not exist.
    #[error("cannot make the store {store}: the directory {directory} does not exist")]
    NoDirectory {
        /// The file.
        store: String,
        /// Its directory.
        directory: String,
    },
    /// The file is something else.
    #[error("{store} is not a store of Ledgerline ({what}); name another file, nothing was written to it")]
    Foreign {
        /// The file.
        store: String,
        /// What it is instead.
        what: String,
    },
    /// A later version wrote it.
    #[error(
        "{store} was written by a newer Ledgerline (its schema is {found}, this version knows {known}); use that version or another store"
    )]
    Newer {
        /// The file.
        store: String,
        /// Its schema.
        found: i64,
        /// The last schema that we know.
        known: i64,
    },
    /// It may not be written.
    #[error("cannot {act} in {store}: the file or its directory is read-only")]
    ReadOnly {
        /// The file.
        store: String,
        /// What was to be done.
        act: &'static str,
    },
    /// There is no room.
    #[error("cannot {act} in {store}: the disk is full; what was stored before is intact")]
    Full {
        /// The file.
        store: String,
        /// What was to be done.
        act: &'static str,
    },
    /// Another process holds it for too long.
    #[error("cannot {act} in {store}: another process is writing to it and did not finish in time")]
    Busy {
        /// The file.
        store: String,
        /// What was to be done.
        act: &'static str,
    },
    /// What is stored cannot be read.
    #[error("{store} is damaged (noticed on: {act}): {what}; restore it from a backup or move it away")]
    Damaged {
        /// The file.
        store: String,
        /// What was to be done.
        act: &'static str,
        /// What is wrong.
        what: String,
    },
    /// Another pass finished since the findings were read.
    #[error("another pass finished in {store} meanwhile")]
    Overtaken {
        /// The file.
        store: String,
    },
    /// The cursor is not one that we gave.
    #[error("the cursor is not one that an earlier page gave")]
    BadCursor,
    /// Anything else.
    #[error("cannot {act} in {store}: {reason}")]
    Failed {
        /// The file.
        store: String,
        /// What was to be done.
        act: &'static str,
        /// Why not.
        reason: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// Whether the operator has to mend what they wrote (exit code 2), rather than the world.
    pub const fn is_input(&self) -> bool {
        match self {
            Self::UnsupportedScheme { .. }
            | Self::NoScheme { .. }
            | Self::NoFile { .. }
            | Self::NoDirectory { .. }
            | Self::Foreign { .. }
            | Self::Newer { .. }
            | Self::BadCursor => true,
            Self::ReadOnly { .. }
            | Self::Full { .. }
            | Self::Busy { .. }
            | Self::Damaged { .. }
            | Self::Overtaken { .. }
            | Self::Failed { .. } => false,
        }
    }
}

fn supported() -> String {
    SCHEMES.iter().map(|scheme| format!("{scheme}://")).collect::<Vec<_>>().join(", ")
}
