//! Log groups over the emulator and the stand-in: fifty a page, and no call a group.

use crate::support::command::Ledgerline;
use crate::support::moto::{self, Account};
use crate::support::report::{collected, find, statuses};
use crate::support::stand_in::{Canned, Size, StandIn, World};
use serde_json::{Value, json};

const LOG_GROUP: &str = "AWS::Logs::LogGroup";

/// An account of the emulator, with the stand-in before it for what the emulator lacks.
fn in_front_of_the_emulator() -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    (stand_in, account)
}

#[test]
fn retention_is_days_or_absent_for_ever() {
    let (_stand_in, account) = in_front_of_the_emulator();
    account.log_group("/aws/lambda/week", Some(7));
    account.log_group("/aws/lambda/ever", None);
    let resources = collected(&account, &["logs-*"]);
    let week = find(&resources, LOG_GROUP, "/aws/lambda/week");
    assert_eq!(week["properties"]["RetentionInDays"], 7);
    assert_eq!(week["id"], format!("arn:aws:logs:us-east-2:{}:log-group:/aws/lambda/week", account.id));
    assert!(find(&resources, LOG_GROUP, "/aws/lambda/ever")["properties"].get("RetentionInDays").is_none());
}

#[test]
fn tags_of_log_groups_come_in_bulk() {
    let (_stand_in, account) = in_front_of_the_emulator();
    let body = json!({"logGroupName": "/tagged", "tags": {"Owner": "platform"}});
    account.json("logs", "Logs_20140328", "CreateLogGroup", &body);
    account.log_group("/untagged", None);
    let resources = collected(&account, &[]);
    assert_eq!(find(&resources, LOG_GROUP, "/tagged")["tags"], json!({"Owner": "platform"}));
    assert_eq!(find(&resources, LOG_GROUP, "/untagged")["tags"], json!({}));
}

#[test]
fn a_thousand_log_groups_take_twenty_requests() {
    let stand_in = StandIn::of(World::generated(Size { log_groups: 1000, ..Size::default() }));
    let resources = collected(&stand_in.account("111122223333"), &["logs-group-retention-*"]);
    assert_eq!(resources.iter().filter(|resource: &&Value| resource["type"] == LOG_GROUP).count(), 1000);
    let logs: u64 = stand_in.counts().iter().filter(|(call, _)| call.starts_with("logs:")).map(|(_, count)| count).sum();
    assert_eq!(logs, 20);
}

#[test]
fn filters_and_policies_take_one_listing_a_region_and_no_call_a_group() {
    let (stand_in, account) = in_front_of_the_emulator();
    for group in ["/a", "/b"] {
        account.log_group(group, None);
        let body = json!({"filterName": "errors", "logGroupName": group, "filterPattern": "ERROR",
            "metricTransformations": [{"metricName": "Errors", "metricNamespace": "Own", "metricValue": "1"}]});
        account.json("logs", "Logs_20140328", "PutMetricFilter", &body);
    }
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"logs:PutLogEvents","Resource":"*"}}"#;
    for (name, document) in [("odd", "no JSON"), ("open", document)] {
        account.json("logs", "Logs_20140328", "PutResourcePolicy", &json!({"policyName": name, "policyDocument": document}));
    }
    stand_in.forget_counts();
    let report = Ledgerline::on(&account)
        .args(["audit", "--format", "json", "--status", "pass,fail,unknown,not_applicable", "--rule", "logs-*"])
        .run()
        .json();
    // Two filters of one name: groups tell them apart.
    let unwatched = statuses(&report, "logs-metric-filter-unwatched");
    assert_eq!(unwatched, [("errors".to_owned(), "fail".to_owned()), ("errors".to_owned(), "fail".to_owned())]);
    let open = statuses(&report, "logs-policy-public");
    assert_eq!(open, [("odd".to_owned(), "unknown".to_owned()), ("open".to_owned(), "fail".to_owned())]);
    let logs: Vec<_> = stand_in.counts().into_iter().filter(|(call, _)| call.starts_with("logs:")).collect();
    let once = ["logs:DescribeLogGroups", "logs:DescribeMetricFilters", "logs:DescribeResourcePolicies"];
    assert_eq!(logs, once.map(|call| (call.to_owned(), 1)));
}

#[test]
fn what_takes_a_call_a_group_is_asked_only_for_rules_that_were_named() {
    let (stand_in, account) = in_front_of_the_emulator();
    account.log_group("/quiet", None);
    account.log_group("/talks", None);
    let events = json!({"logGroupName": "/talks", "logStreamName": "s", "logEvents": [{"timestamp": now_millis(), "message": "hello"}]});
    account.json("logs", "Logs_20140328", "CreateLogStream", &json!({"logGroupName": "/talks", "logStreamName": "s"}));
    account.json("logs", "Logs_20140328", "PutLogEvents", &events);
    let filter =
        json!({"destinationArn": "arn:aws:logs:us-east-2:999999999999:destination:theirs", "filterName": "out", "logGroupName": "/talks"});
    let answer = json!({"subscriptionFilters": [filter]});
    stand_in.answer(Canned::json("logs:DescribeSubscriptionFilters", json!({"subscriptionFilters": []})));
    stand_in.answer(Canned::json("logs:DescribeSubscriptionFilters", answer).to(json!({"logGroupName": "/talks"})));
    stand_in.forget_counts();
    collected(&account, &["logs-group-*"]);
    assert_eq!((stand_in.count("logs:DescribeLogStreams"), stand_in.count("logs:DescribeSubscriptionFilters")), (0, 0));
    let resources = collected(&account, &["logs-group-stale", "logs-subscription-foreign"]);
    assert!(find(&resources, LOG_GROUP, "/quiet")["state"].get("LastEventAt").is_none());
    assert!(find(&resources, LOG_GROUP, "/talks")["state"]["LastEventAt"].is_string());
    assert_eq!(find(&resources, "AWS::Logs::SubscriptionFilter", "out")["state"]["DestinationAccount"], "999999999999");
    assert_eq!((stand_in.count("logs:DescribeLogStreams"), stand_in.count("logs:DescribeSubscriptionFilters")), (2, 2));
}

fn now_millis() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
