//! SNS topics and subscriptions: a listing of each, and one call a topic.
//!
//! Subscriptions are listed once a region: `ListSubscriptionsByTopic` would be a call a topic and bring the same.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::collect::aws::whole::Whole;
use aws_sdk_sns::Client;
use futures::FutureExt as _;
use map::{ATTRIBUTES, SUBSCRIPTION, SUBSCRIPTIONS, TOPIC, TOPICS};

/// Collects `AWS::SNS::Topic` and `AWS::SNS::Subscription`.
pub struct Sns;

/// SNS's quotas give 30 a second to each listing. A page holds a hundred.
const PACES: &[(&str, Pace)] = &[(TOPICS, Pace::new(20, 20)), (SUBSCRIPTIONS, Pace::new(20, 20)), (ATTRIBUTES, Pace::new(50, 50))];

#[async_trait::async_trait]
impl Service for Sns {
    fn name(&self) -> &'static str {
        "sns"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::from_conf(aws_sdk_sns::config::Builder::from(cx.sdk()).interceptor(Whole::Xml).build());
        let mut found = Yield::default();
        if cx.request.needs.wants_type(TOPIC) {
            topics(cx, &client, &mut found).await;
        }
        if cx.request.needs.wants_type(SUBSCRIPTION) {
            subscriptions(cx, &client, &mut found).await;
        }
        found
    }
}

async fn topics(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let topics = cx
        .list(TOPICS, |token| {
            let request = client.list_topics().set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.topics, next: answer.next_token })
            }
        })
        .await
        .read(TOPICS, map::topic);
    found.listed(cx, TOPIC, TOPICS, &topics);
    let topics = cx.each("topics", topics.items, |topic| hydrate(cx, client.clone(), topic).boxed()).await;
    for topic in topics.into_iter().flatten() {
        found.enter(cx, topic);
    }
}

/// Asks for what is wanted of one topic; none where it is gone meanwhile.
async fn hydrate(cx: &Scope<'_>, client: Client, mut topic: Draft) -> Option<Draft> {
    if cx.wants(TOPIC, ATTRIBUTES) {
        let arn = topic.id.to_string();
        let answer = cx.call(ATTRIBUTES, || client.get_topic_attributes().topic_arn(&arn).send()).await;
        let answer = answer.and_then(|answer| answer.attributes.ok_or_else(|| Failure::empty(ATTRIBUTES)));
        let answer = answer.and_then(|attributes| map::attributes(&attributes, &topic.name));
        topic.take(ATTRIBUTES, answer, |topic, (properties, state)| {
            topic.properties.extend(properties);
            topic.state.extend(state);
        })?;
    }
    Some(topic)
}

async fn subscriptions(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let subscriptions = cx
        .list(SUBSCRIPTIONS, |token| {
            let request = client.list_subscriptions().set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.subscriptions, next: answer.next_token })
            }
        })
        .await
        .read(SUBSCRIPTIONS, map::subscription);
    found.listed(cx, SUBSCRIPTION, SUBSCRIPTIONS, &subscriptions);
    subscriptions.items.into_iter().for_each(|subscription| found.enter(cx, subscription));
}
