//! What is kept of an endpoint, and what becomes of a subscription that nobody has confirmed.

use super::*;
use serde_json::json;

const TOPIC_ARN: &str = "arn:aws:sns:us-east-2:111122223333:alerts";

fn subscribed(arn: &str, protocol: &str, endpoint: &str) -> Draft {
    let subscription =
        Subscription::builder().subscription_arn(arn).topic_arn(TOPIC_ARN).protocol(protocol).endpoint(endpoint).owner("111122223333");
    subscription_of(&subscription.build())
}

fn subscription_of(answer: &Subscription) -> Draft {
    subscription(answer).unwrap()
}

fn told(more: &[(&str, &str)]) -> HashMap<String, String> {
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let usual = [("Policy", policy), ("SubscriptionsConfirmed", "1"), ("SubscriptionsPending", "0"), ("SubscriptionsDeleted", "0")];
    usual.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_web_address_keeps_scheme_and_host_and_nothing_that_may_be_a_secret() {
    for (endpoint, expected) in [
        ("https://hooks.example.com/services/T0/s3cr3t?token=s3cr3t", "https://hooks.example.com"),
        ("HTTP://Example.com:8080?token=s3cr3t", "http://example.com:8080"),
        ("https://user:s3cr3t@example.com/#s3cr3t", "https://example.com"),
        ("https://s3cr3t@ss@example.com", "https://example.com"),
        ("https://example.com\\s3cr3t", "https://example.com"),
    ] {
        assert_eq!(kept("https", endpoint).as_deref(), Some(expected), "{endpoint}");
    }
    assert_eq!(kept("https", "s3cr3t"), None);
    assert_eq!(kept("https", "https:///s3cr3t"), None);
}

#[test]
fn people_and_their_devices_are_not_kept() {
    for (protocol, endpoint) in [
        ("email", "jane@example.com"),
        ("email-json", "jane@example.com"),
        ("sms", "+15550100"),
        ("application", "arn:aws:sns:us-east-2:111122223333:endpoint/APNS/app/5f1a"),
        ("sqs", "jane@example.com"),
    ] {
        let draft = subscribed("PendingConfirmation", protocol, endpoint);
        assert!(draft.properties["Endpoint"].is_null(), "{protocol}");
        assert!(!format!("{draft:?}").contains(endpoint), "{draft:?}");
    }
    let queue = "arn:aws:sqs:us-east-2:111122223333:alerts";
    assert_eq!(subscribed("arn:aws:sns:us-east-2:111122223333:alerts:1", "sqs", queue).properties["Endpoint"], queue);
}

#[test]
fn pending_subscriptions_of_one_topic_have_ids_of_their_own_that_stay() {
    let jane = subscribed("PendingConfirmation", "email", "jane@example.com");
    let john = subscribed("PendingConfirmation", "email", "john@example.com");
    assert_ne!(jane.id, john.id);
    assert_eq!(jane.id, subscribed("PendingConfirmation", "email", "jane@example.com").id);
    assert_eq!(jane.state["Status"], "PENDING");
    assert!(jane.name.starts_with("alerts:pending-email-"), "{}", jane.name);
    assert_eq!(subscribed("Deleted", "email", "jane@example.com").state["Status"], "DELETED");
    let confirmed = subscribed("arn:aws:sns:us-east-2:111122223333:alerts:5f1a", "email", "jane@example.com");
    assert_eq!((confirmed.state["Status"].clone(), confirmed.name.as_str()), (json!("CONFIRMED"), "alerts:5f1a"));
    assert_eq!(confirmed.id.as_str(), "arn:aws:sns:us-east-2:111122223333:alerts:5f1a");
}

#[test]
fn attributes_are_text_and_their_defaults_those_of_the_api() {
    let (properties, state) = attributes(&told(&[]), "alerts").unwrap();
    assert_eq!(properties["SignatureVersion"], "1");
    assert_eq!(properties["TracingConfig"], "PassThrough");
    assert_eq!(properties["FifoTopic"], false);
    assert!(properties["KmsMasterKeyId"].is_null());
    assert_eq!(state["SubscriptionsConfirmed"], 1);
    assert_eq!(state["Policy"]["Version"], "2012-10-17");
    let (properties, _) = attributes(&told(&[("KmsMasterKeyId", "alias/aws/sns"), ("FifoTopic", "true")]), "alerts").unwrap();
    assert_eq!(properties["KmsMasterKeyId"], "alias/aws/sns");
    assert_eq!(properties["FifoTopic"], true);
    // A key that was taken away may stay behind as empty text.
    assert!(attributes(&told(&[("KmsMasterKeyId", "")]), "alerts").unwrap().0["KmsMasterKeyId"].is_null());
}

#[test]
fn half_an_answer_is_a_failure_and_never_an_open_or_closed_topic() {
    for missing in ["Policy", "SubscriptionsConfirmed", "SubscriptionsPending", "SubscriptionsDeleted"] {
        let mut told = told(&[]);
        told.remove(missing);
        assert_eq!(attributes(&told, "alerts").unwrap_err().outcome(), Outcome::Broken, "{missing}");
    }
    assert!(attributes(&told(&[("Policy", "{")]), "alerts").unwrap_err().reason.contains("alerts"));
    assert!(attributes(&told(&[("SubscriptionsPending", "many")]), "alerts").is_err());
}
