//! The command: the only place where parts are put together.
//!
//! Each command is a file with its flags (a clap struct) and a `run`. What they share: [`flags`] (flags that several take),
//! [`failure`] (exit codes), [`output`] (standard output and files, written whole or not at all), [`parts`] (catalogue,
//! rules, sources and store from flags and config), [`progress`].

mod audit;
mod auditor;
mod collect;
mod command;
mod contract;
mod cost;
mod demo;
mod documents;
mod failure;
mod flags;
mod iam;
mod init;
mod notify;
mod output;
mod parts;
mod permissions;
mod plan;
mod prices;
mod progress;
mod report;
mod rule_files;
mod rules;
mod serve;
mod shell;
mod token;
mod waivers;

#[cfg(test)]
mod tests;

use clap::{CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;
use std::process::ExitCode;

pub use command::Cli;
pub use failure::{Exit, Failure};

/// Runs the command that these arguments name and says how it ended.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::command().try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return failure::show_usage(&error),
    };
    match command::run(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => failure.show(),
    }
}
