//! Answers of Cost Explorer as resources.

use super::*;
use crate::model::ledger::Month;

fn cell(record_type: &str, amount: &str) -> Cell {
    let amount = Money::new(amount.parse().unwrap());
    Cell {
        service: "AWS Lambda".into(),
        record_type: record_type.into(),
        day: "2026-11-01".parse().unwrap(),
        estimated: true,
        currency: "USD".into(),
        unblended: amount,
        amortized: amount,
        net: amount,
    }
}

fn account() -> AccountId {
    AccountId::from("111122223333")
}

#[test]
fn a_period_that_pages_split_is_added_up() {
    let rows = rows(&[cell("Usage", "0.10"), cell("Credit", "-0.04")], &account(), "2026-11-20T06:00:00Z".parse().unwrap()).unwrap();
    let billed: Vec<String> = rows.iter().filter(|row| row.basis == Basis::Billed).map(|row| row.amount.to_string()).collect();
    assert_eq!(billed, ["0.06"]);
    assert_eq!(rows.len(), 3, "one row for each basis");
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
