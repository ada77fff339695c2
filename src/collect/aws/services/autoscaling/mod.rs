//! Application Auto Scaling: the targets and policies of tables, indexes and functions.
//!
//! The API lists one service's targets at a time. Two services of the deployment have something to scale; the others would
//! be requests for nothing.

mod map;

use super::Service;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::{ScalingPolicy, ServiceNamespace};
use map::{Moved, POLICY, TARGET};
use serde_json::{Value, json};

/// Collects scalable targets and scaling policies.
pub struct Autoscaling;

const TARGETS: &str = "application-autoscaling:DescribeScalableTargets";
const POLICIES: &str = "application-autoscaling:DescribeScalingPolicies";

const NAMESPACES: [ServiceNamespace; 2] = [ServiceNamespace::Dynamodb, ServiceNamespace::Lambda];

/// The most that a page holds (API reference of both calls).
const PAGE: i32 = 50;

#[async_trait::async_trait]
impl Service for Autoscaling {
    fn name(&self) -> &'static str {
        "autoscaling"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        const { &[(TARGETS, Pace::new(5, 5)), (POLICIES, Pace::new(5, 5))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut found = Yield::default();
        // Both types need them: they are asked for once.
        let policies = if cx.request.needs.wants_type(POLICY) || cx.wants(TARGET, POLICIES) {
            policies(cx, &client).await
        } else {
            Listing { items: Vec::new(), fault: None }
        };
        if cx.request.needs.wants_type(TARGET) {
            targets(cx, &client, &policies, &mut found).await;
        }
        if cx.request.needs.wants_type(POLICY) {
            found.listed(cx, POLICY, POLICIES, &policies);
            for policy in &policies.items {
                found.enter(cx, map::policy(policy));
            }
        }
        found
    }
}

async fn targets(cx: &Scope<'_>, client: &Client, policies: &Listing<ScalingPolicy>, found: &mut Yield) {
    let mut listing = Listing { items: Vec::new(), fault: None };
    for namespace in NAMESPACES {
        let part = cx
            .list(TARGETS, |token| {
                let request =
                    client.describe_scalable_targets().service_namespace(namespace.clone()).max_results(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.scalable_targets, next: answer.next_token })
                }
            })
            .await;
        listing.items.extend(part.items);
        listing.fault = listing.fault.or(part.fault);
    }
    found.listed(cx, TARGET, TARGETS, &listing);
    let moved: Result<Vec<Moved>, Failure> = match &policies.fault {
        Some(fault) => Err(fault.clone()),
        None => Ok(policies.items.iter().map(map::moved).collect()),
    };
    if cx.wants(TARGET, POLICIES) {
        found.coverage.add(cx.row(TARGET, POLICIES, moved.as_ref().map(|_| 0)));
    }
    for target in &listing.items {
        let mut draft = map::target(target);
        if cx.wants(TARGET, POLICIES) {
            draft.take(POLICIES, moved.clone(), |draft, moved| {
                let mine = moved.into_iter().filter(|moved| moved.target == draft.name);
                let mine = mine.map(|Moved { policy: (name, kind), .. }| json!({ "PolicyName": name, "PolicyType": kind }));
                let mine: Value = mine.collect();
                draft.state.put("ScalingPolicies", mine);
            });
        }
        found.enter(cx, draft);
    }
}

async fn policies(cx: &Scope<'_>, client: &Client) -> Listing<ScalingPolicy> {
    let mut listing = Listing { items: Vec::new(), fault: None };
    for namespace in NAMESPACES {
        let part = cx
            .list(POLICIES, |token| {
                let request =
                    client.describe_scaling_policies().service_namespace(namespace.clone()).max_results(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.scaling_policies, next: answer.next_token })
                }
            })
            .await;
        listing.items.extend(part.items);
        listing.fault = listing.fault.or(part.fault);
    }
    listing
}
