//! The worked figures of the deployment, ranges, free tiers, variances.

use super::economics::thresholds;
use super::variance::compare;
use super::*;
use crate::diag::Source;

const EXAMPLE: &str = include_str!("usage.example.yaml");

fn month() -> Month {
    "2026-11".parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn read_text(text: &str) -> Usage {
    read(&Source::new("usage.yaml", text), &PriceBook::shipped(), month()).unwrap()
}

fn estimated(text: &str) -> Estimate {
    estimate(&read_text(text), &PriceBook::shipped()).unwrap()
}

#[test]
fn the_worked_figures_come_out() {
    let found = estimated(EXAMPLE);
    let [dynamodb, lambda] = found.components.as_slice() else { panic!("two components") };
    assert_eq!(dynamodb.amounts.list, decimal("4.125"));
    assert_eq!(dynamodb.amounts.free_tier, decimal("1.25"), "five of the twenty-five free GB");
    assert_eq!((dynamodb.amounts.low, dynamodb.amounts.high), (decimal("2.875"), decimal("4.125")));
    assert_eq!(dynamodb.promised, Some((decimal("2"), decimal("5"), Standing::Within)));
    assert_eq!(lambda.amounts.list.round_dp(2), decimal("2.10"));
    // A million requests and all of the 90,000 GB-seconds are free.
    assert_eq!(lambda.amounts.net, decimal("0.4"));
    assert_eq!(lambda.promised.as_ref().unwrap().2, Standing::Below);
    assert_eq!(found.total.list, decimal("6.225003"));
    assert_eq!(found.promised, Some((decimal("5"), decimal("12"), Standing::Below)), "3.275 after the free tier");
}

#[test]
fn the_thresholds_are_those_of_the_prices_since_november_2024() {
    let percent = |share: Decimal| (share * Decimal::ONE_HUNDRED).round_dp(1);
    let now = thresholds(&PriceBook::shipped(), "us-east-2", "2026-11-23".parse().unwrap()).unwrap();
    assert_eq!(percent(now.provisioned), decimal("28.9"));
    assert_eq!(percent(now.reserved_one_year), decimal("13.3"));
    assert_eq!(percent(now.reserved_three_years), decimal("6.6"));
    assert_eq!(percent(now.infrequent_access), decimal("29.4"));
    let before = thresholds(&PriceBook::shipped(), "us-east-2", "2024-10-01".parse().unwrap()).unwrap();
    assert_eq!(percent(before.provisioned), decimal("14.4"), "what articles still say");
    assert_eq!(thresholds(&PriceBook::shipped(), "eu-north-1", "2026-11-23".parse().unwrap()), None);
}

#[test]
fn ranges_and_discounts_make_a_range() {
    let text = "region: us-east-1\ndiscount_percent: { low: 5, high: 10 }\nfree_tier: none\ncomponents:\n  A: { usage: { logs-ingest: { low: 10, high: 20 } } }\n";
    let amounts = estimated(text).total;
    assert_eq!((amounts.list, amounts.discount, amounts.net), (decimal("10"), decimal("0.5"), decimal("9.5")));
    assert_eq!((amounts.low, amounts.high), (decimal("4.5"), decimal("9.5")));
}

#[test]
fn a_free_tier_that_two_share_is_taken_once() {
    let text = "region: us-east-1\ncomponents:\n  Logs: { usage: { logs-ingest: 4, logs-storage: 4 } }\n";
    // Five free GB: four of what came in, one of what is stored.
    assert_eq!(estimated(text).total.net, decimal("0.09"));
    let year = "region: us-east-1\nfree_tier: year\ncomponents:\n  API: { usage: { apigateway-rest-request: 1000000 } }\n";
    assert_eq!((estimated(year).total.low, estimated(year).total.high), (decimal("0"), decimal("3.5")));
}

#[test]
fn items_take_units_by_their_size() {
    let text = "region: us-east-1\ncomponents:\n  T: { items: [{ writes: 1000, reads: 1000, bytes: 4097, indexes: 2, transactional: true }, { reads: 10, bytes: 5000 }] }\n";
    let units: Vec<Decimal> = read_text(text).components[0].lines.iter().map(|line| line.high).collect();
    assert_eq!(units, ["30000", "4000", "0", "10"].map(decimal));
}

#[test]
fn every_mistake_of_a_usage_file_is_told() {
    let text = "month: 2026-13\nfree_tier: some\ncomponents:\n  A: { usage: { dynamodb-write-requests: 1, logs-ingest: -1 }, range: { low: 5, high: 2 }, credit_usd: 1 }\n  B: { functions: [{ requests: 1 }] }\n";
    let faults = read(&Source::new("usage.yaml", text), &PriceBook::shipped(), month()).unwrap_err();
    let told = faults.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>().join("\n");
    for word in ["region", "2026-13", "some", "dynamodb-write-requests", "negative", "low is above high", "zero or negative", "memory_mb"] {
        assert!(told.contains(word), "{word}: {told}");
    }
}

#[test]
fn a_price_that_is_not_known_makes_no_estimate() {
    let usage = read_text("region: eu-central-1\ncomponents:\n  A: { usage: { logs-ingest: 1 } }\n");
    assert!(matches!(estimate(&usage, &PriceBook::shipped()), Err(NoEstimate::Price { .. })));
}

#[test]
fn a_gap_is_split_and_adds_up_to_the_cent() {
    let expected = read_text(EXAMPLE);
    let text =
        EXAMPLE.replace("3000000\n      dynamodb-read", "4444444\n      dynamodb-read").replace("free_tier: always", "free_tier: none");
    let mut actual = read_text(&text);
    actual.components[0].billed = Some(decimal("4.20"));
    actual.components[0].credit = decimal("-0.333");
    let found = compare(&expected, &actual, &PriceBook::shipped()).unwrap();
    for one in &found {
        assert_eq!(one.volume + one.rate + one.free_tier + one.credit, one.gap, "{one:?}");
        assert_eq!(one.actual - one.expected, one.gap);
    }
    let dynamodb = &found[0];
    // 1,444,444 writes more are $0.9027…, and 5 GB are no longer free.
    assert_eq!((dynamodb.volume, dynamodb.free_tier, dynamodb.credit), (decimal("0.9"), decimal("1.25"), decimal("-0.33")));
    assert_eq!(found.last().unwrap().component, "Total");
}

#[test]
fn parts_add_up_for_any_amounts() {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Decimal::new(i64::try_from(seed >> 40).unwrap(), 4)
    };
    for _ in 0..100 {
        let mut expected = read_text(EXAMPLE);
        let mut actual = read_text(EXAMPLE);
        for usage in [&mut expected, &mut actual] {
            for line in usage.components.iter_mut().flat_map(|component| &mut component.lines) {
                (line.low, line.high) = (Decimal::ZERO, next());
            }
        }
        actual.components[1].billed = Some(next());
        actual.components[1].credit = -next();
        for one in compare(&expected, &actual, &PriceBook::shipped()).unwrap() {
            assert_eq!(one.volume + one.rate + one.free_tier + one.credit, one.gap, "{one:?}");
        }
    }
}
