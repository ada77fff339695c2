//! Budgets keep what rules ask for, and no person's address.

use super::*;
use aws_sdk_budgets::types::{BudgetType, CalculatedSpend, ComparisonOperator, NotificationType, Spend, TimeUnit};

fn spend(amount: &str) -> Spend {
    Spend::builder().amount(amount).unit("USD").build().unwrap()
}

fn monthly() -> aws_sdk_budgets::types::builders::BudgetBuilder {
    Budget::builder().budget_name("dev").budget_type(BudgetType::Cost).time_unit(TimeUnit::Monthly)
}

fn notified() -> Notification {
    let notification = Notification::builder().notification_type(NotificationType::Actual).threshold(80.0);
    notification.comparison_operator(ComparisonOperator::GreaterThan).build().unwrap()
}

fn subscribed(kind: SubscriptionType, address: &str) -> Subscriber {
    Subscriber::builder().subscription_type(kind).address(address).build().unwrap()
}

#[test]
fn amounts_stay_text_until_they_are_decimals() {
    let calculated = CalculatedSpend::builder().actual_spend(spend("3.10")).build();
    let budget = draft(&monthly().budget_limit(spend("12.0")).calculated_spend(calculated).build().unwrap(), "arn".into());
    assert_eq!(budget.properties["Budget"]["BudgetLimit"], json!({ "Amount": "12.0", "Unit": "USD" }));
    assert_eq!(budget.state["ActualSpend"], "3.10");
    // Too young to forecast: absent, not zero.
    assert!(budget.state["ForecastedSpend"].is_null());
    assert_eq!(budget.properties["Budget"]["Filtered"], false);
}

#[test]
#[expect(deprecated, reason = "older budgets answer so")]
fn a_budget_with_filters_counts_a_part_of_the_bill() {
    let budget = monthly().cost_filters("Service", vec!["Amazon DynamoDB".into()]).build().unwrap();
    assert_eq!(draft(&budget, "arn".into()).properties["Budget"]["Filtered"], true);
}

#[test]
fn addresses_of_people_end_here_and_topics_stay() {
    let topic = "arn:aws:sns:us-east-1:111122223333:billing";
    let subscribers = vec![subscribed(SubscriptionType::Email, "ann@example.com"), subscribed(SubscriptionType::Sns, topic)];
    let told = notification(&notified(), Some(subscribers));
    assert_eq!(told["Subscribers"], json!([{ "SubscriptionType": "EMAIL" }, { "SubscriptionType": "SNS", "Address": topic }]));
    assert!(!told.to_string().contains("ann@"));
}

#[test]
fn subscribers_that_were_not_asked_for_are_absent_and_not_none() {
    let told = notification(&notified(), None);
    assert!(told.get("Subscribers").is_none());
    assert_eq!(told["Notification"]["ThresholdType"], "PERCENTAGE");
}

#[test]
fn who_hears_of_a_budget_is_told_over_all_notifications() {
    let (mail, topic) = (|who: &str| subscribed(SubscriptionType::Email, who), |arn: &str| subscribed(SubscriptionType::Sns, arn));
    let mut budget = draft(&monthly().build().unwrap(), "arn".into());
    hear(&mut budget, &[vec![mail("ann@example.com"), topic("arn:b")], vec![topic("arn:a"), topic("arn:b")], vec![]]);
    assert_eq!(budget.state["MailSubscribers"], 1);
    assert_eq!(budget.state["SubscribedTopics"], json!(["arn:a", "arn:b"]));
}
