//! Who is told of a budget: topics by ARN, people by their number alone.

use crate::collect::terraform::draft::{Draft, Made};
use crate::collect::terraform::node::{Found, Node};
use crate::collect::terraform::row::Scene;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The notifications with their subscribers.
pub fn complete(draft: &mut Draft<'_>, scene: &Scene<'_>, node: Node<'_>) {
    let notifications = node.at("notification");
    let whole = (!notifications.is_veiled()).then(|| told(notifications)).flatten();
    let (listed, mails, topics) = match whole {
        Some((listed, mails, topics)) => (Made::value(listed), Made::value(mails), Made::value(topics.into_iter().collect::<Vec<_>>())),
        // One subscriber that is not known leaves them all open.
        None => {
            let gap = || Made::gap(if notifications.is_sensitive() { scene.silence.sensitive() } else { scene.silence.after_apply() });
            (gap(), gap(), gap())
        }
    };
    draft.put(&["properties".into(), "NotificationsWithSubscribers".into()], listed);
    draft.put(&["state".into(), "MailSubscribers".into()], mails);
    draft.put(&["state".into(), "SubscribedTopics".into()], topics);
}

fn told(notifications: Node<'_>) -> Option<(Vec<Value>, usize, BTreeSet<String>)> {
    let (mut listed, mut mails, mut topics) = (Vec::new(), 0_usize, BTreeSet::new());
    for one in notifications.items() {
        let texts = |key: &str| match one.at(key).found() {
            Found::Known(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let (people, told): (Vec<String>, Vec<String>) = (texts("subscriber_email_addresses"), texts("subscriber_sns_topic_arns"));
        mails = mails.saturating_add(people.len());
        topics.extend(told.iter().cloned());
        let subscribers = people.iter().map(|_| json!({"SubscriptionType": "EMAIL"}));
        let subscribers: Vec<Value> =
            subscribers.chain(told.iter().map(|arn| json!({"SubscriptionType": "SNS", "Address": arn}))).collect();
        let Found::Known(threshold) = one.at("threshold").found() else { return None };
        listed.push(json!({
            "Notification": {
                "NotificationType": one.text("notification_type")?,
                "ComparisonOperator": one.text("comparison_operator")?,
                "Threshold": threshold.as_f64()?,
                "ThresholdType": one.text("threshold_type").unwrap_or("PERCENTAGE"),
            },
            "Subscribers": subscribers,
        }));
    }
    Some((listed, mails, topics))
}
