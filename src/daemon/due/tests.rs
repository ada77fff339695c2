//! Due times against a clock that is walked minute by minute, over twenty years and eight zones.

use super::Timetable;
use crate::model::value::Time;
use chrono::{DateTime, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use proptest::prelude::*;

/// Half-hour shifts, shifts at midnight, shifts by the moon, a day that never was (Apia, 30 December 2011), and none at all.
const ZONES: [Tz; 8] = [
    Tz::UTC,
    Tz::America__New_York,
    Tz::Europe__London,
    Tz::Australia__Lord_Howe,
    Tz::America__Sao_Paulo,
    Tz::Africa__Casablanca,
    Tz::Pacific__Apia,
    Tz::Asia__Tehran,
];

const EXPRESSIONS: [&str; 9] = [
    "30 2 * * *",
    "0 0 * * *",
    "17 5 * * MON",
    "0,30 1-3 * * *",
    "15 */2 * * *",
    "0 * * * *",
    "*/15 * * * *",
    "20 * * * SUN",
    "30 23 L * *",
];

fn timetable(expression: &str, zone: Tz) -> Timetable {
    Timetable::new(expression.parse().unwrap(), zone)
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// The moments between 2010 and 2030 at which the zone's clocks are turned, to the minute.
fn turns(zone: Tz) -> Vec<Time> {
    let offset = |moment: Time| zone.offset_from_utc_datetime(&moment.naive_utc()).fix();
    let mut turns = Vec::new();
    let (mut moment, end) = (at("2010-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"));
    while moment < end {
        let next = moment + TimeDelta::hours(6);
        if offset(moment) != offset(next) {
            let mut turn = moment;
            while offset(turn) == offset(moment) {
                turn += TimeDelta::minutes(1);
            }
            turns.push(turn);
        }
        moment = next;
    }
    turns
}

/// Whether a whole minute is due, told from the clock's readings alone: this one, and the ones that it skips to get here.
fn is_due(timetable: &Timetable, moment: Time) -> bool {
    let matches = |reading: chrono::NaiveDateTime| timetable.schedule.cron().is_time_matching(&reading.and_utc()).unwrap();
    let reading_at = |moment: Time| moment.with_timezone(&timetable.zone).naive_local();
    let reading = reading_at(moment);
    if timetable.schedule.cron().pattern.hours.is_all_set() {
        return matches(reading);
    }
    // No zone turned back by more than three hours in these years; a reading that stood there before is not due again.
    let seen_before = || (1..=180).any(|minutes| reading_at(moment - TimeDelta::minutes(minutes)) == reading);
    let mut skipped = reading_at(moment - TimeDelta::minutes(1)) + TimeDelta::minutes(1);
    let mut skipped_one_matches = false;
    while skipped < reading {
        skipped_one_matches |= matches(skipped);
        skipped += TimeDelta::minutes(1);
    }
    (matches(reading) && !seen_before()) || skipped_one_matches
}

fn walked(timetable: &Timetable, from: Time, until: Time) -> Vec<Time> {
    let mut due = Vec::new();
    let mut moment = from + TimeDelta::minutes(1);
    while moment <= until {
        if is_due(timetable, moment) {
            due.push(moment);
        }
        moment += TimeDelta::minutes(1);
    }
    due
}

fn asked(timetable: &Timetable, from: Time, until: Time) -> Vec<Time> {
    std::iter::successors(timetable.next_after(from), |due| timetable.next_after(*due)).take_while(|due| *due <= until).collect()
}

#[test]
fn around_every_turn_of_the_clocks_in_twenty_years_each_due_time_comes_once() {
    let mut turned = 0;
    for zone in ZONES {
        for turn in turns(zone) {
            turned += 1;
            for expression in EXPRESSIONS {
                let timetable = timetable(expression, zone);
                let (from, until) = (turn - TimeDelta::minutes(130), turn + TimeDelta::minutes(190));
                assert_eq!(asked(&timetable, from, until), walked(&timetable, from, until), "{expression} in {zone} around {turn}");
            }
        }
    }
    assert!(turned > 150, "only {turned} turns were found");
}

#[test]
fn over_twenty_years_a_daily_schedule_is_due_once_for_each_day_in_every_zone() {
    for zone in ZONES {
        let timetable = timetable("30 2 * * *", zone);
        let (from, until) = (at("2010-01-01T12:00:00Z"), at("2030-01-01T12:00:00Z"));
        let due = asked(&timetable, from, until);
        assert!(due.is_sorted_by(|a, b| a < b), "{zone}");
        // Days by the calendar, Apia's 30 December 2011 among them, which was skipped as a whole: it is made up for.
        let day = |moment: Time| (moment.with_timezone(&zone).naive_local() - TimeDelta::minutes(150)).date();
        assert_eq!(i64::try_from(due.len()).unwrap(), (day(until) - day(from)).num_days(), "{zone}");
    }
}

#[test]
fn a_reading_that_the_clock_skips_is_due_when_the_clock_has_been_turned() {
    let timetable = timetable("30 2 * * *", Tz::Europe__London);
    // London skips 01:00–02:00; New York 02:00–03:00.
    assert_eq!(timetable.next_after(at("2026-03-28T12:00:00Z")), Some(at("2026-03-29T01:30:00Z")));
    let timetable = self::timetable("30 2 * * *", Tz::America__New_York);
    assert_eq!(timetable.next_after(at("2026-03-08T00:00:00Z")), Some(at("2026-03-08T07:00:00Z")), "02:30 is not there; 03:00 is");
    assert_eq!(timetable.next_after(at("2026-03-08T07:00:00Z")), Some(at("2026-03-09T06:30:00Z")));
}

#[test]
fn a_reading_that_comes_twice_is_due_the_first_time() {
    let timetable = timetable("30 1 * * *", Tz::America__New_York);
    assert_eq!(timetable.next_after(at("2026-11-01T00:00:00Z")), Some(at("2026-11-01T05:30:00Z")));
    assert_eq!(timetable.next_after(at("2026-11-01T05:30:00Z")), Some(at("2026-11-02T06:30:00Z")));
    assert_eq!(timetable.next_after(at("2026-11-01T06:00:00Z")), Some(at("2026-11-02T06:30:00Z")), "asked in the second pass");
}

#[test]
fn a_rhythm_goes_on_while_the_clocks_are_turned() {
    let timetable = timetable("*/30 * * * *", Tz::America__New_York);
    for day in ["2026-03-08", "2026-11-01"] {
        let due = asked(&timetable, at(&format!("{day}T00:00:00Z")), at(&format!("{day}T12:00:00Z")));
        assert_eq!(due.len(), 24, "{day}");
        assert!(due.windows(2).all(|pair| pair[1] - pair[0] == TimeDelta::minutes(30)), "{day}");
    }
}

#[test]
fn the_last_due_time_is_found_at_once_after_years_of_downtime() {
    let timetable = timetable("* * * * *", Tz::Europe__London);
    assert_eq!(timetable.last_between(at("2010-01-01T00:00:00Z"), at("2026-01-01T00:00:30Z")), Some(at("2026-01-01T00:00:00Z")));
    let yearly = self::timetable("0 0 29 2 *", Tz::UTC);
    assert_eq!(yearly.last_between(at("2010-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")), Some(at("2024-02-29T00:00:00Z")));
    assert_eq!(yearly.last_between(at("2024-02-29T00:00:00Z"), at("2026-01-01T00:00:00Z")), None);
}

fn moments() -> impl Strategy<Value = Time> {
    // Twenty years of seconds.
    (1_262_304_000_i64..1_893_456_000).prop_map(|second| DateTime::from_timestamp(second, 0).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn asked_anywhere_the_schedule_agrees_with_the_walked_clock(
        zone in prop::sample::select(ZONES.to_vec()),
        expression in (prop::sample::select(vec!["0", "30", "*/20", "5,50"]), prop::sample::select(vec!["*", "2", "0,12", "1-3", "*/6"]),
            prop::sample::select(vec!["*", "SUN", "MON-FRI"])).prop_map(|(minute, hour, weekday)| format!("{minute} {hour} * * {weekday}")),
        from in moments(),
    ) {
        let timetable = timetable(&expression, zone);
        let from = from - TimeDelta::seconds(from.timestamp() % 60);
        let until = from + TimeDelta::hours(30);
        let asked = asked(&timetable, from, until);
        prop_assert_eq!(&asked, &walked(&timetable, from, until));
        prop_assert_eq!(timetable.last_between(from, until), asked.last().copied());
    }
}
