//! When the daemon audits.

use arcstr::ArcStr;

/// `schedules` of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleConfig {
    /// When a pass is due: a cron expression of five fields, read in `timezone`.
    pub audit: ArcStr,
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
        Self { audit: arcstr::literal!("17 5 * * *"), timezone: chrono_tz::UTC, jitter_secs: 60, shutdown_secs: 20 }
    }
}
