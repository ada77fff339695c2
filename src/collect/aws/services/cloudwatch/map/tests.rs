//! What alarms look at and act on: metric queries, composite rules, topics of others.

use super::*;
use crate::model::{AccountId, Region};
use aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder;
use aws_sdk_cloudwatch::types::{Metric, MetricStat, StateValue};

fn place() -> Place {
    Place { account: AccountId::from("111122223333"), region: Region::from("us-east-2") }
}

fn named(name: &str) -> MetricAlarmBuilder {
    MetricAlarm::builder().alarm_name(name).alarm_arn(format!("arn:aws:cloudwatch:us-east-2:111122223333:alarm:{name}"))
}

fn of_function(function: &str) -> Metric {
    let dimension = Dimension::builder().name("FunctionName").value(function).build();
    Metric::builder().namespace("AWS/Lambda").metric_name("Errors").dimensions(dimension).build()
}

fn reading(metric: Metric) -> MetricDataQuery {
    MetricDataQuery::builder().id("m1").metric_stat(MetricStat::builder().metric(metric).period(60).stat("Sum").build()).build()
}

fn computed(expression: &str) -> MetricDataQuery {
    MetricDataQuery::builder().id("e1").expression(expression).build()
}

#[test]
fn an_alarm_on_one_metric_and_one_on_a_query_tell_what_they_watch_alike() {
    let metric = of_function("orders");
    let single = named("a").namespace("AWS/Lambda").metric_name("Errors").set_dimensions(metric.dimensions.clone()).build();
    let single = metric_alarm(&single, &place()).unwrap();
    let queried = metric_alarm(&named("b").metrics(computed("m1 / 2")).metrics(reading(metric)).build(), &place()).unwrap();
    assert_eq!(single.state["WatchedMetrics"], queried.state["WatchedMetrics"]);
    assert_eq!(single.state["WatchedMetrics"][0]["FunctionName"], "orders");
    assert_eq!(single.state["WatchedMetrics"][0]["Dimensions"], json!({ "FunctionName": "orders" }));
    // A metric-math alarm has no namespace of its own: absent, not empty.
    assert!(queried.properties["Namespace"].is_null());
    assert_eq!(queried.properties["Metrics"][0], json!({ "Id": "e1", "Expression": "m1 / 2", "ReturnData": true }));
}

#[test]
fn a_query_that_selects_its_metrics_leaves_a_gap_and_not_an_empty_list() {
    for expression in ["SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum')", "select max(Errors) from schema(\"AWS/Lambda\", FunctionName)"]
    {
        let alarm = metric_alarm(&named("a").metrics(computed(expression)).build(), &place()).unwrap();
        assert!(alarm.state["WatchedMetrics"].is_null());
        assert_eq!(alarm.gaps[0].path.to_string(), "state.WatchedMetrics");
    }
}

#[test]
fn the_metric_of_another_account_is_not_watched_here() {
    let mut foreign = reading(of_function("orders"));
    foreign.account_id = Some("999999999999".into());
    let alarm = metric_alarm(&named("a").metrics(foreign).metrics(reading(of_function("carts"))).build(), &place()).unwrap();
    assert_eq!(alarm.state["WatchedMetrics"].as_array().unwrap().len(), 1);
    assert_eq!(alarm.state["WatchedMetrics"][0]["FunctionName"], "carts");
}

#[test]
fn a_topic_of_another_account_or_region_is_not_known_to_be_live() {
    let here = "arn:aws:sns:us-east-2:111122223333:critical";
    let alarm = metric_alarm(&named("a").alarm_actions(here).build(), &place()).unwrap();
    assert_eq!((&alarm.state["LocalTopics"], &alarm.state["ForeignTopicsLive"]), (&json!(["critical"]), &json!(true)));
    for there in ["arn:aws:sns:us-east-2:999999999999:critical", "arn:aws:sns:us-east-1:111122223333:critical"] {
        let alarm = metric_alarm(&named("a").alarm_actions(here).alarm_actions(there).build(), &place()).unwrap();
        assert_eq!(alarm.state["LocalTopics"], json!(["critical"]));
        assert!(alarm.gaps[0].gap.detail.contains(there));
        assert_eq!(alarm.gaps[0].path.to_string(), "state.ForeignTopicsLive");
    }
    let scaling = "arn:aws:autoscaling:us-east-2:111122223333:scalingPolicy:a:autoScalingGroupName/b:policyName/c";
    let alarm = metric_alarm(&named("a").alarm_actions(scaling).build(), &place()).unwrap();
    assert_eq!((&alarm.state["LocalTopics"], alarm.gaps.len()), (&json!([]), 0));
}

#[test]
fn what_an_answer_leaves_out_stands_at_its_default() {
    let alarm = metric_alarm(&named("a").state_value(StateValue::InsufficientData).build(), &place()).unwrap();
    assert_eq!(alarm.properties["ActionsEnabled"], true);
    assert_eq!(alarm.properties["TreatMissingData"], "missing");
    assert_eq!(alarm.properties["AlarmActions"], json!([]));
    assert_eq!(alarm.state["StateValue"], "INSUFFICIENT_DATA");
}

#[test]
fn the_state_is_as_old_as_its_last_change_and_not_as_its_last_evaluation() {
    let alarm = named("a").state_transitioned_timestamp(DateTime::from_secs(0)).state_updated_timestamp(DateTime::from_secs(60));
    let alarm = metric_alarm(&alarm.build(), &place()).unwrap();
    assert_eq!(alarm.state["StateSince"], "1970-01-01T00:00:00Z");
}

#[test]
fn a_rule_names_its_children_by_name_or_arn_quoted_or_not() {
    let rule = "(ALARM(\"cpu (high)\") OR OK('disk')) AND NOT INSUFFICIENT_DATA(arn:aws:cloudwatch:us-east-2:111122223333:alarm:net) \
                AND alarm ( plain ) AND ALARM(\"arn:aws:cloudwatch:us-east-2:111122223333:alarm:a:b\") OR FALSE";
    assert_eq!(children(rule), ["a:b", "cpu (high)", "disk", "net", "plain"]);
    assert_eq!(children("TRUE"), [""; 0]);
    assert_eq!(children("ALARM(\"never closed"), ["never closed"]);
}

#[test]
fn a_composite_alarm_knows_its_children() {
    let alarm = CompositeAlarm::builder().alarm_name("all").alarm_arn("arn:all").alarm_rule("ALARM(a) OR ALARM(b)").actions_enabled(false);
    let alarm = composite_alarm(&alarm.build(), &place()).unwrap();
    assert_eq!(alarm.state["Children"], json!(["a", "b"]));
    assert_eq!(alarm.properties["ActionsEnabled"], false);
}

#[test]
fn an_alarm_on_the_bill_is_one_also_as_a_query() {
    let bill = |service: Option<&str>| {
        let of = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
        let dimensions = [Some(of("Currency", "USD")), service.map(|service| of("ServiceName", service))];
        let metric = Metric::builder().namespace(BILLING).metric_name("EstimatedCharges");
        metric.set_dimensions(Some(dimensions.into_iter().flatten().collect())).build()
    };
    let queried = named("bill").metrics(reading(bill(Some("AmazonDynamoDB")))).threshold(12.0).build();
    assert!(watches_the_bill(&queried));
    let queried = billing_alarm(&queried).unwrap();
    assert_eq!(queried.properties["ServiceName"], "AmazonDynamoDB");
    assert_eq!(queried.properties["MetricName"], "EstimatedCharges");
    let single = named("bill").namespace(BILLING).metric_name("EstimatedCharges").set_dimensions(bill(None).dimensions).build();
    let single = billing_alarm(&single).unwrap();
    assert!(single.properties["ServiceName"].is_null());
    // The same alarm is an AWS::CloudWatch::Alarm, too.
    assert!(single.id.as_str().starts_with("ledgerline:billing-alarm:arn:aws:cloudwatch:"));
    assert!(!watches_the_bill(&named("errors").namespace("AWS/Lambda").metrics(reading(of_function("orders"))).build()));
}

#[test]
fn an_alarm_without_a_name_is_no_alarm() {
    assert!(metric_alarm(&MetricAlarm::builder().alarm_arn("arn").build(), &place()).is_none());
    assert!(composite_alarm(&CompositeAlarm::builder().alarm_name("a").build(), &place()).is_none());
}
