//! Amounts of an answer, cell by cell.

use super::*;
use aws_sdk_costexplorer::types::{DateInterval, Group};

fn metrics(amount: &str, unit: &str) -> HashMap<String, MetricValue> {
    let value = MetricValue::builder().amount(amount).unit(unit).build();
    ["UnblendedCost", "AmortizedCost", "NetUnblendedCost"].map(|name| (name.to_owned(), value.clone())).into()
}

fn group(keys: &[&str], amount: &str, unit: &str) -> Group {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Group::builder().set_keys(Some(keys)).set_metrics(Some(metrics(amount, unit))).build()
}

fn period(day: &str, groups: Vec<Group>) -> ResultByTime {
    let time = DateInterval::builder().start(day).end(day).build().unwrap();
    ResultByTime::builder().time_period(time).set_groups(Some(groups)).estimated(true).build()
}

#[test]
fn a_group_that_two_pages_split_is_added_up() {
    let page = || period("2026-11-01", vec![group(&["AWS Lambda", "Usage"], "1.5E-7", "USD")]);
    let (all, currency) = cells(&[page(), page()], 2).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].billed.to_string().as_str(), currency.unwrap().as_str()), ("0.00000030", "USD"));
}

#[test]
fn the_total_of_an_answer_without_groups_is_its_cell() {
    let time = DateInterval::builder().start("2026-11-01").end("2026-11-02").build().unwrap();
    let total = ResultByTime::builder().time_period(time).set_total(Some(metrics("3.10", "USD"))).build();
    let (all, _) = cells(std::slice::from_ref(&total), 0).unwrap();
    assert_eq!((all[0].first.as_str(), all[0].billed.to_string().as_str()), ("", "3.1"));
    assert!(cells(&[period("2026-11-01", vec![])], 0).is_err(), "an empty Total is no zero");
    assert!(cells(&[total], 2).unwrap().0.is_empty());
}

#[test]
fn what_cannot_be_added_up_is_a_fault() {
    let page = [period("2026-11-01", vec![group(&["a", "Usage"], "1", "USD"), group(&["b", "Usage"], "1", "EUR")])];
    assert!(matches!(cells(&page, 2), Err(Fault::TwoCurrencies(..))));
    assert!(cells(&[period("2026-11-01", vec![group(&["a", "Usage"], "one", "USD")])], 2).is_err());
    assert!(cells(&[period("2026-11-01", vec![group(&["a"], "1", "USD")])], 2).is_err());
    assert!(cells(&[period("today", vec![group(&["a", "Usage"], "1", "USD")])], 2).is_err());
    assert!(cells(&[period("2026-11-01", vec![Group::builder().keys("a").keys("b").build()])], 2).is_err());
}
