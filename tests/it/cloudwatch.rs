//! Alarms and dashboards over the emulator and the stand-in: both kinds of alarm, pages, topics of others, the bill.

use crate::support::moto::{self, Account};
use crate::support::report::{audited, collected, find, has, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const ALARMS: &str = "cloudwatch:DescribeAlarms";
const ALARM: &str = "AWS::CloudWatch::Alarm";
const COMPOSITE: &str = "AWS::CloudWatch::CompositeAlarm";
const RULES: [&str; 2] = ["cloudwatch-alarm-action*", "cloudwatch-composite-alarm-child-missing"];
const HERE: &str = "arn:aws:sns:us-east-2:111122223333:critical";

fn arn(name: &str) -> String {
    format!("arn:aws:cloudwatch:us-east-2:111122223333:alarm:{name}")
}

fn metric(name: &str, more: Value) -> Value {
    let mut alarm = json!({"AlarmName": name, "AlarmArn": arn(name), "ActionsEnabled": true, "AlarmActions": [HERE],
        "StateValue": "OK", "StateUpdatedTimestamp": "@1764000000", "Namespace": "AWS/Lambda", "MetricName": "Errors",
        "Threshold": 1.0, "EvaluationPeriods": 1});
    alarm.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    alarm
}

fn composite(name: &str, rule: &str) -> Value {
    json!({"AlarmName": name, "AlarmArn": arn(name), "AlarmRule": rule, "ActionsEnabled": true, "AlarmActions": [HERE],
        "StateValue": "OK", "StateUpdatedTimestamp": "@1764000000"})
}

/// Two pages. Like AWS it leaves composite alarms out unless it is asked for their type.
fn two_pages() -> StandIn {
    let stand_in = StandIn::of(World::default());
    let first = json!({"MetricAlarms": [metric("one", json!({}))], "CompositeAlarms": [], "NextToken": "b"});
    let second = |composites: Value| json!({"MetricAlarms": [metric("two", json!({"AlarmActions": []}))], "CompositeAlarms": composites});
    let both = json!(["MetricAlarm", "CompositeAlarm"]);
    stand_in.answer(Canned::json(ALARMS, first));
    stand_in.answer(Canned::json(ALARMS, second(json!([]))).to(json!({"NextToken": "b"})));
    let composites = json!([composite("all", "ALARM(one) OR ALARM(two)")]);
    stand_in.answer(Canned::json(ALARMS, second(composites)).to(json!({"NextToken": "b", "AlarmTypes": both})));
    stand_in
}

#[test]
fn alarms_of_both_kinds_come_in_pages_of_one_listing_and_nothing_is_asked_per_alarm() {
    let stand_in = two_pages();
    let report = audited(&stand_in.account("111122223333"), &RULES);
    assert_eq!(statuses(&report, "cloudwatch-alarm-action-missing"), [has("one", "pass"), has("two", "fail")]);
    assert_eq!(statuses(&report, "cloudwatch-composite-alarm-child-missing"), [has("all", "pass")]);
    let asked: u64 = stand_in.counts().iter().filter(|(call, _)| call.starts_with("cloudwatch:")).map(|(_, count)| count).sum();
    assert_eq!((asked, stand_in.count(ALARMS)), (2, 2));
}

#[test]
fn only_the_kinds_that_are_wanted_are_asked_for() {
    let stand_in = two_pages();
    let resources = collected(&stand_in.account("111122223333"), &["cloudwatch-alarm-data-missing"]);
    find(&resources, ALARM, "two");
    assert!(!resources.iter().any(|resource| resource["type"] == COMPOSITE));
}

#[test]
fn half_a_listing_of_alarms_leaves_both_kinds_incomplete() {
    let stand_in = two_pages();
    stand_in.trouble(Trouble::with(ALARMS, Fault::Denied).on_later_pages());
    let report = audited(&stand_in.account("111122223333"), &RULES);
    assert_eq!((outcome(&report, ALARM, ALARMS), outcome(&report, COMPOSITE, ALARMS)), ("denied", "denied"));
    assert_eq!(statuses(&report, "cloudwatch-alarm-action-missing"), [has("", "unknown"), has("one", "pass")]);
    assert_eq!(statuses(&report, "cloudwatch-composite-alarm-child-missing"), [has("", "unknown")]);
}

#[test]
fn a_page_without_the_list_of_a_kind_is_broken_and_not_empty() {
    let stand_in = StandIn::of(World::default());
    stand_in.answer(Canned::json(ALARMS, json!({"MetricAlarms": [metric("one", json!({}))]})));
    let report = audited(&stand_in.account("111122223333"), &RULES);
    assert_eq!(outcome(&report, COMPOSITE, ALARMS), "broken");
    let stand_in = StandIn::of(World::default());
    stand_in.answer(Canned::json(ALARMS, json!({"MetricAlarms": [], "CompositeAlarms": []})));
    let report = audited(&stand_in.account("111122223333"), &RULES);
    assert_eq!((outcome(&report, COMPOSITE, ALARMS), report["coverage"]["complete"].as_bool()), ("complete", Some(true)));
}

#[test]
fn an_action_may_point_to_a_topic_that_is_gone_and_to_one_that_nobody_here_can_see() {
    let (_stand_in, account) = in_front_of_the_emulator();
    let topic = |name: &str| format!("arn:aws:sns:us-east-2:{}:{name}", account.id);
    account.query("sns", "2010-03-31", "CreateTopic", &[("Name", "critical")]);
    account.query(
        "sns",
        "2010-03-31",
        "Subscribe",
        &[("TopicArn", &topic("critical")), ("Protocol", "sqs"), ("Endpoint", "arn:aws:sqs:us-east-2:111122223333:q")],
    );
    for (name, action) in [
        ("heard", topic("critical")),
        ("gone", topic("deleted")),
        ("foreign", "arn:aws:sns:us-east-2:999999999999:theirs".to_owned()),
        ("elsewhere", format!("arn:aws:sns:us-east-1:{}:critical", account.id)),
    ] {
        put_alarm(&account, name, &action, "AWS/Lambda", "Errors", json!([]));
    }
    let report = audited(&account, &["cloudwatch-alarm-topic-*"]);
    let told = [has("elsewhere", "unknown"), has("foreign", "unknown"), has("gone", "fail"), has("heard", "pass")];
    assert_eq!(statuses(&report, "cloudwatch-alarm-topic-missing"), told);
    assert_eq!(statuses(&report, "cloudwatch-alarm-topic-unheard"), told);
}

#[test]
fn a_function_is_watched_by_its_own_alarm_or_by_one_over_all() {
    let stand_in =
        StandIn::of(World { functions: ["orders", "carts"].map(crate::support::stand_in::Function::named).to_vec(), ..World::default() });
    let of = |function: &str| json!([{"Name": "FunctionName", "Value": function}]);
    let alarms = |alarms: Value| Canned::json(ALARMS, json!({"MetricAlarms": alarms, "CompositeAlarms": []}));
    let rule = "cloudwatch-function-errors-unwatched";
    let account = stand_in.account("111122223333");
    stand_in.answer(alarms(json!([metric("e", json!({"Dimensions": of("orders")}))])));
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has("carts", "fail"), has("orders", "pass")]);
    // A query that picks its metrics itself may pick those of carts.
    let picks = json!({"Namespace": null, "MetricName": null, "Metrics": [{"Id": "q", "Expression": "SEARCH('{AWS/Lambda,FunctionName} Errors')"}]});
    stand_in.answer(alarms(json!([metric("e", json!({"Dimensions": of("orders")})), metric("s", picks)])));
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has("carts", "unknown"), has("orders", "pass")]);
    stand_in.answer(alarms(json!([metric("all", json!({}))])));
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has("carts", "pass"), has("orders", "pass")]);
}

#[test]
fn the_bill_is_watched_from_us_east_1_whichever_region_is_audited() {
    let rule = "cloudwatch-billing-alarm-missing";
    let (_stand_in, account) = in_front_of_the_emulator();
    let topic = format!("arn:aws:sns:us-east-1:{}:billing", account.id);
    put_alarm(&account, "bill", &topic, "AWS/Billing", "EstimatedCharges", json!([{"Name": "Currency", "Value": "USD"}]));
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has(&account.id, "fail")], "the metric is nowhere but in us-east-1");
    let there = Account { region: "us-east-1".to_owned(), ..account.clone() };
    put_alarm(&there, "bill", &topic, "AWS/Billing", "EstimatedCharges", json!([{"Name": "Currency", "Value": "USD"}]));
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has(&account.id, "pass")]);
}

#[test]
fn a_dashboard_belongs_to_the_account() {
    let stand_in = StandIn::of(World::default());
    let entry = json!({"DashboardName": "aws-devops-dev-overview", "DashboardArn": "arn:aws:cloudwatch::111122223333:dashboard/aws-devops-dev-overview", "Size": 7, "LastModified": "@1764000000"});
    stand_in.answer(Canned::json("cloudwatch:ListDashboards", json!({"DashboardEntries": [], "NextToken": "b"})));
    stand_in.answer(Canned::json("cloudwatch:ListDashboards", json!({"DashboardEntries": [entry]})).to(json!({"NextToken": "b"})));
    let resources = collected(&stand_in.account("111122223333"), &["cloudwatch-dashboard-missing"]);
    assert_eq!(find(&resources, "AWS::CloudWatch::Dashboard", "aws-devops-dev-overview")["region"], "global");
    assert_eq!(stand_in.count("cloudwatch:ListDashboards"), 2);
}

/// An account of the emulator, behind the stand-in, which speaks CloudWatch's protocol for it.
fn in_front_of_the_emulator() -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    (stand_in, account)
}

fn put_alarm(account: &Account, name: &str, action: &str, namespace: &str, metric: &str, dimensions: Value) {
    let body = json!({"AlarmName": name, "AlarmActions": [action], "Namespace": namespace, "MetricName": metric, "Dimensions": dimensions,
        "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 1.5, "ComparisonOperator": "GreaterThanThreshold"});
    let (status, answer) = account.cbor("PutMetricAlarm", &body);
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn a_trail_is_watched_where_filter_alarm_and_a_topic_that_somebody_hears_go_together() {
    let rule = "cloudwatch-trail-key-deletion-unwatched";
    let (stand_in, account) = in_front_of_the_emulator();
    for group in ["/trail", "/orders"] {
        account.log_group(group, None);
    }
    let trail = json!({"Name": "main", "TrailARN": format!("arn:aws:cloudtrail:us-east-2:{}:trail/main", account.id), "HomeRegion": "us-east-2",
        "IsMultiRegionTrail": true, "IsOrganizationTrail": false, "IncludeGlobalServiceEvents": true, "LogFileValidationEnabled": true,
        "S3BucketName": "trail", "CloudWatchLogsLogGroupArn": format!("arn:aws:logs:us-east-2:{}:log-group:/trail:*", account.id)});
    let selector =
        json!({"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [], "ExcludeManagementEventSources": []});
    stand_in.answer(Canned::json("cloudtrail:DescribeTrails", json!({"trailList": [trail]})));
    stand_in.answer(Canned::json("cloudtrail:GetTrailStatus", json!({"IsLogging": true})));
    stand_in.answer(Canned::json("cloudtrail:GetEventSelectors", json!({"TrailARN": trail["TrailARN"], "EventSelectors": [selector]})));
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has("/orders", "not_applicable"), has("/trail", "fail")]);

    let pattern = "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }";
    let filter = json!({"filterName": "keys", "logGroupName": "/trail", "filterPattern": pattern,
        "metricTransformations": [{"metricName": "Keys", "metricNamespace": "Audit", "metricValue": "1"}]});
    account.json("logs", "Logs_20140328", "PutMetricFilter", &filter);
    account.query("sns", "2010-03-31", "CreateTopic", &[("Name", "critical")]);
    let topic = format!("arn:aws:sns:us-east-2:{}:critical", account.id);
    put_alarm(&account, "keys", &topic, "Audit", "Keys", json!([]));
    assert_eq!(
        statuses(&audited(&account, &[rule]), rule),
        [has("/orders", "not_applicable"), has("/trail", "fail")],
        "nobody hears of it"
    );
    // The emulator counts no subscriptions. Topics always have a policy.
    const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let attributes = [
        ("TopicArn", topic.as_str()),
        ("SubscriptionsConfirmed", "1"),
        ("SubscriptionsPending", "0"),
        ("SubscriptionsDeleted", "0"),
        ("Policy", POLICY),
    ];
    let entries: String = attributes.iter().map(|(key, value)| format!("<entry><key>{key}</key><value>{value}</value></entry>")).collect();
    stand_in.answer(Canned::xml("sns:GetTopicAttributes", &format!("<Attributes>{entries}</Attributes>")));
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has("/orders", "not_applicable"), has("/trail", "pass")]);
}
