//! What AWS tells of anomalies, and what it leaves out.

use super::*;
use aws_sdk_costexplorer::types::{Impact, MonitorDimension, MonitorType};

fn told() -> aws_sdk_costexplorer::types::builders::AnomalyBuilder {
    let impact = Impact::builder().max_impact(30.25).total_impact(35.1).total_actual_spend(45.1).total_expected_spend(10.0);
    let cause = RootCause::builder().service("AWS Lambda").region("us-east-2").linked_account("111122223333").usage_type("USE2-Request");
    Anomaly::builder()
        .anomaly_id("a-1")
        .anomaly_start_date("2026-11-20T00:00:00Z")
        .anomaly_end_date("2026-11-21")
        .dimension_value("AWS Lambda")
        .root_causes(cause.build())
        .impact(impact.total_impact_percentage(351.0).build())
        .anomaly_score(aws_sdk_costexplorer::types::AnomalyScore::builder().max_score(0.9).current_score(0.8).build())
        .monitor_arn("arn:aws:ce::111122223333:anomalymonitor/m")
}

#[test]
fn an_anomaly_is_told_with_days_amounts_and_drivers() {
    let row = anomaly(&told().build().unwrap()).unwrap();
    let expected = json!({
        "AnomalyId": "a-1", "Service": "AWS Lambda", "From": "2026-11-20", "To": "2026-11-21", "Actual": "45.1", "Expected": "10",
        "Impact": "35.1", "Percentage": "351",
        "Drivers": [{ "Account": "111122223333", "Region": "us-east-2", "UsageType": "USE2-Request" }],
    });
    assert_eq!(row.properties, expected);
    assert_eq!(row.record(ANOMALY, &"111122223333".into()).id.as_str(), "ledgerline:cost:anomaly:111122223333:a-1");
}

#[test]
fn where_nothing_was_expected_there_is_no_percentage() {
    let impact = Impact::builder().max_impact(5.0).total_impact(5.0).total_actual_spend(5.0).total_expected_spend(0.0).build();
    let row = anomaly(&told().impact(impact).build().unwrap()).unwrap();
    assert!(row.properties.get("Percentage").is_none() && row.properties["Expected"] == "0");
}

#[test]
fn one_without_a_day_makes_no_sense() {
    assert_eq!(anomaly(&told().set_anomaly_start_date(None).build().unwrap()), None);
    assert_eq!(anomaly(&told().anomaly_start_date("soon").build().unwrap()), None);
}

#[test]
fn a_monitor_of_services_is_told() {
    let built = AnomalyMonitor::builder().monitor_name("services").monitor_type(MonitorType::Dimensional);
    let built = built.monitor_dimension(MonitorDimension::Service).monitor_arn("arn:aws:ce::1:anomalymonitor/m").build().unwrap();
    let row = monitor(&built).unwrap();
    assert_eq!(row.properties, json!({ "MonitorName": "services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE" }));
}
