//! Which tag keys are activated for cost allocation. A key that is not has no values in any bill, whatever is tagged with it:
//! "all untagged" would be wrong. It changes seldom, so it is asked once a week.

use super::PRICE;
use super::ask::{client, last, pay, spend, understood, within};
use super::charge::Charge;
use super::map::ALLOCATION_TAGS;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::scope::Scope;
use crate::model::plane::TagStatus;
use aws_sdk_costexplorer::types::{CostAllocationTagStatus, CostAllocationTagType};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicU32;

/// How long an answer is good.
const FRESH: TimeDelta = TimeDelta::days(6);

/// The configured keys with their states: kept, or asked for and paid. A key that AWS does not list was never seen on anything
/// that costs, and cannot be active.
///
/// # Errors
/// Why they are not known: an account that does not pay for itself may not ask.
pub async fn ask(cx: &Scope<'_>) -> Result<Vec<TagStatus>, Failure> {
    let keys = cx.cost_tags();
    let now = cx.request.now;
    let request = cx.paid_request(ALLOCATION_TAGS, keys.join(","), PRICE, 1);
    if let Some(kept) = last::<Vec<TagStatus>>(cx, &request).await
        && kept.first().is_some_and(|tag| now - tag.observed_at < FRESH && tag.observed_at <= now)
    {
        return Ok(kept);
    }
    let charged = AtomicU32::new(0);
    let asked = async {
        let (client, pay) = (client(cx), || pay(cx, &charged));
        let answer = cx
            .call(ALLOCATION_TAGS, || {
                // Only the keys that are asked for, so that one page holds them.
                let request = client
                    .list_cost_allocation_tags()
                    .set_tag_keys(Some(keys.iter().map(ToString::to_string).collect()))
                    .r#type(CostAllocationTagType::UserDefined)
                    .max_results(1000);
                let (pay, charged) = (&pay, &charged);
                async move {
                    let charge = Charge::begin(pay);
                    let answer = request.send().await;
                    charge.end(&answer);
                    within(answer, charged, 1)
                }
            })
            .await
            .map_err(understood)?;
        let tags = answer.cost_allocation_tags.ok_or_else(|| Failure::empty(ALLOCATION_TAGS))?;
        let active: BTreeSet<&str> =
            tags.iter().filter(|tag| tag.status == CostAllocationTagStatus::Active).map(|tag| tag.tag_key.as_str()).collect();
        let status = |key: &arcstr::ArcStr| TagStatus {
            payer: cx.place.account.clone(),
            key: key.clone(),
            active: active.contains(key.as_str()),
            observed_at: now,
        };
        Ok(keys.iter().map(status).collect())
    };
    spend(cx, &request, &charged, asked).await
}
