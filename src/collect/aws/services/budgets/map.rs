//! Budgets in CloudFormation's words.
//!
//! Subscribers may be people: of an e-mail subscriber only the fact is kept, its address ends here.

use crate::collect::aws::draft::{Draft, Object, time};
use crate::collect::aws::scope::Scope;
use aws_sdk_budgets::types::{Budget, Notification, Subscriber, SubscriptionType, ThresholdType};
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// The type's name.
pub const BUDGET: &str = "AWS::Budgets::Budget";

/// One budget; none where the answer lacks its name.
pub fn budget(budget: &Budget, cx: &Scope<'_>) -> Option<Draft> {
    let name = budget.budget_name();
    // ARNs of budgets name no region (Service Authorization Reference of AWS Budgets).
    (!name.is_empty()).then(|| draft(budget, cx.arn("budgets", &format!("budget/{name}"))))
}

fn draft(budget: &Budget, arn: String) -> Draft {
    let name = budget.budget_name();
    let mut draft = Draft::new(BUDGET, arn, name);
    let mut into = Object::default();
    into.put("BudgetName", name);
    into.put("BudgetType", budget.budget_type().as_str());
    into.put("TimeUnit", budget.time_unit().as_str());
    into.put_some("BudgetLimit", budget.budget_limit().map(|limit| json!({ "Amount": limit.amount(), "Unit": limit.unit() })));
    into.put("Filtered", is_filtered(budget));
    into.put("AutoAdjusting", budget.auto_adjust_data().is_some());
    draft.properties.put("Budget", into.done());
    let spend = budget.calculated_spend();
    let actual = spend.and_then(|spend| spend.actual_spend());
    draft.state.put_some("ActualSpend", actual.map(|spend| spend.amount()));
    draft.state.put_some("SpendUnit", actual.map(|spend| spend.unit()));
    draft.state.put_some("ForecastedSpend", spend.and_then(|spend| spend.forecasted_spend()).map(|spend| spend.amount()));
    draft.state.put_some("PeriodStart", time(budget.time_period().and_then(|period| period.start())));
    draft.state.put_some("PeriodEnd", time(budget.time_period().and_then(|period| period.end())));
    draft.state.put_some("HealthStatus", budget.health_status().and_then(|health| health.status()).map(|status| status.as_str()));
    draft
}

/// Whether it counts a part of the bill only.
#[expect(deprecated, reason = "budgets that were made with cost filters still answer with them, and the newer expression beside")]
fn is_filtered(budget: &Budget) -> bool {
    budget.filter_expression().is_some() || budget.cost_filters().is_some_and(|filters| !filters.is_empty())
}

/// Enters the notifications.
pub fn notify(budget: &mut Draft, notifications: Value) {
    budget.properties.put("NotificationsWithSubscribers", notifications);
}

/// Enters who hears of a budget by any of its notifications.
pub fn hear(budget: &mut Draft, subscribers: &[Vec<Subscriber>]) {
    let (topics, people): (Vec<&Subscriber>, Vec<_>) =
        subscribers.iter().flatten().partition(|subscriber| *subscriber.subscription_type() == SubscriptionType::Sns);
    let topics: std::collections::BTreeSet<&str> = topics.into_iter().map(Subscriber::address).collect();
    budget.state.put("MailSubscribers", people.len());
    budget.state.put("SubscribedTopics", topics.into_iter().collect::<Vec<_>>());
}

/// One notification, with its subscribers where they were asked for.
pub fn notification(notification: &Notification, subscribers: Option<Vec<Subscriber>>) -> Value {
    let mut told = Object::default();
    told.put(
        "Notification",
        json!({
            "NotificationType": notification.notification_type().as_str(),
            "ComparisonOperator": notification.comparison_operator().as_str(),
            "Threshold": notification.threshold(),
            // API reference of Notification: "the default threshold type is PERCENTAGE".
            "ThresholdType": notification.threshold_type().unwrap_or(&ThresholdType::Percentage).as_str(),
        }),
    );
    told.put_some("Subscribers", subscribers.map(|all| all.iter().map(subscriber).collect::<Value>()));
    told.done()
}

fn subscriber(subscriber: &Subscriber) -> Value {
    let mut told = Object::default();
    told.put("SubscriptionType", subscriber.subscription_type().as_str());
    let topic = *subscriber.subscription_type() == SubscriptionType::Sns;
    told.put_some("Address", topic.then(|| subscriber.address()));
    told.done()
}
