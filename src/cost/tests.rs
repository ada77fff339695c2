//! Plans, projections, names and ranges.

use super::FUNCTIONS;
use super::plan::{COST_EXPLORER_REQUEST, PlannedRequest, plan};
use super::projection::{Projection, Span, month_end};
use super::service::short_name;
use crate::model::ledger::{Basis, CostRow, Month};
use crate::model::{Gap, GapKind, Money, Value};
use chrono::NaiveDate;

fn money(text: &str) -> Money {
    Money::new(rust_decimal::Decimal::from_str_exact(text).unwrap())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn cost(on: &str, amount: &str) -> CostRow {
    CostRow {
        account: "111111111111".into(),
        service: "Amazon DynamoDB".into(),
        day: day(on),
        basis: Basis::Billed,
        amount: money(amount),
        estimated: true,
        observed_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn every_day(from: &str, to: &str, amount: &str) -> Vec<CostRow> {
    day(from).iter_days().take_while(|on| *on <= day(to)).map(|on| cost(&on.to_string(), amount)).collect()
}

fn project(rows: &[CostRow], from: &str, today: &str) -> Projection {
    let found = month_end(rows, Span { from: day(from), today: day(today) }).unwrap();
    *found.values().next().unwrap()
}

#[test]
fn an_even_month_ends_at_its_days_times_a_day() {
    let rows = every_day("2026-11-01", "2026-11-20", "0.1");
    let found = project(&rows, "2026-11-01", "2026-11-22");
    assert_eq!(found, Projection { month_to_date: money("2.0"), month_end: Some(money("3")), days: 7 });
}

#[test]
fn partial_days_do_not_pull_the_projection_down() {
    let mut rows = every_day("2026-11-01", "2026-11-20", "0.1");
    rows.push(cost("2026-11-21", "0.01"));
    let found = project(&rows, "2026-11-01", "2026-11-22");
    assert_eq!((found.month_to_date, found.month_end), (money("2.01"), Some(money("3"))));
}

#[test]
fn a_charge_on_the_first_does_not_reach_the_month_s_end() {
    let mut rows = every_day("2026-11-01", "2026-11-20", "0.1");
    rows.push(cost("2026-11-01", "50"));
    assert_eq!(project(&rows, "2026-11-01", "2026-11-22").month_end, Some(money("53")));
}

#[test]
fn a_young_month_is_projected_from_the_end_of_the_last() {
    let rows = every_day("2026-10-01", "2026-10-31", "1");
    let found = project(&rows, "2026-10-01", "2026-11-01");
    // The 31st of October is not settled; 30 days of November are to come.
    assert_eq!(found, Projection { month_to_date: Money::ZERO, month_end: Some(money("30")), days: 7 });
}

#[test]
fn without_a_settled_day_the_end_is_unknown_and_not_zero() {
    let found = project(&[cost("2026-11-01", "1")], "2026-11-01", "2026-11-02");
    assert_eq!(found, Projection { month_to_date: money("1"), month_end: None, days: 0 });
}

#[test]
fn a_month_that_was_asked_for_in_part_has_no_known_end() {
    let rows = every_day("2026-11-10", "2026-11-20", "1");
    assert_eq!(project(&rows, "2026-11-10", "2026-11-22").month_end, None);
}

#[test]
fn days_without_a_row_cost_nothing() {
    let rows = [cost("2026-11-20", "7")];
    assert_eq!(project(&rows, "2026-11-01", "2026-11-22").month_end, Some(money("17")));
}

#[test]
fn a_third_is_rounded_once_and_at_the_tenth_digit() {
    let rows = [cost("2026-11-01", "0.01")];
    // Three settled days, 27 days left: 0.01 + 0.01 × 27 / 3.
    assert_eq!(project(&rows, "2026-11-01", "2026-11-05").month_end, Some(money("0.10")));
    // Seven of them, 20 left: 0.01 × 20 / 7.
    let rows = [cost("2026-11-05", "0.01")];
    assert_eq!(project(&rows, "2026-11-01", "2026-11-12").month_end, Some(money("0.0385714286")));
}

#[test]
fn a_sum_that_does_not_fit_is_an_error() {
    let rows = [cost("2026-11-01", "79228162514264337593543950335"), cost("2026-11-02", "1")];
    assert!(month_end(&rows, Span { from: day("2026-11-01"), today: day("2026-11-22") }).is_err());
}

#[test]
fn a_plan_counts_pages_and_pays_an_answer_once_a_day() {
    let request = PlannedRequest {
        account: "111111111111".into(),
        call: "ce:GetCostAndUsage".into(),
        what: "cost by service and day".into(),
        price: COST_EXPLORER_REQUEST,
        pages: 4,
    };
    let planned = plan(vec![request.clone(), PlannedRequest { pages: 1, ..request }]).unwrap();
    assert_eq!((planned.each, planned.month), (money("0.05"), money("1.55")));
    assert!(planned.fits(money("1.55")) && !planned.fits(money("1.54")));
    assert_eq!(plan(Vec::new()).unwrap().month, Money::ZERO);
}

#[test]
fn services_are_known_by_what_people_call_them() {
    for (long, short) in [
        ("Amazon DynamoDB", "DynamoDB"),
        ("AWS Lambda", "Lambda"),
        ("AmazonCloudWatch", "CloudWatch"),
        ("Amazon API Gateway", "API Gateway"),
        ("EC2 - Other", "EC2 - Other"),
        ("Tax", "Tax"),
        ("AWS", "AWS"),
        ("Amazonian", "Amazonian"),
    ] {
        assert_eq!(short_name(long), short);
    }
    assert_eq!(call("cost.service_name", &[Value::str("Amazon DynamoDB")]).unwrap(), "DynamoDB");
}

#[test]
fn months_know_their_neighbours_and_their_form() {
    let december: Month = "2026-12".parse().unwrap();
    assert_eq!(december.next().to_string(), "2027-01");
    assert_eq!(Month::of(day("2028-02-29")).days(), 29);
    assert!("2026-13".parse::<Month>().is_err());
    assert!("2026-1-1".parse::<Month>().is_err());
}

fn call(name: &str, arguments: &[Value]) -> Result<String, Gap> {
    let function = FUNCTIONS.iter().find(|function| function.name == name).unwrap();
    assert_eq!(function.parameters.len(), arguments.len());
    (function.call)(arguments).map(|value| value.to_text())
}

#[test]
fn stored_logs_and_waiting_functions_have_a_price() {
    let gb = 1 << 30;
    assert_eq!(call("cost.log_storage", &[Value::str("us-east-2"), Value::Int(10 * gb)]).unwrap(), "0.3");
    assert_eq!(call("cost.log_storage", &[Value::str("us-east-2"), Value::Int(0)]).unwrap(), "0");
    // A little is rounded up: it is not nothing.
    assert_eq!(call("cost.log_storage", &[Value::str("us-east-2"), Value::Int(1)]).unwrap(), "0.0001");
    // Three GB around the clock: 3 × 2,628,000 s × $0.0000041667 = 32.8502…; on arm64 × $0.0000033334.
    let waiting = |architecture: &str| {
        let instances = Value::List([1, 2].map(Value::Int).into_iter().collect());
        call("cost.provisioned_concurrency", &[Value::str("us-east-1"), Value::str(architecture), Value::Int(1024), instances]).unwrap()
    };
    assert_eq!((waiting("x86_64").as_str(), waiting("arm64").as_str()), ("32.8503", "26.2806"));
}

#[test]
fn a_price_that_is_not_known_is_a_gap_and_not_zero() {
    let gap = call("cost.log_storage", &[Value::str("eu-central-1"), Value::Int(1)]).unwrap_err();
    assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Price, "the list price of logs-storage in eu-central-1 is not known"));
}

#[test]
fn waiting_capacity_caches_and_tables_have_a_price() {
    // 5 RCU and 5 WCU around the clock: 730 × (5 × 0.00013 + 5 × 0.00065).
    let capacity =
        |class: &str| call("cost.dynamodb_capacity", &[Value::str("us-east-2"), Value::str(class), Value::Int(5), Value::Int(5)]).unwrap();
    assert_eq!((capacity("STANDARD").as_str(), capacity("STANDARD_INFREQUENT_ACCESS").as_str()), ("2.847", "3.5588"));
    assert_eq!(call("cost.cache_cluster", &[Value::str("us-east-2"), Value::str("0.5")]).unwrap(), "14.6");
    assert_eq!(call("cost.cache_cluster", &[Value::str("us-east-2"), Value::str("7")]).unwrap_err().kind, GapKind::Price);
    let storage = [Value::str("us-east-2"), Value::str("STANDARD"), Value::Int(5 << 30)];
    assert_eq!(call("cost.dynamodb_storage", &storage).unwrap(), "1.25");
}

#[test]
fn another_table_class_pays_where_storage_is_most_of_the_bill() {
    let saving = |class: &str, gb: i64, throughput: &str| {
        let throughput = Value::decimal(rust_decimal::Decimal::from_str_exact(throughput).unwrap());
        call("cost.dynamodb_class_saving", &[Value::str("us-east-2"), Value::str(class), Value::Int(gb << 30), throughput]).unwrap()
    };
    // 100 GB are $25; at $60 of throughput storage is 29.4 % of the bill, and neither class is cheaper.
    assert_eq!(saving("STANDARD", 100, "60"), "0");
    assert_eq!(saving("STANDARD", 100, "59.2"), "0.2");
    assert_eq!(saving("STANDARD", 100, "61"), "-0.25");
    assert_eq!(saving("STANDARD_INFREQUENT_ACCESS", 100, "100"), "5");
}
