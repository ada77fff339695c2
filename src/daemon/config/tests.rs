//! Schedules as the operator writes them.

use super::*;

#[test]
fn a_schedule_has_five_fields_and_comes_due() {
    for good in ["17 5 * * *", "*/15 * * * *", "0 9 * * MON-FRI", "0 0 29 2 *"] {
        assert!(good.parse::<Schedule>().is_ok(), "{good}");
    }
    for bad in ["", "daily", "0 17 5 * * *", "61 * * * *", "0 0 30 2 *"] {
        assert!(bad.parse::<Schedule>().is_err(), "{bad}");
    }
}

#[test]
fn the_default_schedule_is_one() {
    assert_eq!(ScheduleConfig::default().audit.as_str(), "17 5 * * *");
}
