//! AWS Backup: plans, what they select, and what was saved.
//!
//! Whether a resource is in a plan is decided by rules from the selections themselves: the API has no call that says it.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_backup::Client;
use futures::FutureExt as _;
use map::{PLAN, PROTECTED, Plan, SELECTION};

/// Collects the types of AWS Backup.
pub struct Backup;

const PLANS: &str = "backup:ListBackupPlans";
const GET_PLAN: &str = "backup:GetBackupPlan";
const SELECTIONS: &str = "backup:ListBackupSelections";
const GET_SELECTION: &str = "backup:GetBackupSelection";
const PROTECTED_RESOURCES: &str = "backup:ListProtectedResources";

/// The most that a page holds.
const PAGE: i32 = 1000;

#[async_trait::async_trait]
impl Service for Backup {
    fn name(&self) -> &'static str {
        "backup"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        const { &[(SELECTIONS, Pace::new(10, 10)), (GET_PLAN, Pace::new(10, 10)), (GET_SELECTION, Pace::new(10, 10))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let wants = |resource_type| cx.request.needs.wants_type(resource_type);
        let mut found = Yield::default();
        if wants(PLAN) || wants(SELECTION) {
            let plans = plans(cx, &client).await;
            if wants(SELECTION) {
                selections(cx, &client, &plans, &mut found).await;
            }
            if wants(PLAN) {
                found.listed(cx, PLAN, PLANS, &plans);
                let plans = cx.each("backup plans", plans.items, |plan| hydrate(cx, client.clone(), plan).boxed()).await;
                for plan in plans.into_iter().flatten() {
                    found.enter(cx, plan);
                }
            }
        }
        if wants(PROTECTED) {
            protected(cx, &client, &mut found).await;
        }
        found
    }
}

/// Plans that were deleted are not in the answer unless they are asked for.
async fn plans(cx: &Scope<'_>, client: &Client) -> Listing<Plan> {
    cx.list(PLANS, |token| {
        let request = client.list_backup_plans().max_results(PAGE).set_next_token(token);
        async {
            let answer = request.send().await?;
            Ok(Page { items: answer.backup_plans_list, next: answer.next_token })
        }
    })
    .await
    .read(PLANS, map::plan)
}

async fn hydrate(cx: &Scope<'_>, client: Client, plan: Plan) -> Option<Draft> {
    let mut draft = plan.draft;
    if cx.wants(PLAN, GET_PLAN) {
        let answer = cx.call(GET_PLAN, || client.get_backup_plan().backup_plan_id(&plan.id).send()).await;
        let answer = answer.and_then(|answer| answer.backup_plan.ok_or_else(|| Failure::empty(GET_PLAN)));
        draft.take(GET_PLAN, answer, |draft, answer| map::rules(&answer, &mut draft.properties))?;
    }
    Some(draft)
}

async fn selections(cx: &Scope<'_>, client: &Client, plans: &Listing<Plan>, found: &mut Yield) {
    found.listed_under(cx, SELECTION, SELECTIONS, PLANS, plans);
    for plan in &plans.items {
        let listing = cx
            .list(SELECTIONS, |token| {
                let request = client.list_backup_selections().backup_plan_id(&plan.id).max_results(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.backup_selections_list, next: answer.next_token })
                }
            })
            .await
            .read(SELECTIONS, |selection| map::selection(selection, plan));
        // The plan is gone meanwhile, and its selections with it.
        if listing.fault.as_ref().is_some_and(Failure::vanished) {
            continue;
        }
        found.listed(cx, SELECTION, SELECTIONS, &listing);
        let drafts = cx.each("backup selections", listing.items, |draft| select(cx, client.clone(), plan, draft).boxed()).await;
        for draft in drafts.into_iter().flatten() {
            found.enter(cx, draft);
        }
    }
}

async fn select(cx: &Scope<'_>, client: Client, plan: &Plan, mut draft: Draft) -> Option<Draft> {
    if cx.wants(SELECTION, GET_SELECTION) {
        let id = draft.state["SelectionId"].as_str().unwrap_or_default().to_owned();
        let answer = cx.call(GET_SELECTION, || client.get_backup_selection().backup_plan_id(&plan.id).selection_id(&id).send()).await;
        let answer = answer.and_then(|answer| answer.backup_selection.ok_or_else(|| Failure::empty(GET_SELECTION)));
        draft.take(GET_SELECTION, answer, |draft, answer| map::selected(&answer, &mut draft.properties))?;
    }
    Some(draft)
}

async fn protected(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let listing = cx
        .list(PROTECTED_RESOURCES, |token| {
            let request = client.list_protected_resources().max_results(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.results, next: answer.next_token })
            }
        })
        .await
        .read(PROTECTED_RESOURCES, |resource| map::protected(resource, &cx.place.account));
    found.listed(cx, PROTECTED, PROTECTED_RESOURCES, &listing);
    for resource in listing.items {
        found.enter(cx, resource);
    }
}
