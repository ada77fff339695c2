#!/usr/bin/env python3
"""Fills an emulator with the deployment that Ledgerline was made for, and plants a few honest faults.

The demo's recorded account is made from this (`record.sh`), and the whole audit is proven on it: every finding must be one of
PLANTED, and every one of PLANTED must be found. What is not planted is as it should be. One file a service in `deployment/`.

Talks to wherever AWS_ENDPOINT_URL points (the tests' stand-in, with the emulator behind it), with the credentials of the environment; refuses to run without an endpoint, so
that nobody fills a real account by mistake. `--planted` prints the faults as JSON and touches nothing.
"""

import json
import os
import sys

from deployment import account as account_settings
from deployment import acm, apigateway, backup, budgets, cloudwatch, cognito, dynamodb, ec2, iam, kms, lambda_, logs, sns, xray
from deployment.names import REGION

# In the order in which they are made: later ones speak of earlier ones.
PARTS = [
    kms,
    dynamodb,
    iam,
    logs,
    lambda_,
    cognito,
    acm,
    apigateway,
    ec2,
    sns,
    cloudwatch,
    budgets,
    backup,
    xray,
    account_settings,
]

# What is planted outside of the account's resources: the bill, which the tests' stand-in presents.
BILL = [
    ("cost-service-above-estimate", "Amazon DynamoDB", "the provisioned table costs more than was estimated"),
    ("contract-drifted", "Amazon DynamoDB", "the contract has the same estimate"),
    ("cost-forecast-above-estimate", "Amazon DynamoDB", "and it goes on until the month ends"),
]

PLANTED = [fault for part in PARTS for fault in part.PLANTED] + BILL


def main():
    if "--planted" in sys.argv[1:]:
        print(json.dumps([{"rule": rule, "name": name, "what": what} for rule, name, what in PLANTED]))
        return
    if not os.environ.get("AWS_ENDPOINT_URL"):
        sys.exit("fill.py: AWS_ENDPOINT_URL must name an emulator")
    import boto3  # comes with the emulator

    session = boto3.session.Session(region_name=REGION)
    account = session.client("sts").get_caller_identity()["Account"]
    for part in PARTS:
        part.fill(session, account)


if __name__ == "__main__":
    main()
