//! Topics and subscriptions over the emulator: one call a topic, none a subscription, and nobody's address.

use crate::support::moto;
use crate::support::report::{collected, find, outcome, results, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use crate::support::{account::Account, command::Ledgerline};
use serde_json::Value;

const TOPIC: &str = "AWS::SNS::Topic";
const SUBSCRIPTION: &str = "AWS::SNS::Subscription";

/// An account of the emulator with these topics, reached through the stand-in before it.
fn with_topics(names: &[&str]) -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    names.iter().for_each(|name| drop(sns(&account, "CreateTopic", &[("Name", name)])));
    stand_in.forget_counts();
    (stand_in, account)
}

fn sns(account: &Account, operation: &str, parameters: &[(&str, &str)]) -> String {
    account.query("sns", "2010-03-31", operation, parameters)
}

fn arn(account: &Account, topic: &str) -> String {
    format!("arn:aws:sns:{}:{}:{topic}", account.region, account.id)
}

fn subscribe(account: &Account, topic: &str, protocol: &str, endpoint: &str) {
    sns(account, "Subscribe", &[("TopicArn", &arn(account, topic)), ("Protocol", protocol), ("Endpoint", endpoint)]);
}

fn audit(account: &Account) -> Value {
    Ledgerline::on(account).args(["audit", "--format", "json", "--rule", "sns-*", "--status", "pass,fail,unknown"]).run().json()
}

#[test]
fn a_topic_takes_one_call_and_a_subscription_none() {
    let (stand_in, account) = with_topics(&["alerts", "errors"]);
    subscribe(&account, "alerts", "sqs", "arn:aws:sqs:us-east-2:111122223333:alerts");
    subscribe(&account, "alerts", "https", "https://hooks.example.com/s3cr3t?token=s3cr3t");
    subscribe(&account, "errors", "email", "jane@example.com");
    stand_in.forget_counts();
    let resources = collected(&account, &["sns-topic-*", "sns-subscription-*"]);
    assert_eq!((stand_in.count("sns:ListTopics"), stand_in.count("sns:GetTopicAttributes")), (1, 2));
    assert_eq!(stand_in.count("sns:ListSubscriptions"), 1);
    let sns: u64 = stand_in.counts().iter().filter(|(call, _)| call.starts_with("sns:")).map(|(_, count)| count).sum();
    assert_eq!(sns, 4, "{:?}", stand_in.counts());
    assert_eq!(find(&resources, TOPIC, "alerts")["state"]["Owner"], account.id);
    let text = serde_json::to_string(&resources).unwrap();
    assert!(!text.contains("s3cr3t") && !text.contains("jane@example.com"), "{text}");
    assert!(text.contains("https://hooks.example.com"), "{text}");
}

#[test]
fn tags_of_topics_come_in_bulk() {
    let (stand_in, account) = with_topics(&["bare"]);
    let tags = [("Tags.member.1.Key", "Key"), ("Tags.member.1.Value", "a=b"), ("Name", "tagged")];
    sns(&account, "CreateTopic", &tags);
    stand_in.forget_counts();
    let resources = collected(&account, &[]);
    assert_eq!(find(&resources, TOPIC, "tagged")["tags"], serde_json::json!({"Key": "a=b"}));
    assert_eq!(find(&resources, TOPIC, "bare")["tags"], serde_json::json!({}));
    assert_eq!(stand_in.count("sns:ListTagsForResource"), 0);
}

#[test]
fn plain_and_pending_subscriptions_are_found() {
    let (stand_in, account) = with_topics(&["alerts"]);
    let topic = arn(&account, "alerts");
    let member = |arn: &str, protocol: &str, endpoint: &str| {
        format!(
            "<member><SubscriptionArn>{arn}</SubscriptionArn><Owner>{}</Owner><Protocol>{protocol}</Protocol>\
             <Endpoint>{endpoint}</Endpoint><TopicArn>{topic}</TopicArn></member>",
            account.id
        )
    };
    // Two pages: the bad ones are on the second, behind a good one.
    let first = member(&format!("{topic}:1"), "https", "https://a.example.com/x");
    let second = [
        member(&format!("{topic}:2"), "http", "http://b.example.com/s3cr3t"),
        member("PendingConfirmation", "email", "jane@example.com"),
        member("PendingConfirmation", "email", "john@example.com"),
    ];
    stand_in.answer(Canned::xml("sns:ListSubscriptions", &format!("<Subscriptions>{first}</Subscriptions><NextToken>b</NextToken>")));
    let rest = Canned::xml("sns:ListSubscriptions", &format!("<Subscriptions>{}</Subscriptions>", second.concat()));
    stand_in.answer(rest.to(serde_json::json!({"NextToken": "b"})));
    let report = audit(&account);
    assert_eq!(stand_in.count("sns:ListSubscriptions"), 2);
    let failed = |rule: &str| statuses(&report, rule).into_iter().filter(|(_, status)| status == "fail").count();
    assert_eq!((failed("sns-subscription-plain-http"), failed("sns-subscription-pending")), (1, 2));
    let ids: std::collections::BTreeSet<&str> =
        results(&report, "sns-subscription-pending").iter().filter_map(|result| result["resource"]["id"].as_str()).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert!(!report.to_string().contains("jane") && !report.to_string().contains("s3cr3t"));
}

#[test]
fn a_refused_topic_is_unknown_and_hides_no_other() {
    let (stand_in, account) = with_topics(&["alerts", "errors"]);
    stand_in.trouble(Trouble::with("sns:GetTopicAttributes", Fault::Denied).on("errors"));
    let report = audit(&account);
    let status = |topic: &str| statuses(&report, "sns-topic-policy-public").into_iter().find(|(name, _)| name == topic).unwrap().1;
    assert_eq!((status("alerts").as_str(), status("errors").as_str()), ("pass", "unknown"));
    assert_eq!(outcome(&report, TOPIC, "sns:GetTopicAttributes"), "denied");
    assert_eq!(outcome(&report, TOPIC, "sns:ListTopics"), "complete");
}

#[test]
fn a_topic_that_goes_meanwhile_is_dropped_and_an_empty_region_is_complete() {
    let (stand_in, account) = with_topics(&["alerts", "gone"]);
    stand_in.trouble(Trouble::with("sns:GetTopicAttributes", Fault::Vanished).on("gone"));
    let report = audit(&account);
    assert_eq!(statuses(&report, "sns-topic-policy-public"), [("alerts".to_owned(), "pass".to_owned())]);
    assert_eq!(outcome(&report, TOPIC, "sns:GetTopicAttributes"), "complete");
    let (_stand_in, account) = with_topics(&[]);
    let report = audit(&account);
    assert_eq!(
        (outcome(&report, TOPIC, "sns:ListTopics"), outcome(&report, SUBSCRIPTION, "sns:ListSubscriptions")),
        ("complete", "complete")
    );
}

#[test]
fn half_a_listing_leaves_what_it_brought_and_is_no_whole_one() {
    let (stand_in, account) = with_topics(&["alerts"]);
    let topic = arn(&account, "alerts");
    let page = format!("<Topics><member><TopicArn>{topic}</TopicArn></member></Topics><NextToken>b</NextToken>");
    stand_in.answer(Canned::xml("sns:ListTopics", &page));
    stand_in.trouble(Trouble::with("sns:ListTopics", Fault::Denied).on("NextToken=b"));
    let report = audit(&account);
    assert_eq!(outcome(&report, TOPIC, "sns:ListTopics"), "denied");
    let statuses = statuses(&report, "sns-topic-policy-public");
    assert_eq!(statuses, [(String::new(), "unknown".to_owned()), ("alerts".to_owned(), "pass".to_owned())]);
}
