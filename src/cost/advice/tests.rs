//! Scaling as target tracking does it, and advice that pays.

use super::capacity::{Scaling, simulate};
use super::mode::{Advice, Consumption, Mode, compare};
use crate::cost::prices::PriceBook;
use rust_decimal::Decimal;

const DAY: usize = 24 * 60;

/// So many units a second, as a minute of thousandths.
fn units(a_second: i64) -> i64 {
    a_second * 60 * 1_000
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

#[test]
fn an_even_load_is_held_at_seven_tenths() {
    let found = simulate(&vec![units(70); DAY], Scaling::default());
    assert_eq!((found.unit_minutes, found.throttled, found.decreases), (100 * 1_440, 0, 0));
}

#[test]
fn capacity_rises_after_two_minutes_above_and_what_came_before_is_throttled() {
    let mut load = vec![units(7); 60];
    load.extend(vec![units(70); 60]);
    let found = simulate(&load, Scaling::default());
    // Ten units for the first hour and two minutes of the second: 60 units a second are too many for two minutes.
    assert_eq!(found.throttled, 2 * units(60));
    assert_eq!(found.unit_minutes, 62 * 10 + 58 * 100);
}

#[test]
fn capacity_falls_after_fifteen_minutes_below() {
    let mut load = vec![units(70); 60];
    load.extend(vec![units(7); 60]);
    let found = simulate(&load, Scaling::default());
    assert_eq!((found.decreases, found.throttled), (1, 0));
    assert_eq!(found.unit_minutes, 75 * 100 + 45 * 10);
}

#[test]
fn a_fifth_decrease_of_a_day_waits_for_an_hour() {
    // Up and down every half an hour: four decreases at once, from then on one an hour.
    let load: Vec<i64> = (0..DAY).map(|minute| if minute % 30 < 5 { units(70) } else { 0 }).collect();
    let found = simulate(&load, Scaling::default());
    assert!(found.decreases >= 20 && found.decreases <= 4 + 24, "{found:?}");
    let often: Vec<i64> = (0..DAY).map(|minute| if minute % 20 < 3 { units(70) } else { 0 }).collect();
    assert!(simulate(&often, Scaling::default()).decreases <= 4 + 24);
}

#[test]
fn the_least_and_the_most_are_kept() {
    let scaling = Scaling { least: 5, most: 20, ..Scaling::default() };
    assert_eq!(simulate(&vec![0; 60], scaling).unit_minutes, 5 * 60);
    let found = simulate(&vec![units(70); 60], scaling);
    assert_eq!((found.unit_minutes, found.throttled), (20 * 60, 60 * units(50)));
}

#[test]
fn nothing_and_nonsense_cost_nothing() {
    assert_eq!(simulate(&[], Scaling::default()).unit_minutes, 0);
    assert_eq!(simulate(&[-5, i64::MAX, i64::MIN], Scaling { target_percent: 0, least: -1, most: -1 }).minutes, 3);
}

fn part<'a>(reads: &'a [i64], writes: &'a [i64], provisioned: Option<(i64, i64)>) -> Consumption<'a> {
    Consumption { reads, writes, scaling: (Scaling::default(), Scaling::default()), provisioned }
}

#[test]
fn a_busy_even_table_is_cheaper_provisioned() {
    let (reads, writes) = (vec![units(70); DAY * 15], vec![units(70); DAY * 15]);
    let found = compare(&[part(&reads, &writes, None)], false, "us-east-2", &PriceBook::shipped()).unwrap();
    // 730 h × 3600 s × 70 = 183.96 M units of each; 100 units around the clock.
    assert_eq!(found.on_demand, decimal("137.97"));
    assert_eq!(found.scaled, decimal("56.94"));
    assert_eq!(found.advice(), Some(Advice { to: Mode::Provisioned, saves: decimal("81.03") }));
}

#[test]
fn a_table_that_is_idle_mostly_is_left_on_demand_and_provisioned_ones_are_told() {
    let load: Vec<i64> = (0..DAY * 15).map(|minute| if minute % DAY < 10 { units(100) } else { 0 }).collect();
    let book = PriceBook::shipped();
    let found = compare(&[part(&load, &load, None)], false, "us-east-2", &book).unwrap();
    assert_eq!(found.advice(), None);
    // The same load on 100 units provisioned around the clock.
    let found = compare(&[part(&load, &load, Some((100_000, 100_000)))], false, "us-east-2", &book).unwrap();
    assert_eq!(found.provisioned, Some(decimal("56.94")));
    assert_eq!(found.advice().unwrap().to, Mode::OnDemand);
}

#[test]
fn what_would_throttle_is_not_advised() {
    // Each hour ten busy minutes from nothing: provisioned capacity comes two minutes late.
    let load: Vec<i64> = (0..DAY * 15).map(|minute| if minute % 60 < 45 { units(500) } else { 0 }).collect();
    let found = compare(&[part(&load, &load, None)], false, "us-east-2", &PriceBook::shipped()).unwrap();
    assert!(found.throttled > decimal("0.0001") && found.scaled < found.on_demand, "{found:?}");
    assert_eq!(found.advice(), None);
}

#[test]
fn indexes_count_and_an_unknown_price_gives_no_advice() {
    let (reads, writes) = (vec![0; DAY], vec![units(70); DAY]);
    let book = PriceBook::shipped();
    let one = compare(&[part(&reads, &writes, None)], false, "us-east-2", &book).unwrap();
    let with_index = compare(&[part(&reads, &writes, None), part(&reads, &writes, None)], false, "us-east-2", &book).unwrap();
    assert_eq!(with_index.on_demand, one.on_demand * Decimal::TWO);
    assert_eq!(compare(&[part(&reads, &writes, None)], false, "eu-north-1", &book), None);
    assert_eq!(compare(&[], false, "us-east-2", &book), None);
    assert_eq!(compare(&[part(&[], &[], None)], false, "us-east-2", &book), None);
}
