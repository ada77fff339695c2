//! How a command ends: the five exit codes, and failures told on standard error.
//!
//! The codes are a promise (design, section 8) that pipelines build on: 1 is a finding, and only a finding.

use crate::diag::Diagnostic;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Complete, and nothing at or above `--fail-on`.
    Clean,
    /// Findings at or above `--fail-on`; rules that fail their own examples; a report that was changed.
    Findings,
    /// What the user wrote is wrong: flags, config, rules, a path that cannot be written.
    BadInput,
    /// Something that should have been seen was not.
    Incomplete,
    /// Nothing could be audited: no credentials, no network.
    NothingAudited,
}

impl Exit {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::BadInput => 2,
            Self::Incomplete => 3,
            Self::NothingAudited => 4,
        }
    }

    /// Of two that hold, the one that is told: the first of 2, 4, 1, 3.
    pub const fn first(self, other: Self) -> Self {
        if self.rank() <= other.rank() { self } else { other }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::BadInput => 0,
            Self::NothingAudited => 1,
            Self::Findings => 2,
            Self::Incomplete => 3,
            Self::Clean => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The user's files are wrong: each place with its line.
    Written(Vec<Diagnostic>),
    /// Anything else that the user can mend. Exit code 2.
    Input(anyhow::Error),
    /// No credentials, expired ones, no network. Exit code 4.
    NothingAudited(anyhow::Error),
    /// Standard output was closed by its reader (`ledgerline … | head`): there is nobody to tell, and nothing went wrong.
    OutputClosed,
}

impl Failure {
    /// A sentence about what the user gave us.
    pub fn input(message: impl Into<String>) -> Self {
        Self::Input(anyhow::anyhow!(message.into()))
    }

    /// The exit code that it gives.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Written(_) | Self::Input(_) => Exit::BadInput,
            Self::NothingAudited(_) => Exit::NothingAudited,
            Self::OutputClosed => Exit::Clean,
        }
    }

    /// Tells it on standard error.
    pub fn show(self) -> ExitCode {
        let exit = self.exit();
        match self {
            Self::Written(diagnostics) => {
                let count = diagnostics.len();
                super::output::tell(&crate::diag::render(&diagnostics, super::output::stderr_colour()));
                super::output::tell(&format!("{count} {} found", if count == 1 { "mistake" } else { "mistakes" }));
            }
            Self::Input(error) | Self::NothingAudited(error) => super::output::tell(&format!("error: {error:#}")),
            Self::OutputClosed => {}
        }
        exit.into()
    }
}

/// All of it on one line for each mistake: what a log line and a record of a failed pass hold.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Written(diagnostics) => {
                let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
                f.write_str(&told.join("; "))
            }
            Self::Input(error) | Self::NothingAudited(error) => write!(f, "{error:#}"),
            Self::OutputClosed => f.write_str("nobody reads the output any more"),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<std::io::Error>() {
            Some(io) if io.kind() == std::io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Input(error),
        }
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Written(diagnostics)
    }
}

/// Shows what clap says: help and version go to standard output and are no failure, a wrong flag is exit code 2.
pub fn show_usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is nobody's fault, and there is nowhere left to say so.
    let _ = error.print();
    if error.use_stderr() { Exit::BadInput.into() } else { Exit::Clean.into() }
}
