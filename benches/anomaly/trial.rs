//! Seeded series with spikes of known size, and how many of them are found: the same trial for the benchmark and for a test.
//!
//! A service has a level between 20 and 800 dollars a day, a drift, weekdays that cost half as much or twice as much as others, and noise of 3 to
//! 12 % of the level. Every third has a charge on the first of each month, every fourth a job on its last day. Spikes are measured in the noise
//! that is left after the weekly pattern. Each day is judged when it has settled, from what was known then.

use chrono::{Datelike as _, Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// A quarter.
pub const QUARTER: u64 = 91;

/// What a trial is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// How many services.
    pub services: u64,
    /// How many quarters are judged, after one of history.
    pub quarters: u64,
    /// The least spike, in deviations of the noise.
    pub least: f64,
    /// The most.
    pub most: f64,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Spikes that were put in.
    pub spikes: u64,
    /// Those of them that were found.
    pub found: u64,
    /// Days that alarmed without a spike.
    pub false_alarms: u64,
    /// Service-quarters judged.
    pub quarters: u64,
    /// The most false alarms of one service in one quarter.
    pub worst: u64,
}

/// Runs it. `alarms` is told the days so far in cents and whether the last one alarms.
pub fn run(plan: &Plan, mut alarms: impl FnMut(&BTreeMap<NaiveDate, i64>) -> bool) -> Figures {
    let mut figures = Figures::default();
    for service in 0..plan.services {
        let mut dice = Dice(plan.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (service + 1).wrapping_mul(0xD1B5_4A32_D192_ED03));
        let (days, spikes) = series(plan, service, &mut dice);
        let mut known = BTreeMap::new();
        let mut alarmed: BTreeMap<u64, u64> = BTreeMap::new();
        for (position, (day, cents)) in days.iter().enumerate() {
            known.insert(*day, *cents);
            let position = position as u64;
            if position < QUARTER {
                continue;
            }
            let told = alarms(&known);
            match (spikes.contains(day), told) {
                (true, true) => figures.found += 1,
                (false, true) => *alarmed.entry(position / QUARTER).or_default() += 1,
                (_, false) => {}
            }
        }
        figures.spikes += spikes.len() as u64;
        figures.false_alarms += alarmed.values().sum::<u64>();
        figures.quarters += plan.quarters;
        figures.worst = figures.worst.max(alarmed.values().copied().max().unwrap_or_default());
    }
    figures
}

fn series(plan: &Plan, service: u64, dice: &mut Dice) -> (Vec<(NaiveDate, i64)>, BTreeSet<NaiveDate>) {
    let level = 20.0 * 40.0_f64.powf(dice.unit());
    let noise = level * (0.03 + 0.09 * dice.unit());
    let drift = (dice.unit() - 0.5) * 0.2 / QUARTER as f64;
    let weekdays: Vec<f64> = (0..7).map(|day| if day < 5 { 1.0 + 0.2 * dice.unit() } else { 0.4 + 0.5 * dice.unit() }).collect();
    let (fee, job) = (service.is_multiple_of(3), service.is_multiple_of(4));
    let first = NaiveDate::from_ymd_opt(2025, 1, 6).expect("a day");
    let (mut days, mut spikes) = (Vec::new(), BTreeSet::new());
    let mut last = 0;
    for position in 0..QUARTER * (plan.quarters + 1) {
        let day = first + Days::new(position);
        let mut amount = level * (1.0 + drift * position as f64) * weekdays[day.weekday().num_days_from_monday() as usize];
        amount += noise * dice.normal();
        if fee && day.day() == 1 {
            amount += level * 1.5;
        }
        if job && u32::from(day.num_days_in_month()) == day.day() {
            amount += level;
        }
        if position >= QUARTER && position > last + 9 && dice.unit() < 0.04 {
            amount += noise * (plan.least + (plan.most - plan.least) * dice.unit());
            spikes.insert(day);
            last = position;
        }
        days.push((day, (amount.max(0.0) * 100.0).round() as i64));
    }
    (days, spikes)
}

/// Random numbers that are the same everywhere.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (one, two) = (self.unit().max(1e-12), self.unit());
        (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos()
    }
}
