//! What Lambda polls for functions: all mappings of a region in one listing.

use super::map::{self, EVENT_SOURCE, EVENT_SOURCES};
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_lambda::Client;

/// The most mappings that a page holds (API reference of ListEventSourceMappings: more are cut to 100).
const PAGE: i32 = 100;

/// The event source mappings of a region.
pub async fn event_sources(cx: &Scope<'_>, client: &Client) -> Yield {
    let mappings = cx
        .list(EVENT_SOURCES, |marker| {
            let request = client.list_event_source_mappings().max_items(PAGE).set_marker(marker);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.event_source_mappings, next: answer.next_marker })
            }
        })
        .await
        .read(EVENT_SOURCES, |mapping| map::event_source(mapping, |id| cx.arn("lambda", &format!("event-source-mapping:{id}"))));
    let mut found = Yield::default();
    found.listed(cx, EVENT_SOURCE, EVENT_SOURCES, &mappings);
    for mapping in mappings.items {
        found.enter(cx, mapping);
    }
    found
}
