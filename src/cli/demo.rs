//! `ledgerline demo`: the whole daemon, or one audit, on the account that is recorded inside the binary.

use super::flags;
use super::{Exit, Failure};
use crate::publish::export::Format;
use clap::Args;
use std::path::Path;

/// Flags of `ledgerline demo`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline demo            the daemon on free ports, with a temporary store; it prints where to look
  ledgerline demo --once     one audit of the recorded account, its findings, and the end")]
pub struct DemoArgs {
    /// Audit once, print the findings and end with exit code 0, whatever was found
    #[arg(long)]
    pub once: bool,
    /// How the findings are written, with --once
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = flags::format(), requires = "once")]
    pub format: &'static Format,
}

/// Runs the demo.
pub fn run(_args: &DemoArgs, _config: Option<&Path>) -> Result<Exit, Failure> {
    Err(Failure::input("`demo` is being wired"))
}
