//! Trends of accounts: what is known is told, what is not is absent.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn row(service: &str, on: NaiveDate, amount: i64) -> CostRow {
    CostRow {
        account: "111111111111".into(),
        service: service.into(),
        day: on,
        basis: Basis::Billed,
        amount: Money::new(Decimal::from(amount)),
        estimated: false,
        observed_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn rows(from: &str, to: &str) -> Vec<CostRow> {
    let days = day(from).iter_days().take_while(|one| *one <= day(to));
    days.flat_map(|one| [row("Amazon DynamoDB", one, 10), row("AWS Lambda", one, 5), row("Tax", one, 100)]).collect()
}

fn of(rows: &[CostRow], today: &str) -> Vec<Trend> {
    trends(rows, &[], Vec::new(), day(today), &Settings::default())
}

#[test]
fn a_service_is_told_with_its_day_its_week_and_its_months() {
    let found = of(&rows("2026-08-01", "2026-11-21"), "2026-11-23");
    let names: Vec<&str> = found.iter().map(|one| one.service.as_str()).collect();
    assert_eq!(names, ["AWS Lambda", "Amazon DynamoDB", "Total"]);
    let total = &found[2];
    assert_eq!((total.day, total.amount, total.day_before), (day("2026-11-21"), Decimal::from(15), Some(Decimal::from(15))));
    assert_eq!((total.month_before, total.projected), (Some(Decimal::from(465)), Some(Decimal::from(450))));
    assert_eq!(total.forecast.unwrap().mean, Decimal::from(450));
}

#[test]
fn what_is_not_known_is_absent_and_no_zero() {
    let found = of(&rows("2026-11-20", "2026-11-21"), "2026-11-23");
    let total = found.last().unwrap();
    assert_eq!((total.day_before, total.week_before, total.month_before, total.projected), (Some(Decimal::from(15)), None, None, None));
    let record = total.record();
    assert!(record.properties.get("MonthBefore").is_none() && record.properties["Amount"] == "15");
    assert_eq!(of(&[], "2026-11-23"), Vec::new());
}

#[test]
fn days_of_which_nothing_was_read_did_not_cost_nothing() {
    let found = of(&rows("2026-08-01", "2026-11-15"), "2026-11-23");
    assert_eq!((found[2].day, found[2].amount), (day("2026-11-15"), Decimal::from(15)));
}

#[test]
fn a_spike_is_told_of_its_service_and_goes_on_while_it_reaches_the_last_days() {
    let mut rows = rows("2026-08-01", "2026-11-21");
    rows.push(row("AWS Lambda", day("2026-11-21"), 40));
    let found = of(&rows, "2026-11-23");
    assert_eq!((found[0].anomalies.len(), found[1].anomalies.len(), found[2].anomalies.len()), (1, 0, 0));
    let spike = &found[0].anomalies[0];
    assert_eq!((spike.state, spike.impact), (AnomalyState::Open, Money::new(Decimal::from(40))));
    let later = rows.into_iter().chain(self::rows("2026-11-22", "2026-11-24")).collect::<Vec<_>>();
    assert_eq!(of(&later, "2026-11-26")[0].anomalies[0].state, AnomalyState::Over);
    assert_eq!(found[0].record().properties["Anomalies"][0]["Drivers"][0], "111111111111");
}

#[test]
fn what_aws_tells_of_a_service_without_rows_is_kept() {
    let mut theirs = of(&rows("2026-08-01", "2026-11-21"), "2026-11-23");
    assert!(theirs.pop().is_some());
    let aws = Anomaly {
        account: "222222222222".into(),
        service: "Amazon Polly".into(),
        from: day("2026-11-20"),
        to: day("2026-11-20"),
        expected: None,
        actual: Money::new(Decimal::TEN),
        impact: Money::new(Decimal::TEN),
        sources: vec![AnomalySource::Aws],
        state: AnomalyState::Over,
        drivers: Vec::new(),
        aws_id: Some("a".into()),
    };
    let found = trends(&rows("2026-08-01", "2026-11-21"), &[], vec![aws.clone()], day("2026-11-23"), &Settings::default());
    assert_eq!(found.last().unwrap().anomalies, [aws]);
}

#[test]
fn what_aws_told_is_read_from_its_resource() {
    let record: ResourceRecord = serde_json::from_value(json!({
        "id": "a", "type": AWS_ANOMALY, "name": "AWS Lambda", "account": "111122223333", "region": "global",
        "properties": { "AnomalyId": "a-1", "Service": "AWS Lambda", "From": "2026-11-20", "To": "2026-11-21", "Impact": 5, "Actual": 7,
            "Drivers": [{ "Region": "us-east-2", "UsageType": "USE2-Request" }] },
    }))
    .unwrap();
    let read = |record: &ResourceRecord| {
        let resource = Resource::from_record(record, &crate::model::catalogue::Catalogue::default(), &crate::model::Interner::new());
        told(&resource, day("2026-11-23"))
    };
    let found = read(&record).unwrap();
    assert_eq!((found.state, found.impact, found.expected), (AnomalyState::Open, Money::new(Decimal::from(5)), None));
    assert_eq!(found.drivers[0].usage_type.as_deref(), Some("USE2-Request"));
    let mut broken = record;
    broken.properties["To"] = json!("soon");
    assert_eq!(read(&broken), None);
}

#[test]
fn the_catalogue_reads() {
    assert_eq!(types()[0].resource_type.as_str(), TYPE);
}

#[test]
fn a_restatement_is_no_spike_and_a_spike_stays_one() {
    let mut known = rows("2026-08-01", "2026-11-21");
    let told = |service: &str, on: &str, amount: i64| FirstTold {
        account: "111111111111".into(),
        service: service.into(),
        day: day(on),
        amount: Money::new(Decimal::from(amount)),
    };
    // Told of the 19th: 5 of Lambda, which is now 45, and 50 of DynamoDB, which is now 10.
    known.push(row("AWS Lambda", day("2026-11-19"), 40));
    let first = [told("AWS Lambda", "2026-11-19", 5), told("Amazon DynamoDB", "2026-11-19", 50)];
    let alarms = |first: &[FirstTold]| -> Vec<String> {
        let found = trends(&known, first, Vec::new(), day("2026-11-23"), &Settings::default());
        found.iter().flat_map(|one| &one.anomalies).map(|one| format!("{} {} {}", one.service, one.from, one.actual)).collect()
    };
    assert_eq!(alarms(&first), ["Amazon DynamoDB 2026-11-19 50"]);
    assert_eq!(alarms(&[]), ["AWS Lambda 2026-11-19 45"]);
}
