//! The `ledgerline` command: everything it does is in the library, so that tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ledgerline::cli::main(std::env::args_os())
}
