"""The topic that critical errors are told to, encrypted with the deployment's key, with a subscriber that confirmed."""

import json

from . import kms
from .names import PREFIX, REGION, TOPIC, allow, tags

# What is wrong on purpose here.
PLANTED = []


def arn(account):
    return f"arn:aws:sns:{REGION}:{account}:{TOPIC}"


def fill(session, account):
    sns = session.client("sns")
    publish = {
        **allow("sns:Publish", arn(account)),
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{account}:alarm:{PREFIX}*"},
        },
    }
    topic = sns.create_topic(
        Name=TOPIC,
        Attributes={
            "KmsMasterKeyId": kms.arn(session),
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [publish]}),
        },
        Tags=tags(PLANTED, TOPIC, "list"),
    )["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="platform@diatonic.ai")
    # Not a real token: what follows the host is dropped on arrival, and a test looks for it.
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://events.pagerduty.com/integration/not-a-real-token/enqueue")
