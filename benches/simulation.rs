//! How long it takes to play thirty days of minutes through auto scaling, for a thousand tables.
//!
//! `cargo bench --bench simulation`. Reads and writes of each table are simulated apart; loads follow the hour, with bursts. The figures of
//! one run are in `benches/README.md`.

use ledgerline::cost::advice::capacity::Scaling;
use ledgerline::cost::advice::mode::{Consumption, compare};
use ledgerline::cost::prices::PriceBook;
use std::time::Instant;

const TABLES: u64 = 1_000;
const MINUTES: u64 = 30 * 24 * 60;

fn main() {
    let book = PriceBook::shipped();
    let loads: Vec<(Vec<i64>, Vec<i64>)> = (0..16).map(|seed| (load(2 * seed + 1), load(2 * seed + 2))).collect();
    let start = Instant::now();
    let mut advised = 0_u64;
    for table in 0..TABLES {
        let Some((reads, writes)) = usize::try_from(table).ok().and_then(|table| loads.get(table % loads.len())) else { continue };
        let part = Consumption { reads, writes, scaling: (Scaling::default(), Scaling::default()), provisioned: None };
        let compared = compare(&[part], false, "us-east-2", &book).expect("a comparison");
        advised += u64::from(compared.advice().is_some());
    }
    println!(
        "{TABLES} tables × {MINUTES} minutes, reads and writes: {:.2} s; {advised} had better be provisioned",
        start.elapsed().as_secs_f64()
    );
}

/// A load that follows the hours of the day, with bursts, in thousandths of request units a minute.
fn load(seed: u64) -> Vec<i64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        i64::try_from(state >> 44).unwrap_or_default()
    };
    let level = 1 + next() % 200;
    (0..MINUTES)
        .map(|minute| {
            let hour = i64::try_from(minute / 60 % 24).unwrap_or_default();
            let burst = if next() % 500 == 0 { 5 } else { 1 };
            level * (4 + (12 - (hour - 12).abs())) * burst * 60_000 / 16 + next() % 60_000
        })
        .collect()
}
