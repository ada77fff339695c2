"""The month's budget with subscribers, told of actual and forecast cost; and what watches the bill for anomalies."""

from .names import PREFIX
from .stand_in import says

# What is wrong on purpose here.
PLANTED = []

BUDGET = PREFIX + "monthly"
SUBSCRIBER = {"SubscriptionType": "EMAIL", "Address": "platform@diatonic.ai"}
TOLD = [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]


def fill(session, account):
    told = [
        {
            "NotificationType": kind,
            "ComparisonOperator": "GREATER_THAN",
            "Threshold": threshold,
            "ThresholdType": "PERCENTAGE",
            "NotificationState": "OK",
        }
        for kind, threshold in TOLD
    ]
    session.client("budgets").create_budget(
        AccountId=account,
        Budget={
            "BudgetName": BUDGET,
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": "12", "Unit": "USD"},
        },
        NotificationsWithSubscribers=[{"Notification": one, "Subscribers": [SUBSCRIBER]} for one in told],
    )
    # The emulator keeps notifications without their subscribers.
    says("budgets:DescribeSubscribersForNotification", {"Subscribers": [SUBSCRIBER]}, BudgetName=BUDGET)
    says(
        "budgets:DescribeBudgetNotificationsForAccount",
        {"BudgetNotificationsForAccount": [{"BudgetName": BUDGET, "Notifications": told}]},
    )
    monitor = f"arn:aws:ce::{account}:anomalymonitor/00000000-0000-4000-8000-000000000001"
    says(
        "ce:GetAnomalyMonitors",
        {
            "AnomalyMonitors": [
                {
                    "MonitorArn": monitor,
                    "MonitorName": PREFIX + "services",
                    "MonitorType": "DIMENSIONAL",
                    "MonitorDimension": "SERVICE",
                    "CreationDate": "2026-10-01",
                    "LastEvaluatedDate": "2026-11-22",
                    "DimensionalValueCount": 4,
                }
            ]
        },
    )
    says(
        "ce:GetAnomalySubscriptions",
        {
            "AnomalySubscriptions": [
                {
                    "SubscriptionArn": f"arn:aws:ce::{account}:anomalysubscription/00000000-0000-4000-8000-000000000002",
                    "AccountId": account,
                    "MonitorArnList": [monitor],
                    "Subscribers": [{"Address": "platform@diatonic.ai", "Type": "EMAIL", "Status": "CONFIRMED"}],
                    "Threshold": 5.0,
                    "Frequency": "DAILY",
                    "SubscriptionName": PREFIX + "anomalies",
                }
            ]
        },
    )
