//! An inventory in a file: what `ledgerline collect` wrote, audited offline with the same rules and the same results.
//!
//! NDJSON under zstd: a header, one line a resource, one a coverage row, one a cost row, and a last line that counts them,
//! so that a file cut short is never taken for a small account. What the recording did not collect is a gap ("not
//! recorded"), never an absence.

mod format;
mod read;
mod write;

#[cfg(test)]
mod tests;

use super::{Request, Source, SourceError};
use crate::model::inventory::Collected;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

pub use format::{Header, SCHEMA};
pub use read::{Limits, looks_like_recording};
pub use write::{WriteError, write};

/// A recording as a source.
#[derive(Debug)]
pub struct Recording {
    name: String,
    content: Content,
    limits: Limits,
}

#[derive(Debug)]
enum Content {
    File(PathBuf),
    Bytes(Cow<'static, [u8]>),
}

impl Recording {
    /// The recording in a file.
    pub fn file(path: &Path) -> Self {
        Self { name: path.display().to_string(), content: Content::File(path.to_owned()), limits: Limits::default() }
    }

    /// A recording in memory, such as the one that the binary carries.
    pub fn bytes(name: &str, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { name: name.to_owned(), content: Content::Bytes(bytes.into()), limits: Limits::default() }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads the header alone: when it was made, and who the auditor was.
    ///
    /// # Errors
    /// [`SourceError::BadInput`] where the file cannot be read or is no recording.
    pub fn header(&self) -> Result<Header, SourceError> {
        self.open(|bytes| read::header(bytes, self.limits))
    }

    fn open<T>(&self, read: impl FnOnce(&mut dyn std::io::Read) -> Result<T, read::ReadError>) -> Result<T, SourceError> {
        let bad = |error: &dyn std::fmt::Display| SourceError::BadInput(format!("{}: {error}", self.name));
        match &self.content {
            Content::File(path) => {
                let mut file = std::fs::File::open(path).map_err(|error| bad(&error))?;
                read(&mut file).map_err(|error| bad(&error))
            }
            Content::Bytes(bytes) => read(&mut bytes.as_ref()).map_err(|error| bad(&error)),
        }
    }
}

#[async_trait::async_trait]
impl Source for Recording {
    fn name(&self) -> &str {
        &self.name
    }

    /// Reads the file in the calling thread: nothing else of a pass over a recording could go on meanwhile.
    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError> {
        request.progress.planned(&self.name, 1);
        let collected = self.open(|bytes| read::read(bytes, self.limits, &request));
        request.progress.done(&self.name, 1);
        collected
    }
}
