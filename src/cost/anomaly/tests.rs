//! Spikes that are found, and what is none: restatements, months' ends, new services, weekdays.

#[path = "../../../benches/anomaly/trial.rs"]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "random amounts of a trial, no money")]
mod trial;

use super::*;
use crate::model::Money;
use crate::model::anomaly::{Anomaly, AnomalySource, AnomalyState, Driver};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn series(days: BTreeMap<NaiveDate, Decimal>) -> Series {
    Series { account: "111111111111".into(), service: "Amazon DynamoDB".into(), days }
}

/// Weekdays cost 10 dollars and weekends 4, give or take a few cents.
fn weeks(from: &str, to: &str) -> BTreeMap<NaiveDate, Decimal> {
    use chrono::Datelike as _;
    let days = day(from).iter_days().take_while(|one| *one <= day(to));
    days.map(|one| {
        let base = if one.weekday().num_days_from_monday() < 5 { 1000 } else { 400 };
        (one, Decimal::new(base + i64::from(one.ordinal() * 37 % 11) * 5, 2))
    })
    .collect()
}

fn found(days: BTreeMap<NaiveDate, Decimal>, today: &str) -> Vec<Spike> {
    detect(&series(days), day(today), &Settings::default())
}

#[test]
fn a_spike_is_found_with_what_the_day_should_have_cost() {
    let mut days = weeks("2026-08-01", "2026-11-21");
    days.insert(day("2026-11-18"), Decimal::from(25));
    days.insert(day("2026-11-19"), Decimal::from(26));
    let spikes = found(days, "2026-11-23");
    let [spike] = spikes.as_slice() else { panic!("{spikes:?}") };
    assert_eq!((spike.from, spike.to, spike.actual), (day("2026-11-18"), day("2026-11-19"), Decimal::from(51)));
    assert!(spike.expected > Decimal::from(19) && spike.expected < Decimal::from(22), "{}", spike.expected);
}

#[test]
fn a_quiet_service_alarms_never_and_a_busy_weekday_is_no_spike() {
    assert_eq!(found(weeks("2026-08-01", "2026-11-21"), "2026-11-23"), Vec::new());
}

#[test]
fn a_day_that_is_not_whole_is_not_judged() {
    let mut days = weeks("2026-08-01", "2026-11-21");
    days.insert(day("2026-11-22"), Decimal::from(500));
    assert_eq!(found(days, "2026-11-23"), Vec::new());
}

#[test]
fn a_little_too_much_is_under_the_floor() {
    let days = |amount| {
        let mut days: BTreeMap<_, _> = weeks("2026-08-01", "2026-11-21").into_keys().map(|one| (one, Decimal::new(1, 2))).collect();
        days.insert(day("2026-11-18"), amount);
        days
    };
    assert_eq!(found(days(Decimal::new(99, 2)), "2026-11-23"), Vec::new());
    assert_eq!(found(days(Decimal::new(105, 2)), "2026-11-23").len(), 1);
}

#[test]
fn what_every_month_begins_or_ends_with_is_no_spike() {
    let mut days = weeks("2026-08-01", "2026-11-02");
    for fee in ["2026-09-01", "2026-10-01", "2026-11-01", "2026-09-30", "2026-10-31"] {
        *days.get_mut(&day(fee)).unwrap() += Decimal::from(40);
    }
    assert_eq!(found(days.clone(), "2026-11-04"), Vec::new());
    *days.get_mut(&day("2026-11-01")).unwrap() += Decimal::from(60);
    assert_eq!(found(days, "2026-11-04").len(), 1);
    // Of the first month that is seen to end nobody knows what that brings.
    let mut young = weeks("2026-10-05", "2026-11-02");
    *young.get_mut(&day("2026-11-01")).unwrap() += Decimal::from(40);
    assert_eq!(found(young, "2026-11-04"), Vec::new());
}

#[test]
fn a_new_service_alarms_above_its_own_floor_only() {
    let days = |amount: i64| BTreeMap::from([(day("2026-11-15"), Decimal::ONE), (day("2026-11-20"), Decimal::from(amount))]);
    assert_eq!(found(days(9), "2026-11-23"), Vec::new());
    assert_eq!(found(days(11), "2026-11-23").len(), 1);
    assert_eq!(found(BTreeMap::from([(day("2026-11-20"), Decimal::from(50))]), "2026-11-23"), Vec::new());
}

#[test]
fn amounts_beyond_all_bounds_alarm_nobody_and_stop_nothing() {
    let mut days = weeks("2026-08-01", "2026-11-21");
    days.insert(day("2026-11-18"), Decimal::MAX);
    assert_eq!(found(days, "2026-11-23"), Vec::new());
    assert_eq!(found(BTreeMap::new(), "2026-11-23"), Vec::new());
}

#[test]
fn of_injected_spikes_nearly_all_are_found_and_hardly_anything_else() {
    let plan = trial::Plan { seed: 20_261_123, services: 24, quarters: 2, least: 5.0, most: 12.0 };
    let figures = trial::run(&plan, alarms);
    assert!(figures.spikes > 80, "{figures:?}");
    assert!(figures.found * 100 >= figures.spikes * 95, "{figures:?}");
    assert!(figures.false_alarms <= figures.quarters, "{figures:?}");
}

fn alarms(known: &BTreeMap<NaiveDate, i64>) -> bool {
    let days: BTreeMap<NaiveDate, Decimal> = known.iter().map(|(day, cents)| (*day, Decimal::new(*cents, 2))).collect();
    let last = *days.keys().next_back().unwrap();
    let settings = Settings { judged_days: 1, ..Settings::default() };
    !detect(&series(days), last + Days::new(SETTLED_DAYS), &settings).is_empty()
}

#[test]
fn the_month_s_end_is_forecast_with_an_interval() {
    let all = weeks("2026-07-01", "2026-10-31");
    let end: Decimal = all.range(day("2026-10-01")..).map(|(_, amount)| *amount).sum();
    let known = all.range(..=day("2026-10-12")).map(|(day, amount)| (*day, *amount)).collect();
    let forecast = month_end(&series(known), day("2026-10-14")).unwrap();
    assert!((forecast.mean - end).abs() < Decimal::from(3), "{forecast:?} {end}");
    assert!(forecast.low < forecast.mean && forecast.mean < forecast.high);
    assert_eq!(month_end(&series(weeks("2026-10-05", "2026-10-12")), day("2026-10-14")), None);
}

fn anomaly(service: &str, from: &str, to: &str, source: AnomalySource) -> Anomaly {
    Anomaly {
        account: "111111111111".into(),
        service: service.into(),
        from: day(from),
        to: day(to),
        expected: None,
        actual: Money::new(Decimal::TEN),
        impact: Money::new(Decimal::TWO),
        sources: vec![source],
        state: AnomalyState::Over,
        drivers: Vec::new(),
        aws_id: None,
    }
}

#[test]
fn what_we_and_aws_noticed_is_told_once() {
    let ours = vec![anomaly("A", "2026-11-10", "2026-11-11", AnomalySource::Ledger)];
    let cause = Driver { region: Some("us-east-2".into()), ..Driver::default() };
    let theirs = Anomaly {
        drivers: vec![cause.clone()],
        aws_id: Some("a-1".into()),
        state: AnomalyState::Open,
        ..anomaly("A", "2026-11-11", "2026-11-12", AnomalySource::Aws)
    };
    let apart = anomaly("A", "2026-11-14", "2026-11-14", AnomalySource::Aws);
    let other = anomaly("B", "2026-11-10", "2026-11-10", AnomalySource::Aws);
    let merged = merge(ours, vec![other.clone(), apart.clone(), theirs]);
    let [first, second, third] = merged.as_slice() else { panic!("{merged:?}") };
    assert_eq!((first.from, first.to), (day("2026-11-10"), day("2026-11-12")));
    assert_eq!(first.sources, [AnomalySource::Ledger, AnomalySource::Aws]);
    assert_eq!((first.drivers.as_slice(), first.state, first.aws_id.as_deref()), ([cause].as_slice(), AnomalyState::Open, Some("a-1")));
    assert_eq!((second, third), (&apart, &other));
}
