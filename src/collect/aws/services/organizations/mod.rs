//! AWS Organizations: the organisation that the account belongs to, where it belongs to one.

mod map;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::aws::failure::Kind;
    use crate::model::Outcome;
    use aws_sdk_organizations::types::{Organization, OrganizationFeatureSet};

    #[test]
    fn an_account_is_alone_only_where_aws_says_so() {
        let coded = |outcome, code: &str| {
            Err(Failure { kind: Kind::Fault(outcome), code: Some(code.into()), reason: "said so".into(), permission: None })
        };
        assert!(listing(coded(Outcome::Broken, "AWSOrganizationsNotInUseException")).fault.is_none());
        assert!(listing(coded(Outcome::Denied, "AccessDeniedException")).fault.is_some());
    }

    #[test]
    fn the_address_of_the_management_account_is_not_kept() {
        let told = Organization::builder()
            .id("o-a1b2c3d4e5")
            .arn("arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5")
            .feature_set(OrganizationFeatureSet::All)
            .master_account_id("111122223333")
            .master_account_email("planted@example.com")
            .build();
        let draft = map::organization(&told).unwrap();
        assert_eq!(draft.properties["FeatureSet"], "ALL");
        assert_eq!(draft.state["ManagementAccountId"], "111122223333");
        assert!(!format!("{draft:?}").contains("planted"));
    }
}
