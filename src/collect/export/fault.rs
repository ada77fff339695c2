//! Why an export could not be read. Every fault names the file; none of them leaves anything published.

use crate::cost::export::fold::BadRow;
use crate::cost::export::layout::NotAnExport;

/// A fault, and where.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {why}")]
pub struct ExportFault {
    /// The file, the folder, the address.
    pub name: String,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with an export.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// It cannot be opened or read.
    #[error("cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// It is cut off or damaged.
    #[error("is damaged or cut off: {0}")]
    Broken(String),
    /// Its columns are not those of an export.
    #[error("{0}")]
    Foreign(NotAnExport),
    /// A row is no charge.
    #[error("{0}")]
    Row(BadRow),
    /// It changed while it was read.
    #[error("was replaced while it was read; nothing was taken, try again when the delivery has ended")]
    Replaced,
    /// The manifest names files that are not there.
    #[error("names data files that are not there: {}", .0.join(", "))]
    Missing(Vec<String>),
    /// The manifest is none.
    #[error("is no manifest of an export: {0}")]
    NoManifest(String),
    /// There is nothing to read.
    #[error("{0}")]
    Nothing(String),
    /// AWS refused.
    #[error("{0}")]
    Refused(String),
    /// This build reads no Parquet.
    #[error("is Parquet, which this build does not read (the feature `parquet` is off)")]
    NoParquet,
}

impl ExportFault {
    /// A fault of something.
    pub fn new(name: &str, why: Why) -> Self {
        Self { name: name.to_owned(), why }
    }
}
