//! `ledgerline waivers list`: nothing is audited, so that it tells where each stands by its time alone.

use super::row::{self, Row};
use super::{ListArgs, WaiversFormat};
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use std::path::Path;

/// Prints the list.
pub fn run(args: &ListArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.common.rules)?;
    let waivers = parts::block_on(super::in_force(&parts, args.common.store.as_deref()))?;
    let now = parts::now();
    let mut rows: Vec<Row<'_>> = waivers.iter().map(|waiver| Row::of(waiver, now)).collect();
    rows.sort_by_key(Row::id);
    output::print(&match args.common.format {
        WaiversFormat::Table => row::table(&rows),
        WaiversFormat::Json => row::json(&rows)?,
    })?;
    Ok(Exit::Clean)
}
