//! `ledgerline waivers check`: are they written right; and, over a source, what does each of them cover.
//!
//! Over a source it is an audit that remembers nothing. Its exit code speaks of the waivers alone: what else fails is the business
//! of `ledgerline audit`.

use super::row::{self, Row};
use super::{CheckArgs, WaiversFormat};
use crate::audit::{self, Plan};
use crate::cli::flags::RegionFlags;
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::model::report::{Report, ResultRow};
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::waiver::{self, Waiver};
use crate::telemetry::printable;
use std::path::Path;
use std::sync::Arc;

/// Reads all of them; audits where there is something to audit.
pub fn run(args: &CheckArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.common.rules)?;
    let (waivers, report) = parts::block_on(async {
        let waivers = super::in_force(&parts, args.common.store.as_deref()).await?;
        let report = if args.sources.is_empty() { None } else { Some(audited(args, &parts, &waivers).await?) };
        Ok((waivers, report))
    })?;
    let now = parts::now();
    let (mut rows, findings): (Vec<Row<'_>>, Vec<&ResultRow>) = match &report {
        Some((report, now)) => (report.waivers.iter().map(|standing| Row::judged(standing, *now)).collect(), about_waivers(report)),
        None => (waivers.iter().map(|waiver| Row::of(waiver, now)).collect(), Vec::new()),
    };
    rows.sort_by_key(Row::id);
    output::print(&match args.common.format {
        WaiversFormat::Json => row::json(&rows)?,
        WaiversFormat::Table if report.is_none() => format!("{}: no mistakes\n", row::counted(rows.len())),
        WaiversFormat::Table => row::table(&rows) + &told(&findings),
    })?;
    let complete = report.as_ref().is_none_or(|(report, _)| report.coverage.is_complete());
    let found = if findings.iter().any(|row| row.status == Status::Fail) { Exit::Findings } else { Exit::Clean };
    Ok(found.first(if complete { Exit::Clean } else { Exit::Incomplete }))
}

/// One pass without a memory, and the time that it judged by.
async fn audited(args: &CheckArgs, parts: &Parts, waivers: &[Arc<Waiver>]) -> Result<(Report, Time), Failure> {
    let regions = RegionFlags::default();
    let sources = parts.sources(&args.sources, &regions)?;
    let plan = Plan { waivers, listed: &[Status::Fail, Status::Unknown], ..parts.plan() };
    let progress = crate::cli::progress::Line::new();
    let report = audit::run(&plan, &sources, None, &progress, &parts::interrupted()).await?;
    let now = report.judged_at;
    Ok((report, now))
}

fn about_waivers(report: &Report) -> Vec<&ResultRow> {
    report.results.iter().filter(|row| row.resource.resource_type.as_str() == waiver::TYPE).collect()
}

fn told(findings: &[&ResultRow]) -> String {
    let lines = findings.iter().map(|row| format!("{} {}: {}\n", row.status, row.rule, printable(&row.message)));
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}
