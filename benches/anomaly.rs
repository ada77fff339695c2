//! How many injected spikes are found, and how much else alarms.
//!
//! `cargo bench --bench anomaly`. The trial is that of the tests, with more services; its figures are in `benches/README.md`.

#[path = "anomaly/trial.rs"]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "random amounts of a trial, no money")]
mod trial;

use chrono::{Days, NaiveDate};
use ledgerline::cost::anomaly::{Series, Settings, detect};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::time::Instant;

fn main() {
    println!("spikes (σ)  services  quarters  spikes  found   recall  false alarms  a service-quarter  at worst  seconds");
    for (least, most) in [(5.0, 5.0), (5.0, 8.0), (5.0, 12.0)] {
        let plan = trial::Plan { seed: 7, services: 60, quarters: 4, least, most };
        let start = Instant::now();
        let told = trial::run(&plan, alarms);
        #[expect(clippy::cast_precision_loss, reason = "shares to print")]
        let share = |part: u64, of: u64| part as f64 / of as f64;
        println!(
            "{least:>4}–{most:<5}  {:>8}  {:>8}  {:>6}  {:>5}  {:>6.1} %  {:>12}  {:>17.3}  {:>8}  {:>7.2}",
            plan.services,
            plan.quarters,
            told.spikes,
            told.found,
            100.0 * share(told.found, told.spikes),
            told.false_alarms,
            share(told.false_alarms, told.quarters),
            told.worst,
            start.elapsed().as_secs_f64()
        );
    }
}

fn alarms(known: &BTreeMap<NaiveDate, i64>) -> bool {
    let days: BTreeMap<NaiveDate, Decimal> = known.iter().map(|(day, cents)| (*day, Decimal::new(*cents, 2))).collect();
    let Some(last) = days.keys().next_back().copied() else { return false };
    let series = Series { account: "111111111111".into(), service: "a service".into(), days };
    !detect(&series, last + Days::new(2), &Settings { judged_days: 1, ..Settings::default() }).is_empty()
}
