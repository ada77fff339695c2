//! Standard error as log lines see it: each event one line, control characters escaped, never an error.
//!
//! A log line that cannot be written (closed pipe, full disk) is lost: an audit does not end for it, and the subscriber's
//! own complaint about it would panic on the same closed pipe.

use super::{LogFormat, printable};
use std::io::{self, Write};
use tracing_subscriber::fmt::MakeWriter;

/// Makes a writer for each event.
#[derive(Clone, Copy, Debug)]
pub struct Stderr(pub LogFormat);

impl<'a> MakeWriter<'a> for Stderr {
    type Writer = Line<io::Stderr>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { target: io::stderr(), format: self.0 }
    }
}

/// Escapes what it passes on. The subscriber hands over one whole event at a time, its line end last.
#[derive(Debug)]
pub struct Line<W> {
    /// Where lines go.
    pub target: W,
    /// How they are written, which decides how they are escaped.
    pub format: LogFormat,
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.trim_end_matches('\n');
        let mut line = match self.format {
            LogFormat::Text => printable(text).into_owned(),
            LogFormat::Json => super::printable::printable_json(text),
        };
        line.push('\n');
        let _ = self.target.write_all(line.as_bytes());
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.target.flush();
        Ok(())
    }
}
