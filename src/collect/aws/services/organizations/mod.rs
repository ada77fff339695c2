//! AWS Organizations: the organisation that the account belongs to, where it belongs to one.

mod map;

#[cfg(test)]
mod tests;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Listing;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_organizations::Client;
use map::{LISTING, ORGANIZATION};

/// Collects `AWS::Organizations::Organization`.
pub struct Organizations;

#[async_trait::async_trait]
impl Service for Organizations {
    fn name(&self) -> &'static str {
        "organizations"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        // Any account of an organisation may ask, all of them from one small budget.
        const { &[(LISTING, Pace::new(2, 2))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let answer = cx.call(LISTING, || client.describe_organization().send()).await;
        let listing = listing(
            answer.and_then(|answer| answer.organization.as_ref().and_then(map::organization).ok_or_else(|| Failure::empty(LISTING))),
        );
        let mut found = Yield::default();
        found.listed(cx, ORGANIZATION, LISTING, &listing);
        for organization in listing.items {
            found.enter(cx, organization);
        }
        found
    }
}

/// One organisation or none. That there is none AWS says with a code of its own; anything else is not known.
fn listing(answer: Result<Draft, Failure>) -> Listing<Draft> {
    match answer {
        Ok(organization) => Listing { items: vec![organization], fault: None },
        Err(failure) if failure.is("AWSOrganizationsNotInUseException") => Listing { items: Vec::new(), fault: None },
        Err(failure) => Listing { items: Vec::new(), fault: Some(failure) },
    }
}
