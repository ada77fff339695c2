//! What a file was when it was found, so that one that is replaced meanwhile is noticed.

use super::{ExportFault, Why};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The file behind a path: which one it is, how long, and when it last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    device: u64,
    node: u64,
    length: u64,
    /// Of contents and of the entry, in nanoseconds: a file can be given an old time of change, but not an old time of its entry.
    changed: (i64, i64, i64, i64),
}

impl Pin {
    /// The file as it is now.
    ///
    /// # Errors
    /// Where it is not there, or is no file.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        let found = std::fs::metadata(path)?;
        if !found.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        Ok(Self {
            device: found.dev(),
            node: found.ino(),
            length: found.len(),
            changed: (found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()),
        })
    }

    /// Holds if the file is still the same.
    ///
    /// # Errors
    /// [`Why::Replaced`] where it is not.
    pub fn check(self, path: &Path, name: &str) -> Result<(), ExportFault> {
        match Self::of(path) {
            Ok(now) if now == self => Ok(()),
            _ => Err(ExportFault::new(name, Why::Replaced)),
        }
    }
}
