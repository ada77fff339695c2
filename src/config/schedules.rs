//! `schedules`: when the daemon works.

use super::read::whole;
use crate::daemon::config::{Schedule, ScheduleConfig};
use crate::diag::Faults;
use crate::diag::yaml::{Kind, Node, Table};

/// `schedules: { audit, report, timezone, jitter_secs, shutdown_secs }`.
pub fn schedules(node: &Node, faults: &mut Faults) -> ScheduleConfig {
    let mut schedules = ScheduleConfig::default();
    let Some(table) = Table::of(node, "schedules", faults) else { return schedules };
    if let Some(node) = table.optional("audit") {
        schedules.audit = moment(node, "schedules.audit", faults).unwrap_or(schedules.audit);
    }
    if let Some(node) = table.optional("timezone")
        && let Some(text) = node.string("schedules.timezone", faults)
    {
        match text.parse() {
            Ok(zone) => schedules.timezone = zone,
            Err(_) => faults.add_unknown(&node.span, "time zone", &text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())),
        }
    }
    if let Some(node) = table.optional("jitter_secs") {
        schedules.jitter_secs = whole(node, "schedules.jitter_secs", 0..=3_600, faults).unwrap_or(schedules.jitter_secs);
    }
    if let Some(node) = table.optional("shutdown_secs") {
        schedules.shutdown_secs = whole(node, "schedules.shutdown_secs", 1..=600, faults).unwrap_or(schedules.shutdown_secs);
    }
    if let Some(node) = table.optional("report") {
        schedules.report = match node.kind {
            Kind::Bool(false) => None,
            _ => moment(node, "schedules.report", faults).or(schedules.report),
        };
    }
    table.finish("schedules", faults);
    schedules
}

fn moment(node: &Node, what: &str, faults: &mut Faults) -> Option<Schedule> {
    let text = node.string(what, faults)?;
    match text.parse() {
        Ok(schedule) => Some(schedule),
        Err(message) => {
            faults.add_with_help(&node.span, message, "minute hour day month weekday, such as \"17 5 * * *\"");
            None
        }
    }
}
