//! How a service's cost moves: its last settled day against the day and the week before, its month against the last one, where the month
//! will end, and the days that cost too much. One resource a service and account, and one for all services, so that rules can judge it.
//!
//! What moved is told from the store's rows and not from one answer of Cost Explorer, which reaches back 46 days at most.

use super::anomaly::{self, Series, Settings, settled_until};
use super::projection::{self, Span};
use crate::model::anomaly::{Anomaly, AnomalySource, AnomalyState, Driver};
use crate::model::catalogue::TypeSpec;
use crate::model::ledger::{Basis, CostRow, FirstTold, Month, SETTLED_DAYS};
use crate::model::resource::ResourceRecord;
use crate::model::{AccountId, Money, Region, Resource, Value as Held};
use arcstr::ArcStr;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The type's name.
pub const TYPE: &str = "Ledgerline::Cost::ServiceTrend";
/// The service that stands for all of them.
pub const TOTAL: &str = "Total";
/// The type of what AWS Cost Anomaly Detection told.
pub const AWS_ANOMALY: &str = "Ledgerline::Cost::Anomaly";
/// Months that are looked back: a quarter of history, and the month that it begins in.
pub const MONTHS_BACK: u32 = 4;
/// An anomaly that reaches into so many last settled days goes on.
const GOES_ON: u64 = 2;
/// So many days back AWS is asked for anomalies.
pub const TOLD_DAYS: i64 = 31;
/// No one used anything of these.
const NO_SERVICES: [&str; 2] = ["Tax", "Refund"];

/// How one service moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// The account.
    pub account: AccountId,
    /// The service, or [`TOTAL`].
    pub service: ArcStr,
    /// The last settled day.
    pub day: NaiveDate,
    /// What it cost.
    pub amount: Decimal,
    /// What the day before did; none where nothing is known of it.
    pub day_before: Option<Decimal>,
    /// What the same weekday of the week before did.
    pub week_before: Option<Decimal>,
    /// What the month before cost, where all of it is known.
    pub month_before: Option<Decimal>,
    /// Where this month will end, by the mean of the last settled days.
    pub projected: Option<Decimal>,
    /// The same with its interval, where a fortnight is known.
    pub forecast: Option<anomaly::Forecast>,
    /// Days that cost too much.
    pub anomalies: Vec<Anomaly>,
}

/// The catalogue of the type.
///
/// # Panics
/// Where the embedded catalogue is wrong; a test reads it.
pub fn types() -> Vec<TypeSpec> {
    serde_saphyr::from_str(include_str!("trend.yaml")).unwrap_or_else(|error| panic!("internal error: the catalogue of trends: {error}"))
}

/// An anomaly that AWS told of; none where it lacks what it always has.
pub fn told(resource: &Resource, today: NaiveDate) -> Option<Anomaly> {
    let text = |key: &str| resource.properties.get(key)?.as_str();
    let day = |key: &str| text(key)?.parse::<NaiveDate>().ok();
    let amount = |key: &str| match resource.properties.get(key)? {
        Held::Decimal(amount) => Some(Money::new(**amount)),
        Held::Int(amount) => Some(Money::new(Decimal::from(*amount))),
        _ => None,
    };
    let driver = |driver: &Held| {
        let part = |key: &str| driver.get(key).and_then(Held::as_str).map(ArcStr::from);
        Driver { account: part("Account").map(AccountId::new), region: part("Region"), usage_type: part("UsageType") }
    };
    let to = day("To")?;
    Some(Anomaly {
        account: resource.account.clone(),
        service: text("Service")?.into(),
        from: day("From")?,
        to,
        expected: amount("Expected"),
        actual: amount("Actual")?,
        impact: amount("Impact")?,
        sources: vec![AnomalySource::Aws],
        state: if goes_on(to, today) { AnomalyState::Open } else { AnomalyState::Over },
        drivers: resource.properties.get("Drivers").and_then(Held::as_list).unwrap_or_default().iter().map(driver).collect(),
        aws_id: text("AnomalyId").map(ArcStr::from),
    })
}

/// What AWS told before, where it could not be asked again: as long as AWS itself would still tell it, and over once its days are.
pub fn told_before(mut anomaly: Anomaly, today: NaiveDate) -> Option<Anomaly> {
    let told = anomaly.sources.contains(&AnomalySource::Aws) && today.signed_duration_since(anomaly.to).num_days() <= TOLD_DAYS;
    anomaly.sources = vec![AnomalySource::Aws];
    anomaly.state = if goes_on(anomaly.to, today) { AnomalyState::Open } else { AnomalyState::Over };
    told.then_some(anomaly)
}

/// Whether days that end then reach into the last settled ones.
fn goes_on(to: NaiveDate, today: NaiveDate) -> bool {
    settled_until(today).signed_duration_since(to).num_days() < i64::try_from(GOES_ON).unwrap_or(0)
}

/// The trends of every account and service that has rows, sorted by both. Billed rows count, others are passed over. `aws` are the
/// anomalies that AWS told of. What was told first of a day, as far as that is known, is what is held against the days
/// before it: a restatement is no spike. An account whose sums do not fit has no trend of all services.
pub fn trends(rows: &[CostRow], first_told: &[FirstTold], aws: Vec<Anomaly>, today: NaiveDate, settings: &Settings) -> Vec<Trend> {
    let mut series: BTreeMap<(AccountId, ArcStr), Series> = BTreeMap::new();
    // A day that any service has a figure of is known of all: a service without a row cost nothing on it.
    let mut known: BTreeMap<AccountId, (NaiveDate, NaiveDate)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.basis == Basis::Billed && !NO_SERVICES.contains(&row.service.as_str())) {
        let (first, last) = known.entry(row.account.clone()).or_insert((row.day, row.day));
        (*first, *last) = (row.day.min(*first), row.day.max(*last));
        for service in [row.service.clone(), arcstr::literal!(TOTAL)] {
            let one = series.entry((row.account.clone(), service.clone())).or_insert_with(|| Series {
                account: row.account.clone(),
                service,
                days: BTreeMap::new(),
            });
            let day = one.days.entry(row.day).or_default();
            *day = day.checked_add(row.amount.amount()).unwrap_or(Decimal::MAX);
        }
    }
    let first_told = FirstDays::of(first_told);
    let mut told: BTreeMap<(AccountId, ArcStr), Vec<Anomaly>> = BTreeMap::new();
    for one in aws {
        told.entry((one.account.clone(), one.service.clone())).or_default().push(one);
    }
    let mut trends: Vec<Trend> = series
        .into_iter()
        .filter_map(|(key, series)| {
            let (first, last) = *known.get(&key.0)?;
            // Where nothing was read for days, all is as it was then: days of which nothing is known did not cost nothing.
            let today = today.min(last.checked_add_days(Days::new(SETTLED_DAYS))?);
            // All services together would tell each spike twice.
            let ours = if series.service == TOTAL { Vec::new() } else { found(&first_told.series(&series), today, settings) };
            trend(&series, first, anomaly::merge(ours, told.remove(&key).unwrap_or_default()), today)
        })
        .collect();
    // What AWS names by another word than its own ledger does is not lost.
    for ((account, service), anomalies) in told {
        let day = settled_until(today);
        trends.push(Trend { day, anomalies, ..Trend::of(account, service, day) });
    }
    trends.sort_by(|a, b| (&a.account, &a.service).cmp(&(&b.account, &b.service)));
    trends
}

/// What was first told, by account and day.
struct FirstDays<'a>(BTreeMap<(&'a AccountId, NaiveDate), BTreeMap<&'a str, Decimal>>);

impl<'a> FirstDays<'a> {
    fn of(told: &'a [FirstTold]) -> Self {
        let mut days: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for one in told {
            days.entry((&one.account, one.day)).or_default().insert(one.service.as_str(), one.amount.amount());
        }
        Self(days)
    }

    /// The series with what was first told in the place of what is known now.
    fn series(&self, now: &Series) -> Series {
        let mut series = now.clone();
        let days = self.0.range((&now.account, NaiveDate::MIN)..=(&now.account, NaiveDate::MAX));
        series.days.extend(days.map(|((_, day), services)| (*day, services.get(now.service.as_str()).copied().unwrap_or_default())));
        series
    }
}

fn trend(series: &Series, known_from: NaiveDate, anomalies: Vec<Anomaly>, today: NaiveDate) -> Option<Trend> {
    let day = settled_until(today).max(known_from);
    let at = |back: u64| {
        let then = day.checked_sub_days(Days::new(back))?;
        (then >= known_from).then(|| series.days.get(&then).copied().unwrap_or_default())
    };
    let month = Month::of(today);
    let before = month.first_day().checked_sub_days(Days::new(1)).map(Month::of)?;
    let month_before = (known_from <= before.first_day())
        .then(|| {
            series.days.range(before.first_day()..month.first_day()).try_fold(Decimal::ZERO, |sum, (_, amount)| sum.checked_add(*amount))
        })
        .flatten();
    let mut judged = series.clone();
    // A service that began later than the account cost nothing before.
    judged.days.entry(known_from).or_default();
    Some(Trend {
        amount: at(0)?,
        day_before: at(1),
        week_before: at(7),
        month_before,
        projected: projected(series, known_from, today),
        forecast: anomaly::month_end(&judged, today),
        anomalies,
        ..Trend::of(series.account.clone(), series.service.clone(), day)
    })
}

fn projected(series: &Series, from: NaiveDate, today: NaiveDate) -> Option<Decimal> {
    let row = |(day, amount): (&NaiveDate, &Decimal)| CostRow {
        account: series.account.clone(),
        service: series.service.clone(),
        day: *day,
        basis: Basis::Billed,
        amount: Money::new(*amount),
        estimated: false,
        observed_at: chrono::DateTime::UNIX_EPOCH,
    };
    let rows: Vec<CostRow> = series.days.iter().map(row).collect();
    let projections = projection::month_end(&rows, Span { from, today }).ok()?;
    projections.into_values().next()?.month_end.map(Money::amount)
}

fn found(series: &Series, today: NaiveDate, settings: &Settings) -> Vec<Anomaly> {
    let anomaly = |spike: anomaly::Spike| Anomaly {
        account: series.account.clone(),
        service: series.service.clone(),
        from: spike.from,
        to: spike.to,
        expected: Some(Money::new(spike.expected.normalize())),
        actual: Money::new(spike.actual.normalize()),
        impact: Money::new((spike.actual - spike.expected).normalize()),
        sources: vec![AnomalySource::Ledger],
        state: if goes_on(spike.to, today) { AnomalyState::Open } else { AnomalyState::Over },
        drivers: vec![Driver { account: Some(series.account.clone()), ..Driver::default() }],
        aws_id: None,
    };
    anomaly::detect(series, today, settings).into_iter().map(anomaly).collect()
}

impl Trend {
    fn of(account: AccountId, service: ArcStr, day: NaiveDate) -> Self {
        Self {
            account,
            service,
            day,
            amount: Decimal::ZERO,
            day_before: None,
            week_before: None,
            month_before: None,
            projected: None,
            forecast: None,
            anomalies: Vec::new(),
        }
    }

    /// As a resource that rules judge.
    pub fn record(&self) -> ResourceRecord {
        let mut properties = json!({
            "Service": self.service.as_str(),
            "Day": self.day.to_string(),
            "Amount": text(self.amount),
            "Anomalies": self.anomalies.iter().map(shown).collect::<Vec<_>>(),
        });
        let optional = [
            ("DayBefore", self.day_before),
            ("WeekBefore", self.week_before),
            ("MonthBefore", self.month_before),
            ("ProjectedMonthEnd", self.projected),
            ("ForecastLow", self.forecast.map(|one| one.low)),
            ("ForecastMean", self.forecast.map(|one| one.mean)),
            ("ForecastHigh", self.forecast.map(|one| one.high)),
        ];
        for (key, amount) in optional {
            if let (Some(amount), Some(object)) = (amount, properties.as_object_mut()) {
                object.insert(key.to_owned(), json!(text(amount)));
            }
        }
        ResourceRecord {
            id: format!("ledgerline:cost:{}:{}:trend", self.account, self.service).into(),
            resource_type: TYPE.into(),
            name: self.service.clone(),
            account: self.account.clone(),
            region: Region::global(),
            tags: Value::Null,
            properties,
            state: Value::Null,
            gaps: Vec::new(),
            origin: None,
        }
    }
}

fn shown(anomaly: &Anomaly) -> Value {
    let driver = |driver: &Driver| {
        let parts = [driver.account.as_ref().map(AccountId::shared), driver.region.as_ref(), driver.usage_type.as_ref()];
        parts.into_iter().flatten().map(ArcStr::as_str).collect::<Vec<_>>().join(" ")
    };
    let mut row = json!({
        "From": anomaly.from.to_string(),
        "To": anomaly.to.to_string(),
        "Actual": anomaly.actual.to_string(),
        "Impact": anomaly.impact.to_string(),
        "State": anomaly.state.as_str(),
        "Sources": anomaly.sources.iter().map(|source| source.as_str()).collect::<Vec<_>>(),
        "Drivers": anomaly.drivers.iter().map(driver).collect::<Vec<_>>(),
    });
    if let (Some(expected), Some(object)) = (anomaly.expected, row.as_object_mut()) {
        object.insert("Expected".to_owned(), json!(expected.to_string()));
    }
    row
}

fn text(amount: Decimal) -> String {
    amount.normalize().to_string()
}
