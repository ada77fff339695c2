//! Reads billing exports: Parquet and CSV, plain or gzipped, from files, from a folder by its manifests, or from S3.
//!
//! What is handed on are sums of alike charges (`cost::export::fold`), as soon as there are many: memory does not grow with the
//! export. Files are read side by side, Parquet by row groups. Whoever takes the sums must publish nothing until all of it was read
//! without a fault, because a file that is cut off is only noticed where it ends.

mod answer;
pub mod config;
mod csv;
#[cfg_attr(all(not(feature = "parquet"), not(test)), expect(dead_code, reason = "only Parquet has numbers that are no text"))]
mod decimal;
mod fault;
mod folder;
mod manifest;
#[cfg(feature = "parquet")]
mod parquet;
mod pin;

#[cfg(test)]
mod tests;

use crate::cost::export::fold::{Folder, Slice};
use crate::cost::export::layout::ExportKind;
use crate::model::export::ExportRow;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

pub use answer::Answer;
pub use fault::{ExportFault, Why};
pub use folder::{Found, find};
pub use manifest::{Listed, is_manifest, listed, newest as newest_manifests};
pub use pin::Pin;

/// So many files or row groups are read at a time, at most: two cores are what the goal of a minute is measured on.
const MOST_READERS: usize = 4;
/// So many rows are read before they are added up.
const ROWS: usize = 8192;

/// A data file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Where it lies on this machine.
    pub path: PathBuf,
    /// What it is called in messages: the path, or `s3://…`.
    pub name: String,
    /// What it was when it was found.
    pub pin: Pin,
}

impl DataFile {
    /// A file that is there now.
    ///
    /// # Errors
    /// Where it cannot be looked at.
    pub fn at(path: PathBuf, name: String) -> Result<Self, ExportFault> {
        let pin = Pin::of(&path).map_err(|why| ExportFault::new(&name, Why::Unreadable(why)))?;
        Ok(Self { path, name, pin })
    }
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// How many files.
    pub files: usize,
    /// How many rows.
    pub rows: u64,
}

/// A piece of work: a file, or one row group of it.
struct Piece<'a> {
    file: &'a DataFile,
    form: Form,
}

enum Form {
    Csv {
        gzipped: bool,
    },
    #[cfg(feature = "parquet")]
    Parquet(parquet::RowGroup),
}

/// Takes sums; false where nobody wants more.
pub type Sink<'a> = &'a (dyn Fn(Vec<ExportRow>) -> bool + Sync);

/// Reads files and hands on sums of their charges, in no order; one charge may come in several sums.
///
/// # Errors
/// [`ExportFault`] for the first fault that was met. What was handed on before must not be used then.
pub fn read(files: &[DataFile], kind: Option<ExportKind>, sink: Sink<'_>) -> Result<Reading, ExportFault> {
    let mut pieces = Vec::new();
    for file in files {
        pieces.extend(pieces_of(file, kind)?);
    }
    let (next, rows, stop) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let fault: Mutex<Option<ExportFault>> = Mutex::new(None);
    let readers = std::thread::available_parallelism().map_or(2, usize::from).min(MOST_READERS).min(pieces.len().max(1));
    let work = || {
        let mut taker = Taker { folder: Folder::default(), sink, rows: 0, stop: &stop };
        while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if let Err(met) = guarded(piece, kind, &mut taker) {
                stop.store(true, Ordering::Relaxed);
                // Of several faults the first is told; a poisoned lock still holds it.
                fault.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(met);
            }
        }
        taker.hand_on();
        rows.fetch_add(taker.rows, Ordering::Relaxed);
    };
    std::thread::scope(|scope| {
        for _ in 1..readers {
            scope.spawn(work);
        }
        work();
    });
    if let Some(met) = fault.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return Err(met);
    }
    for file in files {
        file.pin.check(&file.path, &file.name)?;
    }
    Ok(Reading { files: files.len(), rows: rows.into_inner() })
}

/// What a file's first bytes say that it is; its name says nothing.
fn pieces_of(file: &DataFile, kind: Option<ExportKind>) -> Result<Vec<Piece<'_>>, ExportFault> {
    let mut head = [0_u8; 4];
    let unreadable = |why| ExportFault::new(&file.name, Why::Unreadable(why));
    let mut opened = std::fs::File::open(&file.path).map_err(unreadable)?;
    let length = opened.read(&mut head).map_err(unreadable)?;
    if head == *b"PAR1" {
        #[cfg(feature = "parquet")]
        return Ok(parquet::row_groups(file, kind)?.into_iter().map(|group| Piece { file, form: Form::Parquet(group) }).collect());
        #[cfg(not(feature = "parquet"))]
        {
            _ = kind;
            return Err(ExportFault::new(&file.name, Why::NoParquet));
        }
    }
    let gzipped = length >= 2 && head.starts_with(&[0x1f, 0x8b]);
    Ok(vec![Piece { file, form: Form::Csv { gzipped } }])
}

/// Reads a piece. A fault of a reader that a broken file can bring about is a fault of that file.
fn guarded(piece: &Piece<'_>, kind: Option<ExportKind>, taker: &mut Taker<'_>) -> Result<(), ExportFault> {
    let read = std::panic::AssertUnwindSafe(|| match &piece.form {
        Form::Csv { gzipped } => csv::read(piece.file, *gzipped, kind, taker),
        #[cfg(feature = "parquet")]
        Form::Parquet(group) => parquet::read(piece.file, group, taker),
    });
    std::panic::catch_unwind(read).unwrap_or_else(|_| Err(ExportFault::new(&piece.file.name, Why::Broken("its reader gave up".to_owned()))))
}

/// Takes what a reader reads, adds it up, and hands it on when there is much.
struct Taker<'a> {
    folder: Folder,
    sink: Sink<'a>,
    rows: u64,
    stop: &'a AtomicBool,
}

impl Taker<'_> {
    /// Adds rows of a file, the first of which is `first`.
    fn take(&mut self, file: &DataFile, kind: ExportKind, slice: &Slice, first: u64) -> Result<(), ExportFault> {
        self.folder.add(kind, slice, first).map_err(|bad| ExportFault::new(&file.name, Why::Row(bad)))?;
        self.rows += slice.rows as u64;
        if self.folder.is_full() {
            self.hand_on();
        }
        Ok(())
    }

    /// Whether somebody met a fault meanwhile, so that all reading is in vain.
    fn in_vain(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn hand_on(&mut self) {
        let rows = self.folder.drain();
        if !rows.is_empty() && !(self.sink)(rows) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}
