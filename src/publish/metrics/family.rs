//! One metric family: its name, help, labels, and how its samples are read from a snapshot.

use crate::model::snapshot::Snapshot;
use crate::telemetry::printable;
use arcstr::ArcStr;
use prometheus::proto::{Counter, Gauge, LabelPair, Metric, MetricFamily, MetricType};

/// The declaration of a family.
#[derive(Clone, Copy)]
pub struct Family {
    /// Its name, with prefix and unit.
    pub name: &'static str,
    /// One sentence for people.
    pub help: &'static str,
    /// How its values move.
    pub kind: Kind,
    /// Its labels, in the order of [`Sample::labels`].
    pub labels: &'static [Label],
    /// What becomes of values that are folded into one series.
    pub folded: FoldedValue,
    /// Reads the samples; each label set once.
    pub read: fn(&Snapshot) -> Vec<Sample>,
}

/// How the values of a family move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Up and down.
    Gauge,
    /// Only up; the name ends in `_total`.
    Counter,
}

/// A label of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name. None that Prometheus's targets carry (`region`, `service`, `env`, `instance`, `job`).
    pub name: &'static str,
    /// Whether the number of its values has a bound of our own.
    pub reach: Reach,
}

/// How many values a label may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A list of words that we wrote.
    Words,
    /// As many as the accounts, rules or tags bring: folded where the budget ends.
    Open,
}

/// What the one series says that others were folded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldedValue {
    /// Their sum.
    Sum,
    /// The least of them: the worst ratio, the oldest time.
    Least,
}

/// One series and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The label values.
    pub labels: Vec<ArcStr>,
    /// The value.
    pub value: f64,
}

impl Sample {
    /// A sample. Prometheus knows floats only: here, at the very end, money and counts become one.
    pub fn new<const N: usize>(labels: [&ArcStr; N], value: f64) -> Self {
        Self { labels: labels.into_iter().cloned().collect(), value }
    }
}

impl std::fmt::Debug for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Family").field(&self.name).finish()
    }
}

/// A label with words of our own.
pub(super) const fn words(name: &'static str) -> Label {
    Label { name, reach: Reach::Words }
}

/// A label with values from outside.
pub(super) const fn open(name: &'static str) -> Label {
    Label { name, reach: Reach::Open }
}

impl Family {
    /// The family as the encoder wants it.
    pub(super) fn proto(&self, samples: &[Sample]) -> MetricFamily {
        let metrics = samples.iter().map(|sample| self.metric(sample)).collect();
        let mut family = MetricFamily::default();
        family.set_name(self.name.to_owned());
        family.set_help(self.help.to_owned());
        family.set_field_type(match self.kind {
            Kind::Gauge => MetricType::GAUGE,
            Kind::Counter => MetricType::COUNTER,
        });
        family.set_metric(metrics);
        family
    }

    fn metric(&self, sample: &Sample) -> Metric {
        let pairs = self.labels.iter().zip(&sample.labels).map(|(label, value)| {
            let mut pair = LabelPair::default();
            pair.set_name(label.name.to_owned());
            pair.set_value(printable(value).into_owned());
            pair
        });
        let mut metric = Metric::from_label(pairs.collect());
        match self.kind {
            Kind::Gauge => {
                let mut gauge = Gauge::default();
                gauge.set_value(sample.value);
                metric.set_gauge(gauge);
            }
            Kind::Counter => {
                let mut counter = Counter::default();
                counter.set_value(sample.value);
                metric.set_counter(counter);
            }
        }
        metric
    }
}
