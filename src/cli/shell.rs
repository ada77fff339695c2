//! `completions` and `man`: made from the same definitions as the flags, so that they cannot fall behind.

use super::{Cli, Exit, Failure, output};
use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use std::path::PathBuf;

/// Flags of `ledgerline completions`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  ledgerline completions bash > /etc/bash_completion.d/ledgerline")]
pub struct CompletionsArgs {
    /// The shell that reads them
    #[arg(value_enum)]
    shell: Shell,
}

/// Flags of `ledgerline man`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  ledgerline man --output-dir /usr/local/share/man/man1")]
pub struct ManArgs {
    /// Write one page a command into this directory instead of the first page to standard output
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
}

/// Prints the completions of a shell.
pub fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ledgerline", &mut script);
    output::write(None, &script)?;
    Ok(Exit::Clean)
}

/// Writes the manual pages.
pub fn man(args: &ManArgs) -> Result<Exit, Failure> {
    match &args.output_dir {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).context("cannot write the manual page")?;
            output::write(None, &page)?;
        }
        Some(folder) => {
            clap_mangen::generate_to(Cli::command(), folder)
                .with_context(|| format!("cannot write manual pages to {}", folder.display()))?;
        }
    }
    Ok(Exit::Clean)
}
