//! Log lines: set up once, on standard error, safe to print.
//!
//! Names and tags come from whoever may create a resource in the account. What they hold reaches a terminal or a log line
//! only through [`printable()`] or through the writer of this module, which escapes control characters of every line,
//! whatever wrote it: one place to be right, instead of one at each log statement.

mod printable;
mod writer;

#[cfg(test)]
mod tests;

use tracing_subscriber::EnvFilter;

pub use printable::{is_hidden, printable};

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One line an event, for people.
    #[default]
    Text,
    /// One JSON object an event, for machines.
    Json,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level is neither a level nor a list of them by module.
    #[error(
        "{filter:?} is no log level: {reason} (write off, error, warn, info, debug or trace, or a list such as warn,ledgerline::collect=debug)"
    )]
    Filter {
        /// What was written.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody set it up before.
    #[error("internal error: logging was set up twice")]
    Twice,
}

/// Sets up logging for the whole process.
///
/// # Errors
/// A filter that cannot be read, or a second call.
pub fn init(filter: &str, format: LogFormat) -> Result<(), TelemetryError> {
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|error| TelemetryError::Filter { filter: filter.to_owned(), reason: error.to_string() })?;
    // No colours: the writer could not tell them from an escape sequence in a tag value.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer::Stderr(format));
    let set = match format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    set.map_err(|_| TelemetryError::Twice)
}
