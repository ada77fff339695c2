//! Budgets over the emulator, with the stand-in before it for the subscribers that the emulator does not tell.

use crate::support::moto::{self, Account};
use crate::support::report::{audited, collected, find, has, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const BUDGET: &str = "AWS::Budgets::Budget";
const LISTING: &str = "budgets:DescribeBudgets";
const NOTIFICATIONS: &str = "budgets:DescribeNotificationsForBudget";
const SUBSCRIBERS: &str = "budgets:DescribeSubscribersForNotification";

/// An account with a budget that tells of both, and one that tells of nothing.
fn two_budgets(stand_in: &StandIn) -> Account {
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    for (name, kinds) in [("dev", vec!["ACTUAL", "FORECASTED"]), ("mute", vec![])] {
        let notifications: Vec<Value> = kinds
            .iter()
            .map(|kind| {
                json!({"Notification": {"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0},
                    "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "ann@example.com"}]})
            })
            .collect();
        let budget =
            json!({"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "12", "Unit": "USD"}});
        let body = json!({"AccountId": account.id, "Budget": budget, "NotificationsWithSubscribers": notifications});
        account.json("budgets", "AWSBudgetServiceGateway", "CreateBudget", &body);
    }
    let subscribers = json!([{"SubscriptionType": "EMAIL", "Address": "ann@example.com"}]);
    stand_in.answer(Canned::json(SUBSCRIBERS, json!({"Subscribers": subscribers})).to(json!({"BudgetName": "dev"})));
    stand_in.forget_counts();
    account
}

#[test]
fn who_is_told_is_known_and_no_address_is_kept() {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = two_budgets(&stand_in);
    let resources = collected(&account, &["budgets-*"]);
    let dev = find(&resources, BUDGET, "dev");
    assert_eq!(dev["id"], format!("arn:aws:budgets::{}:budget/dev", account.id));
    assert_eq!(dev["properties"]["NotificationsWithSubscribers"][1]["Subscribers"], json!([{"SubscriptionType": "EMAIL"}]));
    assert_eq!((&dev["state"]["MailSubscribers"], &find(&resources, BUDGET, "mute")["state"]["MailSubscribers"]), (&json!(2), &json!(0)));
    assert!(!serde_json::to_string(&resources).unwrap().contains("ann@example.com"));
    // One page of budgets, one of notifications for each, one of subscribers for each notification.
    assert_eq!((stand_in.count(LISTING), stand_in.count(NOTIFICATIONS), stand_in.count(SUBSCRIBERS)), (1, 2, 2));
}

#[test]
fn a_budget_that_tells_nobody_fails_and_nothing_is_asked_that_no_rule_reads() {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = two_budgets(&stand_in);
    let rule = "budgets-budget-actual-notification-missing";
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has("dev", "pass"), has("mute", "fail")]);
    assert_eq!((stand_in.count(NOTIFICATIONS), stand_in.count(SUBSCRIBERS)), (2, 0));
}

#[test]
fn subscribers_that_may_not_be_read_are_unknown_and_the_rest_is_known() {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = two_budgets(&stand_in);
    stand_in.trouble(Trouble::with(SUBSCRIBERS, Fault::Denied));
    let report = audited(&account, &["budgets-*"]);
    assert_eq!(statuses(&report, "budgets-budget-actual-notification-missing"), [has("dev", "pass"), has("mute", "fail")]);
    assert_eq!(statuses(&report, "budgets-budget-subscriber-missing"), [has("dev", "unknown"), has("mute", "not_applicable")]);
    assert_eq!(statuses(&report, "budgets-budget-topic-unheard"), [has("dev", "unknown"), has("mute", "not_applicable")]);
    let row = crate::support::report::rows(&report, SUBSCRIBERS)[0];
    assert_eq!((&row["outcome"], &row["permission"]), (&json!("denied"), &json!(SUBSCRIBERS)), "{row:#}");
}

#[test]
fn budgets_that_may_not_be_listed_are_not_missing_and_one_that_went_meanwhile_is_dropped() {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = two_budgets(&stand_in);
    stand_in.trouble(Trouble::with(NOTIFICATIONS, Fault::Vanished).on("mute"));
    let report = audited(&account, &["budgets-*"]);
    assert_eq!(statuses(&report, "budgets-budget-actual-notification-missing"), [has("dev", "pass")]);
    assert_eq!(report["coverage"]["complete"], true);
    stand_in.mend();
    stand_in.trouble(Trouble::with(LISTING, Fault::Denied));
    let report = audited(&account, &["budgets-*"]);
    assert_eq!(outcome(&report, BUDGET, LISTING), "denied");
    assert_eq!(statuses(&report, "budgets-account-budget-missing"), [has(&account.id, "unknown")]);
}

#[test]
fn an_account_without_a_budget_is_told_so() {
    let account = moto::account();
    let rule = "budgets-account-budget-missing";
    assert_eq!(statuses(&audited(&account, &[rule]), rule), [has(&account.id, "fail")]);
}

#[test]
fn budgets_come_in_pages() {
    let stand_in = StandIn::of(World::default());
    let budget = |name: &str| json!({"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY"});
    stand_in.answer(Canned::json(LISTING, json!({"Budgets": [budget("a")], "NextToken": "b"})));
    stand_in.answer(Canned::json(LISTING, json!({"Budgets": [budget("z")]})).to(json!({"NextToken": "b"})));
    let resources = collected(&stand_in.account("111122223333"), &["budgets-account-budget-missing"]);
    find(&resources, BUDGET, "z");
    assert_eq!((stand_in.count(LISTING), stand_in.count(NOTIFICATIONS)), (2, 0));
}
