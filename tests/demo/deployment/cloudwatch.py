"""Alarms on what matters, each told to the topic; a dashboard; the billing alarm where AWS keeps the bill's metric."""

import json

from . import sns
from .dynamodb import TABLES
from .names import API, BILLING_REGION, FUNCTIONS, PREFIX, REGION, tags

# What is wrong on purpose here.
PLANTED = []


def fill(session, account):
    cloudwatch = session.client("cloudwatch")
    for short in FUNCTIONS:
        for metric in ["Errors", "Throttles"]:
            alarm(cloudwatch, account, f"{short}-{metric.lower()}", "AWS/Lambda", metric, {"FunctionName": PREFIX + short})
    for short in TABLES:
        for metric in ["ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors"]:
            alarm(cloudwatch, account, f"{short}-{metric.lower()}", "AWS/DynamoDB", metric, {"TableName": PREFIX + short})
    for metric in ["4XXError", "5XXError"]:
        alarm(cloudwatch, account, f"api-{metric.lower()}", "AWS/ApiGateway", metric, {"ApiName": API, "Stage": "dev"})
    body = {
        "widgets": [
            {
                "type": "metric",
                "width": 12,
                "height": 6,
                "properties": {
                    "title": "Errors of functions",
                    "region": REGION,
                    "stat": "Sum",
                    "metrics": [["AWS/Lambda", "Errors", "FunctionName", PREFIX + short] for short in FUNCTIONS],
                },
            }
        ]
    }
    cloudwatch.put_dashboard(DashboardName=PREFIX + "overview", DashboardBody=json.dumps(body))
    billing(session, account)


def alarm(cloudwatch, account, short, namespace, metric, dimensions):
    name = PREFIX + short
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription=f"{metric} of {', '.join(dimensions.values())}",
        ActionsEnabled=True,
        AlarmActions=[sns.arn(account)],
        OKActions=[sns.arn(account)],
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        Tags=tags(PLANTED, name, "list"),
    )
    # New alarms have insufficient data until their first period has passed.
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="nothing wrong")


def billing(session, account):
    """The bill's metric is there in one region alone."""
    cloudwatch = session.client("cloudwatch", region_name=BILLING_REGION)
    topic = session.client("sns", region_name=BILLING_REGION).create_topic(Name=PREFIX + "billing")["TopicArn"]
    cloudwatch.put_metric_alarm(
        AlarmName=PREFIX + "billing",
        AlarmActions=[topic],
        Namespace="AWS/Billing",
        MetricName="EstimatedCharges",
        Dimensions=[{"Name": "Currency", "Value": "USD"}],
        Statistic="Maximum",
        Period=21600,
        EvaluationPeriods=1,
        Threshold=12,
        ComparisonOperator="GreaterThanThreshold",
    )
