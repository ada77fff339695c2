//! Rows of a query engine's answer, as texts, become charges: as rows of a CSV file do, but each stands for as many rows of the export as
//! its count says.

use super::csv::Columns;
use super::{ExportFault, Why};
use crate::cost::export::fold::{BadRow, Folder};
use crate::cost::export::layout::{ExportKind, Layout};
use crate::cost::export::sql::COUNT;
use crate::model::export::ExportRow;

/// Adds up an answer.
#[derive(Default)]
pub struct Answer {
    folder: Folder,
    rows: u64,
}

impl Answer {
    /// Adds a page: the names of its columns, and its rows, null being none.
    ///
    /// # Errors
    /// [`ExportFault`] where a row is no charge or lacks its count.
    pub fn add(&mut self, name: &str, kind: ExportKind, names: &[&str], rows: &[Vec<Option<String>>]) -> Result<(), ExportFault> {
        let layout = Layout::of(names, Some(kind)).map_err(|why| ExportFault::new(name, Why::Foreign(why)))?;
        let counter = names.iter().position(|name| *name == COUNT);
        let mut columns = Columns::new(&layout);
        let mut counts = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let bad = |reason: String| ExportFault::new(name, Why::Row(BadRow { row: self.rows + at as u64 + 1, reason }));
            let count = counter.and_then(|place| row.get(place)?.as_deref()?.parse::<u64>().ok());
            counts.push(count.ok_or_else(|| bad("it does not say how many rows it stands for".to_owned()))?);
            columns.push(&layout, |place| row.get(place).and_then(Option::as_deref).unwrap_or_default(), &mut self.folder).map_err(bad)?;
        }
        let mut slice = columns.into_slice(&layout);
        slice.counts = Some(counts);
        self.folder.add(kind, &slice, self.rows + 1).map_err(|bad| ExportFault::new(name, Why::Row(bad)))?;
        self.rows += rows.len() as u64;
        Ok(())
    }

    /// What was added up since the last time, where it is much or `all` is asked for.
    pub fn take(&mut self, all: bool) -> Vec<ExportRow> {
        if all || self.folder.is_full() { self.folder.drain() } else { Vec::new() }
    }
}
