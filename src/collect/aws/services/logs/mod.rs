//! CloudWatch Logs: the log groups of a region, fifty a page, its metric filters and its policies, and not one call more.
//!
//! Two things can only be asked group by group: what a group sends elsewhere, and when it last took something in. An account
//! may have hundreds of thousands of groups, so both are asked only where a rule that was asked for by name reads them.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::OrderBy;
use futures::FutureExt as _;
use map::{LOG_GROUP, METRIC_FILTER, RESOURCE_POLICY, SUBSCRIPTION_FILTER};

/// Collects the types of CloudWatch Logs.
pub struct Logs;

const GROUPS: &str = "logs:DescribeLogGroups";
const STREAMS: &str = "logs:DescribeLogStreams";
const METRIC_FILTERS: &str = "logs:DescribeMetricFilters";
const POLICIES: &str = "logs:DescribeResourcePolicies";
const SUBSCRIPTIONS: &str = "logs:DescribeSubscriptionFilters";

/// The most that a page holds.
const PAGE: i32 = 50;

/// Service quotas, with no word on bursts; pages come one after another and seldom faster.
const PACES: &[(&str, Pace)] = &[
    (GROUPS, Pace::new(10, 20)),
    (STREAMS, Pace::new(25, 25)),
    (METRIC_FILTERS, Pace::new(5, 5)),
    (POLICIES, Pace::new(5, 5)),
    (SUBSCRIPTIONS, Pace::new(5, 5)),
];

#[async_trait::async_trait]
impl Service for Logs {
    fn name(&self) -> &'static str {
        "logs"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut found = Yield::default();
        if cx.wants(LOG_GROUP, GROUPS) || cx.wants(SUBSCRIPTION_FILTER, GROUPS) {
            groups(cx, &client, &mut found).await;
        }
        if cx.wants(METRIC_FILTER, METRIC_FILTERS) {
            metric_filters(cx, &client, &mut found).await;
        }
        if cx.wants(RESOURCE_POLICY, POLICIES) {
            policies(cx, &client, &mut found).await;
        }
        found
    }
}

/// The groups, and what hangs on each of them where it is wanted.
async fn groups(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let groups = cx
        .list(GROUPS, |token| {
            let request = client.describe_log_groups().limit(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.log_groups, next: answer.next_token })
            }
        })
        .await
        .read(GROUPS, map::log_group);
    if cx.wants(SUBSCRIPTION_FILTER, SUBSCRIPTIONS) {
        subscriptions(cx, client, &groups, found).await;
    }
    if !cx.wants(LOG_GROUP, GROUPS) {
        return;
    }
    found.listed(cx, LOG_GROUP, GROUPS, &groups);
    let groups = cx.each("log groups", groups.items, |group| hydrate(cx, client.clone(), group).boxed()).await;
    for group in groups.into_iter().flatten() {
        found.enter(cx, group);
    }
}

/// Asks for what is wanted of one group; none where it is gone meanwhile.
async fn hydrate(cx: &Scope<'_>, client: Client, mut group: Draft) -> Option<Draft> {
    if cx.wants(LOG_GROUP, STREAMS) {
        let request = || client.describe_log_streams().log_group_name(group.name.as_str()).order_by(OrderBy::LastEventTime);
        let answer = cx.call(STREAMS, || request().descending(true).limit(1).send()).await;
        let answer = answer.and_then(|answer| answer.log_streams.ok_or_else(|| Failure::empty(STREAMS)));
        group.take(STREAMS, answer, |group, streams| {
            let last = streams.iter().filter_map(|stream| stream.last_event_timestamp()).max();
            group.state.put_some("LastEventAt", last.and_then(map::at));
        })?;
    }
    Some(group)
}

/// The subscription filters of each group.
async fn subscriptions(cx: &Scope<'_>, client: &Client, groups: &Listing<Draft>, found: &mut Yield) {
    found.listed_under(cx, SUBSCRIPTION_FILTER, SUBSCRIPTIONS, GROUPS, groups);
    let names: Vec<String> = groups.items.iter().map(|group| group.name.clone()).collect();
    let listings = cx.each("subscriptions", names, |name| of_group(cx, client.clone(), name).boxed()).await;
    for listing in listings {
        // A group that is gone meanwhile sends nothing.
        if listing.fault.as_ref().is_some_and(Failure::vanished) {
            continue;
        }
        enter(cx, found, SUBSCRIPTION_FILTER, SUBSCRIPTIONS, listing);
    }
}

async fn of_group(cx: &Scope<'_>, client: Client, group: String) -> Listing<Draft> {
    let listing = cx
        .list(SUBSCRIPTIONS, |token| {
            let request = client.describe_subscription_filters().log_group_name(group.as_str()).limit(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.subscription_filters, next: answer.next_token })
            }
        })
        .await;
    listing.read(SUBSCRIPTIONS, |filter| map::subscription_filter(filter, cx))
}

/// The metric filters of all groups.
async fn metric_filters(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let filters = cx
        .list(METRIC_FILTERS, |token| {
            let request = client.describe_metric_filters().limit(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.metric_filters, next: answer.next_token })
            }
        })
        .await
        .read(METRIC_FILTERS, |filter| map::metric_filter(filter, cx));
    enter(cx, found, METRIC_FILTER, METRIC_FILTERS, filters);
}

/// The policies of the account in this region.
async fn policies(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let policies = cx
        .list(POLICIES, |token| {
            let request = client.describe_resource_policies().limit(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.resource_policies, next: answer.next_token })
            }
        })
        .await
        .read(POLICIES, |policy| map::resource_policy(policy, cx));
    enter(cx, found, RESOURCE_POLICY, POLICIES, policies);
}

fn enter(cx: &Scope<'_>, found: &mut Yield, kind: &str, call: &str, listing: Listing<Draft>) {
    found.listed(cx, kind, call, &listing);
    for draft in listing.items {
        found.enter(cx, draft);
    }
}
