//! `ndjson`: one result a line, for `jq`, log shippers and loaders.
//!
//! Every line is a result and nothing else: the keys of `results[]` behind `schema` and `run`. There is no head line with
//! the coverage, because each reader would have to know to skip it; what could not be read is in the lines all the same,
//! as results with status `unknown` (a failed listing has one for each rule), and in the exit code.

use super::json::{Row, write_value};
use super::{Format, Look};
use crate::model::report::Report;
use serde::Serialize;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "ndjson", about: "one JSON object a line, each a result", write };

/// The version of a line; it changes when a key changes its meaning or goes.
pub const SCHEMA: &str = "ledgerline.result/1";

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    run: &'a str,
    #[serde(flatten)]
    row: Row<'a>,
}

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    for row in &report.results {
        let line = Line { schema: SCHEMA, run: report.run.id.as_str(), row: Row::from(row) };
        write_value(&line, serde_json::ser::CompactFormatter, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
