//! CloudTrail: the trails that log a region. One answer a region names them all, those at home elsewhere among them
//! ("shadow trails"): a region is logged by a trail whose home is another region or the organisation's account.
//!
//! A trail is a resource of its own in its home; wherever else it is seen it is a shadow. So each trail is judged once,
//! and each region knows what logs it, also where its trail's home is not audited. Events are never read.

mod map;
mod selectors;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Listing;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_cloudtrail::Client;
use futures::FutureExt as _;
use map::{LISTING, SELECTORS, SHADOW, STATUS, TRAIL};

/// Collects the types of CloudTrail.
pub struct CloudTrail;

#[async_trait::async_trait]
impl Service for CloudTrail {
    fn name(&self) -> &'static str {
        "cloudtrail"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        // Quotas of CloudTrail: ten a second for what reads trails.
        const { &[(LISTING, Pace::new(10, 10)), (STATUS, Pace::new(10, 10)), (SELECTORS, Pace::new(10, 10))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let answer = cx.call(LISTING, || client.describe_trails().include_shadow_trails(true).send()).await;
        let trails = match answer.and_then(|answer| answer.trail_list.ok_or_else(|| Failure::empty(LISTING))) {
            Ok(items) => Listing { items, fault: None },
            Err(failure) => Listing { items: Vec::new(), fault: Some(failure) },
        };
        let mut trails = trails.read(LISTING, |trail| map::trail(trail, &cx.place));
        let mut found = Yield::default();
        for (resource_type, is_shadow) in [(TRAIL, false), (SHADOW, true)] {
            let (mine, rest) = trails.items.into_iter().partition(|trail| trail.is_shadow == is_shadow);
            trails.items = rest;
            if !cx.request.needs.wants_type(resource_type) {
                continue;
            }
            let listing: Listing<map::Trail> = Listing { items: mine, fault: trails.fault.clone() };
            found.listed(cx, resource_type, LISTING, &listing);
            let drafts = cx.each("trails", listing.items, |trail| hydrate(cx, client.clone(), resource_type, trail.draft).boxed()).await;
            for draft in drafts.into_iter().flatten() {
                found.enter(cx, draft);
            }
        }
        found
    }
}

/// Asks for what is wanted of one trail, by its ARN: names mean nothing outside a trail's home.
async fn hydrate(cx: &Scope<'_>, client: Client, resource_type: &'static str, mut trail: Draft) -> Option<Draft> {
    let arn = trail.id.to_string();
    if cx.wants(resource_type, STATUS) {
        let answer = cx.call(STATUS, || client.get_trail_status().name(arn.as_str()).send()).await;
        let answer = answer.and_then(|answer| if answer.is_logging.is_some() { Ok(answer) } else { Err(Failure::empty(STATUS)) });
        trail.take(STATUS, answer, |trail, answer| map::status(&answer, trail))?;
    }
    if cx.wants(resource_type, SELECTORS) {
        let answer = cx.call(SELECTORS, || client.get_event_selectors().trail_name(arn.as_str()).send()).await;
        trail.take(SELECTORS, answer, |trail, answer| {
            let events = selectors::management_events(answer.event_selectors(), answer.advanced_event_selectors());
            trail.state.put("ManagementEvents", events);
        })?;
    }
    Some(trail)
}
