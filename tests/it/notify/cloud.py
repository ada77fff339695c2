"""Makes and reads what messages are sent to in the emulator: a topic with a queue, a bucket, Security Hub.

Arguments: `make` or `read`. Credentials, region and endpoint are in the environment.
"""

import json
import sys

import boto3

sns, sqs, s3, hub = (boto3.client(name) for name in ("sns", "sqs", "s3", "securityhub"))
BUCKET = "ledgerline-drop-" + boto3.client("sts").get_caller_identity()["Account"]


def make():
    topic = sns.create_topic(Name="ledgerline")["TopicArn"]
    queue = sqs.create_queue(QueueName="ledgerline")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-east-2"})
    hub.enable_security_hub()
    return {"topic": topic, "bucket": BUCKET}


def read():
    queue = sqs.get_queue_url(QueueName="ledgerline")["QueueUrl"]
    messages = []
    while batch := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in batch:
            messages.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    listed = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    objects = {one["Key"]: s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read().decode() for one in listed}
    findings = hub.get_findings(MaxResults=100)["Findings"]
    return {"messages": messages, "objects": objects, "findings": findings}


print(json.dumps({"make": make, "read": read}[sys.argv[1]](), default=str))
