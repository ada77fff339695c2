//! What is asked for, in which portions, and what comes out of the answers.

use super::*;

fn window() -> Window {
    Window::until("2026-11-23T12:00:00Z".parse().unwrap())
}

fn draft(mode: &str) -> Draft {
    let mut draft = Draft::new("AWS::DynamoDB::Table", "arn:aws:dynamodb:us-east-2:111122223333:table/orders", "orders");
    draft.properties.put("BillingMode", mode);
    draft.properties.put("TableClass", "STANDARD");
    draft.properties.put("GlobalSecondaryIndexes", json!([{ "IndexName": "by-owner" }]));
    draft
}

fn filled(table: &Draft, a_second: f64) -> Vec<Series> {
    let mut all: Vec<Series> = asked(table).into_iter().map(Series::new).collect();
    for one in &mut all {
        let (points, period, value) = if one.asked.metric.is_provisioned() { (HOURS, 3600, 100.0) } else { (MINUTES, 60, a_second * 60.0) };
        for point in 0..points {
            let at = window().start.timestamp() + i64::try_from(point * period).unwrap();
            one.put(at, value, window());
        }
    }
    all
}

#[test]
fn a_table_and_each_index_are_asked_for_apart() {
    let names = |mode| asked(&draft(mode)).iter().map(|one| (one.index.clone(), one.metric.name())).collect::<Vec<_>>();
    assert_eq!(names("PAY_PER_REQUEST").len(), 4);
    assert_eq!(names("PROVISIONED").len(), 8);
    assert_eq!(names("PAY_PER_REQUEST")[3], (Some("by-owner".to_owned()), "ConsumedWriteCapacityUnits"));
    // Of a table that could not be described nobody knows the indexes.
    assert_eq!(asked(&Draft::new("AWS::DynamoDB::Table", "a", "b")), Vec::new());
}

#[test]
fn five_fortnights_of_minutes_fill_an_answer() {
    let one = asked(&draft("PAY_PER_REQUEST")).remove(0);
    let sizes = |asked: &[Asked]| batches(asked).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(sizes(&vec![one.clone(); 11]), [5, 5, 1]);
    let hourly = Asked { metric: Measure::ProvisionedReads, ..one };
    assert_eq!(sizes(&vec![hourly; 601]), [300, 300, 1]);
    assert_eq!(sizes(&[]), Vec::<usize>::new());
}

#[test]
fn points_outside_of_the_window_and_nonsense_are_passed_over() {
    let mut one = Series::new(asked(&draft("PAY_PER_REQUEST")).remove(0));
    let start = window().start.timestamp();
    for (at, value) in
        [(start - 1, 5.0), (start, 0.5), (start + 59, 1.0), (window().end.timestamp(), 7.0), (i64::MIN, 1.0), (start + 60, f64::NAN)]
    {
        one.put(at, value, window());
    }
    assert_eq!((one.points[0], one.points[1], one.points.iter().sum::<i64>()), (1_500, 0, 1_500));
}

#[test]
fn a_busy_table_on_demand_is_told_what_capacity_would_save() {
    let table = draft("PAY_PER_REQUEST");
    let kept = by_table(&filled(&table, 70.0), window());
    let told = state(&table, &kept[table.id.as_str()]);
    assert_eq!((told["OnDemandUSD"].as_str(), told["ScaledUSD"].as_str()), (Some("275.94"), Some("113.88")));
    assert_eq!((told["BetterMode"].as_str(), told["BetterModeSavesUSD"].as_str()), (Some("PROVISIONED"), Some("162.06")));
    assert_eq!(told["Indexes"][0], json!({ "IndexName": "by-owner", "ReadUnits": 84_672_000, "WriteUnits": 84_672_000 }));
    assert!(told.get("STANDARD").is_none());
}

#[test]
fn an_idle_provisioned_table_pays_for_nothing() {
    let table = draft("PROVISIONED");
    let kept = by_table(&filled(&table, 0.0), window());
    let told = state(&table, &kept[table.id.as_str()]);
    assert_eq!((told["ReadUnits"].as_i64(), told["PaidUSD"].as_str()), (Some(0), Some("113.88")));
    assert_eq!(told["BetterMode"], "PAY_PER_REQUEST");
}

#[test]
fn where_prices_are_not_known_units_are() {
    let mut table = draft("PAY_PER_REQUEST");
    table.id = "arn:aws:dynamodb:eu-north-1:111122223333:table/orders".into();
    let kept = by_table(&filled(&table, 70.0), window());
    let told = state(&table, &kept[table.id.as_str()]);
    assert!(told.get("OnDemandUSD").is_none() && told["ReadUnits"] == 84_672_000);
}
