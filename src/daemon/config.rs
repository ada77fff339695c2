//! When the daemon audits and reports, and what its reports say of due dates, keys and places.

use crate::model::rule::Severity;
use crate::publish::config::Bucket;
use arcstr::ArcStr;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

/// `schedules` of the config file.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleConfig {
    /// When a pass is due; read in `timezone`.
    pub audit: Schedule,
    /// When a report is due; none for never.
    pub report: Option<Schedule>,
    /// The zone that the expressions are read in.
    pub timezone: chrono_tz::Tz,
    /// The most seconds by which a start is put off at random, so that many daemons do not ask AWS at once.
    pub jitter_secs: u64,
    /// Seconds that a pass under way is given to end at SIGTERM before it is abandoned.
    pub shutdown_secs: u64,
}

impl Default for ScheduleConfig {
    fn default() -> Self {
        // Daily; away from midnight, when everyone's jobs start, and after Cost Explorer's figures have come in.
        let audit = Schedule::from_str("17 5 * * *").expect("internal error: the default schedule is a cron expression");
        // Mondays, behind the audit of the morning.
        let report = Schedule::from_str("0 7 * * 1").expect("internal error: the default schedule is a cron expression");
        Self { audit, report: Some(report), timezone: chrono_tz::UTC, jitter_secs: 60, shutdown_secs: 20 }
    }
}

/// `report` of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportConfig {
    /// Days until a finding of a severity is due; one that is missing has no due date.
    pub due_days: BTreeMap<Severity, u32>,
    /// The file of the key that signs; none for one beside the store.
    pub key: Option<PathBuf>,
    /// Where each report is put as well.
    pub s3: Option<Bucket>,
}

impl Default for ReportConfig {
    fn default() -> Self {
        let due_days = [(Severity::Critical, 2), (Severity::High, 7), (Severity::Medium, 30), (Severity::Low, 90)].into();
        Self { due_days, key: None, s3: None }
    }
}

/// A cron expression of five fields that is due at some time.
#[derive(Clone, PartialEq)]
pub struct Schedule {
    text: ArcStr,
    cron: Cron,
}

impl Schedule {
    /// The expression as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The expression as it was understood.
    pub fn cron(&self) -> &Cron {
        &self.cron
    }
}

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Schedule({:?})", self.as_str())
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| format!("{text:?} is no cron expression of five fields: {error}"))?;
        // A day such as 30 February is well formed and never comes; any moment to search from serves.
        match cron.find_next_occurrence(&chrono::DateTime::UNIX_EPOCH, false) {
            Ok(_) => Ok(Self { text: text.into(), cron }),
            Err(_) => Err(format!("{text:?} is never due")),
        }
    }
}

#[cfg(test)]
mod tests;
