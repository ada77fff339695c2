//! What only this process knows, read at scrape time: its build, whether it leads, its last attempt, how long passes took,
//! whether the last reload was good, and how many series the page has.

use super::{Count, Exposition};
use crate::model::notice::ChannelState;
use crate::model::rule::words;
use crate::model::value::Time;
use prometheus::{Gauge, Histogram, HistogramOpts, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};
use serde::{Deserialize, Serialize};

/// The most series that [`Process`] has: the two families by family name, the histogram's buckets, the single ones,
/// and those of channels.
pub(super) const MOST_SERIES: usize = 150 + crate::publish::config::MOST_CHANNELS * (Telling::ALL.len() + 2);

/// What was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// Ledgerline's version.
    pub version: &'static str,
    /// The revision of its source, or `unknown`.
    pub revision: &'static str,
}

/// The metrics of the process. Clones share their values.
#[derive(Clone, Debug)]
pub struct Process {
    registry: Registry,
    last_attempt: Gauge,
    duration: Histogram,
    leader: IntGauge,
    reloaded: IntGauge,
    report_made: IntGaugeVec,
    report_due: IntGaugeVec,
    series: IntGaugeVec,
    folded: IntCounterVec,
    notifications: IntCounterVec,
    backlog: IntGaugeVec,
    dead: IntGaugeVec,
}

impl Process {
    /// Declares the families.
    ///
    /// # Errors
    /// None that input could cause: a name that is declared twice is a bug, and is told as [`prometheus::Error`].
    pub fn new(build: Build) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let build_info = IntGaugeVec::new(Opts::new("ledgerline_build_info", "What was built; always 1."), &["version", "revision"])?;
        build_info.with_label_values(&[build.version, build.revision]).set(1);
        let process = Self {
            last_attempt: Gauge::new(
                "ledgerline_audit_last_attempt_timestamp_seconds",
                "When the last whole audit began, however it ended, in seconds since 1970.",
            )?,
            duration: Histogram::with_opts(
                // From a recorded account (0.1 s) to an organisation (an hour).
                HistogramOpts::new("ledgerline_audit_duration_seconds", "How long audits took, those that failed included.")
                    .buckets(vec![0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0]),
            )?,
            leader: IntGauge::new("ledgerline_leader", "Whether this process runs the audits; 1 or 0.")?,
            reloaded: IntGauge::new(
                "ledgerline_config_reload_successful",
                "Whether the last reload of config and rules was good; 0 means that the old ones are still in use.",
            )?,
            // Vectors without labels: a series that is not there until there is something to say. Zero would be a time, 1970.
            report_made: IntGaugeVec::new(
                Opts::new(
                    "ledgerline_report_last_success_timestamp_seconds",
                    "When the last report was made and kept, in seconds since 1970.",
                ),
                &[],
            )?,
            report_due: IntGaugeVec::new(
                Opts::new(
                    "ledgerline_report_due_timestamp_seconds",
                    "When a report is due, in seconds since 1970: in the past where it is late.",
                ),
                &[],
            )?,
            series: IntGaugeVec::new(Opts::new("ledgerline_series", "Series of a family on this page."), &["family"])?,
            folded: IntCounterVec::new(
                Opts::new("ledgerline_series_folded_total", "Series that were folded into __other__ because the budget ended."),
                &["family"],
            )?,
            notifications: IntCounterVec::new(
                Opts::new(
                    "ledgerline_notifications_total",
                    "Changes by channel and what became of them: sent, refused by the channel, expired before it took them; failed counts attempts.",
                ),
                &["channel", "outcome"],
            )?,
            backlog: IntGaugeVec::new(
                Opts::new("ledgerline_notification_backlog", "Changes that a channel was not told yet."),
                &["channel"],
            )?,
            dead: IntGaugeVec::new(
                Opts::new("ledgerline_notification_channel_dead", "Whether a channel takes no messages and somebody must mend it; 1 or 0."),
                &["channel"],
            )?,
            registry,
        };
        // One process has one store, and the store has no second one yet that could lead.
        process.leader.set(1);
        process.reloaded.set(1);
        process.registry.register(Box::new(build_info))?;
        process.registry.register(Box::new(process.last_attempt.clone()))?;
        process.registry.register(Box::new(process.duration.clone()))?;
        process.registry.register(Box::new(process.leader.clone()))?;
        process.registry.register(Box::new(process.reloaded.clone()))?;
        process.registry.register(Box::new(process.report_made.clone()))?;
        process.registry.register(Box::new(process.report_due.clone()))?;
        process.registry.register(Box::new(process.series.clone()))?;
        process.registry.register(Box::new(process.folded.clone()))?;
        process.registry.register(Box::new(process.notifications.clone()))?;
        process.registry.register(Box::new(process.backlog.clone()))?;
        process.registry.register(Box::new(process.dead.clone()))?;
        Ok(process)
    }

    /// An audit of everything begins. A narrower one is no attempt at what the time of the last success speaks of.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53")]
    pub fn audit_began(&self, now: Time) {
        self.last_attempt.set(now.timestamp_millis() as f64 / 1000.0);
    }

    /// An audit ended, however.
    pub fn audit_ended(&self, took: std::time::Duration) {
        self.duration.observe(took.as_secs_f64());
    }

    /// A report was made and kept.
    pub fn report_made(&self, at: Time) {
        self.report_made.with_label_values::<&str>(&[]).set(at.timestamp());
    }

    /// When a report is due; none where none will be.
    pub fn report_due(&self, due: Option<Time>) {
        match due {
            Some(due) => self.report_due.with_label_values::<&str>(&[]).set(due.timestamp()),
            None => self.report_due.reset(),
        }
    }

    /// Config and rules were read again.
    pub fn reloaded(&self, outcome: Reload) {
        self.reloaded.set(match outcome {
            Reload::Good => 1,
            Reload::Refused => 0,
        });
    }

    /// So many changes came to this end, or an attempt did.
    pub fn told(&self, channel: &str, outcome: Telling, count: u64) {
        self.notifications.with_label_values(&[channel, outcome.as_str()]).inc_by(count);
    }

    /// Where a channel stands. Its series are there from now on, at zero where nothing happened yet.
    pub fn channel_stands(&self, channel: &ChannelState) {
        Telling::ALL.iter().for_each(|outcome| self.told(&channel.name, *outcome, 0));
        self.backlog.with_label_values(&[&channel.name]).set(i64::try_from(channel.waiting).unwrap_or(i64::MAX));
        self.dead.with_label_values(&[&channel.name]).set(i64::from(channel.dead_since.is_some()));
    }

    /// The channel is gone, and so are its series.
    pub fn channel_gone(&self, channel: &str) {
        // Those that are not there need not go.
        for outcome in Telling::ALL {
            _ = self.notifications.remove_label_values(&[channel, outcome.as_str()]);
        }
        _ = self.backlog.remove_label_values(&[channel]);
        _ = self.dead.remove_label_values(&[channel]);
    }

    /// A snapshot was rendered.
    pub(super) fn rendered(&self, exposition: &Exposition) {
        for Count { family, series, folded } in &exposition.counts {
            self.series.with_label_values(&[family]).set(i64::try_from(*series).unwrap_or(i64::MAX));
            self.folded.with_label_values(&[family]).inc_by(*folded);
        }
    }

    /// The families as text.
    pub(super) fn text(&self) -> String {
        let families = self.registry.gather();
        TextEncoder::new().encode_to_string(&families).unwrap_or_default()
    }
}

words! {
    /// What became of a change that a channel was to be told, or of an attempt to tell it.
    Telling { /// The channel took it.
        Sent = "sent", /// The channel does not take it.
        Refused = "refused", /// It waited for too long.
        Expired = "expired", /// An attempt that did not get through.
        Failed = "failed" }
}

/// What became of a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// The new files are in use.
    Good,
    /// The new files are wrong; the old ones stay.
    Refused,
}
