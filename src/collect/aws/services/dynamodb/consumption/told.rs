//! Which metrics are asked for, how many at once, and what the series say. No call is made here.

use crate::collect::aws::draft::Draft;
use crate::cost::advice::capacity::Scaling;
use crate::cost::advice::mode::{Consumption, Mode, compare};
use crate::cost::prices;
use crate::model::value::Time;
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The most points that an answer may have.
pub const MOST_POINTS: i32 = 100_800;
/// The most metrics of a request.
const MOST_QUERIES: usize = 500;
/// The fortnight.
const MINUTES: usize = 14 * 24 * 60;
const HOURS: usize = 14 * 24;
/// What a table has without any index.
const ALONE: &str = "";

/// The time that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first minute.
    pub start: Time,
    /// The minute behind the last.
    pub end: Time,
}

impl Window {
    /// The fortnight before a minute.
    pub fn until(end: Time) -> Self {
        Self { start: end - TimeDelta::days(14), end }
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Read units that were consumed, by the minute.
    Reads,
    /// Write units that were consumed, by the minute.
    Writes,
    /// Read capacity that was provisioned, by the hour.
    ProvisionedReads,
    /// Write capacity that was provisioned, by the hour.
    ProvisionedWrites,
}

impl Measure {
    /// CloudWatch's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reads => "ConsumedReadCapacityUnits",
            Self::Writes => "ConsumedWriteCapacityUnits",
            Self::ProvisionedReads => "ProvisionedReadCapacityUnits",
            Self::ProvisionedWrites => "ProvisionedWriteCapacityUnits",
        }
    }

    /// Whether it is capacity, and no consumption.
    pub const fn is_provisioned(self) -> bool {
        matches!(self, Self::ProvisionedReads | Self::ProvisionedWrites)
    }

    const fn points(self) -> usize {
        if self.is_provisioned() { HOURS } else { MINUTES }
    }
}

/// One metric of a table or of one of its indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The table's ARN.
    pub id: String,
    /// The table's name.
    pub table: String,
    /// The index; none for the table.
    pub index: Option<String>,
    /// What is measured.
    pub metric: Measure,
}

/// What was answered, in thousandths of units.
#[derive(Clone, Debug)]
pub struct Series {
    asked: Asked,
    points: Vec<i64>,
    /// How many points had a figure.
    known: usize,
    /// Whether it was in an answer.
    pub answered: bool,
}

impl Series {
    /// Nothing yet.
    pub fn new(asked: Asked) -> Self {
        let points = vec![0; asked.metric.points()];
        Self { asked, points, known: 0, answered: false }
    }

    /// A point at a time in seconds since 1970; one outside of the window is passed over.
    #[expect(clippy::cast_possible_truncation, reason = "units of a minute, far below 2^53; what is beyond saturates")]
    pub fn put(&mut self, at: i64, value: f64, window: Window) {
        let period = if self.asked.metric.is_provisioned() { 3600 } else { 60 };
        let position = at.checked_sub(window.start.timestamp()).map(|secs| secs.div_euclid(period));
        let point = position.and_then(|position| usize::try_from(position).ok()).and_then(|position| self.points.get_mut(position));
        if let (Some(point), true) = (point, value.is_finite()) {
            *point = point.saturating_add((value.max(0.0) * 1_000.0).round() as i64);
            self.known += 1;
        }
    }

    /// The mean of the points that have a figure.
    fn mean(&self) -> i64 {
        let count = i64::try_from(self.known.max(1)).unwrap_or(i64::MAX);
        self.points.iter().fold(0_i64, |sum, point| sum.saturating_add(*point)) / count
    }
}

/// What is asked of a table: reads and writes of itself and of each global index, and of those that are provisioned what is. Local
/// indexes count with their table.
pub fn asked(table: &Draft) -> Vec<Asked> {
    let Some(mode) = table.properties["BillingMode"].as_str() else { return Vec::new() };
    let measures: &[Measure] = match mode {
        "PROVISIONED" => &[Measure::Reads, Measure::Writes, Measure::ProvisionedReads, Measure::ProvisionedWrites],
        _ => &[Measure::Reads, Measure::Writes],
    };
    let mut parts = vec![None];
    parts.extend(index_names(table).into_iter().map(Some));
    let one = |index: &Option<String>, metric: &Measure| Asked {
        id: table.id.to_string(),
        table: table.name.clone(),
        index: index.clone(),
        metric: *metric,
    };
    parts.iter().flat_map(|index| measures.iter().map(|metric| one(index, metric)).collect::<Vec<_>>()).collect()
}

fn index_names(table: &Draft) -> Vec<String> {
    let indexes = table.properties["GlobalSecondaryIndexes"].as_array().map(Vec::as_slice).unwrap_or_default();
    indexes.iter().filter_map(|index| index["IndexName"].as_str().map(str::to_owned)).collect()
}

/// The metrics in requests, each of which one answer holds.
pub fn batches(asked: &[Asked]) -> Vec<Vec<Asked>> {
    let most = usize::try_from(MOST_POINTS).unwrap_or(usize::MAX);
    let mut batches: Vec<Vec<Asked>> = Vec::new();
    let mut points = 0;
    for one in asked {
        let more = one.metric.points();
        match batches.last_mut().filter(|batch| batch.len() < MOST_QUERIES && points + more <= most) {
            Some(batch) => batch.push(one.clone()),
            None => {
                points = 0;
                batches.push(vec![one.clone()]);
            }
        }
        points += more;
    }
    batches
}

/// A table or one of its indexes.
#[derive(Default)]
struct Part<'a> {
    reads: Option<&'a Series>,
    writes: Option<&'a Series>,
    provisioned: (Option<i64>, Option<i64>),
}

/// What each table consumed, and what the ways to pay would cost at requests' and capacity's prices of both classes: small enough to be
/// kept for a day.
pub fn by_table(series: &[Series], window: Window) -> Map<String, Value> {
    let mut tables: BTreeMap<&str, BTreeMap<&str, Part<'_>>> = BTreeMap::new();
    for one in series {
        let part = tables.entry(&one.asked.id).or_default().entry(one.asked.index.as_deref().unwrap_or(ALONE)).or_default();
        match one.asked.metric {
            Measure::Reads => part.reads = Some(one),
            Measure::Writes => part.writes = Some(one),
            Measure::ProvisionedReads => part.provisioned.0 = Some(one.mean()),
            Measure::ProvisionedWrites => part.provisioned.1 = Some(one.mean()),
        }
    }
    tables.into_iter().map(|(id, parts)| (id.to_owned(), table(id, &parts, window))).collect()
}

/// Units by minute, read and written, and the units of each that are provisioned.
type Held = (Vec<i64>, Vec<i64>, Option<(i64, i64)>);

fn table(id: &str, parts: &BTreeMap<&str, Part<'_>>, window: Window) -> Value {
    let points = |series: Option<&Series>| series.map(|series| series.points.clone()).unwrap_or_default();
    let held: Vec<Held> =
        parts.values().map(|part| (points(part.reads), points(part.writes), part.provisioned.0.zip(part.provisioned.1))).collect();
    let consumed: Vec<Consumption<'_>> = held
        .iter()
        .map(|(reads, writes, provisioned)| Consumption {
            reads,
            writes,
            scaling: (Scaling::default(), Scaling::default()),
            provisioned: *provisioned,
        })
        .collect();
    let units = |series: Option<&Series>| whole_units(series.map(|series| series.points.as_slice()).unwrap_or_default());
    let indexes: Vec<Value> = parts
        .iter()
        .filter(|(name, _)| **name != ALONE)
        .map(|(name, part)| json!({ "IndexName": name, "ReadUnits": units(part.reads), "WriteUnits": units(part.writes) }))
        .collect();
    let alone = parts.get(ALONE);
    let mut state = json!({
        "From": window.start.to_rfc3339_opts(SecondsFormat::Secs, true),
        "To": window.end.to_rfc3339_opts(SecondsFormat::Secs, true),
        "ReadUnits": units(alone.and_then(|part| part.reads)),
        "WriteUnits": units(alone.and_then(|part| part.writes)),
        "Indexes": indexes,
    });
    // The region is the fourth part of the ARN.
    let region = id.split(':').nth(3).unwrap_or_default();
    let book = prices::in_force();
    for (infrequent, key) in [(false, "STANDARD"), (true, "STANDARD_INFREQUENT_ACCESS")] {
        let Some(compared) = compare(&consumed, infrequent, region, &book) else { continue };
        let mut ways = json!({
            "OnDemandUSD": compared.on_demand.normalize().to_string(),
            "ScaledUSD": compared.scaled.normalize().to_string(),
            "ThrottledShare": compared.throttled.round_dp(8).normalize().to_string(),
            "PaidUSD": compared.provisioned.unwrap_or(compared.on_demand).normalize().to_string(),
        });
        if let (Some(advice), Some(object)) = (compared.advice(), ways.as_object_mut()) {
            let mode = match advice.to {
                Mode::OnDemand => "PAY_PER_REQUEST",
                Mode::Provisioned => "PROVISIONED",
            };
            object.insert("BetterMode".to_owned(), json!(mode));
            object.insert("BetterModeSavesUSD".to_owned(), json!(advice.saves.to_string()));
        }
        state[key] = ways;
    }
    state
}

/// Whole units, rounded up: a little is not nothing.
fn whole_units(points: &[i64]) -> i64 {
    let sum = points.iter().fold(0_i64, |sum, point| sum.saturating_add(*point));
    sum / 1_000 + i64::from(sum % 1_000 > 0)
}

/// `state.Consumption` of a table: what was kept, with the ways to pay of the class that it has.
pub fn state(table: &Draft, kept: &Value) -> Value {
    let class = table.properties["TableClass"].as_str().unwrap_or("STANDARD");
    let mut state = kept.clone();
    let ways = state.get(class).cloned();
    if let Some(object) = state.as_object_mut() {
        object.remove("STANDARD");
        object.remove("STANDARD_INFREQUENT_ACCESS");
        if let Some(Value::Object(ways)) = ways {
            object.extend(ways);
        }
    }
    state
}
