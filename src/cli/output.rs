//! Where results go: standard output, or a file that is written whole or not at all.
//!
//! Nothing here uses `println!`: it panics when the reader of a pipe has gone, and `ledgerline audit | head` is no bug.

use super::Failure;
use crate::diag::Colour;
use crate::model::report::Report;
use crate::publish::export::{self, Format, Look};
use anyhow::Context as _;
use std::io::{IsTerminal as _, Write};
use std::path::Path;

/// Writes text to standard output as it is.
///
/// # Errors
/// [`Failure::OutputClosed`] where nobody reads any more.
pub fn print(text: &str) -> Result<(), Failure> {
    write_to(&mut std::io::stdout().lock(), text.as_bytes())
}

/// Tells the person at the terminal something that is no result. A closed standard error changes nothing.
pub fn tell(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{}", text.trim_end_matches('\n'));
}

/// Writes to a file whole or not at all, or to standard output where no file is named.
///
/// The bytes go to a new file beside the target, which takes its place once they are on disk: a full disk leaves the old
/// file as it was. The file keeps the mode of the one that it replaces, and is 0600 otherwise.
///
/// # Errors
/// Names the file.
pub fn write(target: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    match target {
        None => write_to(&mut std::io::stdout().lock(), bytes),
        Some(path) => write_file(path, bytes).with_context(|| format!("cannot write {}", path.display())).map_err(Failure::Input),
    }
}

/// Writes a report to a file or to standard output.
///
/// # Errors
/// Names the file.
pub fn write_report(format: &Format, report: &Report, target: Option<&Path>) -> Result<(), Failure> {
    let look = if target.is_none() && std::io::stdout().is_terminal() {
        let colour = if coloured(true) { export::Colour::Ansi } else { export::Colour::Plain };
        Look { colour, width: terminal_size::terminal_size().map(|(width, _)| width.0) }
    } else {
        Look::default()
    };
    let mut bytes = Vec::new();
    export::write(format, report, look, &mut bytes).context("cannot write the report")?;
    write(target, &bytes)
}

fn write_to(stdout: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::OutputClosed),
        Err(error) => Err(Failure::Input(anyhow::Error::new(error).context("cannot write to standard output"))),
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // A device or pipe (`/dev/stdout`, `/dev/null`) cannot be replaced: it is written to.
    let known = std::fs::metadata(path).ok();
    if known.as_ref().is_some_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".ledgerline-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(metadata) = known {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Whether standard error may be coloured.
pub fn stderr_colour() -> Colour {
    if coloured(std::io::stderr().is_terminal()) { Colour::On } else { Colour::Off }
}

/// Whether standard output may be coloured.
pub fn stdout_colour() -> Colour {
    if coloured(std::io::stdout().is_terminal()) { Colour::On } else { Colour::Off }
}

/// `NO_COLOR` counts when it is there and not empty, as no-color.org asks.
fn coloured(terminal: bool) -> bool {
    terminal
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
