//! How long rules take and how much resources weigh: 100,000 resources of 15 properties, 30 and 200 mixed rules, each of
//! which applies to every resource, on two threads; and a tenth of it, to see that cost grows linearly. And how long it
//! takes to load the rules that are shipped.
//!
//! `cargo bench --bench evaluation`. The figures of one run, with machine and date, are in `benches/README.md`.

#[path = "evaluation/rules.rs"]
mod rules;
#[path = "evaluation/tables.rs"]
mod tables;

use criterion::{BenchmarkId, Criterion, Throughput};
use ledgerline::evaluate::{LoadOptions, Pass, RuleSet, load, run_on};
use ledgerline::inventory;
use ledgerline::model::catalogue::Catalogue;
use ledgerline::model::environment::Ownership;
use ledgerline::model::run::PassScope;
use ledgerline::model::value::Time;
use ledgerline::model::verdict::{Status, Verdicts};
use ledgerline::model::{Coverage, Interner, Inventory};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

const THREADS: NonZeroUsize = NonZeroUsize::new(2).unwrap();
const SIZES: [usize; 2] = [10_000, 100_000];
const COUNTS: [usize; 2] = [30, 200];

fn main() {
    let catalogue = tables::catalogue();
    let [few, many] = COUNTS.map(|count| {
        let rules = load(&rules::sources(count), &catalogue, &LoadOptions::default()).unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(rules.rules().len(), count);
        rules
    });
    println!("resources  rules  seconds  CPU seconds  µs/evaluation  bytes/resource  with indexes  peak MiB  fail/pass");
    for (size, rules) in [(SIZES[0], &few), (SIZES[1], &few), (SIZES[1], &many)] {
        println!("{}", row(size, rules, &catalogue));
    }
    println!("{}", loading());
    let mut criterion = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(8)).configure_from_args();
    timed(&mut criterion, &few, &catalogue);
    criterion.final_summary();
}

/// One line of the table: best of five, and what the resources weigh.
fn row(size: usize, rules: &RuleSet, catalogue: &Catalogue) -> String {
    let interner = Interner::new();
    let (before, count) = (resident(), rules.rules().len());
    let resources: Vec<_> = (0..size).map(|number| tables::table(number, catalogue, &interner)).collect();
    let values = resident().saturating_sub(before);
    let inventory = inventory::build(resources, Coverage::default(), &Ownership::default(), catalogue);
    let indexed = resident().saturating_sub(before);
    let (mut best, mut work, mut peak) = (Duration::MAX, f64::MAX, 0);
    let mut counts = (0, 0);
    for _ in 0..5 {
        let (start, worked) = (Instant::now(), cpu());
        let evaluations = evaluate(rules, &inventory, catalogue);
        (best, work) = (best.min(start.elapsed()), work.min(cpu() - worked));
        // While the verdicts are still there.
        peak = peak.max(resident() >> 20);
        let of = |status| evaluations.statuses().filter(|one| *one == status).count();
        counts = (of(Status::Fail), of(Status::Pass));
        assert_eq!(counts.0 + counts.1, size * count, "every rule decides every resource");
    }
    let each = best.as_secs_f64() * 1e6 / (size * count) as f64;
    format!(
        "{size:>9}  {count:>5}  {:>7.3}  {work:>11.2}  {each:>13.3}  {:>14}  {:>12}  {peak:>8}  {}/{}",
        best.as_secs_f64(),
        values / size,
        indexed / size,
        counts.0,
        counts.1
    )
}

/// Reading, checking and compiling every rule file that is shipped: best of ten.
fn loading() -> String {
    let (catalogue, sources) = (ledgerline::collect::aws::catalogue(), ledgerline::evaluate::shipped());
    let times = (0..10).map(|_| {
        let start = Instant::now();
        let rules = load(&sources, &catalogue, &LoadOptions::default()).unwrap_or_else(|faults| panic!("{faults:#?}"));
        (start.elapsed(), rules.rules().len())
    });
    let (best, count) = times.min().unwrap_or_default();
    format!("{} files, of which {count} are rules that load by default: {:.1} ms", sources.len(), best.as_secs_f64() * 1e3)
}

fn timed(criterion: &mut Criterion, rules: &RuleSet, catalogue: &Catalogue) {
    let mut group = criterion.benchmark_group("evaluate 30 rules on two threads");
    for size in SIZES {
        let interner = Interner::new();
        let resources = (0..size).map(|number| tables::table(number, catalogue, &interner)).collect();
        let inventory = inventory::build(resources, Coverage::default(), &Ownership::default(), catalogue);
        group.throughput(Throughput::Elements(size as u64 * 30));
        group.bench_with_input(BenchmarkId::from_parameter(size), &inventory, |bencher, inventory| {
            // The drop of millions of verdicts is not part of the evaluation.
            bencher.iter_with_large_drop(|| evaluate(rules, inventory, catalogue));
        });
    }
    group.finish();
}

fn evaluate(rules: &RuleSet, inventory: &Inventory, catalogue: &Catalogue) -> Verdicts {
    let now: Time = "2026-11-23T00:00:00Z".parse().expect("a time");
    // No status asks for evidence: that is built for what is shown.
    run_on(THREADS, rules, inventory, &Pass { now, catalogue, scope: &PassScope::default(), evidence: &[] })
}

/// The resident memory of this process in bytes; zero where the system does not say. A counting allocator would be more
/// exact and needs `unsafe`.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok()).unwrap_or(0) * 4096
}

/// The processor time of this process in seconds, all threads together, in steps of a hundredth: what a busy machine takes
/// away from it is not in it.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name, in brackets, may hold blanks.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
