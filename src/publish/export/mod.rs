//! A report as people and programs read it: one file a format, and one sorted list of them here.
//!
//! A format is a function over the finished [`Report`]: it sees neither AWS nor the store, and what it may know of the
//! place that it writes to (colour, width) comes in as [`Look`]. So an export can be written twice and is the same.

pub mod asff;
pub mod csv;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod ndjson;
pub mod ocsf;
pub mod sarif;
pub mod table;

#[cfg(test)]
mod tests;

use crate::model::report::Report;
use std::io;

pub use crate::telemetry::{is_hidden, printable};

/// What the output may look like. Only formats for people heed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether colours are welcome: a terminal, and no `NO_COLOR`.
    pub colour: Colour,
    /// Columns of the terminal; none where there is no terminal, and lines are then as long as they are.
    pub width: Option<u16>,
}

/// Whether escape sequences for colours are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// None.
    #[default]
    Plain,
    /// ANSI colours.
    Ansi,
}

/// One output format.
#[derive(Clone, Copy)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// Writes a report.
    pub write: fn(&Report, Look, &mut dyn io::Write) -> io::Result<()>,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Format").field(&self.name).finish()
    }
}

/// Every format, sorted by name. (Not one macro for modules and list: `cargo fmt` does not see modules that a macro makes.)
pub const FORMATS: &[Format] = &[
    asff::FORMAT,
    csv::FORMAT,
    html::FORMAT,
    json::FORMAT,
    junit::FORMAT,
    markdown::FORMAT,
    ndjson::FORMAT,
    ocsf::FORMAT,
    sarif::FORMAT,
    table::FORMAT,
];

/// The format of this name.
pub fn find_format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Writes a report in a format and flushes it.
///
/// # Errors
/// What the writer fails with.
pub fn write(format: &Format, report: &Report, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    (format.write)(report, look, out)?;
    out.flush()
}
