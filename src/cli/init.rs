//! `ledgerline init`: a commented `ledgerline.yaml` for this account.

use super::{Exit, Failure};
use clap::Args;
use std::path::PathBuf;

/// Flags of `ledgerline init`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline init
  ledgerline init --output /etc/ledgerline/ledgerline.yaml")]
pub struct InitArgs {
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = crate::config::DEFAULT_FILE)]
    pub output: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// Writes the file.
pub fn run(_args: &InitArgs) -> Result<Exit, Failure> {
    Err(Failure::input("`init` is being wired"))
}
