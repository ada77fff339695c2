//! When a pass is due.

use super::*;
use proptest::prelude::*;

fn timetable(expression: &str) -> Timetable {
    Timetable::new(expression.parse().unwrap(), chrono_tz::Tz::Europe__London)
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

#[test]
fn downtime_is_made_up_for_by_exactly_one_run() {
    let mut planner = Planner::new(timetable("17 5 * * *"), Some(at("2026-11-01T05:17:00Z")), at("2026-11-23T08:00:00Z"));
    assert_eq!(planner.take(at("2026-11-23T08:00:00Z")), Some(at("2026-11-23T05:17:00Z")));
    assert_eq!(planner.take(at("2026-11-23T08:00:01Z")), None);
    assert_eq!(planner.next(), Some(at("2026-11-24T05:17:00Z")));
}

#[test]
fn a_restart_in_the_minute_of_a_due_time_does_not_repeat_it() {
    let served = at("2026-11-23T05:17:00Z");
    let mut planner = Planner::new(timetable("17 5 * * *"), Some(served), at("2026-11-23T05:17:20Z"));
    assert_eq!(planner.take(at("2026-11-23T05:17:21Z")), None);
}

#[test]
fn a_clock_that_is_set_back_repeats_nothing() {
    let mut planner = Planner::new(timetable("*/10 * * * *"), Some(at("2026-11-23T05:10:00Z")), at("2026-11-23T05:10:01Z"));
    assert_eq!(planner.take(at("2026-11-23T04:15:00Z")), None);
    assert_eq!(planner.take(at("2026-11-23T05:20:00Z")), Some(at("2026-11-23T05:20:00Z")));
}

#[test]
fn a_remembered_time_in_the_far_future_stops_nothing() {
    let planner = Planner::new(timetable("*/10 * * * *"), Some(at("2036-11-23T05:10:00Z")), at("2026-11-23T05:01:00Z"));
    assert_eq!(planner.next(), Some(at("2026-11-23T05:10:00Z")));
}

#[test]
fn a_new_timetable_makes_up_for_nothing_before_it() {
    let now = at("2026-11-23T08:00:00Z");
    let planner = Planner::new(timetable("17 9 * * *"), Some(at("2026-11-22T09:17:00Z")), now);
    assert_eq!(planner.with(timetable("0 7 * * *"), now).next(), Some(at("2026-11-24T07:00:00Z")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_ticks_and_restarts_due_times_are_served_in_order_and_once(
        start in 1_262_304_000_i64..1_893_456_000,
        steps in prop::collection::vec((1_i64..20_000, any::<bool>()), 1..60),
    ) {
        let table = timetable("0,40 */3 * * *");
        let mut now = Time::from_timestamp(start, 0).unwrap();
        let mut planner = Planner::new(table.clone(), None, now);
        let mut remembered = now;
        for (seconds, restarted) in steps {
            let before = now;
            now += TimeDelta::seconds(seconds);
            if restarted {
                planner = Planner::new(table.clone(), Some(remembered), now);
            }
            let served = planner.take(now);
            prop_assert_eq!(served, table.last_between(before.max(remembered), now), "what came since the last tick, and its last only");
            prop_assert_eq!(planner.take(now), None);
            remembered = served.unwrap_or(remembered);
        }
    }
}
