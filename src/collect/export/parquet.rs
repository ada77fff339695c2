//! Parquet, a row group at a time, only the columns that matter.
//!
//! Texts are read as dictionaries, as they are stored: a page of a million rows then has its few hundred services looked up once, not a
//! million times.

use super::csv::day;
use super::{DataFile, ExportFault, ROWS, Taker, Why, decimal};
use crate::cost::export::fold::{BadRow, Slice};
use crate::cost::export::layout::{ExportKind, Layout, Role};
use crate::cost::export::tags::{self, Tags};
use crate::cost::export::words::{self, Words};
use crate::model::exact::Exact;
use arrow::array::{Array, ArrayRef, AsArray as _, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float32Type, Float64Type, Int32Type, Schema, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

/// A row group of a file.
#[derive(Clone)]
pub(super) struct RowGroup {
    metadata: ArrowReaderMetadata,
    layout: Arc<Layout>,
    group: usize,
    /// The number of its first row.
    first: u64,
}

fn broken(file: &DataFile) -> impl Fn(parquet::errors::ParquetError) -> ExportFault + Copy + '_ {
    |error| ExportFault::new(&file.name, Why::Broken(error.to_string()))
}

/// The row groups of a file, by what stands at its end.
pub(super) fn row_groups(file: &DataFile, kind: Option<ExportKind>) -> Result<Vec<RowGroup>, ExportFault> {
    let opened = File::open(&file.path).map_err(|why| ExportFault::new(&file.name, Why::Unreadable(why)))?;
    // What the writer says of its own types is left aside: a column's meaning is read from what is stored.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let stored = ArrowReaderMetadata::load(&opened, options.clone()).map_err(broken(file))?;
    let names: Vec<&str> = stored.schema().fields().iter().map(|field| field.name().as_str()).collect();
    let layout = Layout::of(&names, kind).map_err(|why| ExportFault::new(&file.name, Why::Foreign(why)))?;
    let wanted = with_dictionaries(stored.schema(), &layout);
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(stored.metadata()), options.with_schema(wanted)).map_err(broken(file))?;
    let layout = Arc::new(layout);
    let mut first = 1_u64;
    let groups = metadata.metadata().row_groups().iter().enumerate().map(|(group, described)| {
        let begins = first;
        first += u64::try_from(described.num_rows()).unwrap_or_default();
        RowGroup { metadata: metadata.clone(), layout: Arc::clone(&layout), group, first: begins }
    });
    Ok(groups.collect())
}

/// The schema with texts as dictionaries.
fn with_dictionaries(schema: &Schema, layout: &Layout) -> Arc<Schema> {
    let fields = schema.fields().iter().enumerate().map(|(place, field)| {
        let is_word = layout.columns.iter().any(|(at, role)| *at == place && matches!(role, Role::Word(_) | Role::Clock(_)));
        if is_word && *field.data_type() == DataType::Utf8 {
            let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            return Arc::new(Field::new(field.name(), dictionary, field.is_nullable()).with_metadata(field.metadata().clone()));
        }
        Arc::clone(field)
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// Reads a row group to its end.
pub(super) fn read(file: &DataFile, group: &RowGroup, taker: &mut Taker<'_>) -> Result<(), ExportFault> {
    let opened = File::open(&file.path).map_err(|why| ExportFault::new(&file.name, Why::Unreadable(why)))?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, group.metadata.clone());
    let roots = group.layout.columns.iter().map(|(place, _)| *place);
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let promised = builder.metadata().row_groups().get(group.group).map_or(0, |described| described.num_rows());
    let batches = builder.with_projection(mask).with_row_groups(vec![group.group]).with_batch_size(ROWS).build().map_err(broken(file))?;
    let mut first = group.first;
    for batch in batches {
        let batch = batch.map_err(|error| ExportFault::new(&file.name, Why::Broken(error.to_string())))?;
        let slice = slice_of(&batch, &group.layout, &mut taker.folder.words).map_err(|bad| {
            let row = first + bad.row;
            ExportFault::new(&file.name, Why::Row(BadRow { row, reason: bad.reason }))
        })?;
        taker.take(file, group.layout.kind, &slice, first)?;
        first += batch.num_rows() as u64;
        if taker.in_vain() {
            return Ok(());
        }
    }
    if i64::try_from(first - group.first).ok() == Some(promised) {
        return Ok(());
    }
    Err(ExportFault::new(&file.name, Why::Broken(format!("a row group of {promised} rows has {}", first - group.first))))
}

/// A batch's columns in the order of the file, by the layout's roles. The row of a fault is counted from 0.
fn slice_of(batch: &RecordBatch, layout: &Layout, words: &mut Words) -> Result<Slice, BadRow> {
    let mut places: Vec<&(usize, Role)> = layout.columns.iter().collect();
    places.sort_by_key(|(place, _)| *place);
    let mut slice = Slice { rows: batch.num_rows(), ..Slice::new(layout.kind) };
    let mut rows_of_tags: BTreeMap<usize, Tags> = BTreeMap::new();
    for ((_, role), column) in places.into_iter().zip(batch.columns()) {
        match role {
            Role::Word(_) => slice.put_words(role, numbers(column, words)?),
            Role::Clock(clock) => slice.put_days(*clock, days(column)?),
            Role::Amount(place) => slice.put_amounts(*place, amounts(column)?),
            Role::Tags => maps(column, &mut rows_of_tags)?,
            Role::Tag(key) => {
                for (row, text) in texts(column)?.iter().enumerate() {
                    if let Some(text) = text.filter(|text| !words::is_null(text)) {
                        rows_of_tags.entry(row).or_default().insert(key.clone(), text.to_owned());
                    }
                }
            }
        }
    }
    if layout.has_tags() {
        let mut numbers = vec![words::NONE; batch.num_rows()];
        for (row, tags) in rows_of_tags {
            if let (Some(number), Some(text)) = (numbers.get_mut(row), tags::written(&tags)) {
                *number = words.number(&text);
            }
        }
        slice.tags = Some(numbers);
    }
    Ok(slice)
}

fn unlike(column: &ArrayRef, what: &str) -> BadRow {
    BadRow { row: 0, reason: format!("a column of {} where {what} is expected", column.data_type()) }
}

/// Any column as texts.
fn texts(column: &ArrayRef) -> Result<StringArray, BadRow> {
    let nested = column.data_type().is_nested() || column.data_type().is_floating();
    let cast = if nested { None } else { cast(column, &DataType::Utf8).ok() };
    cast.and_then(|cast| cast.as_string_opt::<i32>().cloned()).ok_or_else(|| unlike(column, "text"))
}

fn numbers(column: &ArrayRef, words: &mut Words) -> Result<Vec<u32>, BadRow> {
    if let Some(dictionary) = column.as_dictionary_opt::<Int32Type>()
        && let Some(values) = dictionary.values().as_string_opt::<i32>()
    {
        let known: Vec<u32> = values.iter().map(|text| text.map_or(words::NONE, |text| words.cell(text))).collect();
        let found = dictionary.keys().iter().map(|key| {
            let known = key.and_then(|key| known.get(usize::try_from(key).ok()?));
            known.copied().unwrap_or(words::NONE)
        });
        return Ok(found.collect());
    }
    Ok(texts(column)?.iter().map(|text| text.map_or(words::NONE, |text| words.cell(text))).collect())
}

const SECONDS_A_DAY: i64 = 86_400;

fn days(column: &ArrayRef) -> Result<Vec<Option<i32>>, BadRow> {
    let of = |ticks: Option<i64>, a_second: i64| ticks.and_then(|ticks| i32::try_from(ticks.div_euclid(a_second * SECONDS_A_DAY)).ok());
    Ok(match column.data_type() {
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => column.as_primitive::<TimestampSecondType>().iter().map(|ticks| of(ticks, 1)).collect(),
            TimeUnit::Millisecond => column.as_primitive::<TimestampMillisecondType>().iter().map(|ticks| of(ticks, 1_000)).collect(),
            TimeUnit::Microsecond => column.as_primitive::<TimestampMicrosecondType>().iter().map(|ticks| of(ticks, 1_000_000)).collect(),
            TimeUnit::Nanosecond => column.as_primitive::<TimestampNanosecondType>().iter().map(|ticks| of(ticks, 1_000_000_000)).collect(),
        },
        DataType::Date32 => column.as_primitive::<Date32Type>().iter().collect(),
        _ => {
            if let Some(dictionary) = column.as_dictionary_opt::<Int32Type>()
                && let Some(values) = dictionary.values().as_string_opt::<i32>()
            {
                let known = parsed(values, day)?;
                let found = dictionary.keys().iter().map(|key| key.and_then(|key| known.get(usize::try_from(key).ok()?).copied()?));
                return Ok(found.collect());
            }
            parsed(&texts(column)?, day)?
        }
    })
}

fn parsed<T>(texts: &StringArray, read: impl Fn(&str) -> Result<Option<T>, String>) -> Result<Vec<Option<T>>, BadRow> {
    let read = texts.iter().enumerate().map(|(row, text)| match text {
        Some(text) => read(text).map_err(|reason| BadRow { row: row as u64, reason }),
        None => Ok(None),
    });
    read.collect()
}

fn amounts(column: &ArrayRef) -> Result<Vec<Option<Exact>>, BadRow> {
    fn each<T: Copy + std::fmt::Display>(
        cells: impl Iterator<Item = Option<T>>,
        exact: impl Fn(T) -> Option<Exact>,
    ) -> Result<Vec<Option<Exact>>, BadRow> {
        let read = cells.enumerate().map(|(row, cell)| match cell {
            Some(cell) => match exact(cell) {
                Some(amount) => Ok(Some(amount)),
                None => Err(BadRow { row: row as u64, reason: format!("{cell} is not an amount that can be held exactly") }),
            },
            None => Ok(None),
        });
        read.collect()
    }
    match column.data_type() {
        DataType::Float64 => each(column.as_primitive::<Float64Type>().iter(), decimal::of_double),
        DataType::Float32 => each(column.as_primitive::<Float32Type>().iter(), decimal::of_single),
        DataType::Decimal128(_, places) => {
            each(column.as_primitive::<Decimal128Type>().iter(), |digits| decimal::of_integer(digits, *places))
        }
        DataType::Null => Ok(vec![None; column.len()]),
        // Integers, wide decimals and texts have the same digits as text.
        _ => parsed(&texts(column)?, decimal::of_text),
    }
}

/// Tags as MAP, as list of key and value, or as JSON.
fn maps(column: &ArrayRef, rows: &mut BTreeMap<usize, Tags>) -> Result<(), BadRow> {
    let mut put = |row: usize, pairs: &ArrayRef| -> Result<(), BadRow> {
        let pairs = pairs.as_struct_opt().filter(|pairs| pairs.num_columns() == 2).ok_or_else(|| unlike(column, "tags"))?;
        let (keys, values) = (texts(pairs.column(0))?, texts(pairs.column(1))?);
        for (at, (key, value)) in keys.iter().zip(&values).enumerate() {
            if let (Some(key), Some(value), true) = (key, value, pairs.is_valid(at)) {
                rows.entry(row).or_default().insert(key.to_owned(), value.to_owned());
            }
        }
        Ok(())
    };
    match column.data_type() {
        DataType::Null => {}
        DataType::Map(_, _) => {
            let maps = column.as_map();
            for row in (0..maps.len()).filter(|row| maps.is_valid(*row) && maps.value_length(*row) > 0) {
                let pairs: ArrayRef = Arc::new(maps.value(row));
                put(row, &pairs)?;
            }
        }
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            for row in (0..lists.len()).filter(|row| lists.is_valid(*row) && lists.value_length(*row) > 0) {
                put(row, &lists.value(row))?;
            }
        }
        _ => {
            for (row, text) in texts(column)?.iter().enumerate() {
                let Some(text) = text else { continue };
                let read = tags::of_cell(text).map_err(|error| BadRow { row: row as u64, reason: error.to_string() })?;
                if !read.is_empty() {
                    rows.entry(row).or_default().extend(read);
                }
            }
        }
    }
    Ok(())
}
