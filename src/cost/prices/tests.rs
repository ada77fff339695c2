//! Prices, their days, their tiers, and files that are wrong.

use super::*;
use crate::diag::Source;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

#[test]
fn on_demand_requests_cost_half_since_november_2024() {
    let book = PriceBook::shipped();
    let each = |on: &str| book.find("dynamodb-write-request", "us-east-2", day(on)).unwrap().of(Decimal::from(1_000_000)).unwrap();
    assert_eq!((each("2024-10-31"), each("2024-11-01")), (decimal("1.25"), decimal("0.625")));
    assert_eq!(book.latest("dynamodb-write-request", "us-east-1").unwrap().each(), Some(decimal("0.000000625")));
}

#[test]
fn a_price_in_another_region_is_unknown_and_not_zero() {
    assert_eq!(PriceBook::shipped().find("logs-storage", "eu-central-1", day("2026-11-23")), None);
    let mine = read(&Source::new(
        "mine",
        "- { sku: logs-storage, unit: GB-month, usd: \"0.0324\", regions: [eu-central-1], source: a contract }\n",
    ));
    let book = PriceBook::shipped().with(mine.unwrap());
    assert_eq!(book.find("logs-storage", "eu-central-1", day("2026-11-23")).unwrap().each(), Some(decimal("0.0324")));
    assert_eq!(book.find("logs-storage", "us-east-2", day("2026-11-23")).unwrap().each(), Some(decimal("0.03")));
}

#[test]
fn a_row_of_a_file_of_one_s_own_goes_before_the_shipped_one() {
    let mine = read(&Source::new("mine", "- { sku: logs-storage, unit: GB-month, usd: 0.02, source: a contract }\n")).unwrap();
    let book = PriceBook::shipped().with(mine);
    assert_eq!(book.latest("logs-storage", "us-east-2").unwrap().each(), Some(decimal("0.02")));
}

#[test]
fn tiers_are_climbed_one_after_another() {
    let book = PriceBook::shipped();
    let price = book.latest("apigateway-rest-request", "us-east-1").unwrap();
    assert_eq!(price.of(Decimal::from(333_000_000)), Some(decimal("1165.5")));
    assert_eq!(price.of(Decimal::from(334_000_000)), Some(decimal("1168.3")));
    assert_eq!((price.of(Decimal::ZERO), price.of(Decimal::from(-5))), (Some(Decimal::ZERO), Some(Decimal::ZERO)));
}

#[test]
fn the_shipped_file_names_a_source_for_every_price_and_leaves_no_day_twice() {
    let book = PriceBook::shipped();
    for row in &book.rows {
        assert!(row.source.starts_with("https://aws.amazon.com/"), "{}", row.sku);
        let on = row.from.or(row.to).unwrap_or(day("2026-11-23"));
        let holding = book.rows.iter().filter(|other| other.sku == row.sku && other.holds(on)).count();
        assert_eq!(holding, 1, "{} on {on}", row.sku);
    }
    assert!(book.skus().contains(&"dynamodb-pitr"));
}

#[test]
fn every_mistake_of_a_file_is_told_with_its_place() {
    let text = "\
- { sku: a, unit: b, usd: -1, source: c }
- { sku: a, unit: b, usd: 1, tiers: [], source: c }
- { sku: a, unit: b, tiers: [{ up_to: 5, usd: 1 }], source: c }
- { sku: a, unit: b, usd: 1, from: 2024-13-01, source: c }
- { sku: a, unit: b, usd: 1, per: 0, source: c, colour: red }
- { sku: a, unit: b, usd: 1, free: { quantity: 1, for: ever }, source: c }
- { sku: a, unit: b, usd: 1, from: 2026-02-01, to: 2026-01-01, source: c }
";
    let faults = read(&Source::new("mine.yaml", text)).unwrap_err();
    let told: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.line, fault.message)).collect();
    for (line, word) in
        [(1, "negative"), (2, "either"), (3, "no `up_to`"), (4, "2024-13-01"), (5, "zero"), (5, "colour"), (6, "ever"), (7, "ends on")]
    {
        assert!(told.iter().any(|one| one.starts_with(&format!("{line}:")) && one.contains(word)), "{line} {word}: {told:#?}");
    }
    assert!(read(&Source::new("mine.yaml", "sku: a\n")).is_err());
    assert_eq!(read(&Source::new("mine.yaml", "[]")).unwrap(), Vec::new());
}
