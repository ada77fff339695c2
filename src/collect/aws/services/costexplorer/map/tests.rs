//! Answers of Cost Explorer as resources.

use super::*;

fn account() -> AccountId {
    AccountId::from("111122223333")
}

#[test]
fn a_projection_that_is_not_known_is_a_gap() {
    let month = ServiceMonth {
        service: "AWS Lambda".into(),
        month: Month::of("2026-11-01".parse().unwrap()),
        to_date: Money::ZERO,
        projected: None,
        credits: Money::ZERO,
        tax: Money::ZERO,
        estimated: true,
        days: 1,
        data_through: "2026-11-01".parse().unwrap(),
    };
    let record = service_month(&month, "USD", &account());
    assert_eq!(record.id.as_str(), "ledgerline:cost:111122223333:AWS Lambda:2026-11");
    assert_eq!(record.gaps[0].path.to_string(), "properties.ProjectedMonthEnd");
    assert!(record.properties.get("ProjectedMonthEnd").is_none());
}
