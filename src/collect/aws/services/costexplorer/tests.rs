//! What an answer must hold to be the whole bill.

use super::ask::{Period, whole};
use super::*;
use aws_sdk_costexplorer::types::{DateInterval, ResultByTime};

fn day(start: &str) -> ResultByTime {
    ResultByTime::builder().time_period(DateInterval::builder().start(start).end("2026-11-30").build().unwrap()).build()
}

#[test]
fn an_answer_that_leaves_out_a_day_is_broken_and_no_low_bill() {
    let asked = Period { start: "2026-11-21".parse().unwrap(), end: "2026-11-24".parse().unwrap() };
    let days = ["2026-11-21", "2026-11-22", "2026-11-23"].map(day);
    assert_eq!(whole(&days, &asked, 2), Ok((Vec::new(), None)), "three days without any cost");
    for missing in [&days[..0], &days[..2], &days[1..]] {
        let failure = whole(missing, &asked, 2).unwrap_err();
        assert_eq!(failure.outcome(), Outcome::Broken);
        assert!(failure.reason.contains("was answered without 2026-11-2"), "{}", failure.reason);
    }
}
