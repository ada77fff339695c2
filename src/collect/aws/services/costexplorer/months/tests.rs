//! Which days are asked for.

use super::*;

fn money(text: &str) -> Money {
    Money::new(text.parse().unwrap())
}

fn cell(service: &str, day: &str, record_type: &str, amount: &str) -> Cell {
    let amount = money(amount);
    Cell {
        first: service.into(),
        second: record_type.into(),
        day: day.parse().unwrap(),
        estimated: true,
        billed: amount,
        effective: amount,
        net: amount,
    }
}

fn months(cells: &[Cell], today: &str) -> Vec<ServiceMonth> {
    by_service(cells, "2026-10-01".parse().unwrap(), format!("{today}T06:00:00Z").parse().unwrap()).unwrap()
}

fn find<'a>(months: &'a [ServiceMonth], service: &str, month: &str) -> &'a ServiceMonth {
    months.iter().find(|found| found.service == service && found.month.to_string() == month).unwrap()
}

#[test]
fn a_month_is_added_up_by_service_and_in_all() {
    let cells = [
        cell("AWS Lambda", "2026-11-01", "Usage", "0.10"),
        cell("AWS Lambda", "2026-11-02", "Usage", "0.10"),
        cell("Amazon DynamoDB", "2026-11-02", "Usage", "0.20"),
    ];
    let months = months(&cells, "2026-11-04");
    let lambda = find(&months, "AWS Lambda", "2026-11");
    assert_eq!((lambda.to_date, lambda.days, lambda.data_through), (money("0.20"), 2, "2026-11-02".parse().unwrap()));
    assert_eq!(find(&months, TOTAL, "2026-11").to_date, money("0.40"));
}

#[test]
fn a_steady_service_is_projected_to_all_days_of_the_month() {
    let cells: Vec<Cell> = (1..=20).map(|day| cell("AWS Lambda", &format!("2026-11-{day:02}"), "Usage", "0.10")).collect();
    let months = months(&cells, "2026-11-21");
    assert_eq!(find(&months, "AWS Lambda", "2026-11").projected, Some(money("3")));
    assert_eq!(find(&months, TOTAL, "2026-11").projected, Some(money("3")));
}

#[test]
fn a_month_that_has_ended_is_what_it_was() {
    let cells = [cell("AWS Lambda", "2026-10-03", "Usage", "1.25"), cell("AWS Lambda", "2026-10-31", "Usage", "1")];
    assert_eq!(find(&months(&cells, "2026-11-05"), "AWS Lambda", "2026-10").projected, Some(money("2.25")));
}

#[test]
fn a_credit_does_not_make_a_service_cheap() {
    let cells = [
        cell("AWS Lambda", "2026-11-01", "Usage", "3.00"),
        cell("AWS Lambda", "2026-11-01", "Credit", "-2.61"),
        cell("AWS Lambda", "2026-11-01", "Tax", "0.20"),
        cell("Refunded", "2026-11-01", "Refund", "-1"),
    ];
    let months = months(&cells, "2026-11-20");
    let lambda = find(&months, "AWS Lambda", "2026-11");
    assert_eq!((lambda.to_date, lambda.credits, lambda.tax), (money("3.00"), money("-2.61"), money("0.20")));
    assert_eq!(find(&months, "Refunded", "2026-11").projected, Some(Money::ZERO));
}

#[test]
fn a_sum_that_does_not_fit_is_refused() {
    let huge = "79228162514264337593543950335";
    let cells = [cell("x", "2026-11-01", "Usage", huge), cell("x", "2026-11-02", "Usage", huge)];
    assert_eq!(by_service(&cells, "2026-11-01".parse().unwrap(), "2026-11-20T00:00:00Z".parse().unwrap()), Err(Overflow));
}
