//! Which rows a trend is made of.

use super::*;
use crate::model::Money;
use crate::model::ledger::Basis;

fn row(service: &str, day: &str, amount: i64) -> CostRow {
    CostRow {
        account: "111111111111".into(),
        service: service.into(),
        day: day.parse().unwrap(),
        basis: Basis::Billed,
        amount: Money::new(amount.into()),
        estimated: false,
        observed_at: chrono::DateTime::UNIX_EPOCH,
    }
}

#[test]
fn what_was_just_read_replaces_all_of_its_days() {
    let known = vec![row("A", "2026-11-01", 1), row("B", "2026-11-03", 1), row("A", "2026-11-05", 1)];
    let read = [row("A", "2026-11-02", 2), row("A", "2026-11-04", 2)];
    let days: Vec<String> = over(known, &read).iter().map(|row| format!("{} {}", row.service, row.day)).collect();
    assert_eq!(days, ["A 2026-11-01", "A 2026-11-05", "A 2026-11-02", "A 2026-11-04"], "B of the third was restated to nothing");
}

#[test]
fn five_months_hold_a_quarter_of_history() {
    let months: Vec<String> = months("2026-02-15T00:00:00Z".parse().unwrap()).iter().map(Month::to_string).collect();
    assert_eq!(months, ["2026-02", "2026-01", "2025-12", "2025-11", "2025-10"]);
}
