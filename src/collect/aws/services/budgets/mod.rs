//! AWS Budgets: the budgets of the account, who is told about each, and when.
//!
//! Three calls bring what CloudFormation writes in one place: the budgets, the notifications of each, the subscribers of each
//! notification. One call for the notifications of all budgets exists (`DescribeBudgetNotificationsForAccount`), but names
//! them by budget name only, and half of it would leave every budget unknown; an account has few budgets.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_budgets::Client;
use aws_sdk_budgets::types::{Notification, Subscriber};
use futures::FutureExt as _;
use map::BUDGET;

/// Collects `AWS::Budgets::Budget`.
pub struct Budgets;

const LISTING: &str = "budgets:DescribeBudgets";
const NOTIFICATIONS: &str = "budgets:DescribeNotificationsForBudget";
const SUBSCRIBERS: &str = "budgets:DescribeSubscribersForNotification";

/// The most that a page holds.
const PAGE: i32 = 100;

/// Budgets names no figures; a few a second is what its console asks for.
const PACES: &[(&str, Pace)] = &[(LISTING, Pace::new(5, 10)), (NOTIFICATIONS, Pace::new(5, 10)), (SUBSCRIBERS, Pace::new(5, 10))];

#[async_trait::async_trait]
impl Service for Budgets {
    fn name(&self) -> &'static str {
        "budgets"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let account = cx.place.account.as_str();
        let budgets = cx
            .list(LISTING, |token| {
                let request = client.describe_budgets().account_id(account).show_filter_expression(true);
                let request = request.max_results(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.budgets, next: answer.next_token })
                }
            })
            .await
            .read(LISTING, |budget| map::budget(budget, cx));
        let mut found = Yield::default();
        found.listed(cx, BUDGET, LISTING, &budgets);
        let budgets = cx.each("budgets", budgets.items, |budget| hydrate(cx, client.clone(), budget).boxed()).await;
        for budget in budgets.into_iter().flatten() {
            found.enter(cx, budget);
        }
        found
    }
}

/// Asks for what is wanted of one budget; none where it is gone meanwhile.
async fn hydrate(cx: &Scope<'_>, client: Client, mut budget: Draft) -> Option<Draft> {
    if !cx.wants(BUDGET, NOTIFICATIONS) {
        return Some(budget);
    }
    let notifications = notifications(cx, &client, &budget.name).await;
    if !cx.wants(BUDGET, SUBSCRIBERS) {
        budget.take(NOTIFICATIONS, notifications, |budget, notifications| {
            let told = notifications.iter().map(|notification| map::notification(notification, None)).collect();
            map::notify(budget, told);
        })?;
        return Some(budget);
    }
    let told = match &notifications {
        Ok(notifications) => subscribers(cx, &client, &budget.name, notifications).await,
        Err(failure) => Err(failure.clone()),
    };
    let subscribers = told.as_ref().ok().cloned();
    budget.take(NOTIFICATIONS, notifications, |budget, notifications| {
        let mut subscribers = subscribers.into_iter().flatten();
        map::notify(budget, notifications.iter().map(|notification| map::notification(notification, subscribers.next())).collect());
    })?;
    budget.take(SUBSCRIBERS, told, |budget, told| map::hear(budget, &told))?;
    Some(budget)
}

async fn notifications(cx: &Scope<'_>, client: &Client, name: &str) -> Result<Vec<Notification>, Failure> {
    let account = cx.place.account.as_str();
    let listing = cx
        .list(NOTIFICATIONS, |token| {
            let request = client.describe_notifications_for_budget().account_id(account).budget_name(name);
            let request = request.max_results(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.notifications, next: answer.next_token })
            }
        })
        .await;
    listing.whole()
}

/// The subscribers of each notification, in the notifications' order.
async fn subscribers(cx: &Scope<'_>, client: &Client, name: &str, notifications: &[Notification]) -> Result<Vec<Vec<Subscriber>>, Failure> {
    let account = cx.place.account.as_str();
    let mut told = Vec::with_capacity(notifications.len());
    for notification in notifications {
        let listing = cx
            .list(SUBSCRIBERS, |token| {
                let request = client.describe_subscribers_for_notification().account_id(account).budget_name(name);
                let request = request.notification(notification.clone()).max_results(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.subscribers, next: answer.next_token })
                }
            })
            .await;
        told.push(listing.whole()?);
    }
    Ok(told)
}
