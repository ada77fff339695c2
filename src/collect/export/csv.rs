//! CSV, plain or gzipped, row by row.

use super::{DataFile, ExportFault, ROWS, Taker, Why, decimal};
use crate::cost::export::fold::{BadRow, Folder, Slice};
use crate::cost::export::layout::{ExportKind, Layout, Role};
use crate::cost::export::tags::{self, Tags};
use crate::cost::export::{moment, words};
use csv::StringRecord;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Read};

/// Reads a file to its end.
pub(super) fn read(file: &DataFile, gzipped: bool, kind: Option<ExportKind>, taker: &mut Taker<'_>) -> Result<(), ExportFault> {
    let opened = File::open(&file.path).map_err(|why| ExportFault::new(&file.name, Why::Unreadable(why)))?;
    let opened = BufReader::with_capacity(1 << 16, opened);
    let bytes: Box<dyn Read> = if gzipped { Box::new(MultiGzDecoder::new(opened)) } else { Box::new(opened) };
    let mut rows = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(bytes);
    let broken = |error: csv::Error| ExportFault::new(&file.name, Why::Broken(error.to_string()));
    let heading = rows.headers().map_err(broken)?.clone();
    let names: Vec<&str> = heading.iter().collect();
    let layout = Layout::of(&names, kind).map_err(|why| ExportFault::new(&file.name, Why::Foreign(why)))?;
    let (mut record, mut first) = (StringRecord::new(), 1_u64);
    loop {
        let mut columns = Columns::new(&layout);
        while columns.rows < ROWS && rows.read_record(&mut record).map_err(broken)? {
            columns.push(&layout, |place| record.get(place).unwrap_or_default(), &mut taker.folder).map_err(|reason| {
                let row = first + columns.rows as u64;
                ExportFault::new(&file.name, Why::Row(BadRow { row, reason }))
            })?;
        }
        let read = columns.rows;
        taker.take(file, layout.kind, &columns.into_slice(&layout), first)?;
        first += read as u64;
        if read < ROWS || taker.in_vain() {
            return Ok(());
        }
    }
}

/// The cells of some rows, by the layout's columns.
pub(super) struct Columns {
    rows: usize,
    cells: Vec<Cells>,
    tags: Vec<u32>,
}

enum Cells {
    Words(Vec<u32>),
    Days(Vec<Option<i32>>),
    Amounts(Vec<Option<crate::model::exact::Exact>>),
    /// Tags are gathered over columns.
    Tags,
}

impl Columns {
    pub(super) fn new(layout: &Layout) -> Self {
        let cells = layout.columns.iter().map(|(_, role)| match role {
            Role::Word(_) => Cells::Words(Vec::new()),
            Role::Clock(_) => Cells::Days(Vec::new()),
            Role::Amount(_) => Cells::Amounts(Vec::new()),
            Role::Tags | Role::Tag(_) => Cells::Tags,
        });
        Self { rows: 0, cells: cells.collect(), tags: Vec::new() }
    }

    pub(super) fn push<'a>(&mut self, layout: &Layout, cell: impl Fn(usize) -> &'a str, folder: &mut Folder) -> Result<(), String> {
        let mut tags = Tags::new();
        for ((place, role), cells) in layout.columns.iter().zip(&mut self.cells) {
            let cell = cell(*place);
            match (cells, role) {
                (Cells::Words(numbers), _) => numbers.push(folder.words.cell(cell)),
                (Cells::Days(days), _) => days.push(day(cell)?),
                (Cells::Amounts(amounts), _) => amounts.push(decimal::of_text(cell)?),
                (Cells::Tags, Role::Tag(key)) if !words::is_null(cell) => {
                    tags.insert(key.clone(), cell.to_owned());
                }
                (Cells::Tags, Role::Tags) => tags.extend(tags::of_cell(cell).map_err(|error| error.to_string())?),
                (Cells::Tags, _) => {}
            }
        }
        self.tags.push(tags::written(&tags).map_or(words::NONE, |text| folder.words.number(&text)));
        self.rows += 1;
        Ok(())
    }

    pub(super) fn into_slice(self, layout: &Layout) -> Slice {
        let mut slice = Slice { rows: self.rows, ..Slice::new(layout.kind) };
        for ((_, role), cells) in layout.columns.iter().zip(self.cells) {
            match (role, cells) {
                (role, Cells::Words(numbers)) => slice.put_words(role, numbers),
                (Role::Clock(clock), Cells::Days(days)) => slice.put_days(*clock, days),
                (Role::Amount(place), Cells::Amounts(amounts)) => slice.put_amounts(*place, amounts),
                _ => {}
            }
        }
        if layout.has_tags() {
            slice.tags = Some(self.tags);
        }
        slice
    }
}

/// The day of a cell.
pub(super) fn day(cell: &str) -> Result<Option<i32>, String> {
    if words::is_null(cell.trim()) {
        return Ok(None);
    }
    moment::day(cell).map(Some).ok_or_else(|| format!("{:?} is no time", cell.chars().take(60).collect::<String>()))
}
