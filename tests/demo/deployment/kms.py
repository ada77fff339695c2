"""The deployment's own key: it rotates, and only its account may use it."""

import json

from .acm import as_sent
from .names import KEY_ALIAS, PREFIX, REGION, allow, tags
from .stand_in import says

# What is wrong on purpose here.
PLANTED = []


def fill(session, account):
    kms = session.client("kms")
    key = kms.create_key(
        Description="data of the deployment",
        Policy=policy(account),
        Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags(PLANTED, KEY_ALIAS, "list")],
    )["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=KEY_ALIAS, TargetKeyId=key)
    kms.enable_key_rotation(KeyId=key)


def policy(account):
    """The account's policies decide, and CloudWatch may send alarms through the topic."""
    owner = {"AWS": f"arn:aws:iam::{account}:root"}
    alarms = {
        **allow(["kms:Decrypt", "kms:GenerateDataKey*"], "*"),
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{account}:alarm:{PREFIX}*"},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [{**allow("kms:*", "*"), "Principal": owner}, alarms]})


def arn(session):
    """The key's ARN."""
    return session.client("kms").describe_key(KeyId=KEY_ALIAS)["KeyMetadata"]["Arn"]


def managed_by_aws(session):
    """The emulator makes AWS's own keys as if they were the customer's."""
    kms = session.client("kms")
    for alias in kms.list_aliases()["Aliases"]:
        if alias["AliasName"].startswith("alias/aws/") and "TargetKeyId" in alias:
            try:
                key = kms.describe_key(KeyId=alias["TargetKeyId"])["KeyMetadata"]
            except kms.exceptions.NotFoundException:
                continue
            described = {"KeyMetadata": as_sent(key) | {"KeyManager": "AWS"}}
            for name in [key["KeyId"], key["Arn"]]:
                says("kms:DescribeKey", described, KeyId=name)
