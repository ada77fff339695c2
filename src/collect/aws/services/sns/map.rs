//! Topics and subscriptions in CloudFormation's words.
//!
//! Endpoints are where personal data and secrets are: mail addresses, telephone numbers, devices, and tokens in the paths of
//! web addresses. What is kept of them is what a rule can judge: the ARN of a queue, function or delivery stream, and
//! scheme and host of a web address.

use crate::collect::aws::document;
use crate::collect::aws::draft::{Draft, Object};
use crate::collect::aws::failure::Failure;
use crate::model::Outcome;
use aws_sdk_sns::types::{Subscription, Topic};
use sha2::Digest as _;
use std::collections::HashMap;

#[cfg(test)]
mod tests;

/// Topics.
pub const TOPIC: &str = "AWS::SNS::Topic";
/// Subscriptions.
pub const SUBSCRIPTION: &str = "AWS::SNS::Subscription";
/// The listing of topics.
pub const TOPICS: &str = "sns:ListTopics";
/// The listing of subscriptions.
pub const SUBSCRIPTIONS: &str = "sns:ListSubscriptions";
/// What a topic is.
pub const ATTRIBUTES: &str = "sns:GetTopicAttributes";

/// One topic of the listing; none where the answer lacks its ARN.
pub fn topic(topic: &Topic) -> Option<Draft> {
    let arn = topic.topic_arn()?;
    let name = last_part(arn)?;
    let mut draft = Draft::new(TOPIC, arn, name);
    draft.properties.put("TopicName", name);
    Some(draft)
}

/// What a topic's attributes say, as properties and state. All are text, JSON and numbers too (API reference of
/// GetTopicAttributes, which also gives the defaults of those that are left out).
///
/// # Errors
/// Where the policy or a count is missing or cannot be read: a topic always has them.
pub fn attributes(attributes: &HashMap<String, String>, name: &str) -> Result<(Object, Object), Failure> {
    let text = |key: &str| attributes.get(key).map(String::as_str).filter(|text| !text.is_empty());
    let flag = |key: &str| text(key).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let mut properties = Object::default();
    properties.put("DisplayName", text("DisplayName").unwrap_or(""));
    properties.put_some("KmsMasterKeyId", text("KmsMasterKeyId"));
    properties.put("FifoTopic", flag("FifoTopic"));
    properties.put("ContentBasedDeduplication", flag("ContentBasedDeduplication"));
    properties.put("SignatureVersion", text("SignatureVersion").unwrap_or("1"));
    properties.put("TracingConfig", text("TracingConfig").unwrap_or("PassThrough"));
    let mut state = Object::default();
    state.put_some("Owner", text("Owner"));
    let policy = text("Policy").ok_or_else(|| Failure::empty(ATTRIBUTES))?;
    let unread = |fault| Failure::fault(Outcome::Broken, format!("the policy of topic {name} cannot be read: {fault}"));
    state.put("Policy", document::read(policy).map_err(unread)?);
    for count in ["SubscriptionsConfirmed", "SubscriptionsPending", "SubscriptionsDeleted"] {
        let number = text(count).and_then(|text| text.parse::<u64>().ok());
        state.put(count, number.ok_or_else(|| Failure::empty(ATTRIBUTES))?);
    }
    Ok((properties, state))
}

/// One subscription; none where the answer lacks what it is and of what.
///
/// A subscription that nobody has confirmed yet has no ARN: `PendingConfirmation` stands in its place, `Deleted` in that of
/// one that ended. Their ids are made from the topic, the protocol and a short digest of the endpoint, which tells those of
/// one topic apart from pass to pass, and nobody from it whom it belongs to.
pub fn subscription(subscription: &Subscription) -> Option<Draft> {
    let (arn, topic, protocol) = (subscription.subscription_arn()?, subscription.topic_arn()?, subscription.protocol()?);
    let topic_name = last_part(topic)?;
    let (status, id, tail) = match arn {
        "PendingConfirmation" | "Deleted" => {
            let status = if arn == "Deleted" { "DELETED" } else { "PENDING" };
            let tail = format!("{}-{protocol}-{}", status.to_lowercase(), digest(subscription.endpoint().unwrap_or("")));
            (status, format!("{topic}:{tail}"), tail)
        }
        arn => ("CONFIRMED", arn.to_owned(), last_part(arn)?.to_owned()),
    };
    let mut draft = Draft::new(SUBSCRIPTION, id, format!("{topic_name}:{tail}"));
    draft.properties.put("TopicArn", topic);
    draft.properties.put("Protocol", protocol);
    draft.properties.put_some("Endpoint", subscription.endpoint().and_then(|endpoint| kept(protocol, endpoint)));
    draft.state.put("Status", status);
    draft.state.put_some("Owner", subscription.owner().filter(|owner| !owner.is_empty()));
    Some(draft)
}

/// What is kept of an endpoint.
fn kept(protocol: &str, endpoint: &str) -> Option<String> {
    match protocol {
        "sqs" | "lambda" | "firehose" if endpoint.starts_with("arn:") => Some(endpoint.to_owned()),
        "http" | "https" => {
            let (scheme, rest) = endpoint.split_once("://")?;
            let authority = rest.split(['/', '?', '#', '\\']).next()?;
            // A name and password may stand before the host.
            let host = authority.rsplit('@').next().filter(|host| !host.is_empty())?;
            Some(format!("{}://{}", scheme.to_lowercase(), host.to_lowercase()))
        }
        _ => None,
    }
}

/// Eight hexadecimal digits: too few to guess an address by.
fn digest(text: &str) -> String {
    sha2::Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn last_part(arn: &str) -> Option<&str> {
    arn.rsplit(':').next().filter(|part| !part.is_empty())
}
