//! Amounts of an answer, cell by cell.

use super::*;
use aws_sdk_costexplorer::types::{DateInterval, MetricValue};

fn group(keys: &[&str], amount: &str, unit: &str) -> Group {
    let value = || MetricValue::builder().amount(amount).unit(unit).build();
    Group::builder()
        .set_keys(Some(keys.iter().map(|key| (*key).to_owned()).collect()))
        .metrics("UnblendedCost", value())
        .metrics("AmortizedCost", value())
        .metrics("NetUnblendedCost", value())
        .build()
}

fn period(day: &str, groups: Vec<Group>) -> ResultByTime {
    let time = DateInterval::builder().start(day).end(day).build().unwrap();
    ResultByTime::builder().time_period(time).set_groups(Some(groups)).estimated(true).build()
}

#[test]
fn an_answer_grouped_by_service_alone_is_usage() {
    let all = cells(&[period("2026-11-01", vec![group(&["AWS Lambda"], "1.5E-7", "USD")])]).unwrap();
    assert_eq!(all[0].record_type, "Usage");
    assert_eq!(all[0].unblended.to_string(), "0.00000015");
}

#[test]
fn what_cannot_be_added_up_is_a_fault() {
    let page = [period("2026-11-01", vec![group(&["a"], "1", "USD"), group(&["b"], "1", "EUR")])];
    assert!(matches!(currency(&cells(&page).unwrap()), Err(Fault::TwoCurrencies(..))));
    assert!(cells(&[period("2026-11-01", vec![group(&["a"], "one", "USD")])]).is_err());
    assert!(cells(&[period("today", vec![group(&["a"], "1", "USD")])]).is_err());
    assert!(cells(&[period("2026-11-01", vec![Group::builder().keys("a").build()])]).is_err());
}

#[test]
fn cells_survive_the_cache() {
    let all = cells(&[period("2026-11-01", vec![group(&["AWS Lambda", "Usage"], "0.1234567890", "USD")])]).unwrap();
    let kept = serde_json::to_value(&all).unwrap();
    assert_eq!(serde_json::from_value::<Vec<Cell>>(kept).unwrap(), all);
}
