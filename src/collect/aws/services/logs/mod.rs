//! CloudWatch Logs: the log groups of a region, fifty a page, and not one call more.

mod map;

use super::Service;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::Resource;
use aws_sdk_cloudwatchlogs::Client;
use map::LOG_GROUP;

/// Collects `AWS::Logs::LogGroup`.
pub struct Logs;

const LIST: &str = "logs:DescribeLogGroups";

/// The most that a page holds.
const PAGE: i32 = 50;

#[async_trait::async_trait]
impl Service for Logs {
    fn name(&self) -> &'static str {
        "logs"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        // Ten a second are documented, with no word on bursts; pages come one after another and seldom faster.
        const { &[(LIST, Pace::new(10, 20))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let groups = cx
            .list(LIST, |token| {
                let request = client.describe_log_groups().limit(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.log_groups, next: answer.next_token })
                }
            })
            .await
            .read(LIST, |group| map::log_group(group, &cx.place));
        let mut found = Yield::default();
        found.listed(cx, LOG_GROUP, LIST, &groups);
        found.resources =
            groups.items.iter().map(|group| Resource::from_record(group, cx.request.catalogue, cx.request.interner)).collect();
        found
    }
}
