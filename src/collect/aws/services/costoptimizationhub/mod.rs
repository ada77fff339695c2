//! Cost Optimization Hub: what AWS itself recommends, where somebody enrolled the account. It is imported, not worked out again.

mod map;

use super::Service;
use crate::collect::aws::failure::{Failure, Kind};
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::Outcome;
use aws_sdk_costoptimizationhub::Client;
use aws_sdk_costoptimizationhub::config::Region;
use map::RECOMMENDATION;

/// Collects `Ledgerline::Cost::Recommendation`.
pub struct CostOptimizationHub;

const LISTING: &str = "cost-optimization-hub:ListRecommendations";
const PAGE: i32 = 1_000;

#[async_trait::async_trait]
impl Service for CostOptimizationHub {
    fn name(&self) -> &'static str {
        "costoptimizationhub"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        const { &[(LISTING, Pace::new(2, 5))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        // It lives in one region.
        let config = aws_sdk_costoptimizationhub::config::Builder::from(cx.sdk()).region(Region::new("us-east-1")).build();
        let client = Client::from_conf(config);
        let mut listing = cx
            .list(LISTING, |token| {
                let request = client.list_recommendations().max_results(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.items, next: answer.next_token })
                }
            })
            .await
            .read(LISTING, map::recommendation);
        listing.fault = listing.fault.map(understood);
        let mut found = Yield::default();
        found.listed(cx, RECOMMENDATION, LISTING, &listing);
        for draft in listing.items {
            found.enter(cx, draft);
        }
        found
    }
}

/// An account that is not enrolled is refused with words of its own: no permission is missing.
fn understood(failure: Failure) -> Failure {
    let words = failure.reason.to_ascii_lowercase();
    let not_enrolled = words.contains("not enrolled") || words.contains("not opted in");
    if not_enrolled { Failure { kind: Kind::Fault(Outcome::NotEnabled), permission: None, ..failure } } else { failure }
}
