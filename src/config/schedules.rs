//! `schedules`: when the daemon works.

use super::read::{refuse_later, whole};
use crate::daemon::config::ScheduleConfig;
use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};

/// `schedules: { audit, timezone, jitter_secs, shutdown_secs }`.
pub fn schedules(node: &Node, faults: &mut Faults) -> ScheduleConfig {
    let mut schedules = ScheduleConfig::default();
    let Some(table) = Table::of(node, "schedules", faults) else { return schedules };
    if let Some(node) = table.optional("audit")
        && let Some(text) = node.string("schedules.audit", faults)
    {
        match text.parse() {
            Ok(schedule) => schedules.audit = schedule,
            Err(message) => faults.add_with_help(&node.span, message, "minute hour day month weekday, such as \"17 5 * * *\""),
        }
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
        refuse_later(node, "schedules.report", faults);
    }
    table.finish("schedules", faults);
    schedules
}
